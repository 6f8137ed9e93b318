"""Twins of `repeats.py`: lines in the form in which they are compared, and the count of one document's lines."""

from libc.stdint cimport int32_t, int64_t, uint16_t, uint32_t, uint64_t

import numpy as np

cdef uint16_t MOST = 65535  # articles that a line is counted in


def lines(tuple folded not None, Py_ssize_t enough, mask):
    """Every text in lower case; "" where it has no two words or no letter, and where a number stands among fewer than `enough`
    spaces, what `mask` makes of it."""
    cdef list found = []
    cdef str line
    cdef Py_ssize_t spaces
    cdef bint letter, digit
    cdef Py_UCS4 c
    for text in folded:
        line = (<str?>text).lower()
        spaces, letter, digit = 0, False, False
        for c in line:
            if c < 0x80:
                if c == u" ":
                    spaces += 1
                    if letter and spaces >= enough:
                        break
                elif c >= u"a":
                    letter = letter or c <= u"z"
                elif u"0" <= c <= u"9":
                    digit = True
            elif c.isdecimal():
                digit = True
            else:
                letter = letter or c.isalnum()
        if not spaces or not letter:
            line = ""
        elif digit and spaces < enough:
            line = mask(line)
        found.append(line)
    return found


def distinct(const uint64_t[::1] keys, const int32_t[::1] weights):
    """The keys above 0, each once, rising, and the weight at which each stands first; shapes (blocks,) -> (lines,), (lines,)."""
    cdef dict first = {}
    cdef Py_ssize_t i
    for i in range(len(keys)):
        if keys[i] and keys[i] not in first:
            first[keys[i]] = weights[i]
    rising = sorted(first)
    return np.array(rising, dtype=np.uint64), np.array([first[key] for key in rising], dtype=np.int32)


def count(
    uint32_t[:, ::1] tags,
    uint16_t[:, ::1] counts,
    const uint64_t[::1] keys,
    const int32_t[::1] weights,
    Py_ssize_t turn,
    int bits,
    double copy,
):
    """Count the lines of one document in place. tags, counts: (rows, slots); keys, weights: (lines,). Among equals the slot `turn` is
    taken first; `bits` of a key are its tag; above the share `copy` of known lines the document is one."""
    cdef Py_ssize_t size = len(keys), slots = tags.shape[1], i, j, at, row
    cdef int64_t known = 0, total = 0
    slot_array = np.full(size, -1, dtype=np.int32)
    new_array = np.zeros(size, dtype=np.int32)
    cdef int32_t[::1] slot = slot_array, new = new_array
    for i in range(size):
        row = keys[i] >> bits
        for j in range(slots):
            if tags[row, j] == <uint32_t> keys[i] and counts[row, j]:
                slot[i] = j
                known += weights[i]
                break
        total += weights[i]
    if known <= copy * total:
        for i in range(size):
            row = keys[i] >> bits
            if slot[i] >= 0 and counts[row, slot[i]] < MOST:
                counts[row, slot[i]] += 1
    for i in range(size):  # all of them are chosen before one is taken, as where they are chosen at once
        if slot[i] < 0:
            row, at = keys[i] >> bits, turn
            for j in range(1, slots):
                if counts[row, (turn + j) % slots] < counts[row, at]:
                    at = (turn + j) % slots
            new[i] = at
    for i in range(size):
        if slot[i] < 0:
            row = keys[i] >> bits
            tags[row, new[i]], counts[row, new[i]] = <uint32_t> keys[i], 1
