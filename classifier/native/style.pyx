"""Twin of `style.py`: all measures of some sentences' style in two walks over their tokens."""

from libc.math cimport fabs, log, sqrt
from libc.stdint cimport int32_t, int64_t, uint32_t

import numpy as np

from classifier.native.known cimport place_of

cdef enum:
    WORD = 1 << 0
    NUMBER = 1 << 1
    QUOTE = 1 << 4
    SAYING = 1 << 9
    KINDS = 16
    START = 1
    CHUNK = 60


def measured(
    const uint32_t[::1] word, const uint32_t[::1] length, const uint32_t[::1] kind,
    const uint32_t[::1] codes, const int32_t[::1] first, list rates,
):
    """The measures of tokens, shapes (tokens,), as a list; `codes` and `first`: the counted words as `Known`; an empty list for no
    word."""
    cdef Py_ssize_t i, total = 0, letters = 0, sentences = 0, known
    cdef int shift = 33 - (<int>first.shape[0]).bit_length(), bit
    cdef uint32_t kinds
    cdef uint32_t[3] held
    cdef set begun = set()
    code_array = np.empty(word.shape[0], dtype=np.uint32)
    words_array = np.zeros(word.shape[0], dtype=np.int64)  # of every sentence
    held_array = np.zeros(word.shape[0], dtype=np.uint32)  # all kinds in it
    counts_array, rates_array = np.zeros(codes.shape[0], dtype=np.int64), np.zeros(KINDS, dtype=np.int64)
    cdef uint32_t[::1] code = code_array, holds = held_array
    cdef int64_t[::1] words = words_array, counts = counts_array, of_kind = rates_array
    for i in range(word.shape[0]):
        if length[i] == 0:
            if word[i] == START:
                sentences += 1
                begun.add(word[i + 1])
            continue
        kinds = kind[i]
        holds[sentences - 1] |= kinds
        if kinds & WORD:
            code[total] = word[i]
            total += 1
            letters += length[i]
            words[sentences - 1] += 1
            known = place_of(word[i], codes, first, shift)
            if known >= 0:
                counts[known] += 1
        bit = 0
        while kinds:
            of_kind[bit] += kinds & 1
            kinds >>= 1
            bit += 1
    if total == 0:
        return []
    held[:] = [0, 0, 0]
    for i in range(sentences):
        held[0] += holds[i] & SAYING > 0
        held[1] += holds[i] & NUMBER > 0
        held[2] += holds[i] & QUOTE > 0
    code_array = code_array[:total]
    return [
        *lengths_of(words[:sentences], total),
        variety_of(code_array),
        letters / <double>total,
        once_of(code_array) / <double>total,
        *[of_kind[bit] / <double>total for bit in rates],
        len(begun) / <double>sentences,
        *[counts[i] / <double>total for i in range(codes.shape[0])],
        held[0] / <double>sentences,
        held[1] / <double>sentences,
        held[2] / <double>sentences,
    ]


cdef list lengths_of(const int64_t[::1] words, Py_ssize_t total):
    """Log of all words; mean, deviation, their ratio, extremes of the sentence lengths in words, and their mean step."""
    cdef Py_ssize_t i, size = words.shape[0]
    cdef int64_t most = words[0], least = words[0]
    cdef float mean = <float>total / <float>size, away, deviation
    cdef double squares = 0, steps = 0
    for i in range(size):
        away = <float>words[i] - mean
        squares += away * away
        most, least = max(most, words[i]), min(least, words[i])
        if i:
            steps += fabs(<double>(words[i] - words[i - 1]))
    deviation = <float>sqrt(<float>squares / <float>size)
    return [
        log(total), mean, deviation, deviation / max(<double>mean, 1.0), most, least,
        <float>(<float>steps / <float>(size - 1)) if size > 1 else 0.0,
    ]


cdef double variety_of(code_array):
    """The share of different words, on average over whole pieces of CHUNK words (over all of them in a shorter text)."""
    cdef Py_ssize_t size = len(code_array), whole = size // CHUNK * CHUNK, i, j, again = 0
    pieces_array = np.sort(code_array[:whole].reshape(-1, CHUNK) if whole else code_array[None, :], axis=1)
    cdef const uint32_t[:, ::1] pieces = pieces_array
    for i in range(pieces.shape[0]):
        for j in range(1, pieces.shape[1]):
            again += pieces[i, j] == pieces[i, j - 1]
    return 1 - again / <double>(pieces.shape[0] * pieces.shape[1])


cdef Py_ssize_t once_of(code_array):
    """How many words occur once."""
    cdef const uint32_t[::1] ordered = np.sort(code_array)
    cdef Py_ssize_t i, size = ordered.shape[0], once = 0
    for i in range(size):
        once += (i == 0 or ordered[i] != ordered[i - 1]) and (i + 1 == size or ordered[i] != ordered[i + 1])
    return once
