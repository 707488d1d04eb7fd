"""The image of a page read again, for what a release lacks of an answer: facts, no opinion."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from mlops.diagnosis.likely import bare, resembling
from mlops.diagnosis.page_text import PageWord, in_order, see, words_in, words_of
from rag.cache import StageCache
from rag.index.release import Release
from rag.reading import HowToRead
from rag.records import CorrectedPage, Page
from rag.rereading import Again, pool_for, read_again, ways
from rag.settings import Home, Settings

BESIDE = 2  # words on both sides of what says the answer, whose letters are compared
AROUND = 12  # words on both sides of what says the answer, whose order is compared
ENOUGH_FOUND = 0.5  # of the words that were missing: no other reading is asked for


@dataclass(frozen=True, slots=True)
class Reread:
    """What one more reading of a page's image holds of an answer.

    Attributes:
        engine, scale: with which it was read (``rag.rereading.Way``).
        reason: "" when it was read; else why not.
        found: of the words that the release's page lacks, those that stand there.
        bag, together: as in ``OnPage``.
        says: a short run says the answer.
        ordered: share of the printed words in a row around it that the release's page has so, of
            those that it has; nan when too few tell.
        like, strange: of that printed run in the release's page, as in ``Facts``.
    """

    engine: str
    scale: float
    reason: str
    found: tuple[str, ...] = ()
    bag: float = 0.0
    together: float = 0.0
    says: bool = False
    ordered: float = math.nan
    like: float = 0.0
    strange: float = 0.0

    def plain(self) -> dict[str, Any]:
        """For the evidence."""
        told = {"engine": self.engine, "scale": self.scale, "reason": self.reason}
        if self.reason:
            return told
        return told | {
            "found": list(self.found)[:12],
            "bag": round(self.bag, 3),
            "together": None if math.isnan(self.together) else round(self.together, 3),
            "says": self.says,
            "like_in_release": round(self.like, 1),
            "no_words_in_release": round(self.strange, 2),
            "ordered_in_release": None if math.isnan(self.ordered) else round(self.ordered, 3),
        }


class Rereader:
    """Reads pages of a home again, in one child that is kept for the next; close it after use."""

    def __init__(self, home: Home, settings: Settings) -> None:
        """Start nothing yet.

        Args:
            home: the collection.
            settings: the engine that read it, and the bounds of a reading.
        """
        self._folder, self._engine = home.documents, settings.ocr_engine
        self._cache, self._how = StageCache(home.cache), HowToRead.of(settings)
        self._pool = pool_for(self._how)

    def __enter__(self) -> Rereader:
        return self

    def __exit__(self, *exc: object) -> None:
        self._pool.close()

    def __call__(self, release: Release, document_id: str, index: int) -> Iterator[Again]:
        """The page in each other way, read when it is asked for, from the cache where it was."""
        source = next((s for s in release.sources if s.document_id == document_id), None)
        if source is None:
            return
        read = release.page(document_id, index)
        longest = max(read.page.width_px, read.page.height_px) if read is not None else 0
        for way in ways(self._engine, longest):
            yield from read_again(
                source, self._folder, index, [way],
                how=self._how, cache=self._cache, pool=self._pool,
            )  # fmt: skip


def reread(
    release: Release,
    page: tuple[str, int],
    readings: Iterable[Again],
    missing: tuple[str, ...],
    *,
    question: str,
    said: str,
) -> tuple[Reread, ...]:
    """What each reading holds of an answer; none is asked for after one that says it.

    Args:
        release: that answered.
        page: document id and index.
        readings: of its image, made as they are asked for.
        missing: the words of the answer that the release's page lacks.
        question: as it was asked.
        said: the answer, or the printed words where they are known.
    """
    words, found = words_of(release, *page), list[Reread]()
    for one in readings:
        engine, scale = one.way.engine, one.way.scale
        if one.page is None:
            found.append(Reread(engine, scale, one.reason))
            continue
        printed = words_in(corrected(one.page))
        seen = see(printed, question=question, said=said)
        here = tuple(term for term in missing if term not in seen.missing)
        says = seen.run is not None
        order, like, strange = math.nan, 0.0, 0.0
        if seen.run is not None:
            order = in_order(_around(printed, seen.run, AROUND), words)
            run = bare(_around(printed, seen.run, BESIDE))
            like, strange = resembling(release, page, run)
        found.append(
            Reread(
                engine, scale, "", here, seen.bag, seen.together, says, order, like, strange
            )
        )  # fmt: skip
        if says and len(here) >= ENOUGH_FOUND * len(missing):
            break
    return tuple(found)


def _around(words: Sequence[PageWord], run: tuple[int, int], more: int) -> str:
    near = words[max(0, run[0] - more) : run[1] + more]
    return " ".join(word.text for word in near)


def corrected(page: Page) -> CorrectedPage:
    """A page as stage 3 makes it, by itself."""
    from rag import correct, layout
    from rag.correct.confusions import load_costs
    from rag.french.lexicon import load_lexicon

    arranged = layout.arrange(page)
    (lines,) = layout.classify([arranged])
    return correct.correct(arranged, lines, load_lexicon(), load_costs())
