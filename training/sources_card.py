"""The model card's part about sources, written from the manifest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_SAID = {
    "found_mean": "copies and rewrites whose source is claimed, mean over the sets",
    "found_written": "of which careful rewrites by a current model, and copies with padding",
    "found_made": "copies made for training: cut, framed by a feed's lines, words changed",
    "false_none": "articles without a source that have one claimed",
    "false_same_event": "reports of the same event by another newsroom that are claimed",
    "false_shared_passages": "articles that share passages and are claimed",
    "found_passages": "passages of copies and rewrites, 10 to 400 words, that are claimed beside their source",
    "false_passages": "passages of other articles that are claimed beside an article that a search finds for them, a pair",
    "calibration_error": "expected calibration error of the probability of a source, every set weighing the same",
    "raised_calibration_error": "the same of the rewrite score with the archive, as the probability of a copy or rewrite",
    "named_copy": "copies found that are called a copy",
    "named_rewrite": "rewrites found that are called a rewrite",
    "flagged_made_from_another_by_style": "copies and rewrites flagged as rewrite by style alone",
    "flagged_made_from_another": "the same, with the archive",
    "flagged_written_by_style": "careful rewrites flagged as rewrite by style alone",
    "flagged_written": "the same, with the archive",
    "flagged_by_itself_by_style": "articles that were not made from another flagged by style alone",
    "flagged_by_itself": "the same, with the archive",
}


def sources(manifest: Mapping[str, Any]) -> list[str]:
    """The section as lines of Markdown; none where the model does not know sources."""
    figures = (manifest.get("sources") or {}).get("cross_validated")
    if not figures:
        return []
    rows = [f"| {said} | {figures[name]:.4f} |" for name, said in _SAID.items() if name in figures]
    rows += [
        f"| found of `{name.removeprefix('found_')}` | {value:.4f} |"
        for name, value in sorted(figures.items())
        if name.startswith("found_") and name not in _SAID
    ]
    return [
        "## Sources: copies and rewrites of an article in an archive",
        "",
        "Look-ups of labelled articles in an archive of people's articles, by trees that had not seen any article with the same original (cross-validation by group);",
        "a source counts as found if it is the right one, and the first that is claimed. Many of the misses name another copy of the source: some articles stand in the archive twice.",
        "A text that stands in the archive character for character is called `identical`, not `copy`: which was there first cannot be told from it (the set `twins`).",
        f"A source is claimed from a probability of {manifest['numbers']['sources.claimed_from']:.3f} on. With one, the rewrite score is learned from both (`sources.raise`); without one, nothing changes.",
        "",
        "| figure | value |",
        "|---|---|",
        *rows,
        "",
        "For figures on queries.dev by a head that has not seen them: `copydesk train-sources CORPUS --output DIR/copydesk-1 --train-only` on a copy of this folder, then look them up with `copydesk score --archive`.",
        "",
    ]
