"""Twins of `sentences.py`: every stop is found and judged in one walk over the characters."""

cdef Py_ssize_t LOOK_BACK = 32  # characters in which the word before a stop must begin
cdef str OPENING = "\"'“‘«([„‚—–-"


cdef inline bint is_stop(Py_UCS4 letter):
    return letter == u"." or letter == u"!" or letter == u"?" or letter == u"…"


cdef inline bint is_wide_stop(Py_UCS4 letter):
    return letter == u"。" or letter == u"！" or letter == u"？" or letter == u"।"


cdef inline bint closes(Py_UCS4 letter):
    return (
        letter == u'"' or letter == u"'" or letter == u")" or letter == u"]"
        or letter == u"”" or letter == u"’" or letter == u"»"
    )


cdef inline bint is_letter(Py_UCS4 letter):
    return letter.isalnum() and not letter.isdecimal()


cdef bint is_capitalised(str text, Py_ssize_t at, Py_ssize_t stop):
    """Whether a capital and a small letter of English stand here, behind an opening quotation mark or none."""
    if at < stop and (text[at] == u'"' or text[at] == u"“" or text[at] == u"‘"):
        at += 1
    return at + 1 < stop and u"A" <= text[at] <= u"Z" and u"a" <= text[at + 1] <= u"z"


cdef Py_ssize_t end_behind(str text, Py_ssize_t at, Py_ssize_t stop):
    """Where the sentence that this stop may end is over: behind the stops, the closing marks and the white space; -1 if it ends none."""
    cdef Py_UCS4 letter = text[at]
    cdef Py_ssize_t after = at + 1, gap
    if is_wide_stop(letter):
        return after if after < stop and text[after] != u"\n" and not (at and is_stop(text[at - 1])) else -1
    if at and is_stop(text[at - 1]):
        return -1
    while after < stop and is_stop(text[after]):
        after += 1
    while after < stop and closes(text[after]):
        after += 1
    gap = after
    while gap < stop and text[gap].isspace():
        gap += 1
    if gap > after:
        if gap == stop:
            return -1
        letter = text[gap]
        return -1 if u"a" <= letter <= u"z" or letter == u"," or letter == u";" or letter == u":" else gap
    return after if is_capitalised(text, after, stop) else -1


cdef str word_at(str text, Py_ssize_t at):
    """The word that begins here, in lower case; "" if none does."""
    cdef Py_ssize_t end = at
    while end < len(text) and is_letter(text[end]):
        end += 1
    return text[at:end].lower()


cdef bint are_initials(str word):
    """Whether a word is single letters with a full stop between them."""
    cdef Py_ssize_t at
    if len(word) % 2 == 0:
        return False
    for at in range(len(word)):
        if not (is_letter(word[at]) if at % 2 == 0 else word[at] == u"."):
            return False
    return True


cdef bint lost_space(str text, str word, Py_ssize_t after, never, domains):
    """Whether "word.Next" is two sentences, and not a domain, a file name, an address or an acronym."""
    cdef Py_UCS4 last
    if len(word) < 2:
        return False
    last = word[len(word) - 1]
    if not (last.islower() or last.isdigit() or last == u"%" or (closes(last) and last != u"]" and last != u"»")):
        return False
    if "/" in word or "@" in word:
        return False
    return word_at(text, after) not in domains and word.lower() not in never and not word.lower().startswith("www")


cdef bint ends(str text, Py_ssize_t begin, Py_ssize_t at, Py_ssize_t after, tuple words):
    """Whether the sentence that starts at `begin` really ends at the stop `at`, the next one beginning at `after`."""
    cdef Py_UCS4 second = text[at + 1] if at + 1 < len(text) else u"."
    cdef Py_ssize_t floor, first
    cdef str word, low, following
    if text[at] != u"." or second == u"!" or second == u"?":
        return True
    floor = max(begin, at - LOOK_BACK)
    first = at
    while first > floor and text[first - 1] != u" ":
        first -= 1
    word = text[first:at].lstrip(OPENING)
    never, before_number, maybe, starters, domains = words
    if not text[after - 1].isspace() and after < len(text) and second == text[after]:
        return lost_space(text, word, after, never, domains)
    if not word or second == u".":
        return True
    if word.isdigit():
        return at - len(word) > begin or not word_at(text, after)
    low = word.lower()
    if low in never:
        return False
    if low in before_number:
        return not (after < len(text) and text[after].isdigit())
    if low in maybe or (are_initials(word) and (len(word) > 1 or word.isupper())):
        following = word_at(text, after)
        return following in starters and word != "I." and word != "A"
    return True


cdef int trimmed(str text, Py_ssize_t start, Py_ssize_t end, list spans) except -1:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        spans.append((start, end))
    return 0


def spans(given, Py_ssize_t start, Py_ssize_t stop, tuple words):
    """(start, end) of every sentence in `given[start:stop]`, in order; `words` are the five sets that judge a stop."""
    cdef str text = str(given)  # a parser's own kind of string, else itself
    cdef list found = []
    cdef Py_ssize_t begin, at, after, following
    cdef Py_UCS4 letter
    stop = min(stop, len(text))
    begin = following = start = max(start, 0)
    at = start - 1
    for letter in text[start:stop]:  # which asks for the kind of string once, not for every letter
        at += 1
        if letter < u"!" or u"?" < letter < u"।" or at < following or not (is_stop(letter) or is_wide_stop(letter)):
            continue
        after = end_behind(text, at, stop)
        if after < 0:
            continue
        if ends(text, begin, at, after, words):
            trimmed(text, begin, after, found)
            begin = after
        following = after
    trimmed(text, begin, stop, found)
    return found
