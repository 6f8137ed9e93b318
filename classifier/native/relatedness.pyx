"""Twins of `relatedness.py`: what the head sees of every line, in one table."""

from libc.math cimport log
from libc.stdint cimport int64_t, uint8_t

import numpy as np

cdef Py_ssize_t LINE_COLUMNS = 14
cdef float FAR = 6


def seen_of_lines(
    const int64_t[::1] story,
    const int64_t[::1] box,
    const int64_t[::1] announced,
    const float[:, ::1] stories,
    const float[:, ::1] boxes,
    telling,
    const float[::1] score,
    const uint8_t[::1] above,
):
    """The columns of `relatedness._seen_of_lines`, shape (lines, 14); the same arguments."""
    cdef const uint8_t[::1] tells = telling.view(np.uint8)
    cdef Py_ssize_t i, j, at, of, last = boxes.shape[1] - 1, many = boxes.shape[0]
    cdef float[:, ::1] seen = np.empty((stories.shape[0], 4), dtype=np.float32)
    # Of every box: sums of the four columns of `seen`, then their number, the best score, its lines, whether a story tells.
    cdef double[:, ::1] sums = np.zeros((many, 8))
    cdef int64_t[::1] box_of = np.zeros(stories.shape[0], dtype=np.int64)
    out_array = np.empty((story.shape[0], LINE_COLUMNS), dtype=np.float32)
    cdef float[:, ::1] out = out_array
    for i in range(story.shape[0]):
        box_of[story[i]] = box[i]
        sums[box[i], 6] += 1
    for i in range(stories.shape[0]):
        seen[i, 0] = min(max(score[i], -FAR), FAR)
        seen[i, 1], seen[i, 2], seen[i, 3] = stories[i, 1], stories[i, last - 1], stories[i, last]
        sums[box_of[i], 7] += tells[i]
    means_of(sums, box_of, tells, seen)
    for i in range(story.shape[0]):
        at, of = box[i], story[i]
        for j in range(3):
            out[i, j] = seen[of, j] if tells[of] else <float>sums[at, j]
        out[i, 3], out[i, 4] = <float>sums[at, 0], <float>sums[at, 5]
        out[i, 5], out[i, 6], out[i, 7] = boxes[at, 1], boxes[at, last - 1], boxes[at, last]
        out[i, 8], out[i, 9] = <float>sums[at, 2], <float>sums[at, 3]
        out[i, 10], out[i, 11] = <float>(announced[at] == 1), <float>(announced[at] == 2)
        out[i, 12], out[i, 13] = <float>log(sums[at, 6]), <float>above[i]
    return out_array


cdef void means_of(
    double[:, ::1] sums, const int64_t[::1] box_of, const uint8_t[::1] tells, const float[:, ::1] seen
):
    """Means and the best score of every box over its stories that tell, or over all where none does."""
    cdef Py_ssize_t i, j, at
    for at in range(sums.shape[0]):
        sums[at, 5] = -FAR
    for i in range(seen.shape[0]):
        at = box_of[i]
        if tells[i] or sums[at, 7] == 0:
            for j in range(4):
                sums[at, j] += seen[i, j]
            sums[at, 4] += 1
            sums[at, 5] = max(sums[at, 5], <double>seen[i, 0])
    for at in range(sums.shape[0]):
        for j in range(4):
            sums[at, j] /= sums[at, 4]
