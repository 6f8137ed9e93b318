"""Twin of `block_features.py`: the names of what a block looks like are hashed as they are made, none is ever written down."""

cimport cython
from cpython.unicode cimport PyUnicode_Count, Py_UNICODE_ISTITLE
from libc.stdint cimport int32_t, uint8_t, uint32_t

import numpy as np

from classifier.native.names cimport (
    add, add_byte, add_lower, add_text, is_letter, is_word, name_end, prepare
)

cdef Py_ssize_t ADDRESS = 500, LOOKED_AT = 90, LONGEST_LEAD = 48, SHORT = 40, REPEATED = 80, MARKED = 400, LETTERS = 200
cdef Py_ssize_t LONGEST_VALUE = 9, TAIL = 60, AFTER = 40, OPENING = 6, CLOSING = 4, MOST_NAMES = 12, MOST_RELATIONS = 3
cdef int KINDS = 5, OWN = 0, CUES = 11, NO_CUE = 40, MOST_SINCE = 6, REACH = 2
cdef uint32_t START = <uint32_t>-1, GOLDEN = 0x9E3779B1
cdef int FEATURE_BITS = 16
cdef int[4] PLACES = [-2, -1, 1, 2]
cdef uint32_t[4] SALTS = [0x51ED27, 0xA3C59A, 0x6B43A9, 0xD35A2D]

prepare()


cdef uint32_t _begun(str prefix) except? 0:
    return add_text(START, prefix, 0, len(prefix))


# The states after what names begin with.
cdef uint32_t N = _begun("n="), END = _begun("end="), KIND = _begun("k="), DENSITY = _begun("d="), TAG = _begun("g=")
cdef uint32_t TITLED = _begun("case=title"), W1 = _begun("w1="), W2 = _begun("w2="), W3 = _begun("w3="), T = _begun("t=")
cdef uint32_t LEAD = _begun("lead="), MARK = _begun("mark="), LAST = _begun("last="), TRAIT = _begun("trait=")
cdef uint32_t SEEN = _begun("seen="), LEFT = _begun("left="), PROSE = _begun("prose="), TITLE = _begun("title=")
cdef uint32_t REPEAT = _begun("repeat="), FORM = _begun("form="), COSINE = _begun("cos="), KNOWN = _begun("known=")
cdef uint32_t LINK = _begun("l="), LINKS = _begun("l=n"), LINKED = _begun("l=d"), LONG = _begun("l=long")
cdef uint32_t ADDRESSED = _begun("h="), RELATION = _begun("r=")
# Whole names.
cdef uint32_t UPPER = ~_begun("case=upper"), IS_PROSE = ~_begun("p=True"), NO_PROSE = ~_begun("p=False")
cdef uint32_t AT_TOP = ~_begun("at=top"), AT_END = ~_begun("at=after"), AT_INSIDE = ~_begun("at=inside")
cdef uint32_t NO_LETTERS = ~_begun("has=no-letters"), NO_LINK = ~_begun("l=none"), RELATIVE = ~_begun("l=relative")
cdef uint32_t SAME = ~_begun("l=same"), OTHER = ~_begun("l=other"), ABSOLUTE = ~_begun("l=absolute")


@cython.final
cdef class Codes:
    """Hashes, one list of them a block: list b ends before `ends[b]`."""

    cdef uint32_t[::1] values
    cdef Py_ssize_t[::1] ends
    cdef Py_ssize_t size

    def __init__(self, Py_ssize_t lists):
        self.values = np.empty(64 * (lists + 1), dtype=np.uint32)
        self.ends = np.zeros(lists, dtype=np.intp)
        self.size = 0

    cdef int put(self, uint32_t code) except -1:
        """Append a hash to the last list."""
        cdef uint32_t[::1] wider
        if self.size == self.values.shape[0]:
            wider = np.empty(2 * self.size, dtype=np.uint32)
            wider[: self.size] = self.values
            self.values = wider
        self.values[self.size] = code
        self.size += 1
        return 0

    cdef int put_all(self, tuple codes) except -1:
        for code in codes:
            self.put(code)
        return 0


