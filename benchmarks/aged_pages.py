"""Pages of the sample aged otherwise, with what is printed on them, read as the product reads.

The same text in several agings (``tools/sample``), so that what is learned on some pages can be
measured on pages of other text. What was made and read is kept in a folder, so that a second run
takes a second. Needs the dependency group ``sample`` and the fonts of ``tools/make_sample.py``.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rag.cache import StageCache
from rag.layout import arrange, classify
from rag.records import Line, Page

PAGES_A_MINUTE = 15  # about, on one core


@dataclass(frozen=True, slots=True)
class AgedPage:
    """One degraded page: what was read, laid out, and what is printed."""

    stem: str  # document and page: the same text in every aging
    aging: str  # "v3-s2.0"
    page: Page
    lines: tuple[Line, ...]
    truth: str


def load(work: Path, variant: int, strength: float, *, workers: int = 1) -> list[AgedPage]:
    """Make (or find) every scanned page of the sample in one aging, read and laid out.

    Args:
        work: folder where pages and readings are kept.
        variant: which aging; 0 is the sample's own.
        strength: 1 as the sample, 2 a bad day.
        workers: processes that read.
    """
    aging = f"v{variant}-s{strength}"
    folder = work / aging
    if not (folder / "made").exists():
        _make(folder, variant, strength)
    return list(_read(folder, work, aging, workers))


def _make(folder: Path, variant: int, strength: float) -> None:
    from tools.sample.collection import Making, make_all

    (folder / "data").mkdir(parents=True, exist_ok=True)
    (folder / "truth").mkdir(exist_ok=True)
    made_all = make_all(Making(variant, strength))
    for made in itertools.takewhile(lambda m: not m.path.startswith("photos/"), made_all):
        if not made.truth:
            continue
        (folder / "data" / made.path).write_bytes(made.data)
        for number, text in made.truth.items():
            path = folder / "truth" / f"{Path(made.path).stem}-p{number:03}.txt"
            path.write_text(text, encoding="utf-8")
        print(f"made {made.path} ({folder.name})", file=sys.stderr)
    (folder / "made").touch()


def _read(folder: Path, work: Path, aging: str, workers: int) -> Iterator[AgedPage]:
    from rag.collect import survey
    from rag.reading import HowToRead, read_documents

    sources = survey(folder / "data").collection.sources
    how = HowToRead(workers=workers)
    cache = StageCache(work / "cache")
    for reading in read_documents(sources, folder / "data", cache=cache, how=how):
        stem = Path(reading.source.name).stem
        pages = [arrange(r.page) for r in reading.results if r.page is not None]
        for page, lines in zip(pages, classify(pages), strict=True):
            truth = folder / "truth" / f"{stem}-p{page.index + 1:03}.txt"
            if truth.exists():  # a page of type in the same file has none: its layer is not scored
                text = truth.read_text("utf-8")
                yield AgedPage(truth.stem, aging, page, lines, text)
