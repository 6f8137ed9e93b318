"""Twin of `block_names.py`: the elements and class words of a DOM path, hashed."""

from libc.stdint cimport uint32_t

from classifier.native.names cimport add_byte, add_text, name_end, prepare

cdef uint32_t START = <uint32_t>-1
cdef Py_ssize_t MOST_ELEMENTS = 4, MOST_WORDS = 16

prepare()

cdef uint32_t ELEMENT = add_text(START, "e", 0, 1), WORD = add_text(START, "c=", 0, 2), OWN_WORD = add_text(START, "c0=", 0, 3)


def path_codes(str path not None):
    """The elements of a DOM path and the words of their classes and ids: "div.c-inlineTeaser" gives c, inline, teaser."""
    cdef list found = [], words
    cdef str element, word
    cdef Py_ssize_t depth = 0, i, tag
    for element in path.split(" < ", MOST_ELEMENTS)[:MOST_ELEMENTS]:
        tag = 0
        while tag < len(element) and element[tag] not in u".#":
            tag += 1
        found.append(~add_text(add_byte(add_byte(ELEMENT, <uint32_t>(0x30 + depth)), 0x3D), element, 0, tag))
        words = _class_words(element, tag)
        for word in words:
            found.append(~add_text(WORD, word, 0, len(word)))
        if not depth:
            for word in words:
                found.append(~add_text(OWN_WORD, word, 0, len(word)))
        depth += 1
    return tuple(found)


cdef list _class_words(str element, Py_ssize_t i):
    """The first words from here on in the order of the alphabet, each once, in lower case."""
    cdef Py_ssize_t stop, end = len(element)
    cdef set found = set()
    while i < end:
        stop = name_end(element, i, end)
        if stop > i:
            found.add(element[i:stop].lower())
        i = max(stop, i + 1)
    return sorted(found)[:MOST_WORDS]
