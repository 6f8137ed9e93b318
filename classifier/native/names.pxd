"""Names hashed as `zlib.crc32` hashes their UTF-8, and the classes of characters as `re` and `str` know them.

Whoever cimports it calls `prepare()` once, when imported.
"""

from libc.stdint cimport uint32_t

cdef extern from *:
    """
    static uint32_t NAMES_TABLE[256];
    """
    uint32_t[256] NAMES_TABLE


cdef inline void prepare() noexcept:
    """Fill the table: what a byte does to the remainder by the polynomial of CRC-32."""
    cdef uint32_t value, remainder
    cdef int bit
    for value in range(256):
        remainder = value
        for bit in range(8):
            remainder = (remainder >> 1) ^ (0xEDB88320 if remainder & 1 else 0)
        NAMES_TABLE[value] = remainder


cdef inline uint32_t add_byte(uint32_t state, uint32_t byte) noexcept:
    """The state after one byte more. A name begins with the state ~0, and its hash is ~ of the last."""
    return NAMES_TABLE[(state ^ byte) & 0xFF] ^ (state >> 8)


cdef inline uint32_t add(uint32_t state, Py_UCS4 character) noexcept:
    """The state after one character more; half of a surrogate pair is a question mark, as by `encode("utf-8", "replace")`."""
    cdef uint32_t c = character
    if c < 0x80:
        return add_byte(state, c)
    if c < 0x800:
        return add_byte(add_byte(state, 0xC0 | (c >> 6)), 0x80 | (c & 0x3F))
    if 0xD800 <= c <= 0xDFFF:
        return add_byte(state, 0x3F)
    if c < 0x10000:
        state = add_byte(state, 0xE0 | (c >> 12))
    else:
        state = add_byte(add_byte(state, 0xF0 | (c >> 18)), 0x80 | ((c >> 12) & 0x3F))
    return add_byte(add_byte(state, 0x80 | ((c >> 6) & 0x3F)), 0x80 | (c & 0x3F))


cdef inline uint32_t add_text(uint32_t state, str text, Py_ssize_t start, Py_ssize_t end) except? 0:
    """The state after text[start:end]."""
    cdef Py_ssize_t i
    for i in range(start, end):
        state = add(state, text[i])
    return state


cdef inline Py_UCS4 lower(Py_UCS4 c) noexcept:
    """The simple lower case of a character: what `str.lower` makes of it but for the two letters of `is_special`."""
    if c < 0x80:
        return <Py_UCS4>(<uint32_t>c + 32) if u"A" <= c <= u"Z" else c
    return c.lower()


cdef inline bint is_special(Py_UCS4 c) noexcept:
    """A capital I with a dot is two characters in lower case; what a capital sigma becomes depends on its neighbours."""
    return c == 0x130 or c == 0x3A3


cdef inline uint32_t add_lower(uint32_t state, str text, Py_ssize_t start, Py_ssize_t end) except? 0:
    """The state after text[start:end].lower()."""
    cdef Py_ssize_t i
    cdef uint32_t before = state
    cdef str lowered
    for i in range(start, end):
        if is_special(text[i]):
            lowered = text[start:end].lower()
            return add_text(before, lowered, 0, len(lowered))
        state = add(state, lower(text[i]))
    return state


cdef inline bint is_word(Py_UCS4 c) noexcept:
    r"""As the pattern \w."""
    if c < 0x80:
        return u"a" <= c <= u"z" or u"A" <= c <= u"Z" or u"0" <= c <= u"9" or c == u"_"
    return c.isalnum()


cdef inline bint is_letter(Py_UCS4 c) noexcept:
    r"""As the pattern [^\W\d_]."""
    if c < 0x80:
        return u"a" <= c <= u"z" or u"A" <= c <= u"Z"
    return c.isalnum() and not c.isdecimal()


cdef inline Py_ssize_t name_end(str text, Py_ssize_t i, Py_ssize_t end) except -1:
    """Where a match of the pattern [A-Z]?[a-z]{2,}|[A-Z]{2,} ends that begins at i < end; i if there is none."""
    cdef Py_ssize_t capital = u"A" <= text[i] <= u"Z", stop = i + capital
    while stop < end and u"a" <= text[stop] <= u"z":
        stop += 1
    if stop - i >= 2 + capital:
        return stop
    stop = i
    while stop < end and u"A" <= text[stop] <= u"Z":
        stop += 1
    return stop if stop - i >= 2 else i
