"""Twins of `plaintext.py`: lines of plain text with single spaces."""


def tidied(str text not None):
    """The text with single spaces between its words and none round them; itself where it is so already."""
    cdef Py_UCS4 c, before = u" "
    for c in text:
        if c == u" ":
            if before == u" ":
                return " ".join(text.split())
        elif (c < u"!" or c > u"~") and c.isspace():
            return " ".join(text.split())
        before = c
    return text if before != u" " else " ".join(text.split())