@cython.final
cdef class Line:
    """A block's text, and where the words of its beginning stand in it."""

    cdef str text
    cdef Py_ssize_t length, count
    cdef Py_ssize_t[::1] begins, stops

    def __init__(self):
        self.begins = np.empty(LOOKED_AT, dtype=np.intp)
        self.stops = np.empty(LOOKED_AT, dtype=np.intp)

    cdef int take(self, str text) except -1:
        """Look at another block."""
        cdef Py_ssize_t i = 0, end
        self.text, self.length, self.count = text, len(text), 0
        end = min(self.length, LOOKED_AT)
        while i < end:
            if not is_letter(text[i]):
                i += 1
                continue
            self.begins[self.count] = i
            while i < end and is_letter(text[i]):
                i += 1
            self.stops[self.count] = i
            self.count += 1
        return 0

    cdef str lowered(self, Py_ssize_t word):
        return self.text[self.begins[word] : self.stops[word]].lower()

    cdef uint32_t joined(self, uint32_t state, Py_ssize_t words) except? 0:
        """The state after the first words in lower case, a space between them."""
        cdef Py_ssize_t word
        for word in range(min(words, self.count)):
            if word:
                state = add_byte(state, 0x20)
            state = add_lower(state, self.text, self.begins[word], self.stops[word])
        return state


def hashed(
    str text not None, list blocks not None, prose, fit, answers, set title not None, str form not None, str site not None,
    tuple tables not None, tuple asked not None,
):
    """Columns and rows of all features of all blocks, and the looks; arguments as the reference says."""
    cdef const uint8_t[::1] is_prose = prose.view(np.uint8)
    cdef const float[:, :] fits = fit, traits = answers
    look_array = np.zeros((len(blocks), CUES + 3 * KINDS + traits.shape[1]), dtype=np.float32)
    cdef float[:, ::1] looks = look_array
    cdef Codes own = Codes(len(blocks)), shown = Codes(len(blocks))
    cdef Line line = Line()
    cdef const uint8_t[::1] title_words = _bloom(title)
    cdef dict phrases, first, last, repeats = {}
    cdef Py_ssize_t i, k, start, end, number, repeat, before = 0, total = 0
    cdef int under = 0, since = 0, kinds, words, tail
    cdef bint alone, marked
    cdef double density, share
    cdef str kind, tag, path, href, relation, opening
    paths, marks, cue_codes, host = asked
    phrases, first, last = tables
    for i in range(is_prose.shape[0]):
        total += is_prose[i]
    for i in range(len(blocks)):
        start, end, kind, tag, path, density, number, href, relation = blocks[i]
        line.take(text[start:end])
        share = _title_share(line, title, title_words)
        length, closing = _look(own, shown, line, kind, is_prose[i], density)
        _says(own, shown, line)
        if not is_prose[i] and _has_sign(line.text):
            _put_marks(own, shown, marks(line.text[:MARKED]))
        for k in range(traits.shape[1]):
            looks[i, CUES + 3 * KINDS + k] = traits[i, k]
            if traits[i, k]:
                own.put(_digit(TRAIT, k))
                shown.put(_digit(TRAIT, k))
        kinds, words, alone, marked = _opening(line, phrases, first)
        tail = 0 if is_prose[i] else _closing(line, phrases, last)
        since += 1
        if is_prose[i]:
            under = since = 0
        if kinds or tail or under:
            codes = cue_codes(kinds, alone, marked, tail, under, min(since, MOST_SINCE) if under else 0)
            own.put_all(codes)
            shown.put_all(codes)
        shown.put(~add_text(TAG, tag, 0, len(tag)))
        own.put_all(paths(path[:ADDRESS]))
        _links(own, number, density, href[:ADDRESS], relation, site, host)
        _place(own, before, total)
        opening = line.text[:REPEATED]
        repeat = repeats.get(opening, 0)
        repeats[opening] = repeat + 1
        own.put(_digit(TITLE, _by_shares(share)))
        own.put(_digit(REPEAT, min(repeat, 2)))
        own.put(~add_text(FORM, form, 0, len(form)))
        own.put(_digit(COSINE, _by_shares(fits[i, 0])))
        own.put(_digit(KNOWN, _by_shares(fits[i, 1])))
        _pairs(own, line, length, closing, density, form)
        looks[i, 0], looks[i, 1], looks[i, 2] = line.length, is_prose[i], density
        looks[i, 3], looks[i, 4], looks[i, 5] = fits[i, 0], fits[i, 1], share
        looks[i, 6] = line.length > 0 and line.text[0].islower()
        looks[i, 7], looks[i, 8], looks[i, 9] = alone, marked, words
        looks[i, 10] = since if under else NO_CUE
        for k in range(KINDS):
            looks[i, CUES + k] = kinds >> k & 1
            looks[i, CUES + KINDS + k] = tail >> k & 1
            looks[i, CUES + 2 * KINDS + k] = under >> k & 1
        if alone:
            under, since = kinds, 0
        before += is_prose[i]
        own.ends[i], shown.ends[i] = own.size, shown.size
    column, row = _with_neighbours(own, shown)
    return column, row, look_array


