"""Twins of `fitting.py`: the article's words and n-grams counted in tables, those of stories and boxes looked up there."""

from libc.math cimport log1p, sqrt
from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t

import numpy as np

from classifier.native.fetching cimport ask_for

cdef int WORD_BITS = 16, GRAM_BITS = 18
cdef uint8_t TITLE = 1, OPENING = 2, COUNTED = 4  # where the article has a word
cdef double WEIGHTY = 1.5
cdef Py_ssize_t WORD_COLUMNS = 7
cdef enum:
    AHEAD = 64  # n-grams whose weights are asked for before they are read


def by_words(
    const int32_t[::1] bucket,
    const int32_t[::1] block,
    prose,
    const int64_t[::1] title,
    const int64_t[::1] line_of,
    const int64_t[::1] story,
    const int64_t[::1] box,
    Py_ssize_t stories,
    Py_ssize_t boxes,
    const float[::1] idf,
    Py_ssize_t opening,
):
    """The columns of `fitting.by_words`, shape (units, 7), and weighty words, shape (units,); the same arguments."""
    cdef Py_ssize_t units = stories + boxes, distinct = 0, i
    cdef int32_t[::1] uses = np.zeros(1 << WORD_BITS, dtype=np.int32)
    cdef uint8_t[::1] places = np.zeros(1 << WORD_BITS, dtype=np.uint8)
    cdef double norm = known_words(bucket, block, prose.view(np.uint8), title, idf, opening, uses, places)
    key_array = pairs(bucket, block, line_of, story, box, stories)
    key_array.sort()
    cdef int64_t[::1] keys = key_array
    for i in range(keys.shape[0]):
        if i == 0 or keys[i] != keys[i - 1]:
            keys[distinct] = keys[i]
            distinct += 1
    table = np.zeros((units, WORD_COLUMNS), dtype=np.float32)
    weighty = np.zeros(units)
    shared_words(keys, distinct, uses, places, idf, norm, table, weighty)
    return table, weighty


cdef double known_words(
    const int32_t[::1] bucket,
    const int32_t[::1] block,
    const uint8_t[::1] prose,
    const int64_t[::1] title,
    const float[::1] idf,
    Py_ssize_t opening,
    int32_t[::1] uses,
    uint8_t[::1] places,
):
    """Fill in how often the article uses each word and whether its title or its first paragraphs do; the norm of its words."""
    cdef Py_ssize_t i, seen = 0, opening_end = 0
    cdef double norm = 0
    for i in range(prose.shape[0]):
        if prose[i] and seen < opening:
            seen += 1
            opening_end = i + 1
    for i in range(bucket.shape[0]):
        if prose[block[i]]:
            uses[bucket[i]] += 1
            if block[i] < opening_end:
                places[bucket[i]] |= OPENING
    for i in range(title.shape[0]):
        if not places[title[i]] & TITLE:
            uses[title[i]] += 1
            places[title[i]] |= TITLE
    for i in range(bucket.shape[0]):
        if prose[block[i]]:
            norm += squared_once(bucket[i], uses, places, idf)
    for i in range(title.shape[0]):
        norm += squared_once(title[i], uses, places, idf)
    return sqrt(norm)


cdef inline double squared_once(Py_ssize_t word, const int32_t[::1] uses, uint8_t[::1] places, const float[::1] idf):
    """The square of a word's weight in the article, and 0 from the second time on."""
    cdef double weight
    if places[word] & COUNTED:
        return 0
    places[word] |= COUNTED
    weight = log1p(<double>uses[word]) * idf[word]
    return weight * weight


cdef pairs(
    const int32_t[::1] bucket,
    const int32_t[::1] block,
    const int64_t[::1] line_of,
    const int64_t[::1] story,
    const int64_t[::1] box,
    Py_ssize_t stories,
):
    """Every word on a line with its story and with its box, each pair as one number: unit, then word."""
    cdef Py_ssize_t i, at = 0
    cdef int64_t line
    for i in range(bucket.shape[0]):
        at += 2 * (line_of[block[i]] >= 0)
    key_array = np.empty(at, dtype=np.int64)
    cdef int64_t[::1] keys = key_array
    at = 0
    for i in range(bucket.shape[0]):
        line = line_of[block[i]]
        if line >= 0:
            keys[at] = (story[line] << WORD_BITS) | bucket[i]
            keys[at + 1] = ((stories + box[line]) << WORD_BITS) | bucket[i]
            at += 2
    return key_array


