"""Copydesk scores articles for rewrites, SEO padding, injected links and feed debris, and shows the exact lines.

>>> from copydesk import Scorer
>>> report = Scorer.load().score(html="<p>...</p>", title="...")
>>> report.action, [e.quote for e in report.evidence]
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .dating import published
from .document import Block, Document, Link, Sentence
from .drafts import reassembled
from .errors import (
    ConfigError,
    CopydeskError,
    CorpusError,
    DocumentError,
    DocumentTooLarge,
    ModelError,
    PolicyError,
)
from .frames import error_row, report_row, row_schema
from .model import Model
from .reading import read
from .report import CLAIMS, Aligned, Evidence, Report, Signal, SignalResult, Source
from .scorer import Scorer
from .verdict import SIGNALS, Policy

if TYPE_CHECKING:
    from .cleaning import Cleaned, clean
    from .repeats import Prints, RepeatCounter, Repeats, prints
    from .sources import Candidate, LookUp, Matcher, SourcePrint, check_print, quoted

__version__ = "0.1.0"

__all__ = [
    "CLAIMS",
    "SIGNALS",
    "Aligned",
    "Block",
    "Candidate",
    "Cleaned",
    "ConfigError",
    "CopydeskError",
    "CorpusError",
    "Document",
    "DocumentError",
    "DocumentTooLarge",
    "Evidence",
    "Link",
    "LookUp",
    "Matcher",
    "Model",
    "ModelError",
    "Policy",
    "PolicyError",
    "Prints",
    "RepeatCounter",
    "Repeats",
    "Report",
    "Scorer",
    "Sentence",
    "Signal",
    "SignalResult",
    "Source",
    "SourcePrint",
    "check_print",
    "clean",
    "error_row",
    "prints",
    "published",
    "quoted",
    "read",
    "reassembled",
    "report_row",
    "row_schema",
]

# What scoring one article does without, a tenth of the time of starting, is imported when first asked for.
_LATER = {
    **dict.fromkeys(("Cleaned", "clean"), "cleaning"),
    **dict.fromkeys(("Prints", "RepeatCounter", "Repeats", "prints"), "repeats"),
    **dict.fromkeys(("Candidate", "LookUp", "Matcher", "SourcePrint", "check_print", "quoted"), "sources"),
}


def __getattr__(name: str) -> Any:
    """The names of _LATER; Python calls this for a name that is not there yet."""
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f".{_LATER[name]}", __name__), name)
    return value
