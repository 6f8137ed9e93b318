"""Spun text of our own making: a person's article with words swapped for synonyms of WordNet, as spinning tools do it.

A spinner looks a word up, takes any sense that it finds and puts a synonym into its place with the old ending: "display their
immunity" becomes "exhibit their unsusceptibility". The corpus has few such texts; these are made from the articles by people that
training reads, so beside each stands its original, and nothing but the swapped words tells the two apart.

WordNet 3.0 (Miller, "WordNet: a lexical database for English", CACM 1995) is read from the files of its distribution, as Debian's
package wordnet-base has them: index.* and data.* for senses, *.exc for irregular forms (wndb(5), morphy(7)).
"""

from __future__ import annotations

import itertools
import random
import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from zlib import crc32

import numpy as np

from copydesk import CorpusError
from copydesk.synonyms import SHORTEST as SHORTEST_JUDGED
from copydesk.synonyms import STEPS, Synonyms

from .corpus import Row

KINDS = ("noun", "verb", "adj", "adv")
SENSES = 3  # of a word that a spinner chooses from; the first is the most frequent one
SHARE = (0.15, 0.6)  # share of the words with a synonym that are swapped, drawn for each text
SHORTEST = 4  # letters of a word that is swapped; shorter ones hold a sentence together
_WORD = re.compile(r"[A-Za-z]+")
_VOWELS = "aeiou"
# Words that WordNet has as nouns or adverbs, too, and that no spinner touches.
_KEPT = frozenset(
    """about above after again against also always among another around away back because been before being below between both
    cannot come could does doing done down during each even ever every from further have having here however into itself just like
    many more most much must never none only onto other ours over same shall should since some still such than that their them then
    there these they this those through thus toward under until upon very were what when where which while whom whose will with
    within without would your yours said says""".split()
)


@dataclass(frozen=True, slots=True)
class Thesaurus:
    """The synonyms of a lemma by kind of word and sense, most frequent first; irregular forms with their lemma."""

    senses: dict[str, dict[str, tuple[tuple[str, ...], ...]]]
    irregular: dict[str, dict[str, str]] = field(default_factory=dict)
    forms: dict[str, dict[str, str]] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        """Turn the irregular forms round: the plural of a noun, the past of a verb."""
        for kind in ("noun", "verb"):
            found = self.irregular.get(kind, {}).items()
            self.forms[kind] = {lemma: form for form, lemma in found if not form.endswith("ing")}

    @classmethod
    def read(cls, folder: Path) -> Thesaurus:
        """WordNet's own files. Raises CorpusError naming the file that is missing or is none of WordNet's."""
        senses, irregular = {}, {}
        for kind in KINDS:
            words = dict(_synset(line, folder / f"data.{kind}") for line in _lines(folder / f"data.{kind}"))
            senses[kind] = dict(
                _lemma(line, words, folder / f"index.{kind}") for line in _lines(folder / f"index.{kind}")
            )
            irregular[kind] = {
                form: lemma for form, lemma, *_ in (line.split() for line in _lines(folder / f"{kind}.exc"))
            }
        return cls(senses, irregular)


def some(rows: Sequence[Row], count: int, rng: random.Random) -> list[Row]:
    """About so many articles by people, the same number of every source as far as it has them."""
    by_source: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row.human and row.is_article:
            by_source[row.source].append(row)
    each = count // max(1, len(by_source))
    return [row for _, found in sorted(by_source.items()) for row in rng.sample(found, min(each, len(found)))]


def spin(text: str, thesaurus: Thesaurus, rng: random.Random, swapped: tuple[float, float] = SHARE) -> str:
    """The text with a share of its words swapped for synonyms, drawn from the range `swapped`; what begins with a capital, short
    words and everything between words stay."""
    share = rng.uniform(*swapped)

    def swap(match: re.Match[str]) -> str:
        word = match.group()
        if len(word) < SHORTEST or not word.islower() or word in _KEPT:
            return word
        choices = synonyms(word, thesaurus)
        return rng.choice(rng.choice(choices)) if choices and rng.random() <= share else word

    return _WORD.sub(swap, text)


def commoner(counts: Mapping[str, int], thesaurus: Thesaurus) -> Synonyms:
    """How much commoner than a word its commonest synonym is, for every word of letters that has synonyms, in all its forms.

    counts: how often people write each word.
    """
    best: dict[str, int] = {}
    for kind in KINDS:
        groups = {group for senses in thesaurus.senses[kind].values() for group in senses if len(group) > 1}
        for group, form in itertools.product(groups, _forms(kind, thesaurus)):
            words = [form(lemma) for lemma in group]
            ranked = sorted((counts.get(word, 0) for word in words), reverse=True)
            for word in words:
                other = ranked[1] if counts.get(word, 0) == ranked[0] else ranked[0]
                best[word] = max(best.get(word, 0), other)
    found = {
        crc32(word.encode()): np.log2((other + 1) / (counts.get(word, 0) + 1))
        for word, other in sorted(best.items())
        if len(word) >= SHORTEST_JUDGED
    }
    codes = np.array(sorted(found), dtype=np.uint32)
    doublings = np.array([found[code] for code in codes.tolist()]) * STEPS
    return Synonyms(codes, np.clip(np.round(doublings), 0, 255).astype(np.uint8))


