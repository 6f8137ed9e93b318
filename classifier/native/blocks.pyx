"""Twins of `blocks.py`: sums of feature weights, and the steps of a softmax between numpy's own exp and log.

Those two functions stay with numpy, because their last bit in single precision is no other library's.
"""

from libc.stdint cimport int32_t, uint8_t

import numpy as np

from classifier.native.fetching cimport Quad, WIDE, add_quad, ask_for, quad_at

from .linear import quads_of

cdef enum:
    TOGETHER = 16  # columns that are added up in one walk
    AHEAD = 48


def feature_sums(const int32_t[::1] row, const int32_t[::1] column, float value, weights, Py_ssize_t size):
    """`value` times the sum of the weights at `column` over every run of equal `row`, both (m,): -> (size, heads)."""
    out = np.zeros((size, weights.shape[1]), dtype=np.float32)
    if weights.shape[1] < WIDE or not weights.flags.c_contiguous:  # one head, and training's tables
        add_columns(row, column, value, weights, out)
        return out
    quads = quads_of(weights)
    for first in range(0, weights.shape[1], TOGETHER):
        add_quads(row, column, value, quads, first, out)
    return out


cdef int add_columns(
    const int32_t[::1] row, const int32_t[::1] column, float value, const float[:, :] weights, float[:, ::1] out
) except -1:
    """The sums of any table, a column at a time."""
    cdef Py_ssize_t i = 0, head, heads = weights.shape[1]
    cdef int32_t at, cell
    cdef double[::1] total = np.zeros(heads)
    while i < row.shape[0]:
        at = row[i]
        while i < row.shape[0] and row[i] == at:
            cell = column[i]
            for head in range(heads):
                total[head] += weights[cell, head]
            i += 1
        for head in range(heads):
            out[at, head] = <float>(total[head] * value)
            total[head] = 0
    return 0


