"""Twins of `parts.py`: one walk over the n-grams, one over the characters, and one table filled row by row."""

from libc.math cimport exp, sqrt
from libc.stdint cimport int32_t, int64_t, uint32_t

import numpy as np

from classifier.native.fetching cimport ask_for

cdef enum:
    CLASSES = 7
    COLUMNS = 27
    SENTENCE_WORDS = 6
    ENDS = 3
    SPACE = 1
    UPPER = 2
    NAME = 3
    DIGIT = 4
    QUOTE = 5
    QUESTION = 6
    AHEAD = 64  # n-grams whose weights are asked for before they are read
cdef double SENTENCE_FROM = -2.0, COMPANY = 3.0, FAR = -6.0, NONE = -9.0


def sums(const float[::1] weights, const uint32_t[::1] bucket, const int32_t[::1] unit, Py_ssize_t size):
    """The weights of every sentence's n-grams, summed, and how many they are: shape (2, sentences)."""
    found = np.zeros((2, size), dtype=np.float64)
    cdef double[:, ::1] out = found
    cdef Py_ssize_t begin = 0, end, i, at, total = bucket.shape[0]
    cdef double even, odd
    while begin < total:
        at, end = unit[begin], begin + 1
        while end < total and unit[end] == at:
            end += 1
        even = odd = 0  # two sums, because each addition waits for the one before
        for i in range(begin, end - 1, 2):
            if i + AHEAD + 1 < total:
                ask_for(&weights[bucket[i + AHEAD]])
                ask_for(&weights[bucket[i + AHEAD + 1]])
            even += weights[bucket[i]]
            odd += weights[bucket[i + 1]]
        if (end - begin) & 1:
            even += weights[bucket[end - 1]]
        out[0, at] += even + odd
        out[1, at] += end - begin
        begin = end
    return found


cdef inline int kind_of(Py_UCS4 c) noexcept:
    """The class of a character; most are small letters, which have none."""
    if c == u" ":
        return SPACE
    if u"a" <= c <= u"z":
        return 0
    if u"A" <= c <= u"Z":
        return UPPER
    if u"0" <= c <= u"9":
        return DIGIT
    if c == u'"' or u"\u201c" <= c <= u"\u201e":
        return QUOTE
    return QUESTION if c == u"?" else 0


def marks(str text not None, const int64_t[::1] starts):
    """How often each class of characters stands in every sentence, up to the next one's start; shape (classes, sentences)."""
    cdef Py_ssize_t size = starts.shape[0], at = -1, i = 0, begins
    counts = np.zeros((CLASSES, size), dtype=np.float64)
    if not size:
        return counts
    cdef double[:, ::1] out = counts
    cdef int kind, own, before = 0
    cdef Py_UCS4 c
    begins = starts[0]
    for c in text:
        kind = own = kind_of(c)
        if own == UPPER and before == SPACE:
            kind = NAME
        if i == begins:
            at += 1
            begins = starts[at + 1] if at + 1 < size else -1
            kind = 0  # a sentence's own capital is no name
        if at >= 0:
            out[kind, at] += 1
        before = own
        i += 1
    return counts


def table(
    const double[:, ::1] said,
    const float[::1] look,
    double bias,
    const double[:, ::1] marks,
    const int32_t[::1] unit,
    const double[:, ::1] topic,
):
    """The parts (paragraph, first sentence and end of each), and what the second pass sees of them, shape (parts, COLUMNS)."""
    cdef Py_ssize_t sentences = unit.shape[0], count = topic.shape[0], picked = 0, i, k, row
    alone_array, first_array = np.empty(sentences, dtype=np.float64), np.empty(count + 1, dtype=np.int32)
    cdef double[::1] alone = alone_array
    cdef int32_t[::1] first = first_array
    for i in range(sentences):
        if i == 0 or unit[i] != unit[i - 1]:
            first[unit[i]] = <int32_t>i
        alone[i] = said[0, i] / sqrt(max(1.0, said[1, i])) + bias
    first[count] = <int32_t>sentences
    for i in range(sentences):
        picked += is_picked(alone, marks, unit, first, i)
    owner_array, spans = np.empty(count + picked, dtype=np.int32), np.empty((2, count + picked), dtype=np.int32)
    rows = np.zeros((count + picked, COLUMNS), dtype=np.float32)
    cdef int32_t[::1] owner = owner_array
    cdef int32_t[:, ::1] span = spans
    cdef float[:, ::1] out = rows
    cdef double[::1] raw = np.empty(count, dtype=np.float64)
    for k in range(count):
        owner[k], span[0, k], span[1, k] = <int32_t>k, first[k], first[k + 1]
        own_row(out, raw, k, said, look[first[k]], bias, alone, marks, first[k], first[k + 1], topic)
    among(out, raw)
    row = count
    for i in range(sentences):
        if is_picked(alone, marks, unit, first, i):
            owner[row], span[0, row], span[1, row] = unit[i], <int32_t>i, <int32_t>(i + 1)
            single_row(out, row, raw, unit[i], alone[i], marks, i, first)
            row += 1
    return owner_array, spans, rows


cdef inline int is_picked(
    double[::1] alone, const double[:, ::1] marks, const int32_t[::1] unit, int32_t[::1] first, Py_ssize_t i
) except -1:
    """Whether a sentence is judged by itself: hollow enough, long enough, and not all of its paragraph."""
    return (
        alone[i] > SENTENCE_FROM
        and marks[SPACE, i] >= SENTENCE_WORDS - 1
        and first[unit[i] + 1] - first[unit[i]] > 1
    )


