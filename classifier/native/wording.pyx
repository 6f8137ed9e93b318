"""Twins of `wording.py`: sentences taken apart into tokens, and those hashed, in a walk each."""

from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t, uint64_t
from zlib import crc32

import numpy as np

from classifier.native.known cimport place_of

cdef enum:
    WORD = 1 << 0
    NUMBER = 1 << 1
    CAPITAL = 1 << 2
    APOSTROPHE = 1 << 10
    LONG = 1 << 11
    START = 1
    END = 2
    SPACE = 32
    APOSTROPHE_BYTE = 39
    LONGEST_PART = 30
    LONGEST_TAIL = 6
    LONGEST_NUMBER = 12
    MOST_ENDINGS = 32
    BITS = 18
cdef uint32_t STEP = 0x01000193
cdef uint32_t SPREAD = 0x9E3779B1
cdef uint32_t ORDER_SALT = 0x85EBCA6B
cdef uint32_t[256] CRC_OF_BYTE


cdef void fill_crc():
    cdef uint32_t value, byte
    cdef int bit
    for byte in range(256):
        value = byte
        for bit in range(8):
            value = (value >> 1) ^ (0xEDB88320 if value & 1 else 0)
        CRC_OF_BYTE[byte] = value


fill_crc()


cdef inline uint32_t crc(const uint8_t[::1] data, Py_ssize_t at, Py_ssize_t end):
    """CRC-32 of data[at:end]."""
    cdef uint32_t value = 0xFFFFFFFF
    while at < end:
        value = CRC_OF_BYTE[(value ^ data[at]) & 0xFF] ^ (value >> 8)
        at += 1
    return ~value


cdef inline bint is_letter(uint8_t byte):
    return 97 <= byte <= 122


cdef inline Py_ssize_t end_of_letters(const uint8_t[::1] data, Py_ssize_t at, Py_ssize_t end, Py_ssize_t most):
    """Where the letters from `at` on end, after `most` of them at the latest."""
    end = min(end, at + most)
    while at < end and is_letter(data[at]):
        at += 1
    return at


cdef inline Py_ssize_t end_of_character(const uint8_t[::1] data, Py_ssize_t at, Py_ssize_t end):
    """Where the character of UTF-8 that begins at `at` ends."""
    at += 1
    while at < end and data[at] & 0xC0 == 0x80:
        at += 1
    return at


cdef inline Py_UCS4 character(const uint8_t[::1] data, Py_ssize_t at, Py_ssize_t end):
    """The character of UTF-8 in data[at:end]."""
    cdef uint32_t value = data[at]
    if end - at > 1:
        value &= 0xFF >> (end - at + 1)
        for at in range(at + 1, end):
            value = value << 6 | (data[at] & 0x3F)
    return <Py_UCS4>value


cdef class Endings:
    """Endings of words as numbers of five bits a letter, ordered by the last one: a word is compared with two or three of them, and not
    read again for it."""

    cdef uint64_t[MOST_ENDINGS] mask, value
    cdef uint32_t[MOST_ENDINGS] means
    cdef Py_ssize_t[MOST_ENDINGS] length
    cdef int[33] first  # of those that end with this letter, in the order in which they were given

    def __init__(self, list endings):
        cdef int size = 0, letter
        for letter in range(32):
            self.first[letter] = size
            for ending, means in endings[:MOST_ENDINGS]:
                coded = [byte & 31 for byte in ending.encode()]
                if coded[len(coded) - 1] != letter:
                    continue
                self.mask[size] = (<uint64_t>1 << (5 * len(coded))) - 1
                self.value[size] = 0
                for each in coded:
                    self.value[size] = self.value[size] << 5 | <uint64_t>each
                self.means[size], self.length[size] = means, len(coded)
                size += 1
        self.first[32] = size

    cdef inline uint32_t of(self, uint64_t tail, Py_ssize_t length, Py_ssize_t before, uint32_t other):
        """What the first ending means that the word has behind `before` letters or more; `other` if it has none."""
        cdef int i
        for i in range(self.first[tail & 31], self.first[(tail & 31) + 1]):
            if tail & self.mask[i] == self.value[i] and length >= self.length[i] + before:
                return self.means[i]
        return other


cdef struct Token:
    uint32_t word, shape, length, kind
    Py_ssize_t end


cdef class Taking:
    """What is known of words beforehand."""

    cdef const uint32_t[::1] small, flags
    cdef const int32_t[::1] first
    cdef int shift
    cdef Endings kinds, forms
    cdef uint32_t rare, letter, mark
    cdef uint32_t[5] digits

    def __init__(self, small, first, flags, ends, shapes):
        cdef int i
        self.small, self.first, self.flags = small, first, flags
        self.shift = 33 - (<int>len(first)).bit_length()
        self.kinds, self.forms = Endings(ends), Endings(shapes)
        self.rare, self.letter, self.mark = crc32(b"~rare"), crc32(b"~A"), crc32(b"~mark")
        for i in range(5):
            self.digits[i] = crc32(b"~" + b"0" * i)


cdef Token word_at(Taking known, const uint8_t[::1] data, Py_ssize_t at, Py_ssize_t stop):
    """The word that begins at `at`, of a sentence that ends at `stop`."""
    cdef Token token
    cdef Py_ssize_t end = end_of_letters(data, at, stop, LONGEST_PART), tail_end, place
    cdef uint64_t tail = 0
    token.kind = WORD
    if end < stop and data[end] == APOSTROPHE_BYTE:
        tail_end = end_of_letters(data, end + 1, stop, LONGEST_TAIL)
        if tail_end > end + 1:
            end = tail_end
            token.kind += APOSTROPHE
    token.end, token.length = end, <uint32_t>(end - at)
    token.word = crc(data, at, end)
    place = place_of(token.word, known.small, known.first, known.shift)
    if place >= 0:
        token.kind += known.flags[place]
    if end - at > 9:
        token.kind += LONG
    for at in range(at, end):
        tail = tail << 5 | (data[at] & 31 if is_letter(data[at]) else 31)
    token.kind += known.kinds.of(tail, token.length, 0, 0)
    token.shape = known.forms.of(tail, token.length, 3, known.rare)
    return token