cdef void shared_words(
    const int64_t[::1] keys,
    Py_ssize_t distinct,
    const int32_t[::1] uses,
    const uint8_t[::1] places,
    const float[::1] idf,
    double norm,
    float[:, ::1] table,
    double[::1] weighty,
):
    """The columns of every unit from its distinct words, which stand together."""
    cdef Py_ssize_t i = 0, unit, word
    cdef double weight, share, every, known, shared, best, second, title, opening, cosine, square
    while i < distinct:
        unit = keys[i] >> WORD_BITS
        every = known = shared = best = second = title = opening = cosine = square = 0
        while i < distinct and keys[i] >> WORD_BITS == unit:
            word = keys[i] & ((1 << WORD_BITS) - 1)
            i += 1
            weight = idf[word]
            every += weight
            square += weight * weight
            weighty[unit] += weight > WEIGHTY
            if not uses[word]:
                continue
            share = weight * uses[word] / (<double>uses[word] + 1)
            known += weight
            shared += share
            cosine += weight * weight * log1p(<double>uses[word])
            title += weight if places[word] & TITLE else 0
            opening += weight if places[word] & (TITLE | OPENING) else 0
            second = max(second, min(best, share))
            best = max(best, share)
        every = max(1e-6, every)
        table[unit, 0], table[unit, 1] = <float>(known / every), <float>(shared / every)
        table[unit, 2], table[unit, 3] = <float>best, <float>second
        table[unit, 4], table[unit, 5] = <float>(title / every), <float>(opening / every)
        table[unit, 6] = <float>(cosine / max(1e-6, norm * sqrt(square)))


def by_grams(
    const uint32_t[::1] bucket,
    const int32_t[::1] row,
    const float[::1] value,
    prose,
    const int64_t[::1] line_of,
    const int64_t[::1] story,
    const int64_t[::1] box,
    Py_ssize_t stories,
    Py_ssize_t boxes,
    const float[::1] gram_idf,
):
    """The columns of `fitting.by_grams`, shape (units, 2); the same arguments."""
    cdef const uint8_t[::1] own = prose.view(np.uint8)
    cdef Py_ssize_t units = stories + boxes, entries = bucket.shape[0], i
    cdef int64_t line
    cdef float weight, before
    cdef double norm = 0
    cdef float[::1] known = np.zeros(1 << GRAM_BITS, dtype=np.float32)
    cdef double[:, ::1] sums = np.zeros((units, 4))
    for i in range(entries):
        if i + AHEAD < entries:
            ask_for(&gram_idf[bucket[i + AHEAD]])
            ask_for(&known[bucket[i + AHEAD]])
        if own[row[i]]:
            weight, before = value[i] * gram_idf[bucket[i]], known[bucket[i]]
            known[bucket[i]] = before + weight
            norm += <double>weight * (2 * <double>before + weight)  # by which the square grows
    norm = sqrt(norm)
    for i in range(entries):
        if i + AHEAD < entries:
            ask_for(&gram_idf[bucket[i + AHEAD]])
            ask_for(&known[bucket[i + AHEAD]])
        line = line_of[row[i]]
        if line >= 0:
            weight = value[i] * gram_idf[bucket[i]]
            add(sums, story[line], weight, known[bucket[i]])
            add(sums, stories + box[line], weight, known[bucket[i]])
    table_array = np.empty((units, 2), dtype=np.float32)
    cdef float[:, ::1] table = table_array
    for i in range(units):
        table[i, 0] = <float>(sums[i, 0] / max(1e-6, norm * sqrt(sums[i, 1])))
        table[i, 1] = <float>(sums[i, 2] / max(1e-6, sums[i, 3]))
    return table_array


cdef inline void add(double[:, ::1] sums, Py_ssize_t unit, float weight, float theirs):
    """Count an n-gram of a unit, which the article's paragraphs hold with the weight `theirs`."""
    sums[unit, 0] += weight * theirs
    sums[unit, 1] += weight * weight
    sums[unit, 2] += weight if theirs > 0 else <float>0
    sums[unit, 3] += weight