cdef int facts(float[:, ::1] out, Py_ssize_t row, const double[:, ::1] marks, Py_ssize_t begin, Py_ssize_t end) except -1:
    """Columns 6 to 10 of a part: figures and names a word, quotation and question marks, words."""
    cdef double found[CLASSES]
    cdef Py_ssize_t i
    cdef int kind
    for kind in range(CLASSES):
        found[kind] = 0
        for i in range(begin, end):
            found[kind] += marks[kind, i]
    cdef double words = found[SPACE] + 1
    out[row, 6], out[row, 7] = <float>(found[DIGIT] / words), <float>(found[NAME] / words)
    out[row, 8], out[row, 9], out[row, 10] = <float>found[QUOTE], <float>found[QUESTION], <float>words
    return 0


cdef int own_row(
    float[:, ::1] out,
    double[::1] raw,
    Py_ssize_t k,
    const double[:, ::1] said,
    double look,
    double bias,
    double[::1] alone,
    const double[:, ::1] marks,
    Py_ssize_t begin,
    Py_ssize_t end,
    const double[:, ::1] topic,
) except -1:
    """What a paragraph says by itself, its facts, and what it is about."""
    cdef double text = 0, grams = 0, highest = alone[begin], lowest = alone[begin]
    cdef Py_ssize_t i
    for i in range(begin, end):
        text += said[0, i]
        grams += said[1, i]
        highest, lowest = max(highest, alone[i]), min(lowest, alone[i])
    raw[k] = text / sqrt(max(1.0, grams)) + look + bias
    out[k, 0], out[k, 1], out[k, 2], out[k, 3] = <float>raw[k], <float>look, <float>highest, <float>lowest
    out[k, 4], out[k, 5] = <float>alone[begin], <float>alone[end - 1]
    facts(out, k, marks, begin, end)
    for i in range(topic.shape[1]):
        out[k, 19 + i] = <float>topic[k, i]
    return 0


cdef int single_row(
    float[:, ::1] out,
    Py_ssize_t row,
    double[::1] raw,
    Py_ssize_t inside,
    double alone,
    const double[:, ::1] marks,
    Py_ssize_t i,
    int32_t[::1] first,
) except -1:
    """A sentence by itself: its paragraph's row, but what it says, its facts, and its place in the paragraph."""
    cdef Py_ssize_t column
    for column in range(COLUMNS):
        out[row, column] = out[inside, column]
    out[row, 0] = out[row, 2] = out[row, 3] = out[row, 4] = out[row, 5] = <float>alone
    facts(out, row, marks, i, i + 1)
    out[row, 24], out[row, 25] = 1, <float>raw[inside]
    out[row, 26] = <float>((i == first[inside + 1] - 1) - (i == first[inside]))
    return 0


cdef int among(float[:, ::1] out, double[::1] raw) except -1:
    """Columns 11 to 18 of every paragraph: the strongest others, how much padding is expected of them, place, the neighbours."""
    cdef Py_ssize_t count = raw.shape[0], k
    cdef double best = NONE, second = NONE, third = NONE, expected = 0, x
    for k in range(count):
        x = raw[k]
        expected += 1 / (1 + exp(-x))
        if k == 0 or x > best:
            best, second, third = x, best, second
        elif k == 1 or x > second:
            second, third = x, second
        elif k == 2 or x > third:
            third = x
    for k in range(count):
        x = raw[k]
        out[k, 11] = <float>(second if x >= best else best)
        out[k, 12] = <float>(third if x >= second else second)
        out[k, 13] = <float>min(expected - 1 / (1 + exp(-x)), COMPANY)
        out[k, 14], out[k, 15] = <float>min(k, ENDS), <float>min(count - 1 - k, ENDS)
        out[k, 16] = <float>(<double>k / max(1, count - 1))
        out[k, 17] = <float>(raw[k - 1] if k else FAR)
        out[k, 18] = <float>(raw[k + 1] if k + 1 < count else FAR)
    return 0


def about(
    const int32_t[::1] unit,
    const int32_t[::1] block,
    const int32_t[::1] bucket,
    const int32_t[::1] of_block,
    const int32_t[::1] told,
    const float[::1] idf,
    const float[:, ::1] fit,
):
    """What each paragraph's block is about, shape (paragraphs, 5): the headline's words a word, and their number, the mean weight of
    its words, how well it fits the topic. `told` holds the headline's words, rising."""
    cdef Py_ssize_t sentences = unit.shape[0], blocks = fit.shape[0], i, k, b
    found = np.empty((unit[sentences - 1] + 1 if sentences else 0, 5), dtype=np.float64)
    cdef double[:, ::1] out = found, sums = np.zeros((3, blocks), dtype=np.float64)
    cdef double words
    for i in range(bucket.shape[0]):
        b = of_block[i]
        sums[0, b] += 1
        sums[1, b] += holds(told, bucket[i])
        sums[2, b] += idf[bucket[i]]
    for i in range(sentences):
        if i and unit[i] == unit[i - 1]:
            continue
        k, b = unit[i], block[i]
        words = max(1.0, sums[0, b])
        out[k, 0], out[k, 1], out[k, 2] = sums[1, b] / words, sums[1, b], sums[2, b] / words
        out[k, 3], out[k, 4] = fit[b, 0], fit[b, 1]
    return found


cdef inline int holds(const int32_t[::1] rising, int32_t value) except -1:
    """Whether a value stands among rising ones."""
    cdef Py_ssize_t low = 0, high = rising.shape[0], middle
    while low < high:
        middle = (low + high) // 2
        if rising[middle] < value:
            low = middle + 1
        else:
            high = middle
    return low < rising.shape[0] and rising[low] == value
