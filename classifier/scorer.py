"""The one pipeline, used by everybody: read, measure every signal, apply the policy, report."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from . import detectors
from .article import Article
from .document import Document
from .errors import DocumentError, ModelError
from .model import Model
from .model import load as load_model
from .reading import read
from .report import CLAIMS, Evidence, Report, Signal, Source
from .verdict import SIGNALS, Policy, decide, judge, overall

if TYPE_CHECKING:
    from .cleaning import Cleaned
    from .repeats import Repeats

MOST_PASSES = 50  # looks at one article that is cleaned; of 450 real ones the most needed 9
MOST_BLOCKS = 10_000  # looked at in all the passes together, some five seconds: an article has a hundred, a page of links thousands


class Scorer:
    """A loaded model and a policy; safe to share between threads and to fork, because neither changes after loading."""

    def __init__(self, model: Model, policy: Policy | None = None) -> None:
        """Raises ModelError if the model lacks the head of a detector."""
        self.model = model
        self.policy = policy or Policy()
        found = detectors.load()
        self._detectors = {name: found[name] for name in (*SIGNALS, *sorted(set(found) - set(SIGNALS)))}
        for name in self._detectors:
            if name not in model.heads:
                raise ModelError(f"model {model.name}: the head {name!r} is missing")
        self._thresholds = {name: model.threshold(name) for name in self._detectors}
        families = model.manifest["heads"]["rewrite"].get("families", [])
        if any(len(families) != model.array(f"rewrite.{name}").shape[1] for name in ("ngrams", "words.ngrams")):
            raise ModelError(
                f"model {model.name}: {len(families)} families are named, not one for every head of rewrite"
            )

    @classmethod
    def load(cls, path: str | Path | None = None, policy: Policy | None = None) -> Scorer:
        """A scorer with the model in that folder, or with the shipped one. Raises ModelError."""
        return cls(load_model(path), policy)

    def score(
        self,
        document: Document | None = None,
        *,
        text: str | bytes | None = None,
        html: str | bytes | None = None,
        markdown: str | bytes | None = None,
        title: str = "",
        url: str | None = None,
        id: str = "",
        repeats: Repeats | None = None,
        sources: Sequence[Source] = (),
    ) -> Report:
        """Score one article, given as a Document or as exactly one of text, html and markdown.

        `repeats` is what was counted over a batch that this article is part of; without it, every line stands here alone.
        `sources` is what an archive holds that the article was made from, as `Matcher.match` gives it; the report names it.

        Raises DocumentError if it cannot be read.
        """
        if document is None:
            given = {k: v for k, v in (("text", text), ("html", html), ("markdown", markdown)) if v is not None}
            if len(given) != 1:
                raise DocumentError(
                    f"expected exactly one of text, html and markdown, got {', '.join(given) or 'none'}"
                )
            ((kind, data),) = given.items()
            document = read(data, kind=kind, title=title, url=url, id=id)
        unallowed = tuple(each for each in sources if not self.policy.allows(each))
        repeated = None if repeats is None else repeats.of(document)
        return self._report(Article(document, repeated, unallowed), tuple(sources))

    def clean(
        self, source: str, *, kind: str | None = None, title: str = "", url: str | None = None, padding: bool = False
    ) -> Cleaned:
        """The article without its injected lines and debris, and without padding if asked; on-topic links stay.

        What is left is looked at again until nothing more is found, so cleaning twice changes nothing; only where the passes come
        to more than MOST_BLOCKS blocks, as on a list of thousands of links, something is left. `removed` is all that went,
        with offsets into the text as it was first read. Of a full page only what stands in the article goes.

        Raises DocumentError if it cannot be read or its markup cannot be edited.
        """
        from .choosing import LINES, PADDING, choose  # fifteen milliseconds that scoring does without
        from .cleaning import BYTE_ORDER_MARK, Cleaned, clean
        from .tracing import Trace

        def look() -> Document:
            return read(source.removeprefix(BYTE_ORDER_MARK), kind=kind, title=title, url=url)

        names = (*LINES, PADDING) if padding else LINES
        removed: list[Evidence] = []
        document = look()
        trace = Trace(document)
        looked_at = 0
        for _ in range(MOST_PASSES):
            looked_at += len(document.blocks)
            article = Article(document)
            found = [each for name in names for each in self._detectors[name](article, self.model).evidence]
            cleaned = clean(source, document, choose(article, found, padding=padding))
            if not cleaned.removed:
                break
            source = cleaned.content
            removed += map(trace.first, cleaned.removed)
            try:
                document = look()
            except DocumentError:  # nothing is left
                break
            if looked_at + len(document.blocks) > MOST_BLOCKS:
                break
            trace.follow(document, cleaned.removed)
        return Cleaned(source, tuple(sorted(removed, key=lambda each: (each.start, each.end))))

    def _report(self, article: Article, sources: tuple[Source, ...]) -> Report:
        document = article.document
        signals = [measure(article, self.model) for measure in self._detectors.values()]
        results = {s.name: judge(s, self._thresholds[s.name], self.policy) for s in signals}
        return Report(
            id=document.id,
            model=self.model.name,
            language=article.language,
            words=document.words,
            content_hash=document.content_hash,
            action=decide(results, self.policy),
            score=overall(results),
            signals=results,
            evidence=_in_order(signals),
            sources=sources,
            notes=(*(s.note for s in signals if s.note), *_allowed(sources, self.policy)),
            text=document.text,
        )


def _allowed(sources: Sequence[Source], policy: Policy) -> list[str]:
    """A note for every source that the article may be made from."""
    return [
        f"sources: {each.relation} of {each.id}, which the policy allows"
        for each in sources
        if each.relation in CLAIMS and policy.allows(each)
    ]


def _in_order(signals: Sequence[Signal]) -> tuple[Evidence, ...]:
    found = [e for s in signals for e in s.evidence]
    return tuple(sorted(found, key=lambda e: (e.start, e.end, SIGNALS.index(e.signal) if e.signal in SIGNALS else 9)))