cdef inline uint32_t _digit(uint32_t state, Py_ssize_t number) noexcept:
    """The hash of a name that ends in a number below ten."""
    return ~add_byte(state, <uint32_t>(0x30 + number))


cdef inline int _by_shares(double value) noexcept:
    return (
        (not value < 0.05) + (not value < 0.2) + (not value < 0.4) + (not value < 0.6) + (not value < 0.8) + (not value < 0.95)
    )


cdef inline int _by_counts(Py_ssize_t value) noexcept:
    return (value >= 1) + (value >= 2) + (value >= 4) + (value >= 8)


cdef inline int _by_densities(double value) noexcept:
    return (not value < 0.2) + (not value < 0.6)


cdef inline int _by_steps(Py_ssize_t words) noexcept:
    return (
        (words >= 1) + (words >= 2) + (words >= 4) + (words >= 7) + (words >= 11) + (words >= 17) + (words >= 31) + (words >= 61)
    )


cdef _bloom(set title):
    """Which last bytes the hashes of the title's words have, shape (256,): others need not be looked up."""
    cdef uint8_t[::1] found = np.zeros(256, dtype=np.uint8)
    cdef str word
    for word in title:
        found[~_begun(word) & 0xFF] = 1
    return found


cdef double _title_share(Line line, set title, const uint8_t[::1] title_words) except -1:
    """How many of the words stand in the title, each counted once, as a share of all."""
    cdef Py_ssize_t word
    cdef set found
    if not title or not line.count:
        return 0
    found = set()
    for word in range(line.count):
        if title_words[~add_lower(START, line.text, line.begins[word], line.stops[word]) & 0xFF]:
            lowered = line.lowered(word)
            if lowered in title:
                found.add(lowered)
    return len(found) / <double>line.count


cdef (int, Py_UCS4) _look(Codes own, Codes shown, Line line, str kind, bint is_prose, double density) except *:
    """Length, closing mark, case, kind and links, of which the neighbours are told; the first two are returned."""
    cdef int length = _by_steps(PyUnicode_Count(line.text, u" ", 0, line.length) + 1)
    cdef Py_UCS4 last = line.text[line.length - 1] if line.length else 0
    cdef uint32_t[6] codes
    cdef uint32_t code
    if last.isalnum():
        last = u"a"
    codes[0] = _digit(N, length)
    codes[1] = ~(add(END, last) if line.length else END)
    codes[2] = _case(line)
    codes[3] = ~add_text(KIND, kind, 0, len(kind))
    codes[4] = IS_PROSE if is_prose else NO_PROSE
    codes[5] = _digit(DENSITY, _by_densities(density))
    for code in codes:
        own.put(code)
        shown.put(code)
    return length, last


