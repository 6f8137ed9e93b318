"""How often a model is right and wrong, per source and generator, with 95 % intervals; on files it was not fitted to.

`figures` scores the dev part of a corpus through `Scorer`, the way every user does, and returns plain data: the command prints it,
`plots.py` draws it, `card.py` writes it down.
"""

from __future__ import annotations

import math
import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from copydesk import SIGNALS, DocumentError, Report, Scorer, read
from copydesk.blocks import LINKS

from . import calibrate, corpus, evasion, reliability, spinning, typography
from .align import align
from .augment import as_text
from .corpus import Row
from .labelled import from_lines
from .spinning import Thesaurus

SPUN = 240  # human articles that are spun
FEWEST = 15  # machine articles that a generator needs to be listed
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Rate:
    """`hits` of `n`, with the Wilson interval at 95 %."""

    name: str
    hits: int
    n: int

    @property
    def value(self) -> float:
        """The share, 0 to 1; 0 of 0 is 0."""
        return self.hits / self.n if self.n else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's score interval: stays inside 0 to 1 and is right for small counts."""
        if not self.n:
            return 0.0, 1.0
        z, p, n = 1.959964, self.value, self.n
        middle, spread = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        return max(0.0, (middle - spread) / (1 + z * z / n)), min(1.0, (middle + spread) / (1 + z * z / n))

    def __str__(self) -> str:
        """Like "0.012 [0.005, 0.025] n=417"."""
        low, high = self.interval
        return f"{self.value:.3f} [{low:.3f}, {high:.3f}] n={self.n}"


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything that `copydesk evaluate` measures; rates are at the model's own thresholds unless they say otherwise."""

    human: dict[str, list[Rate]]
    machine_own: list[Rate]
    machine_at_1pct: list[Rate]
    by_length: list[Rate]
    abstained: Rate
    padding: dict[str, float]
    lines: dict[str, float]
    probe: list[typography.Probe]
    rewrite_scores: tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.float64]]
    rewrite_sets: tuple[str, ...] = ()
    calibration: list[reliability.Error] = field(default_factory=list)
    evasion: list[Rate] = field(default_factory=list)
    written: list[Rate] = field(default_factory=list)
    spun: list[Rate] = field(default_factory=list)
    marked: list[Rate] = field(default_factory=list)

    def summary(self) -> dict[str, float]:
        """The headline figures, every human source and every generator weighing the same."""
        own, at = _modern(self.machine_own), _modern(self.machine_at_1pct)
        spun = [r.value for r in self.machine_at_1pct if r.name.startswith("spun ") and not r.name.endswith("(other)")]
        news = [r.value for r in self.human["rewrite"] if not r.name.endswith("(other)") and r.n >= calibrate.FEWEST]
        return {
            "rewrite_recall_at_1pct": round(_mean(at), 4),
            "rewrite_recall_own": round(_mean(own), 4),
            "rewrite_recall_worst": round(min(at, default=0.0), 4),
            "spun_recall_at_1pct": round(_mean(spun), 4),
            "rewrite_false_mean": round(_mean(news), 4),
            "rewrite_false_worst": round(max(news, default=0.0), 4),
            **{k: round(v, 4) for k, v in {**self.padding, **self.lines}.items()},
        }


def _modern(rates: Sequence[Rate]) -> list[float]:
    """The recalls of instructed generators on articles: base models, spun text and other domains are listed, not averaged."""
    return [
        r.value
        for r in rates
        if not r.name.endswith("(other)") and not r.name.startswith("spun ") and not corpus.BASE_MODELS.search(r.name)
    ]


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _score_all(scorer: Scorer, rows: Sequence[Row]) -> list[Report | None]:
    out: list[Report | None] = []
    for row in rows:
        try:
            out.append(scorer.score(read(row.text, kind="text", title=row.title, id=row.id)))
        except DocumentError:
            out.append(None)
    return out


def _rates(pairs: Sequence[tuple[str, bool]], fewest: int) -> list[Rate]:
    found: dict[str, list[bool]] = defaultdict(list)
    for name, hit in pairs:
        found[name].append(hit)
    return [Rate(k, sum(v), len(v)) for k, v in sorted(found.items()) if len(v) >= fewest]