cdef Token other_at(Taking known, const uint8_t[::1] data, Py_ssize_t at, Py_ssize_t stop):
    """The number or the mark that begins at `at`; of length 0 if it is white space."""
    cdef Token token
    cdef Py_ssize_t end = end_of_character(data, at, stop), next_end, place
    cdef Py_UCS4 first = character(data, at, end)
    token.length, token.kind, token.shape = 1, 0, known.letter if first.isalpha() else known.mark
    if first.isspace():
        token.length = 0
    while first.isdecimal() and token.length < LONGEST_NUMBER and end < stop:
        next_end = end_of_character(data, end, stop)
        if not character(data, end, next_end).isdecimal():
            break
        end = next_end
        token.length += 1
    token.end = end
    token.word = crc(data, at, end)
    place = place_of(token.word, known.small, known.first, known.shift)
    if first.isdigit():
        token.kind, token.shape = NUMBER, known.digits[min(token.length, 4)]
    elif place >= 0:
        token.kind = known.flags[place]
    elif first.isupper():
        token.kind = CAPITAL
    return token


cdef Taking taking_with(small, first, flags, list ends, list shapes):
    """What is known of words, laid out once: that costs as much as taking 500 words apart, and it is always the same."""
    global last_known, last_taking
    cdef tuple known = (small, first, flags, ends, shapes)
    if last_taking is None or any([one is not other for one, other in zip(known, last_known)]):
        last_known, last_taking = known, Taking(small, first, flags, ends, shapes)
    return last_taking


cdef tuple last_known = ()
cdef Taking last_taking = None


def taken_apart(
    const uint8_t[::1] data, const int64_t[::1] lengths, small, first, flags, list ends, list shapes,
):
    """CRC-32, that of the shape, length and kind of every token, and its sentence; all shapes (tokens,)."""
    cdef Py_ssize_t most = data.shape[0] + 2 * lengths.shape[0], at = 0, stop = 0, count = 0
    cdef int32_t number
    cdef Token token
    cdef Taking taking = taking_with(small, first, flags, ends, shapes)
    found_array, sentence_array = np.zeros((4, most), dtype=np.uint32), np.empty(most, dtype=np.int32)
    cdef uint32_t[:, ::1] found = found_array
    cdef int32_t[::1] sentence = sentence_array
    for number in range(<int32_t>lengths.shape[0]):
        found[0, count], sentence[count] = START, number
        count += 1
        stop += lengths[number]
        while at < stop:
            if data[at] == SPACE:
                at += 1
                continue
            token = word_at(taking, data, at, stop) if is_letter(data[at]) else other_at(taking, data, at, stop)
            at = token.end
            if token.length:
                found[0, count], found[1, count] = token.word, token.shape
                found[2, count], found[3, count] = token.length, token.kind
                sentence[count] = number
                count += 1
        found[0, count], sentence[count] = END, number
        count += 1
    word, shape, length, kind = found_array
    return word[:count], shape[:count], length[:count], kind[:count], sentence_array[:count]


def hashed(
    const uint32_t[::1] word, const uint32_t[::1] shape, const uint32_t[::1] length, const int32_t[::1] sentence,
    const uint32_t[::1] common, const int32_t[::1] first,
):
    """Buckets of the n-grams of one to three tokens, a word not among the common ones as its shape, and the sentence of each; order
    by order."""
    cdef Py_ssize_t size = word.shape[0], pairs = 0, triples = 0, i, at_two, at_three
    cdef int shift = 33 - (<int>first.shape[0]).bit_length()
    cdef uint32_t rolling
    for i in range(1, size):
        pairs += sentence[i] == sentence[i - 1]
        triples += i > 1 and sentence[i] == sentence[i - 2]
    code_array = np.empty(size, dtype=np.uint32)
    bucket_array = np.empty(size + pairs + triples, dtype=np.uint32)
    unit_array = np.empty(size + pairs + triples, dtype=np.int32)
    cdef uint32_t[::1] code = code_array, buckets = bucket_array
    cdef int32_t[::1] units = unit_array
    for i in range(size):
        code[i] = word[i] if length[i] == 0 or place_of(word[i], common, first, shift) >= 0 else shape[i]
    at_two, at_three = size, size + pairs
    for i in range(size):
        rolling = code[i]
        buckets[i], units[i] = bucket(rolling, 1), sentence[i]
        if i + 1 < size and sentence[i + 1] == sentence[i]:
            rolling = ((rolling ^ (rolling >> 13)) * STEP) + code[i + 1]
            buckets[at_two], units[at_two] = bucket(rolling, 2), sentence[i]
            at_two += 1
            if i + 2 < size and sentence[i + 2] == sentence[i]:
                rolling = ((rolling ^ (rolling >> 13)) * STEP) + code[i + 2]
                buckets[at_three], units[at_three] = bucket(rolling, 3), sentence[i]
                at_three += 1
    return bucket_array, unit_array


cdef inline uint32_t bucket(uint32_t rolling, uint32_t order):
    return ((rolling ^ (rolling >> 15) ^ (order * ORDER_SALT)) * SPREAD) >> (32 - BITS)
