"""Twins of `layout.py`: all columns that the second pass sees of a block, written into one table.

Sums are taken in single precision and in numpy's order, because trees compare what comes out with numbers that came out before.
"""

from libc.math cimport log1p
from libc.stdint cimport int32_t, uint8_t

import numpy as np

cdef str SEPARATOR = " < ", OUTSIDE = "outside "
cdef Py_ssize_t FAR = 60
cdef Py_ssize_t WIDE = 8
cdef Py_ssize_t REACH = 3
cdef Py_ssize_t SEEN = 6  # columns of which means are taken
cdef Py_ssize_t SHOWN = 3  # and of these, what is shown of a run's first block
cdef Py_ssize_t PLACES = 11
cdef Py_ssize_t KNOWN_LOGS = 256
cdef const float[::1] LOGS = np.log1p(np.arange(KNOWN_LOGS, dtype=np.float32))


def odds(const float[:, ::1] probability, float low, float high):
    """Odds of every probability, of one beyond `low` and `high` those of the limit; the same shape."""
    out_array = np.empty((probability.shape[0], probability.shape[1]), dtype=np.float32)
    cdef float[:, ::1] out = out_array
    cdef Py_ssize_t i, j
    cdef float value
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            value = min(max(probability[i, j], low), high)
            out[i, j] = value / (<float>1 - value)
    return out_array


def numbered(const int32_t[:, ::1] keys):
    """Runs of equal keys in every row, numbered from 0; (rows, blocks) -> the same shape."""
    out_array = np.empty((keys.shape[0], keys.shape[1]), dtype=np.int32)
    cdef int32_t[:, ::1] out = out_array
    cdef Py_ssize_t i, row
    cdef int32_t number
    for row in range(keys.shape[0]):
        number = 0
        for i in range(keys.shape[1]):
            number += i > 0 and keys[row, i] != keys[row, i - 1]
            out[row, i] = number
    return out_array


def kept_together(list paths, prose):
    """Numbers of every block's box, card and path, the same for the same, and its home, as in `layout.groups`: shape (4, blocks)."""
    cdef const uint8_t[::1] own = prose.view(np.uint8)
    cdef dict elements = {}, holders = {}, boxes = {}, cards = {}, keys = {}
    cdef list each, holder = []
    cdef str path, box
    cdef Py_ssize_t i, most = 0
    out_array = np.empty((4, len(paths)), dtype=np.int32)
    cdef int32_t[:, ::1] out = out_array
    for i, path in enumerate(paths):
        if path not in elements:
            elements[path] = path.split(SEPARATOR)
        if own[i]:
            pair = tuple(elements[path][1:3])
            holders[pair] = holders.get(pair, 0) + 1
    for pair, count in holders.items():
        if count > most:
            most, holder = count, list(pair)
    for path, each in elements.items():
        box = box_of(each, holder)
        home = 1 if not box else -1 if box.startswith(OUTSIDE) else 0
        card = tuple(each[2:])
        keys[path] = (boxes.setdefault(box, len(boxes)), cards.setdefault(card, len(cards)), len(keys), home)
    for i, path in enumerate(paths):
        out[0, i], out[1, i], out[2, i], out[3, i] = keys[path]
    return out_array


cdef str box_of(list elements, list holder):
    """The twin of `layout._box`."""
    cdef Py_ssize_t depth
    if holder:
        for depth in range(1, len(elements)):
            if elements[depth] == holder[0] and elements[depth : depth + 2] == holder[: len(elements) - depth]:
                return elements[depth - 1] if depth > 1 else ""
    return OUTSIDE + SEPARATOR.join(elements[2:4])