def figures(scorer: Scorer, folder: Path, say: Say, thesaurus: Thesaurus) -> Figures:
    """Measure the scorer on the dev files in `folder`. Raises CorpusError if they are missing or not as expected."""
    rows = [r for r in corpus.articles(folder, "dev") if len(r.text.split()) >= 60]
    say(f"scoring {len(rows)} articles")
    scored = [(r, rep) for r, rep in zip(rows, _score_all(scorer, rows), strict=True) if rep is not None]
    people = [(r, rep) for r, rep in scored if r.human]
    human = {s: _rates([(r.source, rep.signals[s].flagged) for r, rep in people], 1) for s in SIGNALS}
    values = [rep.signals["rewrite"].score for _, rep in scored]
    value = np.array([-1.0 if v is None else v for v in values])
    at_1pct = calibrate.score_at(calibrate.by_source([r for r, _ in scored], list(value)), calibrate.HUMAN_RATE)
    machines = [(r, rep, v) for (r, rep), v in zip(scored, value, strict=True) if not r.human]
    lengths = [
        (f"human, {reliability.band(rep.words)}", rep.signals["rewrite"].flagged) for r, rep in people if r.is_article
    ]
    judged = [(r, rep, v) for (r, rep), v in zip(scored, value, strict=True) if r.is_article and v >= 0]
    scores = _judged([r for r, _, _ in judged], np.array([v for _, _, v in judged]))
    say("scoring disguised articles, lines and written articles")
    return Figures(
        human=human,
        machine_own=_rates([(_generator(r), rep.signals["rewrite"].flagged) for r, rep, _ in machines], FEWEST),
        machine_at_1pct=_rates([(_generator(r), bool(v > at_1pct)) for r, _, v in machines], FEWEST),
        by_length=_rates(lengths, 1),
        abstained=Rate("abstained", int((value < 0).sum()), len(value)),
        padding=_padding(scorer, folder),
        lines=_lines(scorer, folder),
        probe=typography.probe(rows),
        rewrite_scores=scores,
        rewrite_sets=tuple(r.set_name for r, _, _ in judged),
        calibration=reliability.by_length(*scores, np.array([rep.words for _, rep, _ in judged])),
        evasion=_disguised(scorer, rows),
        written=_written(scorer, folder),
        spun=_spun(scorer, [r for r, _ in people], thesaurus),
        marked=_marked(scored),
    )


def _generator(row: Row) -> str:
    spun, other = "spun " if row.label == "spun" else "", "" if row.is_article else " (other)"
    return f"{spun}{row.set_name} {row.generator or row.label}{other}"


def _judged(
    rows: Sequence[Row], value: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.float64]]:
    """Score, whether a machine wrote it, and the even weight of every judged article."""
    return value, np.array([not r.human for r in rows]), calibrate.even(rows)


def _disguised(scorer: Scorer, rows: Sequence[Row]) -> list[Rate]:
    """The share of some articles by instructed generators that is flagged, as they are and under every disguise."""
    out = []
    for name, texts in evasion.articles(rows).items():
        flagged = [_flagged(scorer, text) for text in texts]
        out.append(Rate(name, sum(flagged), len(flagged)))
    return out


def _flagged(scorer: Scorer, text: str) -> bool:
    try:
        return scorer.score(text=text).signals["rewrite"].flagged
    except DocumentError:
        return False


def _written(scorer: Scorer, folder: Path) -> list[Rate]:
    """The share of the written dev articles whose prose is flagged, by style."""
    return _rates([(d.style, _flagged(scorer, as_text(d))) for d in corpus.written(folder, "dev")], 1)


def _spun(scorer: Scorer, people: Sequence[Row], thesaurus: Thesaurus) -> list[Rate]:
    """The share of some people's articles that is flagged as it is, and spun with WordNet; as many of every source."""
    chosen = spinning.some(people, SPUN, random.Random(1))
    out = [Rate("people's articles as they are", sum(_flagged(scorer, r.text) for r in chosen), len(chosen))]
    for low, high in ((0.15, 0.3), (0.3, 0.45), (0.45, 0.6)):
        texts = [spinning.spin(r.text, thesaurus, random.Random(i), (low, high)) for i, r in enumerate(chosen)]
        name = f"the same, {100 * low:.0f} to {100 * high:.0f} % of words swapped"
        out.append(Rate(name, sum(_flagged(scorer, text) for text in texts), len(texts)))
    return out


def _marked(scored: Sequence[tuple[Row, Report]]) -> list[Rate]:
    """The share of words that stand in sentences marked as a rewriter's: of machine articles that are flagged, and of people's."""
    words: dict[str, list[int]] = {"machine articles that are flagged": [0, 0], "human articles": [0, 0]}
    for row, report in scored:
        if row.is_article and (row.human or report.signals["rewrite"].flagged):
            count = words["human articles" if row.human else "machine articles that are flagged"]
            quotes = [e.quote for e in report.evidence if e.signal == "rewrite" and e.reason != "obfuscated-text"]
            count[0] += sum(len(q.split()) for q in quotes)
            count[1] += report.words
    return [Rate(name, hits, n) for name, (hits, n) in words.items()]


