"""Twins of `reading.py`: the walk through a parser's tree and the lines cut on it, in one loop without a call into Python per node
but the parser's own.

The rules are those of `walking.Walk`, which says why; of the elements on the way, only those that hold a line become objects.
"""

import re

cdef Py_ssize_t MAX_DEPTH = 256  # deeper elements count as children of this level
cdef Py_ssize_t MAX_LINES = 50_000
cdef Py_ssize_t JOINED_FROM = 40
cdef Py_UCS4 FIRST_INVISIBLE = 0xAD
cdef str INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\ufeff"
cdef object BLANK_LINE = re.compile(r"\n[ \t\r]*\n")

cdef int PRE = 1, CODE = 2, BREAKS = 4, HIDDEN = 8  # marks of an open element
cdef int ANCHOR = 16, IN_PRE_CODE = 32, SKIPPED = 64, SOUGHT = 128, LEAF = 256, BREAK = 512, TEXT = 1024, NOTHING = 2048  # of a tag


cdef class Unfinished:
    """The line that is being put together, with the state of the white space before its next word."""

    cdef list pieces, links, nodes
    cdef object holder, inner
    cdef Py_ssize_t length, breaks, skipped
    cdef bint space, code

    def __cinit__(self):
        self.pieces, self.links, self.nodes = [], [], []


cdef class Lines:
    """Collects lines while the loop opens and closes elements. Of every open one: its tag, its node, its marks, the place of the
    innermost `<a>` that it is or stands in (-1 for none), and its object once a line needs it."""

    cdef list tags, nodes, marks, anchors, elements
    cdef readonly list found
    cdef object make_element, make_line, attributes
    cdef Unfinished line, outer
    cdef Py_ssize_t depth, hidden_from

    def __cinit__(self, make_element, make_line, attributes):
        self.tags, self.nodes, self.marks, self.anchors, self.elements, self.found = [], [], [], [], [], []
        self.make_element, self.make_line, self.attributes = make_element, make_line, attributes
        self.line = self.outer = Unfinished()
        self.depth = self.hidden_from = 0

    cdef int open(self, str tag, int rules, node, bint hidden) except -1:
        """An element begins. A hidden one inside a sentence is set aside, and the sentence goes on after it."""
        cdef int mark = rules & (BREAKS | PRE), above
        cdef Py_ssize_t parent = min(self.depth, MAX_DEPTH) - 1, anchor = -1
        if hidden:
            mark |= HIDDEN
        if rules & BREAKS:
            self.flush()
        if parent >= 0:
            above = self.marks[parent]
            anchor = self.anchors[parent]
            if (mark | above) & PRE:
                mark |= PRE
                if above & CODE or rules & IN_PRE_CODE:
                    mark |= CODE
        self.tags.append(tag)
        self.nodes.append(node)
        self.marks.append(mark)
        self.anchors.append(self.depth if rules & ANCHOR else anchor)
        self.elements.append(None)
        self.depth += 1
        if hidden and not self.hidden_from:
            self.hidden_from = self.depth
            self.outer, self.line = self.line, Unfinished()
        return 0

    cdef int close(self) except -1:
        """The innermost open element ends."""
        cdef int mark = self.marks[self.depth - 1]
        if self.depth == self.hidden_from:
            self.flush()
            self.line = self.outer
            self.hidden_from = 0
        elif mark & BREAKS:
            self.flush()
        self.tags.pop()
        self.nodes.pop()
        self.marks.pop()
        self.anchors.pop()
        self.elements.pop()
        self.depth -= 1
        return 0

    cdef object element(self, Py_ssize_t place):
        """The object of an open element, made with all above it when first asked for."""
        cdef Py_ssize_t last = min(place, MAX_DEPTH - 1), at = last
        if self.elements[place] is not None:
            return self.elements[place]
        while at >= 0 and self.elements[at] is None:
            at -= 1
        above = self.elements[at] if at >= 0 else None
        for at in range(at + 1, last + 1):
            above = self.elements[at] = self.made(at, above)
        if place > last:
            above = self.elements[place] = self.made(place, above)
        return above

    cdef object made(self, Py_ssize_t place, parent):
        cdef int mark = self.marks[place]
        return self.make_element(self.tags[place], parent, self.nodes[place], self.attributes, bool(mark & HIDDEN))

    cdef int text(self, str text, node) except -1:
        """A piece of text inside the innermost open element."""
        cdef int mark = self.marks[self.depth - 1]
        cdef Py_ssize_t skipped = 0, index = 0
        cdef str part
        if mark & PRE:
            if mark & CODE:
                self.append("\n" * self.line.breaks + text, node, False)
                self.line.breaks = 0
            else:
                for part in BLANK_LINE.split(text):
                    if index:
                        self.flush()
                        self.line.skipped = skipped
                    self.prose(part, node)
                    skipped += len("".join(part.split()))
                    index += 1
        else:
            self.prose(text, node)
        return 0

    cdef int prose(self, str text, node) except -1:
        cdef Unfinished line = self.line
        cdef Py_ssize_t size = len(text)
        cdef str piece = collapsed(text)
        cdef bint spaced
        if not piece:
            line.space = line.space or size > 0
            return 0
        if line.breaks:
            if line.breaks > 1 or not self.runs_on(piece[0]):
                self.flush()
                line = self.line
            line.breaks = 0
        spaced = len(line.pieces) > 0 and (line.space or text[0].isspace())
        self.append(" " + piece if spaced else piece, node, spaced)
        line.space = text[size - 1].isspace()
        return 0

    cdef int append(self, str piece, node, bint spaced) except -1:
        cdef Unfinished line = self.line
        cdef Py_ssize_t place = self.depth - 1, anchor = self.anchors[place], holder = place, end = line.length + len(piece)
        cdef tuple last
        if line.inner is None:
            line.inner = self.element(place)
            line.code = (<int>self.marks[place] & CODE) != 0
            while holder > 0 and not <int>self.marks[holder] & BREAKS:
                holder = min(holder, MAX_DEPTH) - 1
            line.holder = self.element(holder)
        if anchor >= 0:
            around = self.element(anchor)
            last = line.links[len(line.links) - 1] if line.links else None
            if last is not None and last[2] is around:
                line.links[len(line.links) - 1] = (last[0], end, around)
            else:
                line.links.append((line.length + spaced, end, around))
        line.pieces.append(piece)
        line.nodes.append(node)
        line.length = end
        return 0

    cdef bint runs_on(self, Py_UCS4 first) except -1:
        """Whether a sentence runs on over a single `<br>`: long and unfinished before it, lower case after it."""
        cdef Unfinished line = self.line
        cdef str piece
        cdef Py_UCS4 last
        if line.length < JOINED_FROM or not first.islower():
            return False
        piece = line.pieces[len(line.pieces) - 1]
        last = piece[len(piece) - 1]
        return last.islower() or last == u","

    cdef int flush(self) except -1:
        cdef Unfinished line = self.line
        cdef str text, whole
        cdef Py_ssize_t shift
        cdef list links
        if line.inner is None:  # at four block elements of five: nothing stands between two of their tags
            line.space = False
            line.breaks = line.skipped = 0
            return 0
        self.line = Unfinished()
        text, links = "".join(line.pieces), line.links
        if line.code or (text and text[len(text) - 1].isspace()):  # white space in code may end a line of prose
            whole, text = text, text.strip()
            shift = len(whole) - len(whole.lstrip())
            moved = [(max(0, start - shift), min(end - shift, len(text)), anchor) for start, end, anchor in links]
            links = [link for link in moved if link[0] < link[1]]
        if text and (text[0] < FIRST_INVISIBLE or text.strip(INVISIBLE)):
            self.found.append(self.make_line(text, line.holder, line.inner, links, line.nodes, line.skipped))
        return 0