def table(
    const float[:, ::1] log_odds,
    const float[:, ::1] first,
    const float[:, ::1] kinds,
    const float[::1] log_length,
    const float[:, ::1] look,
    prose,
    const int32_t[::1] copies,
    const int32_t[:, ::1] ids,
    const float[::1] home,
    int form,
    bint english,
    Py_ssize_t cues,
    Py_ssize_t cue_kinds,
):
    """The columns of `layout._table` in its order, shape (blocks, columns); the same arguments."""
    cdef const uint8_t[::1] own = prose.view(np.uint8)
    cdef Py_ssize_t size = look.shape[0], labels = first.shape[1], run = SEEN + 2 + SHOWN
    cdef Py_ssize_t width = 9 * labels + look.shape[1] + PLACES + kinds.shape[1] + 1 + 3 * run + SEEN + 1 + 2 * cue_kinds
    out_array = np.zeros((size, width), dtype=np.float32)
    cdef float[:, ::1] out = out_array
    cdef float[:, ::1] seen = np.empty((size, SEEN), dtype=np.float32)
    cdef Py_ssize_t at = 9 * labels, i, j
    shown(kinds, log_length, look, seen)
    neighbours(out, log_odds, first, own)
    for i in range(size):
        for j in range(look.shape[1]):
            out[i, at + j] = look[i, j]
    at += look.shape[1]
    places(out, at, own, copies, form, english)
    at += PLACES
    means(out, at, kinds)
    at += kinds.shape[1]
    for i in range(size):
        out[i, at] = home[i]
    at += 1
    for j in range(3):
        if j and same(ids, j - 1, j):
            repeat(out, at - run, run)
        else:
            runs(out, at, ids[j], seen)
        at += run
    paths(out, at, ids[3], seen)
    at += SEEN + 1
    for i in range(size):
        for j in range(cue_kinds):
            if i > 0:
                out[i, at + j] = look[i - 1, cues + j]
            if i + 1 < size:
                out[i, at + cue_kinds + j] = look[i + 1, cues + j]
    return out_array


cdef void shown(
    const float[:, ::1] kinds, const float[::1] log_length, const float[:, ::1] look, float[:, ::1] seen
):
    """Of every block its kinds, the logarithm of its length, whether it is prose, and its link density."""
    cdef Py_ssize_t i
    for i in range(seen.shape[0]):
        seen[i, 0], seen[i, 1], seen[i, 2] = kinds[i, 0], kinds[i, 1], kinds[i, 2]
        seen[i, 3], seen[i, 4], seen[i, 5] = log_length[i], look[i, 1], look[i, 2]


cdef void neighbours(
    float[:, ::1] out, const float[:, ::1] log_odds, const float[:, ::1] first, const uint8_t[::1] own
):
    """The columns of `layout.neighbourhood`; what lies beyond the ends is left as it is, 0."""
    cdef Py_ssize_t size = first.shape[0], labels = first.shape[1], i, j, step, place, before = 0, total = 0
    cdef float[:, ::1] sums = np.zeros((size + 1, labels), dtype=np.float32)
    cdef float mean
    for i in range(size):
        total += own[i]
        for j in range(labels):
            sums[i + 1, j] = sums[i, j] + first[i, j]
    for i in range(size):
        before += own[i]
        for j in range(labels):
            out[i, j] = log_odds[i, j]
        place = labels
        for step in range(-REACH, REACH + 1):
            if step:
                if 0 <= i + step < size:
                    for j in range(labels):
                        out[i, place + j] = first[i + step, j]
                place += labels
        for j in range(labels):
            mean = <float>(
                (<double>sums[min(i + WIDE + 1, size), j] - <double>sums[max(i - WIDE, 0), j]) / (2 * WIDE + 1)
            )
            out[i, place + j] = mean
            if 0 < before < total:
                out[i, place + labels + j] = mean


cdef void places(
    float[:, ::1] out, Py_ssize_t at, const uint8_t[::1] own, const int32_t[::1] copies, int form, bint english
):
    """The columns of `layout._places`."""
    cdef Py_ssize_t size = own.shape[0], i, total = 0, before = 0, last = -FAR, following = size + FAR
    for i in range(size):
        total += own[i]
    for i in range(size):
        out[i, at] = <float>before
        out[i, at + 1] = <float>(total - own[i] - before)
        out[i, at + 2] = <float>(<double>i / max(1, size))
        out[i, at + 3] = <float>(size - i)
        out[i, at + 4] = <float>total
        out[i, at + 5] = <float>size
        out[i, at + 6] = <float>min(i - last, FAR)
        out[i, at + 8] = <float>form
        out[i, at + 9] = <float>copies[i]
        out[i, at + 10] = <float>english
        if own[i]:
            before += 1
            last = i
    for i in range(size - 1, -1, -1):
        out[i, at + 7] = <float>min(following - i, FAR)
        if own[i]:
            following = i


