"""Twins of `topic.py`: the words of all blocks sorted twice, by block and by word, and weighed in one walk over each."""

from libc.math cimport log1p, sqrt
from libc.stdint cimport int32_t, int64_t, uint8_t

import numpy as np

cdef int BITS = 16
cdef Py_ssize_t KNOWN_LOGS = 256  # a word is seldom said more often
cdef const double[::1] LOGS = np.log1p(np.arange(KNOWN_LOGS, dtype=np.float64))


cdef inline double log_of(int64_t count):
    """log(1 + count), of most counts numpy's own."""
    return LOGS[count] if 0 <= count < KNOWN_LOGS else log1p(<double>count)


cdef Py_ssize_t counted(int64_t[::1] keys, int64_t[::1] count):
    """Sorted keys to the distinct ones, in place, with the count of each; how many there are."""
    cdef Py_ssize_t i, found = 0
    for i in range(keys.shape[0]):
        if found and keys[found - 1] == keys[i]:
            count[found - 1] += 1
        else:
            keys[found] = keys[i]
            count[found] = 1
            found += 1
    return found


def fit(const int32_t[::1] bucket, const int32_t[::1] block, prose, const float[::1] idf, Py_ssize_t size):
    """Cosine and known share of `size` blocks, shape (size, 2), from words `bucket` in blocks `block`, both (m,); prose: (size,)."""
    cdef Py_ssize_t i, distinct, words = bucket.shape[0]
    cdef double vocabulary
    cdef int64_t mask = (1 << BITS) - 1
    cdef const uint8_t[::1] is_prose = prose.view(np.uint8)
    key_array, count_array = np.empty((2, words), dtype=np.int64)
    cdef int64_t[::1] keys = key_array, count = count_array
    for i in range(words):
        keys[i] = (<int64_t>block[i] << BITS) | bucket[i]
    key_array.sort()
    distinct = counted(keys, count)
    place_array = np.empty(distinct, dtype=np.int64)
    cdef int64_t[::1] places = place_array
    for i in range(distinct):
        places[i] = ((keys[i] & mask) << 32) | i
    place_array.sort()
    cdef double[:, ::1] weights = np.empty((2, distinct))
    vocabulary = weighed(keys, count, places, is_prose, idf, weights)
    out = np.zeros((size, 2), dtype=np.float32)
    summed(keys, weights, distinct, vocabulary, out)
    return out


cdef double weighed(
    const int64_t[::1] keys,
    const int64_t[::1] count,
    const int64_t[::1] places,
    const uint8_t[::1] is_prose,
    const float[::1] idf,
    double[:, ::1] weights,
):
    """Weight of every word in its block, and in the paragraphs but this one, (2, distinct); the squared norm of the paragraphs."""
    cdef Py_ssize_t begin = 0, end, i, at
    cdef int64_t uses, own, word, low = 0xFFFFFFFF
    cdef double known, norm = 0
    while begin < places.shape[0]:
        word, uses, end = places[begin] >> 32, 0, begin
        while end < places.shape[0] and places[end] >> 32 == word:
            at = places[end] & low
            if is_prose[keys[at] >> BITS]:
                uses += count[at]
            end += 1
        known = idf[word]
        norm += (log_of(uses) * known) * (log_of(uses) * known)
        for i in range(begin, end):
            at = places[i] & low
            own = count[at] if is_prose[keys[at] >> BITS] else 0
            weights[0, at] = log_of(count[at]) * known
            weights[1, at] = log_of(uses - own) * known
        begin = end
    return norm


cdef void summed(
    const int64_t[::1] keys, const double[:, ::1] weights, Py_ssize_t distinct, double vocabulary, float[:, ::1] out
):
    """The two columns of every block from the weights of its words, which stand together."""
    cdef Py_ssize_t i = 0, row
    cdef double square, shared, known, total, weight, rest
    while i < distinct:
        row = keys[i] >> BITS
        square = shared = known = total = 0
        while i < distinct and keys[i] >> BITS == row:
            weight, rest = weights[0, i], weights[1, i]
            square += weight * weight
            shared += weight * rest
            total += weight
            if rest > 0:
                known += weight
            i += 1
        out[row, 0] = <float>min(max(shared / max(1e-9, sqrt(square * vocabulary)), 0.0), 1.0)
        out[row, 1] = <float>(known / max(1e-9, total))
