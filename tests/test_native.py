"""Every compiled function gives what its twin in numpy gives; without any of them the package says the same of an article."""

import json
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import copydesk
from copydesk.compiled import TWINS, compiled

needs_twins = pytest.mark.skipif(not TWINS, reason="installed without a compiler")
SCORE_WITHOUT = """
import json, sys

class Missing:
    def find_spec(self, name, path, target=None):
        if name.startswith("copydesk.native."):
            raise ImportError(name)  # as where it was never built

sys.meta_path.insert(0, Missing())
from copydesk import Scorer, report_row
from copydesk.compiled import TWINS
assert not TWINS
print(json.dumps(report_row(Scorer.load().score(text=sys.stdin.read(), id="one"))))
"""
ARTICLE = (
    "The ferry to Ilsand will stop for nine days in March while its ramp is mended, the harbour office said on Monday. "
    "Islanders who work in Brenkhaven have been offered seats on a smaller boat that leaves at six.\n\n"
    "\u201cWe asked for a second boat in the evening,\u201d said Mara Oduya, who runs the bakery above the quay, "
    "\u201cand were told to wait for an answer.\u201d The office counted 412 passengers on an ordinary Tuesday.\n\n"
    "MUST READ: Ten gadgets that every traveller needs this year\n\n"
    "A ramp of the same kind broke at Velmar in 2019. Nobody was hurt then, but repairs took a month longer than planned."
)


@needs_twins
@given(st.lists(st.binary(max_size=40), max_size=6))
def test_ngrams_are_hashed_alike(units):
    """Any bytes give the same buckets in the same order."""
    arguments = b"".join(units), np.array([len(unit) for unit in units], dtype=np.int64)
    for by_numpy, by_twin in zip(*(hashed(*arguments) for hashed in TWINS["ngrams.hashed"]), strict=True):
        assert by_numpy.dtype == by_twin.dtype
        assert np.array_equal(by_numpy, by_twin)


@needs_twins
def test_an_article_is_scored_alike_without_compiled_modules():
    """Where no module could be compiled, the report is the same, character for character."""
    run = [sys.executable, "-c", SCORE_WITHOUT]
    found = subprocess.run(run, input=ARTICLE, capture_output=True, text=True, check=True)
    with_them = copydesk.Scorer.load().score(text=ARTICLE, id="one")
    assert json.loads(found.stdout) == copydesk.report_row(with_them)


def test_a_function_without_a_compiled_module_is_itself():
    """A module that has no compiled twin works as it is."""

    def alone(value: int) -> int:
        return value + 1

    assert compiled(alone) is alone


@needs_twins
def test_a_twin_that_lacks_a_function_is_noticed():
    """A function taken for compiled that its native module does not hold is an error of the build, said at import."""

    def nowhere() -> None:
        return None

    nowhere.__module__ = "copydesk.ngrams"
    with pytest.raises(AttributeError, match="nowhere"):
        compiled(nowhere)
