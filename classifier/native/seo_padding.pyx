"""Twins of `seo_padding.py`: sentences to paragraphs, blocks near the headline, phrases that come back, what the document head sees."""

from libc.math cimport sqrt
from libc.stdint cimport int32_t, uint8_t, uint32_t

import numpy as np

cdef enum:
    LONG_BLOCK = 110
    RUN = 60
    LEAST_WORDS = 12
    WORDS = 10
    COUNT_BITS = 13
cdef uint32_t MIX = 0x9E3779B1


def together(const int32_t[::1] block, list words_of_block not None, list words_of_sentence not None):
    """Which paragraph each sentence is judged with, shape (sentences,): its block, or its run of sentences in a long block."""
    cdef Py_ssize_t i, size = 0, words, count = block.shape[0]
    cdef int32_t unit = -1
    cdef bint is_new, several, is_long = False
    found = np.empty(count, dtype=np.int32)
    cdef int32_t[::1] out = found
    for i in range(count):
        is_new = i == 0 or block[i] != block[i - 1]
        if is_new:
            words = words_of_block[block[i]]
            several = i + 1 < count and block[i + 1] == block[i]
            is_long = words > LONG_BLOCK and several
        if is_new or (is_long and size >= RUN):
            unit += 1
            size = 0
        if is_long:
            size += <Py_ssize_t>words_of_sentence[i]
        out[i] = unit
    return found


def near(str text not None, list spans not None, list words not None, Py_ssize_t most_spaces, double most_missed):
    """The spans, by index, that have at most so many spaces and in which at most so many of the words do not stand."""
    cdef list found = []
    cdef str word, piece
    cdef Py_ssize_t i, begin, end
    cdef int missed
    for i in range(len(spans)):
        begin, end = spans[i]
        piece = text[begin:end]
        if piece.count(" ") > most_spaces:
            continue
        missed = 0
        for word in words:
            if word not in piece:
                missed += 1
                if missed > most_missed:
                    break
        else:
            found.append(i)
    return found


def may_come_back(const uint8_t[::1] code, Py_ssize_t times):
    """Whether what stands beside a space may come back so many times: three bytes before and one behind, or one and three."""
    cdef Py_ssize_t i
    cdef uint32_t close, before, behind
    cdef uint32_t[:, ::1] counts = np.zeros((2, 1 << COUNT_BITS), dtype=np.uint32)
    for i in range(3, code.shape[0] - 3):
        if code[i] != 32:
            continue
        close = (<uint32_t>code[i - 1] << 8) | (<uint32_t>code[i + 1] << 16)
        before = ((close | code[i - 2] | (<uint32_t>code[i - 3] << 24)) * MIX) >> (32 - COUNT_BITS)
        behind = ((close | code[i + 2] | (<uint32_t>code[i + 3] << 24)) * MIX) >> (32 - COUNT_BITS)
        counts[0, before] += 1
        counts[1, behind] += 1
        if counts[0, before] >= times or counts[1, behind] >= times:
            return True
    return False


def strengths(const float[:, ::1] table, const float[::1] scores, Py_ssize_t count):
    """The padded share of words and its root, the strongest and the mean of the three strongest paragraphs of LEAST_WORDS words and
    more, the strongest of them but the last paragraph, the strongest sentence; of `count` paragraphs and the sentences behind them."""
    cdef double padded = 0, every = 0, share
    cdef float first = 0, second = 0, third = 0, before = 0, single = 0, score
    cdef Py_ssize_t k
    for k in range(count):
        every += table[k, WORDS]
        if table[k, WORDS] < LEAST_WORDS:
            continue
        score = scores[k]
        padded += score * table[k, WORDS]
        if score > first:
            first, second, third = score, first, second
        elif score > second:
            second, third = score, second
        elif score > third:
            third = score
        if k + 1 < count:
            before = max(before, score)
    for k in range(count, scores.shape[0]):
        single = max(single, scores[k])
    share = padded / max(1.0, every)
    return [share, sqrt(share), first, (first + second + third) / 3, before, single]
