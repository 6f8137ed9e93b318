"""Twins of `drafts.py`: every block, link and sentence of a document, at its place.

The classes are frozen: their own constructors look for `object.__setattr__` at every field, which takes half of all the time here.
"""

cdef extern from "Python.h":
    int PyObject_GenericSetAttr(object of, object name, object value) except -1

cdef object new = object.__new__


cdef object made(kind, tuple names, tuple values):
    """An object of a frozen class, its fields set as its constructor would."""
    cdef Py_ssize_t i
    found = new(kind)
    for i in range(len(names)):
        PyObject_GenericSetAttr(found, names[i], values[i])
    return found


cdef tuple LINK = ("start", "end", "href", "rel")
cdef tuple SENTENCE = ("start", "end", "block")
cdef tuple BLOCK = ("start", "end", "kind", "tag", "path", "link_density", "links")


def placed(drafts, split, block, sentence, link, Py_ssize_t gap, Py_ssize_t most_text, Py_ssize_t most_blocks):
    """The texts, blocks and sentences of all drafts; of no more than `most_blocks` with `most_text` characters, else None."""
    cdef list texts = [], blocks = [], sentences = [], links
    cdef str text, kind
    cdef Py_ssize_t start = 0, end, first, last, linked
    for draft in drafts:
        text, kind = draft.text, draft.kind
        end = start + len(text)
        if end > most_text or len(blocks) == most_blocks:
            return None
        links = []
        linked = 0
        for first, last, href, rel in draft.links:
            links.append(made(link, LINK, (start + first, start + last, href, rel)))
            linked += last - first
        if kind != "code":
            for first, last in split(text):
                sentences.append(made(sentence, SENTENCE, (start + first, start + last, len(blocks))))
        density = <double>linked / <double>len(text) if links else 0.0
        blocks.append(made(block, BLOCK, (start, end, kind, draft.tag, draft.path, density, tuple(links))))
        texts.append(text)
        start = end + gap
    return texts, blocks, sentences