def synonyms(word: str, thesaurus: Thesaurus) -> list[tuple[str, ...]]:
    """The synonyms of a word of lower case, with its ending, sense by sense; of its likeliest kind, which is the one with most
    senses."""
    found: list[list[tuple[str, ...]]] = []
    for kind in KINDS:
        for lemma, ending in _lemmas(word, kind, thesaurus):
            groups = thesaurus.senses[kind][lemma]
            others = [tuple(ending(w) for w in group if w != lemma) for group in groups]
            found.append([group for group in others if group])
    return max(found, key=len, default=[])[:SENSES]


def _forms(kind: str, thesaurus: Thesaurus) -> list[Callable[[str], str]]:
    """What gives a lemma of that kind each of its forms."""
    forms = thesaurus.forms.get(kind, {})

    def irregular_too(regular: Callable[[str], str]) -> Callable[[str], str]:
        return lambda lemma: forms.get(lemma) or regular(lemma)

    found = {form for _, form in _ENDINGS.get(kind, ())}
    return [str, *(irregular_too(f) if f is _IRREGULAR[kind] else f for f in sorted(found, key=lambda f: f.__name__))]


def _lemmas(word: str, kind: str, thesaurus: Thesaurus) -> list[tuple[str, Callable[[str], str]]]:
    """The lemma that the word is a form of, with what gives another lemma the same form; or none."""
    known, forms = thesaurus.senses[kind], thesaurus.forms.get(kind, {})

    def irregular_too(regular: Callable[[str], str]) -> Callable[[str], str]:
        return lambda lemma: forms.get(lemma) or regular(lemma)

    lemma = thesaurus.irregular.get(kind, {}).get(word)
    if lemma in known and kind in _IRREGULAR and not word.endswith("ing"):
        return [(lemma, irregular_too(_IRREGULAR[kind]))]
    if word in known:
        return [(word, str)]
    for suffix, form in _ENDINGS.get(kind, ()):
        for stem in _stems(word.removesuffix(suffix), suffix) if word.endswith(suffix) else ():
            if stem in known:
                return [(stem, irregular_too(form) if form is _IRREGULAR[kind] else form)]
    return []


def _stems(rest: str, suffix: str) -> Sequence[str]:
    """What the lemma may be, the suffix taken off: mak-, make; tri-, try; stopp-, stop."""
    stems = [rest, rest + "e"]
    if suffix in ("ied", "ies"):
        stems = [rest + "y"]
    if suffix in ("ed", "ing") and len(rest) > 2 and rest[-1] == rest[-2]:
        stems.append(rest[:-1])
    return stems


def _with_s(lemma: str) -> str:
    if lemma.endswith("y") and lemma[-2:-1] not in _VOWELS:
        return lemma[:-1] + "ies"
    return lemma + ("es" if lemma.endswith(("s", "x", "z", "ch", "sh")) else "s")


def _plural(lemma: str) -> str:
    return _with_s(lemma)


def _past(lemma: str) -> str:
    if lemma.endswith("y") and lemma[-2:-1] not in _VOWELS:
        return lemma[:-1] + "ied"
    return lemma + ("d" if lemma.endswith("e") else "ed")


def _going(lemma: str) -> str:
    return (lemma[:-1] if lemma.endswith("e") and not lemma.endswith("ee") else lemma) + "ing"


_IRREGULAR: dict[str, Callable[[str], str]] = {"noun": _plural, "verb": _past}  # the forms that have exceptions
_ENDINGS: dict[str, tuple[tuple[str, Callable[[str], str]], ...]] = {
    "noun": (("ies", _plural), ("es", _plural), ("s", _plural)),
    "verb": (("ies", _with_s), ("es", _with_s), ("s", _with_s), ("ied", _past), ("ed", _past), ("ing", _going)),
}


def _lines(path: Path) -> list[str]:
    """The lines of one of WordNet's files, its licence on top left out."""
    try:
        text = path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(
            f"{path}: cannot be read ({error}), expected WordNet's files, as Debian's package wordnet-base has them"
        ) from None
    return [line for line in text.splitlines() if line and not line.startswith("  ")]


def _synset(line: str, path: Path) -> tuple[str, tuple[str, ...]]:
    """The offset of a synset and its words, those of several words left out."""
    fields = line.split()
    try:
        names = [fields[4 + 2 * i].partition("(")[0].lower() for i in range(int(fields[3], 16))]
    except (IndexError, ValueError):
        raise CorpusError(f"{path}: a line is none of a synset, expected a file of WordNet's: {line[:60]!r}") from None
    return fields[0], tuple(name for name in names if name.isalpha())


def _lemma(line: str, words: dict[str, tuple[str, ...]], path: Path) -> tuple[str, tuple[tuple[str, ...], ...]]:
    """A lemma and the words of its senses."""
    fields = line.split()
    try:
        return fields[0], tuple(words[offset] for offset in fields[-int(fields[2]) :])
    except (IndexError, KeyError, ValueError):
        raise CorpusError(f"{path}: a line is none of a lemma, expected a file of WordNet's: {line[:60]!r}") from None