cdef int add_quads(
    const int32_t[::1] row, const int32_t[::1] column, float value, const Quad[:, :] quads, Py_ssize_t first, float[:, ::1] out
) except -1:
    """The sums of a table's columns from `first` on, as many as fit."""
    cdef Py_ssize_t i, head, number, within, entries = row.shape[0], columns = quads.shape[1] + WIDE - 1
    cdef Py_ssize_t end = min(columns - first, TOGETHER), many = (end + WIDE - 1) // WIDE
    cdef Py_ssize_t last = quad_at(many - 1, first, columns)
    cdef double[TOGETHER] sums
    for head in range(TOGETHER):
        sums[head] = 0
    for i in range(entries):
        if i + AHEAD < entries:
            ask_for(&quads[column[i + AHEAD], quad_at(0, first, columns)])
            ask_for(&quads[column[i + AHEAD], last].of[WIDE - 1])  # it may lie across two lines of the cache
        for number in range(many):
            add_quad(&sums[WIDE * number], quads[column[i], quad_at(number, first, columns)], 1)
        if i + 1 == entries or row[i + 1] != row[i]:
            for head in range(end):
                within = head + first - quad_at(head // WIDE, first, columns)
                out[row[i], first + head] = <float>(sums[head // WIDE * WIDE + within] * value)
            for head in range(TOGETHER):
                sums[head] = 0
    return 0


def lowered(const float[:, ::1] scores):
    """Every row less its highest value; the same shape."""
    cdef Py_ssize_t i, j
    cdef float best
    out_array = np.empty((scores.shape[0], scores.shape[1]), dtype=np.float32)
    cdef float[:, ::1] out = out_array
    for i in range(out.shape[0]):
        best = scores[i, 0]
        for j in range(1, out.shape[1]):
            best = max(best, scores[i, j])
        for j in range(out.shape[1]):
            out[i, j] = scores[i, j] - best
    return out_array


def shares(const float[:, ::1] powers, float more):
    """Every row over its sum, and `more` on top; the same shape."""
    cdef Py_ssize_t i, j
    cdef float total
    out_array = np.empty((powers.shape[0], powers.shape[1]), dtype=np.float32)
    cdef float[:, ::1] out = out_array
    for i in range(out.shape[0]):
        total = row_sum(powers, i)
        for j in range(out.shape[1]):
            out[i, j] = powers[i, j] / total + more
    return out_array


cdef float row_sum(const float[:, ::1] values, Py_ssize_t row):
    """The sum of a row in numpy's order: eight sums side by side, and what is left over; longer ones than 15 one by one."""
    cdef Py_ssize_t j = 0, length = values.shape[1]
    cdef float total = 0
    if 8 <= length < 16:
        total = (
            (values[row, 0] + values[row, 1]) + (values[row, 2] + values[row, 3])
        ) + ((values[row, 4] + values[row, 5]) + (values[row, 6] + values[row, 7]))
        j = 8
    while j < length:
        total += values[row, j]
        j += 1
    return total


def mixed(const float[:, ::1] logs, float first, float second):
    """`first` times the upper half of the rows and `second` times the lower half: (2 * rows, columns) -> (rows, columns)."""
    cdef Py_ssize_t i, j, rows = logs.shape[0] // 2
    out_array = np.empty((rows, logs.shape[1]), dtype=np.float32)
    cdef float[:, ::1] out = out_array
    for i in range(rows):
        for j in range(out.shape[1]):
            out[i, j] = logs[i, j] * first + logs[rows + i, j] * second
    return out_array


def kinds(const float[:, ::1] probability, const int32_t[::1] kind, Py_ssize_t many):
    """Sums of the columns of each of `many` kinds; kind: (labels,); (blocks, labels) -> (blocks, many)."""
    cdef Py_ssize_t i, j
    out_array = np.zeros((probability.shape[0], many), dtype=np.float32)
    cdef float[:, ::1] out = out_array
    for i in range(probability.shape[0]):
        for j in range(probability.shape[1]):
            out[i, kind[j]] += probability[i, j]
    return out_array


def shared_out(const float[:, ::1] group, const float[:, ::1] first, const int32_t[::1] kind, float more):
    """The chance of every kind given to its labels as `first` has them, with `more` for each: (blocks, labels)."""
    cdef Py_ssize_t i, j, labels = first.shape[1]
    out_array = np.empty((first.shape[0], labels), dtype=np.float32)
    cdef float[:, ::1] out = out_array
    cdef float[::1] total = np.empty(group.shape[1], dtype=np.float32)
    for i in range(first.shape[0]):
        total[:] = 0
        for j in range(labels):
            total[kind[j]] += first[i, j] + more
        for j in range(labels):
            out[i, j] = group[i, kind[j]] * (first[i, j] + more) / total[kind[j]]
    return out_array


def lead_in(const float[:, ::1] look, Py_ssize_t cues):
    """Which rows of `look` hold the first cue at column `cues`, and before it a mark or more than one word; (blocks,)."""
    cdef Py_ssize_t i
    out_array = np.empty(look.shape[0], dtype=np.bool_)
    cdef uint8_t[::1] out = out_array.view(np.uint8)
    for i in range(out.shape[0]):
        out[i] = look[i, cues] > 0 and (look[i, cues - 2] > 1 or look[i, cues - 3] > 0)
    return out_array


def line_means(const float[:, ::1] values, const int32_t[::1] line, Py_ssize_t lines):
    """Means over the rows of each of `lines` lines; line: (rows,); (rows, columns) -> (lines, columns)."""
    cdef Py_ssize_t i, j
    out_array = np.zeros((lines, values.shape[1]), dtype=np.float32)
    cdef float[:, ::1] out = out_array
    cdef int32_t[::1] count = np.zeros(lines, dtype=np.int32)
    for i in range(values.shape[0]):
        count[line[i]] += 1
        for j in range(values.shape[1]):
            out[line[i], j] += values[i, j]
    for i in range(lines):
        for j in range(values.shape[1]):
            out[i, j] = <float>(<double>out[i, j] / count[i])
    return out_array
