"""Twins of `drafts.py`: the sentences of a block as objects, without asking each of them whether it may be filled."""

from cpython.object cimport PyObject_GenericSetAttr


def placed(kind not None, list spans not None, Py_ssize_t start, Py_ssize_t block):
    """A `kind` with `start`, `end` and `block` for every (start, end) of `spans`, moved by `start`."""
    cdef list found = []
    cdef Py_ssize_t first, last
    for first, last in spans:
        made = kind.__new__(kind)
        PyObject_GenericSetAttr(made, "start", start + first)
        PyObject_GenericSetAttr(made, "end", start + last)
        PyObject_GenericSetAttr(made, "block", block)
        found.append(made)
    return found
