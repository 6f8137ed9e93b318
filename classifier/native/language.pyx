"""Twins of `language.py`: words are hashed where they stand and looked up, none becomes an object of its own."""

from cpython.unicode cimport Py_UNICODE_ISSPACE
from libc.stdint cimport int16_t, int32_t, int64_t, uint64_t

import numpy as np


def votes(
    str lowered, const uint64_t[::1] code, const int32_t[::1] first, const int16_t[::1] speaker, Py_ssize_t languages
):
    """How many words `lowered` has, and how many of them are function words of every language, shape (languages,).

    code (words,), first (words + 1,), speaker (m,): see `_Table`.
    """
    found = np.zeros(languages, dtype=np.int64)
    cdef int64_t[::1] hits = found
    cdef Py_ssize_t words = 0
    cdef bint inside = False
    cdef uint64_t rolling = 0
    cdef Py_UCS4 letter
    for letter in lowered:
        if Py_UNICODE_ISSPACE(letter):
            if inside:
                count(rolling, code, first, speaker, hits)
            inside = False
            continue
        if not inside:
            words += 1
            inside = True
            rolling = <uint64_t>0xCBF29CE484222325
        rolling = (rolling ^ <uint64_t>letter) * <uint64_t>0x100000001B3
    if inside:
        count(rolling, code, first, speaker, hits)
    return words, found


cdef int count(
    uint64_t rolling, const uint64_t[::1] code, const int32_t[::1] first, const int16_t[::1] speaker, int64_t[::1] hits
) except -1:
    """Give every language that has this word a vote."""
    cdef Py_ssize_t at = 0, left = code.shape[0], half, i
    while left > 1:  # without a branch that depends on the word: it would be guessed wrong every other time
        half = left >> 1
        at += half * (code[at + half] <= rolling)
        left -= half
    if left and code[at] == rolling:
        for i in range(first[at], first[at + 1]):
            hits[speaker[i]] += 1
    return 0
