"""Copydesk scores articles for rewrites, SEO padding, injected links and feed debris, and shows the exact lines.

>>> from copydesk import Scorer
>>> report = Scorer.load().score(html="<p>...</p>", title="...")
>>> report.action, [e.quote for e in report.evidence]
"""

from .cleaning import Cleaned, clean
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
from .repeats import Prints, RepeatCounter, Repeats, prints
from .report import CLAIMS, Aligned, Evidence, Report, Signal, SignalResult, Source
from .scorer import Scorer
from .sources import Candidate, LookUp, Matcher, SourcePrint, check_print, quoted
from .verdict import SIGNALS, Policy

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
