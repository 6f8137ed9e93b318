"""Twins of `ngrams.py`: byte n-grams hashed in one walk, keys counted in one more."""

from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t

import numpy as np

cdef uint32_t BASE = 0x01000193
cdef uint32_t MIX = 0x9E3779B1
cdef uint32_t ORDER_SALT = 0x85EBCA6B
cdef int BITS = 18
cdef int FIRST_ORDER = 3, LAST_ORDER = 6


def hashed(const uint8_t[::1] data, const int64_t[::1] lengths):
    """Buckets of all n-grams of `data`, whose units have these lengths in bytes, and the unit of each; order by order."""
    cdef Py_ssize_t total = 0, at = 0, begin, i, j, unit, length
    cdef int n
    cdef uint32_t rolling
    for unit in range(lengths.shape[0]):
        for n in range(FIRST_ORDER, LAST_ORDER + 1):
            total += max(lengths[unit] - n + 1, 0)
    bucket_array, unit_array = np.empty(total, dtype=np.uint32), np.empty(total, dtype=np.int32)
    cdef uint32_t[::1] buckets = bucket_array
    cdef int32_t[::1] units = unit_array
    for n in range(FIRST_ORDER, LAST_ORDER + 1):
        begin = 0
        for unit in range(lengths.shape[0]):
            length = lengths[unit]
            for i in range(begin, begin + length - n + 1):
                rolling = data[i]
                for j in range(1, n):
                    rolling = rolling * BASE + data[i + j]
                buckets[at] = ((rolling ^ (rolling >> 15) ^ (<uint32_t>n * ORDER_SALT)) * MIX) >> (32 - BITS)
                units[at] = <int32_t>unit
                at += 1
            begin += length
    return bucket_array, unit_array