def _covered(report: Report, signals: Sequence[str]) -> NDArray[np.bool_]:
    """Which characters of the text are quoted as evidence of these signals."""
    mask = np.zeros(len(report.text) + 1, dtype=np.bool_)
    for e in report.evidence:
        if e.signal in signals:
            mask[e.start : e.end] = True
    return mask


def _counts(wanted: Sequence[bool], marked: Sequence[bool]) -> tuple[float, float, float]:
    both = sum(w and m for w, m in zip(wanted, marked, strict=True))
    precision, recall = both / max(1, sum(marked)), both / max(1, sum(wanted))
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


def _padding(scorer: Scorer, folder: Path) -> dict[str, float]:
    """Paragraphs of the written dev articles: how many that are padding are marked, and how many marked ones are."""
    wanted, marked, body = [], [], []
    for doc in corpus.written(folder, "dev"):
        document = read(as_text(doc), kind="text", title=doc.title)
        mask = _covered(scorer.score(document), ["seo_padding"])
        for block, line in zip(document.blocks, align(document, doc.lines), strict=True):
            if line is not None and line.label in ("body", "padding"):
                wanted.append(line.label == "padding")
                marked.append(bool(mask[block.start : block.end].mean() >= 0.6))
                body.append(line.label == "body" and marked[-1])
    precision, recall, f1 = _counts(wanted, marked)
    share = sum(body) / max(1, len(wanted) - sum(wanted))
    return {"padding_precision": precision, "padding_recall": recall, "padding_f1": f1, "padding_body_marked": share}


def _lines(scorer: Scorer, folder: Path) -> dict[str, float]:
    """Blocks of the labelled dev pages: lines to other stories found, and body paragraphs hit by any line signal."""
    wanted, marked, hit, bodies = [], [], 0, 0
    for doc in corpus.lines(folder, "dev"):
        labelled = from_lines(doc, doc.html or "\n\n".join(x.text for x in doc.lines), "html" if doc.html else "text")
        report = scorer.score(labelled.article.document)
        links, either = _covered(report, ["injected_links"]), _covered(report, ["injected_links", "feed_debris"])
        for block, line in zip(labelled.article.document.blocks, labelled.lines, strict=True):
            if line is None:
                continue
            wanted.append(line.label in LINKS)
            marked.append(bool(links[block.start]))
            if line.label == "body" and len(line.text.split()) >= 8:
                bodies += 1
                hit += bool(either[block.start])
    precision, recall, f1 = _counts(wanted, marked)
    return {"link_precision": precision, "link_recall": recall, "link_f1": f1, "body_lines_hit": hit / max(1, bodies)}


def text(found: Figures) -> str:
    """The figures as the command prints them."""
    out = []
    for signal, rates in found.human.items():
        out += ["", f"human articles flagged by {signal}"] + [f"  {r.name:34s} {r}" for r in rates]
    out += ["", "human articles flagged by rewrite, by length"] + [f"  {r.name:34s} {r}" for r in found.by_length]
    out += ["", "machine articles: recall with 1 % of human articles flagged | at the model's own threshold"]
    out += [
        f"  {a.name:58s} {a} | {b.value:.3f}" for a, b in zip(found.machine_at_1pct, found.machine_own, strict=True)
    ]
    out += [
        "",
        "typography alone, AUC of telling human from machine: rows as they are | as scored | without quotation marks",
    ]
    out += [f"  {p.name:34s} {p.raw:.3f} | {p.scored:.3f} | {p.unquoted:.3f}  n={p.n}" for p in found.probe]
    out += ["", "expected calibration error of the rewrite score, by length"]
    out += [f"  {e.name:34s} {e.value:.3f}  n={e.n}" for e in found.calibration]
    for title, rates in (
        ("machine articles flagged under a disguise", found.evasion),
        ("written articles flagged by rewrite, by style", found.written),
        ("human articles flagged by rewrite, spun with WordNet", found.spun),
        ("share of words in sentences marked as a rewriter's", found.marked),
    ):
        out += ["", title] + [f"  {r.name:34s} {r}" for r in rates]
    out += ["", f"not judged: {found.abstained}", ""]
    out += [f"{k:24s} {v:.4f}" for k, v in found.summary().items()]
    return "\n".join(out)
