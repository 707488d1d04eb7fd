"""What differs between two releases, and which golden questions it changed, how, and why.

The cause of a change is found by trying: the second release is asked again with one group of its
parts put back as it was in the first (a folder of links, never a copy). The group that brings the
former result back is the cause. What cannot be put back alone, the documents, is named by what
moved: a page of a new or changed document, or a gold page that reads otherwise.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from mlops import store_tables as t
from mlops.golden_file import Golden, load
from mlops.serving import embedder_of, reranker_for
from mlops.store import Store
from rag.engine import Engine
from rag.errors import RagError
from rag.index.release import Release
from rag.progress import Progress, Silent
from rag.records import Outcome
from rag.settings import Home, Settings

DEPTH = 10  # pages of an answer that are compared
GROUPS: dict[str, tuple[str, ...]] = {  # part → beginnings of the names of its files
    "thresholds": ("thresholds.json",),
    "vocabulary": ("extras/thesaurus",),
    "prompts": ("extras/prompt-texts",),
    "learned": ("extras/learned", "extras/validated", "extras/ranker"),
    "vectors": ("vectors.", "codes.", "arrays/centers", "arrays/elsewhere", "arrays/token"),
    "words": ("lexical.", "forms.", "arrays/heading"),
}
ON_SAME_CHUNKS = ("vectors", "words")  # rows of one release mean nothing in another
DOCUMENTS, SEVERAL = "documents", "several"


@dataclass(frozen=True, slots=True)
class Part:
    """One part that differs, in a word or figure of each release."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Found:
    """What a question gets: rank (from 1) of the first gold page, None when it is not found."""

    rank: int | None
    kept: bool  # the verdict says that it can be answered
    first: tuple[str, int] | None  # document, page from 1


@dataclass(frozen=True, slots=True)
class Changed:
    """A golden question that gets something else."""

    id: str
    question: str
    before: Found
    after: Found
    better: bool | None  # None: neither better nor worse
    cause: str  # a part, "documents", or "several"
    detail: str  # the document, when one is to name


@dataclass(frozen=True, slots=True)
class Difference:
    """Everything that ``ragphoto release diff`` says."""

    before: str
    after: str
    parts: tuple[Part, ...]
    documents: Mapping[str, tuple[str, ...]]  # added, removed, changed → names
    asked: int
    changed: tuple[Changed, ...]


def diff(
    home: Home,
    settings: Settings,
    store: Store,
    before: str,
    after: str,
    *,
    progress: Progress | None = None,
) -> Difference:
    """Compare two releases whose folders are kept.

    Raises:
        IndexMismatch: one cannot be read, or its model is not to be had.
    """
    one, two = (Release.open(home.releases / name) for name in (before, after))
    moved = _documents(one, two)
    golden = load(home.golden) if home.golden else ()
    asked = [q for q in golden if _applies(q, one) or _applies(q, two)]
    changed = _changes(settings, one, two, asked, moved, progress)
    return Difference(before, after, _parts(store, one, two), moved, len(asked), changed)


def outline(home: Home, store: Store, before: str, after: str) -> Difference:
    """The same without asking anything: parts and documents, at once.

    Raises:
        IndexMismatch: one cannot be read.
    """
    one, two = (Release.open(home.releases / name) for name in (before, after))
    return Difference(before, after, _parts(store, one, two), _documents(one, two), 0, ())


# --- parts ----------------------------------------------------------------------------------------


def _parts(store: Store, one: Release, two: Release) -> tuple[Part, ...]:
    rows: list[tuple[str, Any, Any]] = []
    for name in sorted({*one.counts, *two.counts}):
        rows.append((name, one.counts.get(name), two.counts.get(name)))
    for name, left, right in (
        ("embedder", one.embedder, two.embedder),
        ("settings", one.manifest["settings"], two.manifest["settings"]),
        ("versions", one.manifest.get("versions"), two.manifest.get("versions")),
    ):
        rows.append((name, left, right))
    for name in GROUPS:
        rows.append((name, _hash(one, name), _hash(two, name)))
    rows.append(("corrector", *(r.manifest["files"].get("costs.json") for r in (one, two))))
    rows.append(("program", _program(store, one.id), _program(store, two.id)))
    return tuple(Part(name, _said(a), _said(b)) for name, a, b in rows if a != b)


def _said(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, Mapping):
        return ", ".join(f"{k} {v}" for k, v in sorted(value.items()))
    return str(getattr(value, "name", value))[:60]


def _files(release: Release, group: str) -> dict[str, str]:
    beginnings = GROUPS[group]
    return {n: h for n, h in release.manifest["files"].items() if n.startswith(beginnings)}


def _hash(release: Release, group: str) -> str | None:
    files = _files(release, group)
    if not files:
        return None
    from rag.cache import fingerprint

    return fingerprint(sorted(files.items()))[:12]


def _program(store: Store, release_id: str) -> str | None:
    query = sa.select(t.releases.c.program).where(t.releases.c.release_id == release_id)
    with store.read() as connection:
        return connection.scalar(query)


