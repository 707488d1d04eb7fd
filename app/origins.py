"""Where an answer comes from, in words: what the terminal prints and the page draws.

``told`` writes everything once, in the order in which it happened; ``app/commands/explain.py`` and
``origin.html`` only lay it out. What only who checks needs (hashes, raw signals) stands apart in
the details of each part.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import TYPE_CHECKING

from app import dates, filters_told, messages
from app.messages import Language, number, share, text

if TYPE_CHECKING:
    from mlops.explaining import Explanation
    from rag.records import Citation, Concept, Query, Trace, TracedHit

HITS = 10  # passages shown
SHARES, WHETHER = ("coverage", "first", "present"), ("agree", "foreign")  # signals with words


@dataclass(frozen=True, slots=True)
class Cell:
    """A few words, with the address where what they name is seen ("" when nowhere)."""

    words: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence, and the places below it that prove it."""

    words: str
    under: tuple[Cell, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """One step from the question to the answer."""

    name: str  # code: "question", "understood", "found", "judged", "answered", …
    title: str
    lines: tuple[Line, ...] = ()
    head: tuple[str, ...] = ()  # of the table, below the lines
    rows: tuple[tuple[Cell, ...], ...] = ()
    details: tuple[str, ...] = ()
    link: str = ""  # where what the title names is seen


def told(found: Explanation, language: Language, zone: tzinfo | None = None) -> list[Part]:
    """Every part, in order; those of the trace are left out where an older version kept none.

    Args:
        found: of ``mlops.explaining.explain``.
        language: of the reader.
        zone: where the reader is; that of this machine unless given.
    """
    trace = found.trace
    parts = [_question(found, language, zone)]
    if trace is not None:
        if trace.query is not None:
            parts.append(_understood(trace.query, language))
        parts += [_found(found, trace, language), _judged(found, trace, language)]
    parts.append(_answered(found, language))
    if trace is not None:
        parts.append(_models(found, trace, language))
    return [*parts, _release(found, language, zone), _again(found, language)]


def _question(found: Explanation, language: Language, zone: tzinfo | None) -> Part:
    at = dates.moment(found.at, language, zone=zone)
    before = found.trace.history if found.trace else ()
    after = [Line(text("explain.after", language, question=question)) for question in before]
    title = text("explain.question", language, at=at)
    return Part("question", title, (Line(found.question), *after))


def _understood(query: Query, language: Language) -> Part:
    name = messages.language_name(query.language, language)
    lines = [
        text("explain.standalone", language, text=query.standalone),
        text("explain.language", language, language=name),
        *(messages.text(f"note.{code}", language, detail=about) for code, about in query.notes),
        *filters_told.told(query.filters, language),
    ]
    ways = tuple(Cell(_ways(concept, language)) for concept in query.concepts)
    stems = [Line(text("explain.stems", language), ways)] if ways else []
    less = {" ".join(v.terms): v.weight for c in query.concepts for v in c.variants if v.weight < 1}
    details = (text("explain.weights", language, weights=_pairs(less)),) if less else ()
    title = text("explain.understood", language)
    return Part("understood", title, (*map(Line, lines), *stems), details=details)


def _ways(concept: Concept, language: Language) -> str:
    """A word or phrase of the question, and what is looked for in its place, by origin."""
    origins: dict[str, list[str]] = {}
    for one in concept.variants:
        origins.setdefault(one.origin.value, []).append(" ".join(one.terms))
    ways = (
        text("explain.way", language, terms=", ".join(terms), origin=text(key, language))
        for origin, terms in origins.items()
        if (key := f"explain.term.{origin}")
    )
    return text("explain.concept", language, asked=concept.asked, ways=", ".join(ways))


def _found(found: Explanation, trace: Trace, language: Language) -> Part:
    title = text("explain.found", language)
    if not trace.hits:
        return Part("found", title, (Line(text("explain.found.none", language)),))
    lines = [text("explain.found.scores", language)]
    if trace.recalled is not None:
        lines.append(text("explain.found.meant", language))
    columns = ("rank", "page", "score", "lexical", "dense")
    head = tuple(text(f"explain.found.{name}", language) for name in columns)
    words = _orders([hit.lexical or math.nan for hit in trace.hits])
    sense = _orders([hit.dense for hit in trace.hits])
    rows = tuple(
        (
            Cell(str(n + 1)),
            _where(found, hit, language),
            Cell(number(hit.score, language, 3)),
            Cell(_ranked(hit.lexical, words[n], language)),
            Cell(_ranked(hit.dense, sense[n], language)),
        )
        for n, hit in enumerate(trace.hits[:HITS])
    )
    chunks = tuple(
        text("explain.chunk", language, rank=n, chunk=hit.chunk_id[:12])
        for n, hit in enumerate(trace.hits[:HITS], 1)
    )
    return Part("found", title, tuple(map(Line, lines)), head, rows, chunks)


def _orders(values: Sequence[float]) -> list[int]:
    """The rank of each value, the highest first, from 1; 0 where it was not measured."""
    known = sorted((value for value in values if not math.isnan(value)), reverse=True)
    return [0 if math.isnan(value) else known.index(value) + 1 for value in values]


def _ranked(value: float, order: int, language: Language) -> str:
    if not order:
        return "–"
    shown = number(value, language, 3)
    return text("explain.found.order", language, value=shown, order=order)


def _where(found: Explanation, hit: TracedHit, language: Language) -> Cell:
    """The pages that a passage touches; of a document deleted since, nothing."""
    from app.schemas import view_url

    if found.names and hit.document_id not in found.names:
        return Cell(text("explain.deleted", language))
    name = found.names.get(hit.document_id, hit.document_id[:12])
    pages = ", ".join(str(index + 1) for index in hit.indexes)
    link = view_url(hit.document_id, hit.indexes[0]) if found.names and hit.indexes else ""
    return Cell(text("explain.page", language, document=name, page=pages), link)


def _judged(found: Explanation, trace: Trace, language: Language) -> Part:
    verdict, bounds = trace.verdict, found.thresholds
    lines = [
        text("explain.outcome", language, outcome=text(f"outcome.{verdict.outcome}", language))
    ]
    if why := messages.reason(verdict.reason, language, verdict.detail):
        key = "explain.caution" if verdict.outcome == "answer" else "explain.why"
        lines.append(text(key, language, reason=why))
    if "answer" in bounds and "nearest" in bounds:
        shown = {name: share(bounds[name], language, 1) for name in ("answer", "nearest")}
        lines.append(text("explain.bounds", language, **shown))
    lines += _signals(verdict.signals, language)
    details = [text("explain.signals", language, signals=_pairs(verdict.signals))]
    if bounds:
        details.append(text("explain.thresholds", language, thresholds=_pairs(bounds)))
    title = text("explain.judged", language, score=share(verdict.score, language, 1))
    return Part("judged", title, tuple(map(Line, lines)), details=tuple(details))


def _signals(signals: Mapping[str, float], language: Language) -> Iterator[str]:
    """The signals that mean something to a person; the others are among the details."""
    for name in (*SHARES, *WHETHER, "concepts"):
        value = signals.get(name)
        if value is None or math.isnan(value) or (name == "agree" and "cosine" not in signals):
            continue  # without vectors, nothing agrees by meaning
        if name in WHETHER:
            shown = text("evidence.yes" if value else "evidence.no", language)
        else:
            shown = share(value, language) if name in SHARES else number(value, language)
        said = text(f"explain.signal.{name}", language)
        yield text("explain.signal", language, name=said, value=shown)


def _pairs(values: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {value:g}" for name, value in values.items())


def _answered(found: Explanation, language: Language) -> Part:
    lines = [
        Line(
            sentence.text,
            tuple(place for one in sentence.citations for place in _places(one, language)),
        )
        for sentence in found.sentences
    ]
    files = {c.document_id: c.document for s in found.sentences for c in s.citations}
    details = tuple(
        text("explain.sha", language, document=name, sha=sha) for sha, name in files.items()
    )
    said = lines or [Line(text("explain.nothing", language))]
    return Part("answered", text("explain.answered", language), tuple(said), details=details)


def _places(citation: Citation, language: Language) -> Iterator[Cell]:
    """Each place of a citation, with the page where it is marked."""
    from app.schemas import view_url
    from rag.records import PageBoxes

    for one in citation.anchors:
        if isinstance(one, PageBoxes):
            key, mark, first, last = "explain.words", "words", one.first, one.last
        else:
            key, mark, first, last = "explain.span", "span", one.start, one.end
        place = {"document": citation.document, "page": one.index + 1}
        words = text(key, language, first=first, last=last, **place)
        marks = {mark: f"{first}-{last}", "release": citation.release}
        yield Cell(words, view_url(one.document_id, one.index, **marks))


def _models(found: Explanation, trace: Trace, language: Language) -> Part:
    writing, embedder = trace.writing, found.manifest.get("embedder")
    lines, details = [], []
    if writing.model:
        lines.append(text("explain.written", language, model=writing.model))
        made = {"prompt": writing.prompt, "tokens": writing.tokens}
        details.append(text("explain.prompt", language, **made))
    else:
        lines.append(text("explain.quoted", language))
    if writing.fallback:
        key = f"writing.fallback.{writing.fallback}"
        why = messages.text_or(key, "writing.fallback.other", language, code=writing.fallback)
        lines.append(text("explain.fallback", language, reason=why))
    if embedder:
        lines.append(text("explain.embedder", language, name=embedder["name"]))
        named = {"name": embedder["name"], "hash": embedder["model_hash"]}
        details.append(text("explain.hash", language, **named))
    elif found.manifest:
        lines.append(text("explain.no_embedder", language))
    title = text("explain.models", language)
    return Part("models", title, tuple(map(Line, lines)), details=tuple(details))


def _release(found: Explanation, language: Language, zone: tzinfo | None) -> Part:
    """By its date, as elsewhere; its whole name is among the details."""
    title = text("explain.release", language, release=found.release[:12])
    if found.made_at:
        made = dates.moment(found.made_at, language, zone=zone)
        title = text("versions.of", language, moment=made)
    counts = found.manifest.get("counts") or {}
    names = ("documents", "pages", "chunks")
    lines = []
    if all(name in counts for name in names):
        held = {name: number(counts[name], language) for name in names}
        lines.append(Line(text("explain.release.holds", language, **held)))
    details = [text("explain.release.id", language, release=found.release)]
    for name, digest in found.manifest.get("files", {}).items():
        details.append(text("explain.file", language, name=name, hash=digest))
    link = f"/versions/{found.release}" if found.made_at else ""
    return Part("release", title, tuple(lines), details=tuple(details), link=link)


def _again(found: Explanation, language: Language) -> Part:
    again, lines = found.again, []
    if found.hidden:
        lines.append(text("explain.hidden", language, count=found.hidden))
    if again.same:
        lines.append(text("explain.same", language))
    elif again.possible:
        parts = ", ".join(text(f"explain.part.{name}", language) for name in again.differences)
        lines.append(text("explain.differs", language, parts=parts))
        if again.other_program:
            lines.append(text("explain.other_program", language))
    else:
        why = text(f"explain.why.{again.differences[0]}", language)
        lines.append(text("explain.not_again", language, why=why))
    return Part("again", text("explain.again", language), tuple(map(Line, lines)))
