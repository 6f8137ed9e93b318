"""Twins of `document.py`: words between spaces."""


def count_words(str text not None):
    """How many words a text has, split at white space."""
    cdef Py_ssize_t words = 0
    cdef bint inside = False, space
    cdef Py_UCS4 c
    for c in text:
        space = c == u" " or (not u"!" <= c <= u"~" and c.isspace())
        words += inside and space
        inside = not space
    return words + inside
