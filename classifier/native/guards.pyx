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


cdef Py_ssize_t SCANNED = 4
cdef Py_ssize_t LONGEST_NAME = 7
cdef dict NAMES = {
    name: number for number, name in enumerate(b"a b i s u big code em font nobr small strike strong tt".split())
}


cdef inline bint is_space(uint8_t c):
    return c == c" " or c == c"\t" or c == c"\n" or c == c"\f" or c == c"\r"


cdef inline bint ends_name(uint8_t c):
    return is_space(c) or c == c"/" or c == c">"


cdef inline int number_of_letter(uint8_t c):
    """The number of a name of one letter, -1 for none; as in NAMES."""
    return 0 if c == c"a" else 1 if c == c"b" else 2 if c == c"i" else 3 if c == c"s" else 4 if c == c"u" else -1


def copied(bytes raw not None, const int64_t[::1] at):
    """How many bytes of attributes are open behind each tag, summed over the tags; `guards._copied` says how it counts."""
    cdef const uint8_t[::1] code = raw
    cdef list sizes = [[] for _ in NAMES], open_ones
    cdef Py_ssize_t i, begin, end, size = code.shape[0], now = 0, scanned = 0, copied = 0
    cdef int number
    cdef bint closing
    for i in range(at.shape[0]):
        begin = at[i] + 1
        closing = begin < size and code[begin] == c"/"
        begin += closing
        end = begin + 1
        number = -1
        if end < size and ends_name(code[end]):
            number = number_of_letter(code[begin] | 32)
        elif end < size and is_pair(code[begin] | 32, code[end] | 32):
            while end < size and end - begin < LONGEST_NAME and not ends_name(code[end]):
                end += 1
            if end < size and ends_name(code[end]):
                number = NAMES.get(raw[begin:end].lower(), -1)
        if number < 0:
            copied += now
            continue
        open_ones = sizes[number]
        if closing:
            if open_ones:
                now -= <Py_ssize_t>open_ones.pop()
            continue
        begin = end
        end = end_of_tag(code, begin)
        open_ones.append(end - begin)
        now += end - begin
        scanned += end - begin
        if scanned > SCANNED * size:
            return size * at.shape[0]
    return copied


cdef Py_ssize_t end_of_tag(const uint8_t[::1] code, Py_ssize_t i):
    """Where the `>` stands that ends the tag whose name ends at `i`, by the standard's states of attributes; the end if it has none."""
    cdef Py_ssize_t size = code.shape[0]
    cdef uint8_t c, quote
    while i < size and code[i] != c">":
        if is_space(code[i]) or code[i] == c"/":
            i += 1
            continue
        i += 1  # of a name, the first may be "="
        while i < size and not (ends_name(code[i]) or code[i] == c"="):
            i += 1
        while i < size and is_space(code[i]):
            i += 1
        if i == size or code[i] != c"=":
            continue
        i += 1
        while i < size and is_space(code[i]):
            i += 1
        if i == size or code[i] == c">":
            break
        quote = code[i]
        if quote == c'"' or quote == c"'":
            i += 1
            while i < size and code[i] != quote:
                i += 1
            i += i < size
        else:
            while i < size and not (is_space(code[i]) or code[i] == c">"):
                i += 1
    return i
