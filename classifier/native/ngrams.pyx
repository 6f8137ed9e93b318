"""Twins of `ngrams.py`: byte n-grams hashed in one walk, keys made in a second one, runs of them counted in a third."""

from libc.math cimport sqrt
from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t, uint64_t

import numpy as np

cdef enum:  # constants for the C compiler, too
    BITS = 18
    BUCKETS = 1 << 18
    BASE = 0x01000193
    FIRST_ORDER = 3
    LAST_ORDER = 6

ctypedef fused key_t:
    uint32_t
    uint64_t


cdef inline uint32_t mixed(uint32_t rolling, uint32_t order) noexcept:
    return ((rolling ^ (rolling >> 15) ^ (order * <uint32_t>0x85EBCA6B)) * <uint32_t>0x9E3779B1) >> (32 - BITS)


def hashed(const uint8_t[::1] data, const int64_t[::1] lengths):
    """Buckets of all n-grams of `data`, whose units have these lengths in bytes, and the unit of each; order by order.

    One walk: what 3 bytes gave, one more byte makes the hash of 4, and every order has a place of its own to be written to.
    """
    cdef Py_ssize_t total = 0, at3 = 0, at4, at5, at6, begin = 0, end, i, unit
    cdef int n
    cdef uint32_t rolling
    cdef int32_t number
    cdef Py_ssize_t[7] starts
    for n in range(FIRST_ORDER, LAST_ORDER + 1):
        starts[n] = total
        for unit in range(lengths.shape[0]):
            total += max(lengths[unit] - n + 1, 0)
    bucket_array, unit_array = np.empty(total, dtype=np.uint32), np.empty(total, dtype=np.int32)
    cdef uint32_t[::1] buckets = bucket_array
    cdef int32_t[::1] units = unit_array
    at4, at5, at6 = starts[4], starts[5], starts[6]
    for unit in range(lengths.shape[0]):
        end = begin + lengths[unit]
        number = <int32_t>unit
        for i in range(begin, end - 2):
            rolling = (<uint32_t>data[i] * BASE + data[i + 1]) * BASE + data[i + 2]
            buckets[at3], units[at3] = mixed(rolling, 3), number
            at3 += 1
            if i + 3 < end:
                rolling = rolling * BASE + data[i + 3]
                buckets[at4], units[at4] = mixed(rolling, 4), number
                at4 += 1
            if i + 4 < end:
                rolling = rolling * BASE + data[i + 4]
                buckets[at5], units[at5] = mixed(rolling, 5), number
                at5 += 1
            if i + 5 < end:
                rolling = rolling * BASE + data[i + 5]
                buckets[at6], units[at6] = mixed(rolling, 6), number
                at6 += 1
        begin = end
    return bucket_array, unit_array


def keys(const uint32_t[::1] bucket, const int32_t[::1] unit, const int32_t[::1] row_of_unit, dtype):
    """Row and bucket of every n-gram as one number of this dtype, (m,), those without a row left out; unsorted."""
    found = np.empty(bucket.shape[0], dtype=dtype)
    if found.itemsize == 4:
        return found[: fill[uint32_t](bucket, unit, row_of_unit, found)]
    return found[: fill[uint64_t](bucket, unit, row_of_unit, found)]


cdef Py_ssize_t fill(
    const uint32_t[::1] bucket, const int32_t[::1] unit, const int32_t[::1] row_of_unit, key_t[::1] found
):
    cdef Py_ssize_t i, filled = 0
    cdef int32_t row
    for i in range(bucket.shape[0]):
        row = row_of_unit[unit[i]]
        if row >= 0:
            found[filled] = (<key_t>row << BITS) | bucket[i]
            filled += 1
    return filled


def counted(ordered, const float[::1] weight_of_count):
    """Of sorted keys, shape (m,): bucket, value, row and count of every distinct one, four arrays of shape (distinct,)."""
    if ordered.dtype.itemsize == 4:
        return runs[uint32_t](ordered, weight_of_count)
    return runs[uint64_t](ordered, weight_of_count)


cdef tuple runs(const key_t[::1] ordered, const float[::1] weight_of_count):
    cdef Py_ssize_t i, distinct = 1 if ordered.shape[0] else 0, run = 0, row_start = 0, run_start = 0
    cdef Py_ssize_t highest = weight_of_count.shape[0] - 1
    for i in range(1, ordered.shape[0]):
        distinct += ordered[i] != ordered[i - 1]
    bucket_array, value_array = np.empty(distinct, dtype=np.uint32), np.empty(distinct, dtype=np.float32)
    row_array, count_array = np.empty(distinct, dtype=np.int32), np.empty(distinct, dtype=np.int32)
    cdef uint32_t[::1] bucket = bucket_array
    cdef float[::1] value = value_array
    cdef int32_t[::1] row = row_array, count = count_array
    cdef float weight
    cdef double squares = 0
    for i in range(1, ordered.shape[0] + 1):
        if i < ordered.shape[0] and ordered[i] == ordered[i - 1]:
            continue
        bucket[run], row[run] = <uint32_t>(ordered[i - 1] & (BUCKETS - 1)), <int32_t>(ordered[i - 1] >> BITS)
        if row[run] != row[row_start]:
            scale(value, row_start, run, squares)
            row_start, squares = run, 0
        weight = weight_of_count[min(i - run_start, highest)]
        value[run], count[run] = weight, <int32_t>(i - run_start)
        squares += <double>weight * weight
        run_start = i
        run += 1
    scale(value, row_start, run, squares)
    return bucket_array, value_array, row_array, count_array


cdef int scale(float[::1] value, Py_ssize_t begin, Py_ssize_t end, double squares) except -1:
    """Divide a row's values by their Euclidean length."""
    cdef float norm = <float>sqrt(squares)
    cdef Py_ssize_t i
    for i in range(begin, end):
        value[i] = value[i] / norm
    return 0
