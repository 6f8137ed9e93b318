"""A report in one sentence for an editor: "2 injected lines, 1 line of feed debris"."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def summary(report: Mapping[str, Any]) -> str:
    """What the flagged signals found, counted; empty where nothing is flagged."""
    counts = Counter(found["signal"] for found in report["evidence"] if not found["related"])
    flagged = [name for name, signal in report["signals"].items() if signal["flagged"]]
    return ", ".join(_phrase(name, counts[name]) for name in flagged)


def _phrase(signal: str, count: int) -> str:
    if signal == "injected_links":
        return ngettext("%d injected line", "%d injected lines", count) % count
    if signal == "feed_debris":
        return ngettext("%d line of feed debris", "%d lines of feed debris", count) % count
    if signal == "seo_padding":
        return ngettext("%d padded passage", "%d padded passages", count) % count
    if signal == "rewrite":
        return (
            ngettext(
                "reads like a machine's rewrite (%d passage)", "reads like a machine's rewrite (%d passages)", count
            )
            % count
        )
    return _("%(signal)s (%(count)d)") % {"signal": signal.replace("_", " "), "count": count}
