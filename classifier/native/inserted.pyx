"""Twins of `inserted.py`: marks with the last words of an announcement before them."""


def announcing(str text not None, tuple last_words not None, Py_ssize_t reach, Py_ssize_t most):
    """Where the first `most` marks stand before which, within `reach` characters, a text has one of these words, in small letters, and
    nothing but spaces behind it."""
    cdef list found = []
    cdef Py_ssize_t i = 0
    cdef Py_UCS4 c
    cdef str before
    for c in text:
        if c == u":" or c == u"|" or c == u"»" or ((c == u"-" or c == u"–" or c == u"—") and is_space(text, i + 1)):
            before = text[max(0, i - reach) : i].rstrip()
            if before.lower().endswith(last_words):
                found.append(i)
                if len(found) >= most:
                    break
        i += 1
    return found


cdef inline bint is_space(str text, Py_ssize_t i):
    return i < len(text) and (<Py_UCS4>text[i]).isspace()
