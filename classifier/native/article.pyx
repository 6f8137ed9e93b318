"""Twins of `article.py`: what is counted, hashed and folded of a text, each in one walk over its characters."""

from cpython.unicode cimport PyUnicode_Count
from libc.stdint cimport int32_t, uint8_t, uint32_t

import numpy as np

from classifier.native.names cimport add, is_word, prepare

cdef int TOPIC_BITS = 16
cdef Py_ssize_t SHORTEST_TERM = 3, LONGEST_TERM = 7
cdef Py_ssize_t MIN_PROSE_WORDS = 4, PROSE_WORDS = 12
cdef Py_ssize_t CLOSING_MARKS = 6  # characters at a sentence's end among which the full stop is looked for
cdef Py_UCS4 UNSPACED = 0x0E00
cdef Py_ssize_t UNSPACED_LENGTH = 50

prepare()


def terms_of(str lowered not None, list starts not None, list ends not None):
    """Hashed content words of lowered[starts[b]:ends[b]] for every block b, and the block of each."""
    cdef Py_ssize_t block, i, begin, end, at = 0, total = 0
    cdef uint32_t state
    for block in range(len(starts)):
        total += (<Py_ssize_t>ends[block] - <Py_ssize_t>starts[block] + 1) // (SHORTEST_TERM + 1)
    term_array, block_array = np.empty(total, dtype=np.int32), np.empty(total, dtype=np.int32)
    cdef int32_t[::1] terms = term_array, blocks = block_array
    for block in range(len(starts)):
        i, end = starts[block], ends[block]
        while i < end:
            begin, state = i, <uint32_t>-1
            while i < end and is_word(lowered[i]):
                if i - begin < LONGEST_TERM:
                    state = add(state, lowered[i])
                i += 1
            if i - begin >= SHORTEST_TERM:
                terms[at], blocks[at] = <int32_t>(~state & ((1 << TOPIC_BITS) - 1)), <int32_t>block
                at += 1
            i += 1
    return term_array[:at], block_array[:at]


def folded(str text not None, list starts not None, list ends not None, dict plain not None, fold):
    """text[starts[s]:ends[s]] in scored form, of every sentence s.

    Most hold nothing but ASCII and the marks of typography, whose plain forms are in `plain`; `fold` is asked for the others.
    """
    cdef Py_ssize_t sentence, start, end, longest = 0, size
    for sentence in range(len(starts)):
        longest = max(longest, <Py_ssize_t>ends[sentence] - <Py_ssize_t>starts[sentence])
    scratch_bytes = bytearray(3 * longest + 3)  # an ellipsis is three full stops
    cdef uint8_t[::1] scratch = scratch_bytes
    cdef str piece
    found = []
    for sentence in range(len(starts)):
        start, end = starts[sentence], ends[sentence]
        piece = text[start:end]
        if is_folded(piece):
            found.append(piece)
            continue
        size = _fold(piece, plain, scratch)
        if size < 0:
            found.append(fold(piece))
        else:
            found.append(scratch_bytes[:size].decode("ascii"))
    return tuple(found)


cdef bint is_folded(str piece):
    """Whether a text is its own scored form beyond doubt: ASCII, single spaces inside, no backtick and no doubled quotes."""
    cdef Py_UCS4 c, before = u" "
    for c in piece:
        if c <= u" ":
            if c < u" " or before == u" ":
                return False
        elif c >= 0x80 or c == u"`" or (c == u"'" and before == u"'"):
            return False
        before = c
    return before != u" "


cdef Py_ssize_t _fold(str text, dict plain, uint8_t[::1] out) except? -1:
    """Write the scored form of a text and say how long it is; -1 where a letter is not ASCII or quotes are doubled."""
    cdef Py_ssize_t size = 0
    cdef Py_UCS4 c, mark
    cdef str marks
    cdef bint apart = False
    for c in text:  # which asks for the kind of string once, not for every letter
        if c < 0x80:
            if c <= u" " and c.isspace():
                apart = size > 0
                continue
            if c != u"`" and c != u"'" and not apart:  # `_put` in place: passing `out` on takes longer than writing to it
                out[size] = <uint8_t>c
                size += 1
                continue
            size = _put(out, size, c, apart)
        else:
            marks = plain.get(c)
            if marks is None:
                return -1
            if not marks:
                continue
            for mark in marks:
                size = _put(out, size, mark, apart)
                apart = False
        if size < 0:
            return -1
        apart = False
    return size


cdef inline Py_ssize_t _put(uint8_t[::1] out, Py_ssize_t size, Py_UCS4 c, bint apart) except? -1:
    """Append a character, after a space where it stands apart; -1 if that makes two quotes of one, or if it is a grave accent."""
    if size < 0 or c == u"`":
        return -1
    if apart:
        out[size] = u" "
        size += 1
    elif c == u"'" and size and out[size - 1] == u"'":
        return -1
    out[size] = <uint8_t>c
    return size + 1


def prose_of(tuple sentences not None, list may_be not None):
    """Which sentences are running prose, and how many words these have together."""
    marks_array = np.zeros(len(sentences), dtype=np.bool_)
    cdef uint8_t[::1] marks = marks_array.view(np.uint8)
    cdef Py_ssize_t sentence, spaces, words = 0
    cdef str text
    for sentence in range(len(sentences)):
        if not may_be[sentence]:
            continue
        text = sentences[sentence]
        spaces = PyUnicode_Count(text, u" ", 0, len(text))
        if spaces >= MIN_PROSE_WORDS - 1 and _is_closed(text):
            marks[sentence] = True
            words += spaces + 1
    return marks_array, words


cdef bint _is_closed(str text) except -1:
    """Whether a full stop ends it, or stands before quotes and brackets that do."""
    cdef Py_ssize_t i = len(text), first = max(0, len(text) - CLOSING_MARKS)
    if i > first and text[i - 1] == u"\n":
        i -= 1
    while i > first:
        i -= 1
        if text[i] in u".!?":
            return True
        if text[i] not in u"\"')]":
            return False
    return False


def paragraphs_of(str text not None, list starts not None, list ends not None, list densities not None, str closing not None):
    """Which blocks look like the article's own paragraphs; `closing` holds the marks that may end one."""
    marks_array = np.zeros(len(starts), dtype=np.bool_)
    cdef uint8_t[::1] marks = marks_array.view(np.uint8)
    cdef Py_ssize_t block, start, end
    for block in range(len(starts)):
        start, end = starts[block], ends[block]
        if <double>densities[block] >= 0.5 or text[end - 1] not in closing:
            continue
        marks[block] = PyUnicode_Count(text, u" ", start, end) >= PROSE_WORDS or (
            text[start] >= UNSPACED and end - start >= UNSPACED_LENGTH
        )
    return marks_array
