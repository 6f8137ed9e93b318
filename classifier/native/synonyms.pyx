"""Twin of `synonyms.py`: the words that have synonyms counted by how much commoner those are, and measured by the counts."""

from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t

import numpy as np

from classifier.native.known cimport place_of

cdef enum:
    WORD = 1 << 0
    CAPITAL = 1 << 2
    FUNCTION = 1 << 8
    SHORTEST = 3
    LEVELS = 256
    STEPS = 10
    FEWEST = 10
cdef double TOP = 0.9


def measured(
    const uint32_t[::1] word, const uint32_t[::1] length, const uint32_t[::1] kind,
    const uint32_t[::1] codes, const int32_t[::1] first, const uint8_t[::1] commoner,
):
    """The measures of tokens, shapes (tokens,), as a list; an empty one where too few words have synonyms."""
    cdef Py_ssize_t i, known, size = 0, top, before = 0
    cdef Py_ssize_t[3] above = [0, 0, 0]
    cdef int shift = 33 - (<int>first.shape[0]).bit_length(), step
    cdef float doublings, first_of_top = -1
    cdef double total = 0, of_top = 0
    counts_array = np.zeros(LEVELS, dtype=np.int64)
    cdef int64_t[::1] counts = counts_array
    for i in range(word.shape[0]):
        if kind[i] & (WORD | FUNCTION) != WORD or length[i] < SHORTEST or (i > 0 and kind[i - 1] & CAPITAL):
            continue
        known = place_of(word[i], codes, first, shift)
        if known >= 0:
            counts[commoner[known]] += 1
            size += 1
    if size < FEWEST:
        return []
    top = <Py_ssize_t>(TOP * size)
    for step in range(LEVELS):
        doublings = <float>step / <float>STEPS
        total += doublings * counts[step]
        above[0] += counts[step] if doublings > 2 else 0
        above[1] += counts[step] if doublings > 4 else 0
        above[2] += counts[step] if doublings > 6 else 0
        before += counts[step]
        if before > top:
            of_top += doublings * min(counts[step], before - top)
            first_of_top = doublings if first_of_top < 0 else first_of_top
    return [
        <float>total / <float>size,
        above[0] / <double>size,
        above[1] / <double>size,
        above[2] / <double>size,
        first_of_top,
        <float>of_top / <float>(size - top),
    ]
