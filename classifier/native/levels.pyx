"""Twins of `levels.py`: the class and the level of every block."""

from libc.stdint cimport int32_t, uint8_t

import numpy as np


def class_of(prose, cued, const int32_t[::1] words, int32_t short):
    """0 for prose, 1 for lines with a lead-in, 2 for lines of fewer than `short` words, 3 for others; all shapes (blocks,)."""
    cdef const uint8_t[::1] is_prose = prose.view(np.uint8), is_cued = cued.view(np.uint8)
    cdef Py_ssize_t i
    out_array = np.empty(words.shape[0], dtype=np.int32)
    cdef int32_t[::1] out = out_array
    for i in range(out.shape[0]):
        out[i] = 0 if is_prose[i] else 1 if is_cued[i] else 2 if words[i] < short else 3
    return out_array
