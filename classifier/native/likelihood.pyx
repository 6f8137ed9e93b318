"""Twin of `likelihood.py`: every token looked up alone, with the one before and with the two before, and all measures of that."""

from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t

import numpy as np

from classifier.native.fetching cimport ask_for

cdef enum:
    START = 1
    WORD_BITS = 18
    PAIR_BITS = 20
    TRIPLE_BITS = 20
    FREQUENT = 50
    ODD = 10
    RARE = 2
cdef uint32_t SPREAD = 0x9E3779B1
cdef uint32_t FIRST = 0x85EBCA6B
cdef uint32_t SECOND = 0x01000193
cdef uint32_t SHIFT = 0x7F4A7C15
cdef float PRIOR_PAIR = 3, PRIOR_TRIPLE = 2


def chances(
    const uint32_t[::1] code, const uint32_t[::1] length, const float[:, ::1] alone, const float[::1] count,
    const uint8_t[:, ::1] words, const uint8_t[:, ::1] pairs, const uint8_t[:, ::1] triples,
):
    """Likelihoods of all tokens but starts, alone, after one and after two, under both models, shape (3, 2, judged); which tokens
    those are, shape (judged,); and how many of them are odd pairs, odd triples, rare words under each, shape (3, 2)."""
    cdef Py_ssize_t i, before, judged = 0, side, at = 0
    cdef float word, word_before, pair, pair_before, triple, after_one
    cdef const uint8_t[:, :, ::1] level = levels(code, length, words, pairs, triples)
    for i in range(code.shape[0]):
        judged += length[i] > 0 or code[i] != START
    chance_array, odd_array = np.empty((3, 2, judged), dtype=np.float32), np.zeros((3, 2), dtype=np.int64)
    judged_array = np.empty(judged, dtype=np.intp)
    cdef float[:, :, ::1] chance = chance_array
    cdef int64_t[:, ::1] odd = odd_array
    cdef Py_ssize_t[::1] chosen = judged_array
    for i in range(code.shape[0]):
        if length[i] == 0 and code[i] == START:
            continue
        chosen[at] = i
        before = max(i - 1, 0)
        for side in range(2):
            word, word_before = count[level[i, 0, side]], count[level[before, 0, side]]
            pair, pair_before = count[level[i, 1, side]], count[level[before, 1, side]]
            triple = count[level[i, 2, side]]
            chance[0, side, at] = alone[side, level[i, 0, side]]
            after_one = (pair + PRIOR_PAIR * chance[0, side, at]) / (word_before + PRIOR_PAIR)
            chance[1, side, at] = after_one
            chance[2, side, at] = (triple + PRIOR_TRIPLE * after_one) / (pair_before + PRIOR_TRIPLE)
            odd[0, side] += pair == 0 and word > FREQUENT and word_before > FREQUENT
            odd[1, side] += triple == 0 and pair_before >= ODD
            odd[2, side] += word <= RARE
        at += 1
    return chance_array, judged_array, odd_array


cdef levels(
    const uint32_t[::1] code, const uint32_t[::1] length,
    const uint8_t[:, ::1] words, const uint8_t[:, ::1] pairs, const uint8_t[:, ::1] triples,
):
    """What the tables hold for every token alone, after one and after two, under both models, shape (tokens, 3, 2).

    In two walks: nearly every look-up waits for memory, so all of them are asked for before the first is read.
    """
    cdef Py_ssize_t i
    cdef uint32_t own, one, history
    level_array = np.empty((code.shape[0], 3, 2), dtype=np.uint8)
    cdef uint8_t[:, :, ::1] level = level_array
    cdef uint32_t[:, ::1] at = np.empty((code.shape[0], 3), dtype=np.uint32)
    for i in range(code.shape[0]):
        one = code[max(i - 1, 0)]
        # A sentence begins with two starts, so that none looks into the one before.
        history = START if i > 0 and length[i - 1] == 0 and one == START else code[max(i - 2, 0)]
        history = history * SECOND ^ one
        own = (code[i] + SHIFT) ^ (code[i] >> 11)
        at[i, 0] = ((code[i] ^ (code[i] >> 15)) * SPREAD) >> (32 - WORD_BITS)
        at[i, 1] = (((one * FIRST) ^ own) * SPREAD) >> (32 - PAIR_BITS)
        at[i, 2] = (((history * FIRST) ^ own) * SPREAD) >> (32 - TRIPLE_BITS)
        ask_for(&words[at[i, 0], 0])
        ask_for(&pairs[at[i, 1], 0])
        ask_for(&triples[at[i, 2], 0])
    for i in range(code.shape[0]):
        level[i, 0, 0], level[i, 0, 1] = words[at[i, 0], 0], words[at[i, 0], 1]
        level[i, 1, 0], level[i, 1, 1] = pairs[at[i, 1], 0], pairs[at[i, 1], 1]
        level[i, 2, 0], level[i, 2, 1] = triples[at[i, 2], 0], triples[at[i, 2], 1]
    return level_array


def course(const float[:, :, ::1] logs, const Py_ssize_t[::1] judged, const int32_t[::1] sentence):
    """Of log-likelihoods, shape (3, 2, judged): people's and the other side's ratio to them by one, two and three tokens, and how
    much likelier two are than one, shape (7, judged); and the sentences' means of the third pair of those, shape (2, sentences)."""
    cdef Py_ssize_t size = judged.shape[0], i, row, number = 0, sentences = 0, count = 0
    cdef float people
    cdef double of_people = 0, of_ratio = 0
    course_array = np.empty((7, size), dtype=np.float32)
    cdef float[:, ::1] found = course_array
    for row in range(3):
        for i in range(size):
            people = logs[row, 0, i]
            found[2 * row, i] = people
            found[2 * row + 1, i] = logs[row, 1, i] - people
    for i in range(size):
        found[6, i] = logs[1, 0, i] - logs[0, 0, i]
        sentences += i == 0 or sentence[judged[i]] != sentence[judged[i - 1]]
    means_array = np.empty((2, sentences), dtype=np.float32)
    cdef float[:, ::1] means = means_array
    for i in range(size):
        of_people += found[4, i]
        of_ratio += found[5, i]
        count += 1
        if i + 1 == size or sentence[judged[i + 1]] != sentence[judged[i]]:
            means[0, number], means[1, number] = <float>(of_people / count), <float>(of_ratio / count)
            number += 1
            of_people, of_ratio, count = 0, 0, 0
    return course_array, means_array
