"""The model card, written from the manifest and the figures: nobody types a number into it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from copydesk import SIGNALS

from . import corpus, groups, labels, sources_card
from .evaluate import Figures, Rate

_TARGET = 0.60  # AUC at which typography is said to teach nothing


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    return ["| " + " | ".join(head) + " |", "|" + "---|" * len(head), *("| " + " | ".join(r) + " |" for r in rows), ""]


def _rate(rate: Rate) -> list[str]:
    low, high = rate.interval
    return [rate.name, f"{rate.value:.3f}", f"{low:.3f} to {high:.3f}", str(rate.n)]


def card(manifest: Mapping[str, Any], found: Figures, folder: Path, size: int) -> str:
    """The card of a model as Markdown. `size` is that of its weights in bytes."""
    parts = [
        _opening(manifest, found, size),
        _thresholds(manifest),
        _data(folder),
        _false_flags(found),
        _recall(found),
        _lines(found),
        _reliability(found),
        _disguises(found),
        _probe(found),
        sources_card.sources(manifest),
        _limits(manifest),
        _reproduce(manifest),
    ]
    return "\n".join("\n".join(p) for p in parts)


def _opening(manifest: Mapping[str, Any], found: Figures, size: int) -> list[str]:
    summary = found.summary()
    return [
        f"# Model card: {manifest['name']}",
        "",
        "**What a score does not mean.** It is no proof of who or what wrote a text. It says how much the wording resembles that of the rewriters in the",
        f"training data. About {100 * summary['rewrite_false_mean']:.1f} % of human articles on the dev files are flagged as rewrites, {100 * summary['rewrite_false_worst']:.1f} % of the",
        f"worst source; and {100 * (1 - summary['rewrite_recall_own']):.0f} % of machine articles there pass. It knows these families of generators, with the share found of each:",
        f"{_families(found)}.",
        "A careful rewrite by a model that training has not seen passes more often than not: comparing an article with its source can find it, style cannot.",
        "",
        f"Weights: {size / 1e6:.1f} MB, linear heads over hashed byte and word n-grams and block features, counts of words, and small forests; plain arrays, no code. {manifest['made_with']}.",
        "",
        "All figures are on the dev files of the corpus: no head was fitted to them, but calibration and thresholds were, so expect a little worse on your articles.",
        *_refitted(manifest),
        "Rates stand with their 95 % interval (Wilson).",
        "",
        *_table(["figure", "value"], [[k.replace("_", " "), f"{v:.4f}"] for k, v in summary.items()]),
        "![Reliability of the rewrite score](reliability.png)",
        "",
        "![ROC of the rewrite score](roc.png)",
        "",
    ]


_KNOWN = {
    "llm_evobench_news": "open-ended news",
    "llm_xsum_family": "continued summaries",
    "llm_llmfake": "fake news and paraphrases",
    "llm_sheepdog": "reframings in another tone",
    "llm_l2r": "rewritten paragraphs",
    "llm_apt_eval": "polished drafts",
    "plain": "plain answers of a current model",
    "spun_detectrl": "spun and translated text",
}


def _families(found: Figures) -> str:
    """What is found of every family at the own threshold, generators of a family weighing the same; base models left out."""
    parts = []
    for name, said in _KNOWN.items():
        of_set = [
            r.value
            for r in found.machine_own
            if r.name.removeprefix("spun ").startswith(f"{name} ")
            and not r.name.endswith("(other)")
            and not corpus.BASE_MODELS.search(r.name)
        ]
        if of_set:
            parts.append(f"{said} {100 * sum(of_set) / len(of_set):.0f} %")
    rewrites = [r for r in found.written if r.name != "padding_inserted"]
    if rewrites:
        share = sum(r.hits for r in rewrites) / max(1, sum(r.n for r in rewrites))
        parts.append(f"careful rewrites written for the project by a current model {100 * share:.0f} %")
    swapped = [r for r in found.spun if "swapped" in r.name]
    if swapped:
        share = sum(r.hits for r in swapped) / max(1, sum(r.n for r in swapped))
        parts.append(f"people's articles with words swapped for synonyms {100 * share:.0f} %")
    return ", ".join(parts)


def _refitted(manifest: Mapping[str, Any]) -> list[str]:
    if not manifest.get("refitted"):
        return []
    return [
        "They were measured before the block model (lines to other stories, debris) was fitted once more, on train and dev together: what ships has seen",
        "the labelled dev pages, so figures measured on them with it are too good. `copydesk train CORPUS --output DIR --no-refit` gives the model they hold for.",
    ]


def _thresholds(manifest: Mapping[str, Any]) -> list[str]:
    rows = [[s, f"{manifest['thresholds'][s]['score']:.4f}", manifest["thresholds"][s]["statement"]] for s in SIGNALS]
    return ["## Thresholds", "", *_table(["signal", "score", "stated as"], rows)]


def _data(folder: Path) -> list[str]:
    rows = [[name, str(count), origin, licence] for name, count, origin, licence in corpus.origins(folder)]
    return [
        "## Data",
        "",
        "Rows of the training part, with the origin and licence that each carries. The texts belong to their publishers and do not ship; what ships is learned weights.",
        "",
        *_table(["set", "rows", "origin", "licence"], rows),
        "Besides: articles written for the project in the manner of rewriting operations, with a label a block, and pages labelled line by line (see the corpus's README).",
        f"The block model also learned from {len(labels.documents(folder, []))} pages and texts of the corpus that language models labelled for us, line by line, and that nobody has read a second time, and from {len(groups.stored())} invented groups of lines put into human articles. Outlets of the dev pages are left out where figures are measured.",
        "Levels of the lines, sixteen numbers, are set on folds of the labelled train pages, whole outlets left out, and on the dev pages.",
        "",
    ]


def _false_flags(found: Figures) -> list[str]:
    out = [
        "## Human articles flagged, by source: who may be wronged",
        "",
        "Sources marked (other) are essays, fiction, reviews, abstracts and letters: not articles, listed because somebody will score such texts.",
        "In their case, and for texts under 120 words, a flag means less. Nothing here is by students or by people whose first language is not English:",
        "no such articles were to be had, so their rate is unknown, and may be higher.",
        "injected_links and feed_debris find real such lines in some human sources (boilerplate tails, inline links): not each of those flags is wrong.",
        "",
    ]
    for signal in SIGNALS:
        out += [
            f"### {signal}",
            "",
            *_table(["source", "flagged", "95 %", "articles"], [_rate(r) for r in found.human[signal]]),
        ]
    return [
        *out,
        "### rewrite, of those who may be wronged most",
        "",
        *_table(["who", "flagged", "95 %", "articles"], _named_groups(found)),
        "### rewrite, by length",
        "",
        *_table(["length", "flagged", "95 %", "articles"], [_rate(r) for r in found.by_length]),
    ]


_GROUPS = {
    "fp_da_press_releases": "local government press offices",
    "fp_reuters21578": "wire copy of 1987",
    "human_opinions_pre2023": "opinion pieces",
}


def _named_groups(found: Figures) -> list[list[str]]:
    rates = {r.name: r for r in found.human["rewrite"]}
    return [[said, *_rate(rates[name])[1:]] for name, said in _GROUPS.items() if name in rates]


def _recall(found: Figures) -> list[str]:
    rows = [[*_rate(at), f"{own.value:.3f}"] for at, own in zip(found.machine_at_1pct, found.machine_own, strict=True)]
    head = ["set and generator", "recall at 1 %", "95 %", "articles", "at own threshold"]
    return [
        "## Machine articles found, by generator",
        "",
        "Recall with 1 % of human articles flagged, every human source weighing the same.",
        "",
        *_table(head, rows),
    ]


def _lines(found: Figures) -> list[str]:
    rows = [[k.replace("_", " "), f"{v:.4f}"] for k, v in {**found.lines, **found.padding}.items()]
    return [
        "## Lines and padding",
        "",
        "Blocks of the labelled dev pages, and paragraphs of the written dev articles by writers that training has not seen.",
        "",
        *_table(["figure", "value"], rows),
    ]


def _reliability(found: Figures) -> list[str]:
    return [
        "## Is a score of 0.8 right eight times in ten?",
        "",
        "Expected calibration error of the rewrite score (0 is perfect), people and machines weighing the same in sum, by length of the article.",
        "",
        *_table(["length", "error", "articles"], [[e.name, f"{e.value:.3f}", str(e.n)] for e in found.calibration]),
        "People's articles, about as many of every source, as they are and with words swapped for synonyms of WordNet, as spinning tools do it:",
        "",
        *_table(["articles", "flagged", "95 %", "articles"], [_rate(r) for r in found.spun]),
        "Share of words in sentences that are marked as a rewriter's: what is marked explains something only where people's articles are hardly marked.",
        "",
        *_table(["articles", "words marked", "95 %", "words"], [_rate(r) for r in found.marked]),
        "Written articles whose prose is flagged at the own threshold, by style (`padding_inserted` is a person's prose with padding put in):",
        "",
        *_table(["style", "flagged", "95 %", "articles"], [_rate(r) for r in found.written]),
    ]


def _disguises(found: Figures) -> list[str]:
    peer = json.loads((files(__package__) / "peer.json").read_text(encoding="utf-8"))["is-it-slop"]
    rows = [[*_rate(r), *(f"{peer['found'][r.name][at]:.3f}" for at in ("own", "at_1pct"))] for r in found.evasion]
    return [
        "## Disguises",
        "",
        "The same machine articles, disguised, at the same threshold. Look-alikes and invisible characters stand in 30 % of letters or words.",
        f"Beside it is-it-slop {peer['version']}, which flags {100 * peer['human_flagged_mean']:.1f} % of these human articles at its own threshold and {100 * peer['human_flagged_worst']:.1f} % of its worst source",
        "(`benchmarks/rewrites.py`; with 1 % of human articles flagged in the last column).",
        "",
        *_table(["disguise", "flagged", "95 %", "articles", "is-it-slop", "is-it-slop at 1 %"], rows),
    ]


def _probe(found: Figures) -> list[str]:
    rows = [
        [
            p.name,
            f"{p.raw:.3f}",
            f"{p.scored:.3f}",
            f"{p.unquoted:.3f}",
            "yes" if p.scored <= _TARGET else "no",
            str(p.n),
        ]
        for p in found.probe
    ]
    return [
        "## Typography",
        "",
        "AUC of a model that sees only line ends, quotes, spacing, length and the like (0.5 is chance): on the rows as they are, and on the normalised windows",
        f"that training and scoring see. Up to {_TARGET:.2f} typography is taken to teach nothing. Quotation marks are all of one kind there, but they stay:",
        "the fourth column takes them out, so what it has less than the third is how much people are quoted, which is style.",
        "",
        *_table(
            ["set", "rows as they are", "as scored", "without quotation marks", f"at most {_TARGET:.2f}", "articles"],
            rows,
        ),
    ]


def _limits(manifest: Mapping[str, Any]) -> list[str]:
    languages = ", ".join(manifest["heads"]["injected_links"].get("languages", ["en"]))
    return [
        "## Limits",
        "",
        "* Prose is judged in English only, from 50 words of running prose on; verse, transcripts, lists and tables are not judged as rewrites.",
        f"* Injected lines and debris are judged in these languages: {languages}. In others they are listed, without a score.",
        "* A careful rewrite by a model that is not in the training data passes. Style cannot catch it; comparing it with its source can: `copydesk score --archive`.",
        "* Polishing by a machine of a text that a person wrote is not told from rewriting.",
        "* Back-translated text, and spun text other than articles, is found far less often than machine rewrites: see the table.",
        "* Whether a line is on topic is judged by its words; a shared place or office can make an unrelated line look related.",
        "* A score near the threshold is a reason to read the article, not to reject it.",
        "",
    ]


def _reproduce(manifest: Mapping[str, Any]) -> list[str]:
    return [
        "## Reproduce",
        "",
        "```",
        f"copydesk train CORPUS --output models/{manifest['name']}",
        f"copydesk evaluate CORPUS --model models/{manifest['name']} --output figures/",
        "```",
        "",
        "Corpus files, SHA-256:",
        "",
        *_table(["file", "sha256"], [[k, f"`{v}`"] for k, v in sorted(manifest["data"].items())]),
    ]
