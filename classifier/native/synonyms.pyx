"""Twin of `synonyms.py`: the words that have synonyms counted by how much commoner those are."""

from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t

import numpy as np

from .known cimport place_of

cdef enum:
    WORD = 1 << 0
    CAPITAL = 1 << 2
    FUNCTION = 1 << 8
    SHORTEST = 3
    LEVELS = 256


def counted(
    const uint32_t[::1] word, const uint32_t[::1] length, const uint32_t[::1] kind,
    const uint32_t[::1] codes, const int32_t[::1] first, const uint8_t[::1] commoner,
):
    """How many of the tokens, shapes (tokens,), have synonyms that are so many steps commoner, shape (256,)."""
    cdef Py_ssize_t i, known
    cdef int shift = 33 - (<int>first.shape[0]).bit_length()
    counts_array = np.zeros(LEVELS, dtype=np.int64)
    cdef int64_t[::1] counts = counts_array
    for i in range(word.shape[0]):
        if kind[i] & (WORD | FUNCTION) != WORD or length[i] < SHORTEST or (i > 0 and kind[i - 1] & CAPITAL):
            continue
        known = place_of(word[i], codes, first, shift)
        if known >= 0:
            counts[commoner[known]] += 1
    return counts_array