cdef str collapsed(str text):
    """`" ".join(text.split())`, which is the text itself, or a part of it, for most."""
    cdef Py_ssize_t begin = -1, end = 0, at = -1
    cdef Py_UCS4 letter
    cdef bint plain = True  # whether single spaces alone stand between words
    for letter in text:
        at += 1
        if letter.isspace():
            continue
        if begin < 0:
            begin = at
        elif at > end and plain:
            plain = at == end + 1 and text[end] == u" "
        end = at + 1
    if begin < 0:
        return ""
    return text[begin:end] if plain else " ".join(text.split())


cdef int rules_of(str tag, skipped, breaking, sought) except -1:
    """The marks of a tag: looked up once, what a dozen comparisons tell."""
    cdef int rules = 0
    if tag == "-text":
        return TEXT
    if tag == "br":
        return BREAK
    if tag[0] == u"-" or tag[0] == u"!" or tag[0] == u"_":
        return NOTHING
    if tag == "a":
        rules |= ANCHOR
    elif tag == "pre":
        rules |= PRE
    elif tag == "code" or tag == "samp" or tag == "kbd":
        rules |= IN_PRE_CODE
    elif tag == "script" or tag == "style":  # which hold a text alone
        rules |= LEAF
    if tag in breaking:
        rules |= BREAKS
    if tag in skipped:
        rules |= SKIPPED
    if tag in sought:
        rules |= SOUGHT
    return rules


cdef int look_into(root, sought, list told) except -1:
    """Note the elements below `root` whose tag is `sought`, for an element whose words are not read."""
    cdef list above = []
    node = root.first_child
    while node is not None:
        if node.tag in sought:
            told.append(node)
        following = node.first_child
        if following is not None:
            above.append(node)
        else:
            following = node.next
            while following is None and above:
                following = above.pop().next
        node = following
    return 0


def walked(root, hidden, skipped, breaking, sought, make_element, make_line, attributes):
    """The lines below `root`, at most MAX_LINES and a few, each as `make_line` makes it, and all elements with a tag that is `sought`."""
    cdef Lines lines = Lines(make_element, make_line, attributes)
    cdef list above = [], told = []  # the elements round the node, those that are sought
    cdef dict known = {}
    cdef bint any_hidden = len(hidden) > 0
    cdef str tag
    cdef int rules
    node = root
    while True:
        tag = node.tag
        number = known.get(tag)
        if number is None:
            number = known[tag] = NOTHING if tag is None else rules_of(tag, skipped, breaking, sought)
        rules = number
        if rules & TEXT:
            lines.text(node.text_content, node)
            if len(lines.found) > MAX_LINES:
                break
        elif rules & BREAK:
            lines.line.breaks += 1
            lines.line.space = True
        elif not rules & NOTHING:  # a comment; a processing instruction, which has no tag
            if rules & SOUGHT:
                told.append(node)
            if not rules & SKIPPED:
                lines.open(tag, rules, node, any_hidden and node.mem_id in hidden)
                child = node.first_child
                if child is not None:
                    above.append(node)
                    node = child
                    continue
                lines.close()
            elif not rules & LEAF:
                look_into(node, sought, told)
        following = node.next if above else None
        while following is None and above:
            node = above.pop()
            lines.close()
            following = node.next if above else None
        if following is None:
            break
        node = following
    lines.flush()
    return lines.found, told
