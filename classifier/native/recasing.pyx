"""Twin of `recasing.py`: letters counted in one walk."""

from libc.stdint cimport uint8_t


def counted(const uint8_t[::1] data):
    """Of UTF-8: letters of ASCII behind a space, capitals among them, and capitals or bytes beyond ASCII wherever they stand."""
    cdef Py_ssize_t i, words = 0, begun = 0, most = 0
    cdef uint8_t byte
    cdef bint capital, behind = False
    for i in range(data.shape[0]):
        byte = data[i]
        capital = 65 <= byte <= 90
        most += capital or byte > 127
        if behind:
            begun += capital
            words += 97 <= (byte | 32) <= 122
        behind = byte == 32
    return words, begun, most