cdef _pairs(Codes own, Line line, int length, Py_UCS4 last, double density, str form):
    """Two pairs of what `_look` has: length and closing mark; length, links, and what was read."""
    cdef uint32_t state = add_byte(N, 0x30 + length), ended = add_text(state, u" end=", 0, 5)
    own.put(~(add(ended, last) if line.length else ended))
    state = ~_digit(add_text(state, u" d=", 0, 3), _by_densities(density))
    own.put(~add_text(add_byte(state, 0x20), form, 0, len(form)))


cdef uint32_t _case(Line line) except? 0:
    """Upper case, or the share of longer words with a capital."""
    cdef Py_ssize_t word, begin, stop, upper = 0, longer = 0, titled = 0
    for word in range(line.count):
        begin, stop = line.begins[word], line.stops[word]
        upper += stop - begin > 1 and _is_upper(line.text, begin, stop)
        if stop - begin > 3:
            longer += 1
            titled += line.text[begin].isupper()
    if line.count and upper >= 0.7 * line.count:
        return UPPER
    share = titled / <double>max(1, longer)
    return _digit(TITLED, (share >= 0.3) + (share >= 0.6) + (share >= 0.9))


cdef bint _is_upper(str text, Py_ssize_t begin, Py_ssize_t stop) except -1:
    """As text[begin:stop].isupper()."""
    cdef Py_ssize_t i
    cdef bint found = False
    for i in range(begin, stop):
        if text[i].islower() or Py_UNICODE_ISTITLE(text[i]):
            return False
        found = found or text[i].isupper()
    return found


cdef _says(Codes own, Codes shown, Line line):
    """First and last words, a short block's whole text, a lead-in, and whether there are letters at all."""
    cdef uint32_t code
    cdef Py_ssize_t i, begin, stop, mark
    code = ~(line.joined(W1, 1) if line.count else add_text(W1, line.text, 0, min(2, line.length)))
    own.put(code)
    shown.put(code)
    own.put(~line.joined(W2, 2))
    own.put(~line.joined(W3, 3))
    if line.length <= SHORT:
        code = ~add_lower(T, line.text, 0, line.length)
        own.put(code)
        shown.put(code)
    begin, stop, mark = _lead_in(line.text, min(line.length, LONGEST_LEAD))
    if mark:
        code = ~add_lower(LEAD, line.text, begin, stop)
        own.put(code)
        shown.put(code)
        own.put(~add(MARK, line.text[mark]))
    if line.count:
        own.put(~add_lower(LAST, line.text, line.begins[line.count - 1], line.stops[line.count - 1]))
    for i in range(min(line.length, LETTERS)):
        if line.text[i].isalpha():
            return
    own.put(NO_LETTERS)


cdef (Py_ssize_t, Py_ssize_t, Py_ssize_t) _lead_in(str text, Py_ssize_t end) except *:
    r"""Where up to four words and a mark after them stand, as the pattern \W*(NAMED(?: NAMED){0,3})\s*([:|–—>-]) has it."""
    cdef Py_ssize_t i = 0, begin, stop, words = 0
    while i < end and not is_word(text[i]):
        i += 1
    begin = stop = i
    while words < 4:
        i = _named(text, stop + (words > 0), end) if words == 0 or (stop < end and text[stop] == u" ") else -1
        if i < 0:
            break
        stop = i
        words += 1
    if not words:
        return 0, 0, 0
    i = stop
    while i < end and text[i].isspace():
        i += 1
    if i < end and text[i] in u":|–—>-":
        return begin, stop, i
    return 0, 0, 0


cdef Py_ssize_t _named(str text, Py_ssize_t i, Py_ssize_t end) except -2:
    """Where a word ends that begins here and may have an apostrophe inside; -1 if none does."""
    if i >= end or not is_letter(text[i]):
        return -1
    while i < end and is_letter(text[i]):
        i += 1
    if i + 1 < end and text[i] in u"'’" and is_letter(text[i + 1]):
        i += 1
        while i < end and is_letter(text[i]):
            i += 1
    return i


