"""Twins of `linear.py`: every entry's weights are read where they stand and added up at once, so that no table of them is gathered."""

from libc.math cimport sqrt
from libc.stdint cimport int32_t, uint8_t, uint32_t, uint64_t

import numpy as np

from classifier.native.fetching cimport Quad, WIDE, add_quad, ask_for, quad_at

cdef enum:
    BITS = 18  # of a key, for its bucket; those above are its row
    BUCKETS = 1 << 18
    TOGETHER = 16  # heads that are added up in one walk
    AHEAD = 48  # entries; a table of 9 MB stands in no near cache, and waiting for it took two thirds of the time
QUAD = np.dtype([("of", np.float32, WIDE)])
ctypedef fused key_t:
    uint32_t
    uint64_t


def quads_of(weights):
    """The quads that begin at every column but the last three, (rows, columns) -> (rows, columns - 3), as a view: neighbours overlap.

    weights: single precision, C order, four columns or more. A quad ends where its row does, so whoever stays inside of the view
    stays inside of the table. Raises ValueError for another type or order.
    """
    cdef const float[:, ::1] table = weights
    columns = table.shape[1]
    return np.ndarray((table.shape[0], columns - WIDE + 1), QUAD, weights, 0, (4 * columns, 4))


def key_scores(ordered, const float[::1] weight_of_count, weights, int spare, Py_ssize_t size):
    """Scores without bias of sorted keys, as in Rows: weights (columns, heads), looked up at bucket >> spare -> (size, heads)."""
    out = np.zeros((size, weights.shape[1]), dtype=np.float32)
    given = np.ascontiguousarray(weights, dtype=np.float32)
    if given.shape[1] < WIDE:
        given = np.pad(given, ((0, 0), (0, WIDE - given.shape[1])))  # the model has no such table, training may
    quads = quads_of(given)
    for first in range(0, weights.shape[1], TOGETHER):
        if ordered.dtype.itemsize == 4:
            score_keys[uint32_t](ordered, weight_of_count, quads, spare, first, out)
        else:
            score_keys[uint64_t](ordered, weight_of_count, quads, spare, first, out)
    return out


cdef int score_keys(
    const key_t[::1] ordered, const float[::1] weight_of_count, const Quad[:, :] quads, int spare, Py_ssize_t first,
    float[:, ::1] out,
) except -1:
    """Add up the heads from `first` on, as many as fit, in double precision."""
    cdef Py_ssize_t keys = ordered.shape[0], columns = quads.shape[1] + WIDE - 1, i, at, head, number, run_start = 0
    cdef Py_ssize_t end = min(out.shape[1] - first, TOGETHER), many = (end + WIDE - 1) // WIDE, highest = weight_of_count.shape[0] - 1
    cdef Py_ssize_t last = quad_at(many - 1, first, columns)
    cdef double[TOGETHER] sums
    cdef double weight, squares = 0, norm
    cdef key_t key
    for head in range(TOGETHER):
        sums[head] = 0
    for i in range(1, keys + 1):
        key = ordered[i - 1]
        if i + AHEAD < keys:
            at = <Py_ssize_t>(ordered[i + AHEAD] & (BUCKETS - 1)) >> spare
            ask_for(&quads[at, quad_at(0, first, columns)])
            ask_for(&quads[at, last].of[WIDE - 1])  # it may lie across two lines of the cache
        if i < keys and ordered[i] == key:
            continue
        weight = weight_of_count[min(i - run_start, highest)]
        run_start = i
        squares += weight * weight
        at = <Py_ssize_t>(key & (BUCKETS - 1)) >> spare
        for number in range(many):
            add_quad(&sums[WIDE * number], quads[at, quad_at(number, first, columns)], weight)
        if i == keys or ordered[i] >> BITS != key >> BITS:
            norm = sqrt(squares)
            for head in range(end):
                at = head + first - quad_at(head // WIDE, first, columns)  # in its quad
                out[<Py_ssize_t>(key >> BITS), first + head] = <float>(sums[head // WIDE * WIDE + at] / norm)
            for head in range(TOGETHER):
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
            ask_for(&per_occurrence[bucket[i + AHEAD]])
        product = weight[bucket[i]] * value[i]
        per_occurrence[bucket[i]] = <float>(<double>product / count[i])
    for i in range(unit.shape[0]):
        if i + AHEAD < unit.shape[0]:
            ask_for(&per_occurrence[of_gram[i + AHEAD]])
        if taken[unit[i]]:
            total[unit[i]] += per_occurrence[of_gram[i]]
    return totals.astype(np.float32)