def _documents(one: Release, two: Release) -> dict[str, tuple[str, ...]]:
    """By path: a document whose content changed is neither added nor removed."""
    old, new = ({s.path: s.document_id for s in release.sources} for release in (one, two))
    both = old.keys() & new.keys()
    return {
        "added": tuple(sorted(new.keys() - both)),
        "removed": tuple(sorted(old.keys() - both)),
        "changed": tuple(sorted(path for path in both if old[path] != new[path])),
    }


# --- questions ------------------------------------------------------------------------------------


def _applies(question: Golden, release: Release) -> bool:
    names = {name for s in release.sources for name in (s.path, s.name)}
    return not question.gold or any(document in names for document, _ in question.gold)


def _changes(
    settings: Settings,
    one: Release,
    two: Release,
    asked: Sequence[Golden],
    moved: Mapping[str, Sequence[str]],
    progress: Progress | None,
) -> tuple[Changed, ...]:
    first, second = (_engine(settings, release) for release in (one, two))
    told = progress or Silent()
    told.start("compare", len(asked))
    pairs = []
    for question in asked:
        pairs.append((question, _find(first, question), _find(second, question)))
        told.advance()
    told.finish()
    pairs = [(q, a, b) for q, a, b in pairs if (a.rank, a.kept) != (b.rank, b.kept)]
    causes: dict[str, str] = {}
    for group in _groups(one, two) if pairs else ():
        with _put_back(one, two, group) as folder:
            try:
                engine = _engine(settings, Release.open(folder))
                for q, a, _ in pairs:
                    found = _find(engine, q)
                    if q.id not in causes and (found.rank, found.kept) == (a.rank, a.kept):
                        causes[q.id] = group
            except (RagError, OSError, ValueError, KeyError, IndexError):
                continue  # the parts do not go together: this group explains nothing alone
    return tuple(_changed(q, a, b, causes.get(q.id), moved) for q, a, b in pairs)


def _changed(
    question: Golden,
    before: Found,
    after: Found,
    cause: str | None,
    moved: Mapping[str, Sequence[str]],
) -> Changed:
    detail = ""
    if cause is None:
        cause = DOCUMENTS if any(moved.values()) else SEVERAL
        touched = {Path(path).name for paths in moved.values() for path in paths}
        named = [after.first, before.first, *question.gold]
        detail = next((p[0] for p in named if p is not None and Path(p[0]).name in touched), "")
    return Changed(
        question.id, question.question, before, after, _better(question, before, after), cause,
        detail,
    )  # fmt: skip


def _better(question: Golden, before: Found, after: Found) -> bool | None:
    """Higher is better for a question that has pages, refusing is for one that has none."""
    if not question.gold:
        return None if before.kept == after.kept else before.kept
    if before.kept != after.kept:
        return after.kept
    if before.rank == after.rank:
        return None
    return (after.rank or DEPTH + 1) < (before.rank or DEPTH + 1)


def _engine(settings: Settings, release: Release) -> Engine:
    return Engine(release, embedder_of(release, settings), reranker=reranker_for(settings))


def _find(engine: Engine, question: Golden) -> Found:
    found = engine.search(question.question, DEPTH, history=question.history)
    pages = [(page.document, page.index + 1) for page in found.pages]
    gold = set(question.gold)
    rank = next((n for n, page in enumerate(pages, 1) if page in gold), None)
    return Found(rank, found.verdict.outcome is Outcome.ANSWER, pages[0] if pages else None)


# --- one part put back ----------------------------------------------------------------------------


def _groups(one: Release, two: Release) -> list[str]:
    """The groups that differ and can be put back alone."""
    same = one.manifest["files"]["chunks.jsonl"] == two.manifest["files"]["chunks.jsonl"]
    return [
        group
        for group in GROUPS
        if _files(one, group) != _files(two, group) and (same or group not in ON_SAME_CHUNKS)
    ]


@contextmanager
def _put_back(one: Release, two: Release, group: str) -> Iterator[Path]:
    """A folder of links: the second release with that group as it is in the first."""
    files = {n: two.path for n in two.manifest["files"] if n not in _files(two, group)}
    files |= dict.fromkeys(_files(one, group), one.path)
    manifest = dict(two.manifest)
    manifest["files"] = {
        name: (one if path == one.path else two).manifest["files"][name]
        for name, path in files.items()
    }
    if group == "vectors":
        manifest["embedder"] = one.manifest["embedder"]
        manifest["lexical_only"] = one.manifest.get("lexical_only")
        counts = {"vectors": one.counts["vectors"]}
        manifest["counts"] = {**manifest["counts"], **counts}
    with tempfile.TemporaryDirectory(prefix="ragphoto-diff-") as name:
        folder = Path(name) / two.id
        for file, origin in files.items():
            place = folder / file
            place.parent.mkdir(parents=True, exist_ok=True)
            place.symlink_to((origin / file).resolve())
        (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
        yield folder