cdef bint _has_sign(str text) except -1:
    """Whether any character calls for the patterns of counters, files, addresses, dates, prices and templates."""
    cdef Py_ssize_t i, end = min(len(text), MARKED)
    cdef Py_UCS4 c
    if not end:
        return False
    if end <= LONGEST_VALUE and text[0] in u"unftUNFT":  # as the values that scripts leave begin
        return True
    for i in range(end):
        c = text[i]
        if u"a" <= c <= u"z" or c == u" " or u"A" <= c <= u"Z":
            if c == u"o" and i > 2 and text[i - 1] == u"g" and text[i - 2] == u"a" and text[i - 3] == u" ":
                return True
        elif c == u".":  # a full stop inside of a word, or after "www"
            if (i + 1 < end and not text[i + 1].isspace()) or (i > 0 and text[i - 1] == u"w"):
                return True
        elif c in u"$€£{}<[" or c.isdecimal() or (c == u":" and i + 1 < end and text[i + 1] == u"/"):
            return True
    return False


cdef _put_marks(Codes own, Codes shown, list names):
    cdef str name
    cdef uint32_t code
    for name in names:
        code = ~_begun(name)
        own.put(code)
        if name == "has=retail":
            shown.put(code)


cdef (int, int, bint, bint) _opening(Line line, dict phrases, dict first) except *:
    """Kinds, words, alone and marked of the longest cue at the beginning, as `cues.opening` has them."""
    cdef Py_ssize_t size, end
    cdef int kinds
    cdef bint alone, marked
    if not line.count:
        return 0, 0, False, False
    most = first.get(line.lowered(0))
    if most is None:
        return 0, 0, False, False
    lowered = [line.lowered(size) for size in range(min(<Py_ssize_t>most, line.count, OPENING))]
    for size in range(len(lowered), 0, -1):
        found = phrases.get(" ".join(lowered[:size]))
        if found is None:
            continue
        kinds = found
        if kinds == OWN:
            break
        end = line.stops[size - 1]
        while end < line.length and is_letter(line.text[end]):  # a word that is longer than what is looked at
            end += 1
        alone, marked = _stands_alone(line.text, end), _is_marked(line.text, end)
        if size > 1 or alone or marked or _is_upper(line.text, 0, end):
            return kinds, <int>size, alone, marked
    return 0, 0, False, False


cdef bint _stands_alone(str text, Py_ssize_t end) except -1:
    """Whether no letter and no digit follows soon."""
    cdef Py_ssize_t i
    for i in range(end, min(len(text), end + AFTER)):
        if text[i].isalnum():
            return False
    return True


cdef bint _is_marked(str text, Py_ssize_t i) except -1:
    """Whether a mark such as a colon follows."""
    cdef Py_ssize_t end = min(len(text), i + AFTER)
    while i < end and text[i] in u" ]":
        i += 1
    return i < end and text[i] in u":|-–—>»/•"


cdef int _closing(Line line, dict phrases, dict last) except -1:
    """Kinds of the longest cue of two words and more at the end, as `cues.closing` has them."""
    cdef str tail = line.text[max(0, line.length - TAIL) :].lower()
    cdef Py_ssize_t stop = len(tail), begin, size
    cdef list words = []
    most = None
    while len(words) < CLOSING:
        while stop and not is_letter(tail[stop - 1]):
            stop -= 1
        if not stop:
            break
        begin = stop
        while begin and is_letter(tail[begin - 1]):
            begin -= 1
        words.insert(0, tail[begin:stop])
        if most is None:
            most = last.get(words[0])
            if most is None:
                return 0
        stop = begin
    for size in range(min(<Py_ssize_t>most, len(words)) if words else 0, 1, -1):
        found = phrases.get(" ".join(words[len(words) - size :]))
        if found:
            return found
    return 0


