"""A release broken on purpose, one stage at a time: what a diagnosis must find out.

Each function takes a sound engine and a question that it answers rightly, breaks what stands
between the page and the answer, and gives the engine to ask instead.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np

from rag.answer.write import Draft
from rag.cache import StageCache
from rag.chunking import chunk_pages, chunk_sections
from rag.embed import cached
from rag.engine import Engine
from rag.french.analysis import analyse
from rag.index.content import ReleaseContent
from rag.index.release import EmbedderInfo, Release, build_release
from rag.pointing import point
from rag.records import Chunk, CorrectedPage, Hit, PageResult, Section
from rag.retrieve import headings, order

CONFUSED = {"m": "rn", "e": "c", "l": "1", "o": "0", "a": "u", "i": "l", "n": "u", "t": "f",
            "s": "z", "r": "v", "u": "ii", "d": "cl", "p": "q"}  # fmt: skip


@dataclass(frozen=True)
class Case:
    """A golden question that is answered rightly, with its page and its proof."""

    id: str
    question: str
    answer: str
    quote: str  # the printed words, which a reader copies
    document_id: str
    index: int
    row: int
    start: int
    end: int

    @property
    def page(self) -> tuple[str, int]:
        return self.document_id, self.index


@dataclass(frozen=True)
class Bench:
    """Where broken releases are written, and what they are made with."""

    folder: Path
    cache: StageCache
    seed: int = 0

    def dice(self, case: Case, fault: str) -> random.Random:
        return random.Random(f"{self.seed}/{case.id}/{fault}")


Broken = Callable[[Bench, Engine, Case], Iterator[Engine]]


def rebuilt(
    bench: Bench,
    engine: Engine,
    *,
    without: str = "",
    pages: dict[tuple[str, int], CorrectedPage] | None = None,
    sections: dict[tuple[str, int], Section] | None = None,
    chunks: Callable[[list[Chunk]], list[Chunk]] | None = None,
    vectors: Callable[[list[Chunk], Any], Any] | None = None,
    terms: Callable[[str], list[str]] = analyse,
) -> Engine:
    """The same release with some of its parts replaced; what is not touched is not computed."""
    old = engine.release
    sources = tuple(s for s in old.sources if s.document_id != without)
    touched = {d for d, _ in (*(pages or {}), *(sections or {}))}
    all_pages = [
        (pages or {}).get((p.page.document_id, p.page.index), p)
        for p in old.pages
        if p.page.document_id != without
    ]
    all_sections = [
        (sections or {}).get((s.document_id, s.index), s)
        for s in old.sections
        if s.document_id != without
    ]
    made: list[Chunk] = []
    for source in sources:
        if source.document_id not in touched:
            made += [c for c in old.chunks if c.document_id == source.document_id]
            continue
        mine = [p for p in all_pages if p.page.document_id == source.document_id]
        told = [s for s in all_sections if s.document_id == source.document_id]
        made += [*chunk_pages(source, mine), *chunk_sections(source, told)]
    made = chunks(made) if chunks else made
    embedder, arrays, rows = engine.embedder, {}, None
    if embedder is not None:
        found = cached.embed([cached.passage_text(c) for c in made], embedder, bench.cache)
        rows, arrays = found.vectors, dict(found.arrays)
        if vectors:
            rows = vectors(made, rows.copy())
    for name in ("elsewhere", "centers"):
        if (held := old.array(name)) is not None:
            arrays[name] = np.array(held)
    results = tuple(
        PageResult(a.document_id, a.index, a.status, a.reason, None, None, 0.0)
        for a in old.page_statuses
        if a.document_id != without
    )
    content = ReleaseContent(
        sources=sources, results=results, pages=tuple(all_pages), sections=tuple(all_sections),
        chunks=tuple(made), vectors=rows,
        embedder=EmbedderInfo.of(embedder) if embedder is not None else None,
        thresholds=old.thresholds,
        arrays={**arrays, **headings.index((c.headings for c in made), analyse)},
        extras={name: old.extra(name, []) for name in ("thesaurus", "facts")},
    )  # fmt: skip
    release = Release.open(build_release(bench.folder, content, analyse=terms))
    return Engine(release, embedder)


def garble(text: str, dice: random.Random) -> str:
    """A word as a bad scan has it: a third of its letters taken for others."""
    letters = list(text)
    places = [n for n, c in enumerate(letters) if c.lower() in CONFUSED]
    dice.shuffle(places)
    for n in places[: max(1, len(letters) // 3)]:
        letters[n] = CONFUSED[letters[n].lower()]
    return "".join(letters)


def _proof_words(engine: Engine, case: Case) -> list[tuple[int, int]]:
    chunk = engine.release.chunk(case.row)
    return [
        (p.first, p.last)
        for p in chunk.pieces
        if p.index == case.index and p.start < case.end and p.end > case.start
    ]


def absent(bench: Bench, engine: Engine, case: Case) -> Iterator[Engine]:
    """The document was never collected."""
    yield rebuilt(bench, engine, without=case.document_id)


def misread(bench: Bench, engine: Engine, case: Case) -> Iterator[Engine]:
    """The proof was read with wrong letters."""
    dice = bench.dice(case, "misread")
    places = _proof_words(engine, case)
    page = engine.release.page(*case.page)
    if page is not None:
        tokens = tuple(
            replace(t, text=garble(t.text, dice))
            if any(t.first < last and t.last > first for first, last in places)
            else t
            for t in page.tokens
        )
        yield rebuilt(bench, engine, pages={case.page: replace(page, tokens=tokens)})
        return
    section = engine.release.section(*case.page)
    assert section is not None
    first, last = min(a for a, _ in places), max(b for _, b in places)
    spoilt = re.sub(r"[^\W\d_]{3,}", lambda m: garble(m[0], dice), section.text[first:last])
    text = section.text[:first] + spoilt + section.text[last:]
    yield rebuilt(bench, engine, sections={case.page: replace(section, text=text)})


def disordered(bench: Bench, engine: Engine, case: Case) -> Iterator[Engine]:
    """Two columns were read as one: the words of far lines are mixed."""
    page = engine.release.page(*case.page)
    if page is None:
        return
    tokens, half = list(page.tokens), len(page.tokens) // 2
    mixed = [t for pair in zip(tokens[:half], tokens[half : 2 * half], strict=True) for t in pair]
    mixed += tokens[2 * half :]
    texts = [t.text for t in mixed]
    shuffled = tuple(replace(t, text=text) for t, text in zip(tokens, texts, strict=True))
    yield rebuilt(bench, engine, pages={case.page: replace(page, tokens=shuffled)})


def cut(bench: Bench, engine: Engine, case: Case) -> Iterator[Engine]:
    """The passage is cut in the middle of the proof."""
    wanted = engine.release.chunk(case.row)
    middle = wanted.text.find(" ", (case.start + case.end) // 2)
    if not case.start < middle < case.end - 1:
        return

    def parted(chunks: list[Chunk]) -> list[Chunk]:
        out = []
        for chunk in chunks:
            if chunk.chunk_id != wanted.chunk_id:
                out.append(chunk)
                continue
            for a, b in ((0, middle), (middle + 1, len(chunk.text))):
                pieces = tuple(
                    replace(
                        p,
                        start=max(p.start, a) - a,
                        end=min(p.end, b) - a,
                        first=p.first + (0 if chunk.boxed else max(0, a - p.start)),
                        last=p.last - (0 if chunk.boxed else max(0, p.end - b)),
                    )
                    for p in chunk.pieces
                    if (p.start >= a and p.end <= b)
                    or (not chunk.boxed and p.start < b and p.end > a)
                )
                if pieces:
                    text = chunk.text[a:b]
                    name = f"{chunk.chunk_id[:40]}-{a}"
                    out.append(replace(chunk, text=text, pieces=pieces, chunk_id=name))
        return out

    yield rebuilt(bench, engine, chunks=parted)


def no_words(bench: Bench, engine: Engine, case: Case) -> Iterator[Engine]:
    """The passage was indexed under none of its words."""
    text = engine.release.chunk(case.row).text
    chunk = engine.release.chunk(case.row)
    above = " \n ".join(chunk.headings)
    yield rebuilt(bench, engine, terms=lambda t: [] if t in (text, above) and t else analyse(t))


def no_meaning(bench: Bench, engine: Engine, case: Case) -> Iterator[Engine]:
    """The passage has the vector of another."""
    wanted = engine.release.chunk(case.row).chunk_id

    def spoilt(chunks: list[Chunk], rows: Any) -> Any:
        at = next(n for n, c in enumerate(chunks) if c.chunk_id == wanted)
        rows[at] = -rows[at]
        return rows

    yield rebuilt(bench, engine, vectors=spoilt)


@contextmanager
def put_low(engine: Engine, row: int, depth: float) -> Iterator[None]:
    """The second look takes one passage down, though both lists have it high."""
    rescore = order.judge

    def lowered(*args: Any, **kwargs: Any) -> Any:
        scores = np.array(rescore(*args, **kwargs))
        rows = _RANKED["rows"]
        scores[rows == row] -= depth
        return scores

    judged = engine._finder._judged

    def watching(query: Any, ranked: Any, *others: Any) -> Any:
        _RANKED["rows"] = np.asarray(ranked.rows[: order.DEPTH])
        return judged(query, ranked, *others)

    with patch.object(order, "judge", lowered), patch.object(engine._finder, "_judged", watching):
        yield


_RANKED: dict[str, Any] = {}


def low(bench: Bench, engine: Engine, case: Case) -> Iterator[Engine]:
    """Fusion fails one passage."""
    rows = [int(r) for r in engine._finder.rows_of(_place(engine, case))]
    with put_low(engine, case.row, 99.0):
        if len(rows):
            yield engine


def _place(engine: Engine, case: Case) -> Any:
    from rag.retrieve.fuse import Place

    return Place(engine.release.numbers[case.document_id], case.index, 1.0)


def refused(bench: Bench, engine: Engine, case: Case) -> Iterator[Engine]:
    """The threshold is out of reach."""
    with patch.object(engine._judge, "_taught", -12.0):
        yield engine


def unchosen(bench: Bench, engine: Engine, case: Case) -> Iterator[Engine]:
    """The sentence is taken from another passage than the best."""
    import rag.answering as room

    real = room.extract

    def elsewhere(question: str, hits: Sequence[Hit], **kwargs: Any) -> Any:
        others = [hit for hit in hits if case.index not in hit.chunk.pages][:3]
        return real(question, others or hits, **kwargs)

    with (
        patch.object(room, "extract", elsewhere),
        patch.object(room, "disagreement", lambda *a, **k: ()),
    ):
        yield engine


class Parrot:
    """A model that writes a true sentence of the right page, which is not the answer."""

    model = "parrot"

    def __init__(self, engine: Engine, case: Case) -> None:
        self._engine, self._case = engine, case

    def write(self, question: str, hits: Sequence[Hit], **_: Any) -> Draft:
        from rag.answer.units import units_of

        case, proved = self._case, set(analyse(self._case.answer))
        chunk = self._engine.release.chunk(case.row)
        here = [
            u for u in units_of(chunk)
            if not (u.start < case.end and u.end > case.start) and len(u.text) > 40
            and any(p.index == case.index and u.start <= p.start < u.end for p in chunk.pieces)
        ]  # fmt: skip
        text = min((u.text for u in here), key=lambda t: len(proved & set(analyse(t))), default="")
        return Draft(text=text, model=self.model, prompt="parrot", tokens=1)


def written(bench: Bench, engine: Engine, case: Case) -> Iterator[Engine]:
    """A model words the answer, beside the question."""
    yield Engine(engine.release, engine.embedder, writer=Parrot(engine, case))  # type: ignore[arg-type]


def sound(bench: Bench, engine: Engine, case: Case) -> Iterator[Engine]:
    """Nothing is broken."""
    yield engine


FAULTS: dict[str, tuple[str, str, Broken]] = {  # fault → cause, detail ("" for any), how
    "absent": ("absent", "", absent),
    "misread": ("misread", "", misread),
    "order": ("order", "", disordered),
    "cut": ("cut", "", cut),
    "no words": ("ranked_low", "lexical", no_words),
    "no meaning": ("ranked_low", "dense", no_meaning),
    "fusion": ("ranked_low", "fusion", low),
    "refused": ("refused", "", refused),
    "unchosen": ("unchosen", "", unchosen),
    "written": ("written", "", written),
    "ambiguous": ("ambiguous", "", sound),
    "reader": ("reader", "", sound),
}


def cases_of(engine: Engine, rows: Sequence[dict[str, Any]], ids: dict[str, str]) -> list[Case]:
    """The golden questions whose answer is proved on their gold page."""
    found = []
    for row in rows:
        if not row.get("gold") or not row.get("answer"):
            continue
        gold = row["gold"][0]
        page = ids[gold["document"]], int(gold["page"]) - 1
        proof = point(engine.release, *page, question=row["question"], answer=row["answer"])
        if not proof.reason:
            found.append(
                Case(row["id"], row["question"], row["answer"], row.get("quote") or "", *page,
                     proof.row, proof.start, proof.end)
            )  # fmt: skip
    return found
