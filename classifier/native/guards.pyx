"""Twins of `guards.py`: what stands behind every `<`."""

from libc.stdint cimport int64_t, uint8_t

cdef inline bint is_pair(uint8_t a, uint8_t b):
    """Whether a formatting element of several letters begins with these two, in small letters."""
    return (
        (a == c"b" and b == c"i") or (a == c"c" and b == c"o") or (a == c"e" and b == c"m") or (a == c"f" and b == c"o")
        or (a == c"n" and b == c"o") or (a == c"s" and (b == c"m" or b == c"t")) or (a == c"t" and b == c"t")
    )


def most_open(const uint8_t[::1] code, const int64_t[::1] at):
    """How many of the tags at `at` open an element, and at most how many formatting elements are open at once."""
    cdef Py_ssize_t i, name, size = code.shape[0]
    cdef int64_t opening = 0, most = 0, now
    cdef int64_t stays = 0, a = 0, b = 0, s = 0, u = 0, idiom = 0  # open elements of each kind
    cdef int64_t change
    cdef uint8_t first, second
    for i in range(at.shape[0]):
        name = at[i] + 1
        change = 1
        if name < size and code[name] == c"/":
            change = -1
            name += 1
        else:
            opening += 1
        first = code[name] | 32 if name < size else 32
        second = code[name + 1] if name + 1 < size else 32
        if change > 0 and is_pair(first, second | 32):
            stays += 1
        elif second <= 32 or second == c"/" or second == c">" or second > 127:
            if first == c"a":
                a = max(a + change, 0)
            elif first == c"b":
                b = max(b + change, 0)
            elif first == c"i":
                idiom = max(idiom + change, 0)
            elif first == c"s":
                s = max(s + change, 0)
            elif first == c"u":
                u = max(u + change, 0)
            else:
                continue
        else:
            continue
        now = stays + a + b + s + u + idiom
        most = max(most, now)
    return opening, most
