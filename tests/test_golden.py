"""The reports of the examples are the ones on file; `python tests/test_golden.py` writes them anew after a retraining."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from copydesk import Report, Scorer
from copydesk.plugin.batch import score_item
from copydesk.plugin.inputs import find

TOP = Path(__file__).resolve().parent
EXAMPLES = TOP.parent / "examples"
GOLDEN = TOP / "golden"
TOLERANCE = 0.02  # of a score: libraries and processors round differently

Json = dict[str, object]


def reports(scorer: Scorer) -> dict[str, Report]:
    """The report of every example by its id, made the way the command line makes it."""
    found = [score_item(scorer, item) for item in find([str(EXAMPLES)])]
    failed = [item for item in found if not isinstance(item, Report)]
    assert not failed, failed
    return {report.id: report for report in found if isinstance(report, Report)}


def summary(report: Report) -> Json:
    """What of a report is kept on file; the scores apart, because they are compared with a tolerance."""
    return {
        "action": report.action,
        "language": report.language,
        "flagged": [name for name, result in report.signals.items() if result.flagged],
        "evidence": [
            {"signal": e.signal, "reason": e.reason, "quote": e.quote, "related": e.related} for e in report.evidence
        ],
        "notes": list(report.notes),
    }


def scores(report: Report) -> dict[str, float | None]:
    """Every signal's score, to four decimals, and the overall one."""
    found = {name: result.score for name, result in report.signals.items()} | {"overall": report.score}
    return {name: None if score is None else round(score, 4) for name, score in found.items()}


def on_file() -> dict[str, Json]:
    """The golden reports by id."""
    return {
        path.name.removesuffix(".json"): json.loads(path.read_text("utf-8")) for path in sorted(GOLDEN.glob("*.json"))
    }


def rewrite(scorer: Scorer) -> None:
    """Put the reports of today on file, in place of those that are there."""
    GOLDEN.mkdir(exist_ok=True)
    for path in GOLDEN.glob("*.json"):
        path.unlink()
    for name, report in reports(scorer).items():
        kept = {**summary(report), "scores": scores(report)}
        (GOLDEN / f"{name}.json").write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


@pytest.fixture(scope="module")
def made(scorer: Scorer) -> dict[str, Report]:
    """Today's reports."""
    return reports(scorer)


def test_every_example_has_a_report_on_file(made):
    """No example without its golden report, and none on file whose example is gone."""
    assert sorted(made) == sorted(on_file()), "run: python tests/test_golden.py"


@pytest.mark.parametrize("name", on_file())
def test_an_example_gives_the_report_on_file(made, name):
    """Action, language, flags, lines and notes are those on file."""
    expected = {key: value for key, value in on_file()[name].items() if key != "scores"}
    assert summary(made[name]) == expected


@pytest.mark.parametrize("name", on_file())
def test_an_example_has_the_scores_on_file(made, name):
    """Scores are those on file, but for rounding."""
    found, expected = scores(made[name]), on_file()[name]["scores"]
    assert isinstance(expected, dict)
    assert found == {
        key: value if value is None else pytest.approx(value, abs=TOLERANCE) for key, value in expected.items()
    }


if __name__ == "__main__":
    rewrite(Scorer.load())
