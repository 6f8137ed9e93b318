"""What a look-up in an archive came to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from copydesk import Source


@dataclass(frozen=True, slots=True)
class Found:
    """The sources of an article, best first; `note` says why none were looked up, where that is so, and `texts` are those of the
    sources, by their ids, where quotes were asked for and the archive keeps texts."""

    sources: tuple[Source, ...] = ()
    note: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)