cdef void means(float[:, ::1] out, Py_ssize_t at, const float[:, ::1] values):
    """The mean of every column, in every row."""
    cdef Py_ssize_t size = values.shape[0], i, j
    cdef float total
    for j in range(values.shape[1]):
        total = 0
        for i in range(size):
            total += values[i, j]
        total = <float>(<double>total / size)
        for i in range(size):
            out[i, at + j] = total


cdef bint same(const int32_t[:, ::1] ids, Py_ssize_t one, Py_ssize_t other):
    """Are two rows alike? In plain text there are gaps alone."""
    cdef Py_ssize_t i
    for i in range(ids.shape[1]):
        if ids[one, i] != ids[other, i]:
            return False
    return True


cdef void repeat(float[:, ::1] out, Py_ssize_t at, Py_ssize_t width):
    """Some columns once more, to the right of themselves."""
    cdef Py_ssize_t i, j
    for i in range(out.shape[0]):
        for j in range(at, at + width):
            out[i, j + width] = out[i, j]


cdef void runs(float[:, ::1] out, Py_ssize_t at, const int32_t[::1] ids, const float[:, ::1] seen):
    """The columns of `layout._of_run`."""
    cdef Py_ssize_t begin = 0, end, i, j, size = ids.shape[0]
    cdef float mean, length
    while begin < size:
        end = begin + 1
        while end < size and ids[end] == ids[begin]:
            end += 1
        length = <float>log1p(<double>(end - begin))
        for j in range(SEEN):
            mean = <float>(<double>(seen[begin, j] + pairwise(seen, j, begin + 1, end)) / (end - begin))
            for i in range(begin, end):
                out[i, at + j] = mean
        for i in range(begin, end):
            out[i, at + SEEN] = length
            out[i, at + SEEN + 1] = <float>(i - begin)
            for j in range(SHOWN):
                out[i, at + SEEN + 2 + j] = seen[begin, j]
        begin = end


cdef float pairwise(const float[:, ::1] seen, Py_ssize_t column, Py_ssize_t begin, Py_ssize_t end):
    """The sum of a part of a column as numpy takes it: eight sums side by side, and halves of what is longer than 128 (so that this
    calls itself no deeper than a size has bits)."""
    cdef Py_ssize_t i, half, length = end - begin
    cdef float total = 0
    if length > 128:
        half = begin + length // 2 - length // 2 % 8
        return pairwise(seen, column, begin, half) + pairwise(seen, column, half, end)
    i = begin
    if length >= 8:
        total = eights(seen, column, begin, begin + length - length % 8)
        i += length - length % 8
    while i < end:
        total += seen[i, column]
        i += 1
    return total


cdef float eights(const float[:, ::1] seen, Py_ssize_t column, Py_ssize_t begin, Py_ssize_t end):
    """The sum of a multiple of eight values: every eighth together."""
    cdef float a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0
    cdef Py_ssize_t i
    for i in range(begin, end, 8):
        a += seen[i, column]
        b += seen[i + 1, column]
        c += seen[i + 2, column]
        d += seen[i + 3, column]
        e += seen[i + 4, column]
        f += seen[i + 5, column]
        g += seen[i + 6, column]
        h += seen[i + 7, column]
    return ((a + b) + (c + d)) + ((e + f) + (g + h))


cdef void paths(float[:, ::1] out, Py_ssize_t at, const int32_t[::1] ids, const float[:, ::1] seen):
    """The columns of `layout._of_group`."""
    cdef Py_ssize_t size = ids.shape[0], i, j, groups = 0
    for i in range(size):
        groups = max(groups, ids[i] + 1)
    cdef double[:, ::1] sums = np.zeros((groups, SEEN + 1))  # numpy's order here is that of a matrix product
    for i in range(size):
        for j in range(SEEN):
            sums[ids[i], j] += seen[i, j]
        sums[ids[i], SEEN] += 1
    for i in range(size):
        for j in range(SEEN):
            out[i, at + j] = <float>(sums[ids[i], j] / sums[ids[i], SEEN])
        out[i, at + SEEN] = log_count(sums[ids[i], SEEN])


cdef inline float log_count(double count):
    """log(1 + count), of most counts as numpy has it in single precision."""
    return LOGS[<Py_ssize_t>count] if count < KNOWN_LOGS else <float>log1p(count)
