"""Looking up codes in a sorted table by their high bits, as `wording.Known` lays it out."""

from libc.stdint cimport int32_t, uint32_t


cdef inline Py_ssize_t place_of(uint32_t code, const uint32_t[::1] codes, const int32_t[::1] first, int shift):
    """Where the code stands, -1 if it does not; those with its high bits stand from first[code >> shift] on."""
    cdef Py_ssize_t at = first[code >> shift], last = first[(code >> shift) + 1]
    while at < last and codes[at] < code:
        at += 1
    return at if at < last and codes[at] == code else -1