cdef _links(Codes own, Py_ssize_t number, double density, str href, str relation, str site, host):
    """Where the links lead: nowhere, within the page, to the same site, to another."""
    cdef Py_ssize_t query, path, dashes
    cdef str name
    if not number:
        own.put(NO_LINK)
        return
    own.put(_digit(LINKS, (number >= 2) + (number >= 3) + (number >= 6)))
    own.put(_digit(LINKED, _by_shares(density)))
    if href.startswith("#") or href.startswith("javascript:") or href.startswith("mailto:"):
        own.put(~add_text(LINK, href, 0, min(4, len(href))))
    else:
        name = _host(href, host)
        own.put(RELATIVE if not name else (SAME if name == site else OTHER) if site else ABSOLUTE)
    query = href.find("?")
    query = len(href) if query < 0 else query
    path = href.rfind("//", 0, query)
    path = 0 if path < 0 else path + 2
    _put_names(own, href, path, query)
    dashes = PyUnicode_Count(href, u"-", path, query)
    own.put(_digit(LONG, (dashes >= 1) + (dashes >= 3) + (dashes >= 6)))
    if relation:
        for name in relation.split()[:MOST_RELATIONS]:
            own.put(~add_text(RELATION, name, 0, len(name)))


cdef str _host(str href, host):
    """The host of an address without "www."; `host` is asked where there is more to it than letters."""
    cdef Py_ssize_t i, begin, end = len(href)
    cdef Py_UCS4 c
    begin = 8 if href.startswith("https://") else 7 if href.startswith("http://") else 0
    if not begin and not (href.startswith("/") and not href.startswith("//")):
        return host(href)
    for i in range(begin, end):
        c = href[i]
        if c in u"\t\r\n":  # left out of an address wherever they stand
            return host(href)
        if begin and c in u"/?#":
            end = i
            break
        if begin and not (u"a" <= c <= u"z" or u"A" <= c <= u"Z" or u"0" <= c <= u"9" or c == u"." or c == u"-"):
            return host(href)
    return href[begin:end].lower().removeprefix("www.") if begin else ""


cdef _put_names(Codes own, str text, Py_ssize_t i, Py_ssize_t end):
    """The first words as the pattern [A-Z]?[a-z]{2,}|[A-Z]{2,} has them, in lower case."""
    cdef Py_ssize_t stop, found = 0
    while i < end and found < MOST_NAMES:
        stop = name_end(text, i, end)
        if stop > i:
            own.put(~add_lower(ADDRESSED, text, i, stop))
            found += 1
        i = max(stop, i + 1)


cdef _place(Codes own, Py_ssize_t before, Py_ssize_t total):
    """Where among the paragraphs it stands: so many of `total` come before."""
    own.put(AT_TOP if before == 0 else AT_END if before >= total else AT_INSIDE)
    own.put(_digit(SEEN, _by_counts(before)))
    own.put(_digit(LEFT, _by_counts(total - before)))
    own.put(_digit(PROSE, _by_counts(total)))


cdef _with_neighbours(Codes own, Codes shown):
    """Columns and rows of what every block has, and of what the two blocks on either side show, each place under a hash of its own."""
    cdef Py_ssize_t count = own.ends.shape[0], size = own.size, block, other, i, at = 0
    cdef int place
    for block in range(count):
        for place in range(2 * REACH):
            other = block + PLACES[place]
            size += _begin(shown, other + 1) - _begin(shown, other) if 0 <= other < count else 1
    column_array, row_array = np.empty(size, dtype=np.int32), np.empty(size, dtype=np.int32)
    cdef int32_t[::1] column = column_array, row = row_array
    for block in range(count):
        for i in range(_begin(own, block), own.ends[block]):
            column[at], row[at] = _column(own.values[i]), <int32_t>block
            at += 1
        for place in range(2 * REACH):
            other = block + PLACES[place]
            if other < 0 or other >= count:  # where no block is, the hash of the place alone shows
                column[at], row[at] = _column(SALTS[place]), <int32_t>block
                at += 1
                continue
            for i in range(_begin(shown, other), shown.ends[other]):
                column[at], row[at] = _column(shown.values[i] ^ SALTS[place]), <int32_t>block
                at += 1
    return column_array, row_array


cdef inline Py_ssize_t _begin(Codes codes, Py_ssize_t block) except -1:
    return codes.ends[block - 1] if block else 0


cdef inline int32_t _column(uint32_t code) noexcept:
    return <int32_t>((code * GOLDEN) >> (32 - FEATURE_BITS))
