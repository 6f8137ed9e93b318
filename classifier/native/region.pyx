"""Twins of `region.py`: the ways up from every line of prose, and the heaviest run of lines."""

cdef double AGAINST = 15, AGAINST_LINKED = 20
cdef double NEAR = 0.8, FLOOR = 0.1
cdef frozenset LISTS = frozenset(("ul", "ol", "dl", "li", "blockquote"))


def home(element):
    """The element that a paragraph is a child of; a list counts as a paragraph of the element around it."""
    at = element.parent
    while at is not None and at.tag in LISTS:
        at = at.parent
    return element if at is None else at


def heaviest_run(list lines not None, list weights not None, home):
    """The run of lines with the greatest sum, prose counting for it by its nearness to `home` and other lines against it."""
    cdef dict share = {}
    cdef double kept = 1, run = 0, best = 0
    cdef Py_ssize_t i, start = 0, end = 0, run_start = 0, weight, linked
    at = home
    while at is not None:
        share[at] = max(kept, FLOOR)
        at, kept = at.parent, kept * NEAR
    for i in range(len(lines)):
        line, weight = lines[i], weights[i]
        if run <= 0:
            run, run_start = 0, i
        if weight:
            run += weight * closeness(line.holder, share)
        else:
            linked = line.linked
            run -= AGAINST if linked == 0 or 2 * linked < len(line.text) else AGAINST_LINKED
        if run > best:
            best, start, end = run, run_start, i + 1
    return start, end


cdef double closeness(at, dict share) except -1:
    while at is not None:
        found = share.get(at)
        if found is not None:
            return found
        at = at.parent
    return FLOOR


def asides(list lines not None, list weights not None, aside_tags, looks_aside):
    """For every element that holds prose and those around it: does it stand beside the article? `looks_aside` tells by its label."""
    cdef dict mass = {}, of_parents = {}, known = {}
    cdef Py_ssize_t i, weight, total = 0
    for i in range(len(lines)):
        weight = weights[i]
        if weight:
            total += weight
            add(mass, lines[i].holder, weight)
    for element, weight in mass.items():
        parent = element.parent
        if parent is not None:
            add(of_parents, parent, weight)
    for at, weight in of_parents.items():
        while at is not None:
            add(mass, at, weight)
            at = at.parent
    for i in range(len(lines)):
        if weights[i]:
            know(lines[i].holder, mass, total / 2.0, known, aside_tags, looks_aside)
    return known


cdef int add(dict mass, element, Py_ssize_t weight) except -1:
    before = mass.get(element)
    mass[element] = weight if before is None else weight + <Py_ssize_t>before
    return 0


cdef int know(element, dict mass, double half, dict known, aside_tags, looks_aside) except -1:
    """Whether the element, and each around it, stands in a page part beside the article: one that holds less than half of all prose."""
    cdef list chain = []
    cdef bint found = False
    cdef Py_ssize_t i
    at = element
    while at is not None and at not in known:
        chain.append(at)
        at = at.parent
    if at is not None:
        found = known[at]
    for i in range(len(chain) - 1, -1, -1):
        at = chain[i]
        found = found or (<Py_ssize_t>mass.get(at, 0) < half and (at.tag in aside_tags or looks_aside(at.label) is not None))
        known[at] = found
    return 0
