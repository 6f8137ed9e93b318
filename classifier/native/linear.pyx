"""Twins of `linear.py`: every entry's weights are read where they stand and added up at once, so that no table of them is gathered."""

from libc.math cimport sqrt
from libc.stdint cimport int32_t, uint8_t, uint32_t, uint64_t

import numpy as np

cdef extern from *:
    """
    #if defined(__GNUC__) || defined(__clang__)
    #define ask_for(where) __builtin_prefetch(where)
    #else
    #define ask_for(where) ((void)(where))
    #endif
    """
    void ask_for(const void *where) noexcept  # has the processor fetch what will be read soon; reads nothing itself

cdef enum:
    BITS = 18  # of a key, for its bucket; those above are its row
    BUCKETS = 1 << 18
    TOGETHER = 16  # heads that are added up in one walk
    AHEAD = 24  # entries; a table of 9 MB stands in no near cache, and waiting for it took two thirds of the time
ctypedef fused key_t:
    uint32_t
    uint64_t


def key_scores(ordered, const float[::1] weight_of_count, weights, int spare, Py_ssize_t size):
    """Scores without bias of sorted keys, as in Rows: weights (columns, heads), looked up at bucket >> spare -> (size, heads)."""
    out = np.zeros((size, weights.shape[1]), dtype=np.float32)
    flat = np.ascontiguousarray(weights, dtype=np.float32).reshape(-1)
    for first in range(0, weights.shape[1], TOGETHER):
        if ordered.dtype.itemsize == 4:
            score_keys[uint32_t](ordered, weight_of_count, flat, spare, first, out)
        else:
            score_keys[uint64_t](ordered, weight_of_count, flat, spare, first, out)
    return out


cdef int score_keys(
    const key_t[::1] ordered, const float[::1] weight_of_count, const float[::1] flat, int spare, Py_ssize_t first,
    float[:, ::1] out,
) except -1:
    """Add up the heads from `first` on, as many as fit, in double precision."""
    cdef Py_ssize_t keys = ordered.shape[0], heads = out.shape[1], i, at, head, run_start = 0
    cdef Py_ssize_t end = min(heads - first, TOGETHER), highest = weight_of_count.shape[0] - 1
    cdef double[TOGETHER] sums
    cdef double weight, squares = 0, norm
    cdef key_t key
    for head in range(end):
        sums[head] = 0
    for i in range(1, keys + 1):
        key = ordered[i - 1]
        if i + AHEAD < keys:
            at = (<Py_ssize_t>(ordered[i + AHEAD] & (BUCKETS - 1)) >> spare) * heads + first
            ask_for(&flat[at])
            ask_for(&flat[at + end - 1])  # it may lie across two lines of the cache
        if i < keys and ordered[i] == key:
            continue
        weight = weight_of_count[min(i - run_start, highest)]
        run_start = i
        squares += weight * weight
        at = (<Py_ssize_t>(key & (BUCKETS - 1)) >> spare) * heads + first
        for head in range(end):
            sums[head] += weight * flat[at + head]
        if i == keys or ordered[i] >> BITS != key >> BITS:
            norm = sqrt(squares)
            for head in range(end):
                out[<Py_ssize_t>(key >> BITS), first + head] = <float>(sums[head] / norm)
                sums[head] = 0
            squares = 0
    return 0


def contributed(
    const uint32_t[::1] bucket, const float[::1] value, const int32_t[::1] count, const uint32_t[::1] of_gram,
    const int32_t[::1] unit, inside, const float[:] weight,
):
    """Sums over the n-grams of every unit `inside`, shape (units,): bucket, value, count (entries,) are of the row that they make up,
    of_gram, unit (m,) say what each is and where it stands, weight (2**BITS,), in any stride."""
    cdef Py_ssize_t i, entries = bucket.shape[0]
    cdef const uint8_t[::1] taken = inside.view(np.uint8)
    cdef float[::1] per_occurrence = np.empty(BUCKETS, dtype=np.float32)  # only the row's own buckets are filled and read
    totals = np.zeros(taken.shape[0], dtype=np.float64)
    cdef double[::1] total = totals
    cdef float product
    for i in range(entries):
        if i + AHEAD < entries:
            ask_for(&weight[bucket[i + AHEAD]])
        product = weight[bucket[i]] * value[i]
        per_occurrence[bucket[i]] = <float>(<double>product / count[i])
    for i in range(unit.shape[0]):
        if taken[unit[i]]:
            total[unit[i]] += per_occurrence[of_gram[i]]
    return totals.astype(np.float32)
