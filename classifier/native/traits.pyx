"""Twin of `traits.py`: how lines answer to other lines, from one walk over the beginnings of all."""

from cpython.unicode cimport Py_UNICODE_TODECIMAL
from libc.stdint cimport int32_t, uint8_t

import numpy as np

from classifier.native.names cimport is_letter, is_word

cdef Py_ssize_t POST = 0, POST_BELOW = 1, COUNTS_ON = 2, LISTED = 3, TWIN = 4, TRAITS = 5
cdef Py_ssize_t BELOW = 4, LONGEST = 160, LOOKED_AT = 400


def traits_of(str text not None, list starts not None, list ends not None, prose, is_signed):
    """What holds of the blocks text[starts[i]:ends[i]]; `is_signed` is asked where a line has a sign of a signature."""
    out_array = np.zeros((len(starts), TRAITS), dtype=np.float32)
    gap_array = np.zeros(len(starts), dtype=np.int32)
    cdef float[:, ::1] out = out_array
    cdef int32_t[::1] gap = gap_array  # paragraphs up to here
    cdef const uint8_t[::1] is_prose = prose.view(np.uint8)
    cdef Py_ssize_t i, start, end, stop
    cdef int number, paragraphs = 0
    cdef dict seen = {}, numbered = {}
    cdef str line
    for i in range(len(starts)):
        start, end = starts[i], ends[i]
        paragraphs += is_prose[i]
        gap[i] = paragraphs
        stop = min(end, start + LOOKED_AT)
        if (text.find("@", start, stop) >= 0 or text.find(".co", start, stop) >= 0) and is_signed(text[start:stop]):
            out[i, POST] = 1
            _mark_above(out, i, is_prose)
        if stop - start > LONGEST:
            continue
        line = text[start:stop]
        if line in seen:
            (<list>seen[line]).append(i)
        else:
            seen[line] = [i]
        number = -1 if is_prose[i] else _number(line)
        if number >= 0:
            (<list>numbered.setdefault(number, [])).append(i)
    for places in seen.values():
        if len(places) > 1:
            _mark_twins(out, places, gap)
    for value, places in numbered.items():
        beside = {gap[i] for other in (value - 1, value + 1) for i in numbered.get(other, ())}
        if beside:
            for i in places:
                out[i, LISTED if gap[i] in beside else COUNTS_ON] = 1
    return out_array


cdef int _mark_twins(float[:, ::1] out, list places, const int32_t[::1] gap) except -1:
    """The same line in several places, if there is a paragraph between."""
    cdef Py_ssize_t i
    if gap[<Py_ssize_t>places[0]] == gap[<Py_ssize_t>places[len(places) - 1]]:
        return 0
    for i in places:
        out[i, TWIN] = 1
    return 0


cdef int _mark_above(float[:, ::1] out, Py_ssize_t signed_line, const uint8_t[::1] prose) except -1:
    """The lines of the post above its signature; a paragraph may be the post itself, and ends it."""
    cdef Py_ssize_t i
    for i in range(signed_line - 1, max(-1, signed_line - 1 - BELOW), -1):
        if out[i, POST]:
            return 0
        out[i, POST_BELOW] = 1
        if prose[i]:
            return 0
    return 0


cdef int _number(str text) except -2:
    r"""The number at the beginning, as the pattern \W{0,2}(\d{1,3})(?:[.):]|\b(?=\s+[^\W\d_])) has it; -1 if there is none."""
    cdef Py_ssize_t i = 0, first, end = len(text)
    cdef int number = 0
    while i < min(end, 2) and not is_word(text[i]):
        i += 1
    first = i
    while i < min(end, first + 3) and text[i].isdecimal():
        number = 10 * number + Py_UNICODE_TODECIMAL(text[i])
        i += 1
    if i == first or i == end:
        return -1
    if text[i] in u".):":
        return number
    first = i
    while i < end and text[i].isspace():
        i += 1
    return number if first < i < end and is_letter(text[i]) else -1
