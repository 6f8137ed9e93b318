"""Twin of `likelihood.py`: every token looked up alone, with the one before and with the two before, and all measures of that."""

from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t

import numpy as np

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
    cdef Py_ssize_t i, before, two, at_pair, judged = 0, side, at = 0
    cdef uint32_t own, one, history
    cdef float word, word_before, pair, pair_before, triple, after_one
    for i in range(code.shape[0]):
        judged += length[i] > 0 or code[i] != START
    chance_array, odd_array = np.empty((3, 2, judged), dtype=np.float32), np.zeros((3, 2), dtype=np.int64)
    judged_array = np.empty(judged, dtype=np.intp)
    at_array = np.empty((3, code.shape[0]), dtype=np.uint32)
    cdef float[:, :, ::1] chance = chance_array
    cdef int64_t[:, ::1] odd = odd_array
    cdef Py_ssize_t[::1] chosen = judged_array
    cdef uint32_t[:, ::1] place = at_array
    for i in range(code.shape[0]):
        one = code[max(i - 1, 0)]
        two = max(i - 2, 0)
        # A sentence begins with two starts, so that none looks into the one before.
        history = (START if i > 0 and length[i - 1] == 0 and one == START else code[two]) * SECOND ^ one
        own = (code[i] + SHIFT) ^ (code[i] >> 11)
        place[0, i] = ((code[i] ^ (code[i] >> 15)) * SPREAD) >> (32 - WORD_BITS)
        place[1, i] = (((one * FIRST) ^ own) * SPREAD) >> (32 - PAIR_BITS)
        place[2, i] = (((history * FIRST) ^ own) * SPREAD) >> (32 - TRIPLE_BITS)
    for i in range(code.shape[0]):
        if length[i] == 0 and code[i] == START:
            continue
        chosen[at] = i
        before = max(i - 1, 0)
        for side in range(2):
            word, word_before = count[words[place[0, i], side]], count[words[place[0, before], side]]
            pair, pair_before = count[pairs[place[1, i], side]], count[pairs[place[1, before], side]]
            triple = count[triples[place[2, i], side]]
            chance[0, side, at] = alone[side, words[place[0, i], side]]
            after_one = (pair + PRIOR_PAIR * chance[0, side, at]) / (word_before + PRIOR_PAIR)
            chance[1, side, at] = after_one
            chance[2, side, at] = (triple + PRIOR_TRIPLE * after_one) / (pair_before + PRIOR_TRIPLE)
            odd[0, side] += pair == 0 and word > FREQUENT and word_before > FREQUENT
            odd[1, side] += triple == 0 and pair_before >= ODD
            odd[2, side] += word <= RARE
        at += 1
    return chance_array, judged_array, odd_array


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
