"""Where an answer may stand when no page says it: what is left of its letters, and the question.

A misread sentence keeps most of its letters in their order, and the page around it keeps the
question's words. Each page is compared with the printed words that a reader gives; a collection
too large for that is searched among the pages that the question finds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mlops.diagnosis.page_text import STOPS
from rag.french.analysis import fold
from rag.index.release import Release

PAGES = 20_000  # compared at most: about 0.2 ms each
SHORTEST, LONG = 12, 20  # letters of a run that may be recognised; that tell by themselves
LIKE = 64.0  # of 100: letters of a run that a page must have in a row to be looked at again
SHORT_LIKE = 68.0  # the same for a run that is not long


@dataclass(frozen=True, slots=True)
class Likeness:
    """A page and how much of what a reader says it seems to hold, of 100."""

    document_id: str
    index: int
    like: float


def pieces_of(said: str, shortest: int = SHORTEST) -> tuple[str, ...]:
    """The runs of words between the stops of a text, long enough to be recognised; letters only."""
    parts = (bare(part) for part in STOPS.split(said))
    return tuple(dict.fromkeys(part for part in parts if len(part) >= shortest))


def bare(text: str) -> str:
    """Folded, words apart by one blank: as a scan and a reader would both write it."""
    return " ".join(re.findall(r"[^\W_]+", fold(text)))


def likely(
    release: Release,
    pages: Iterable[tuple[str, int]],
    said: str,
    *,
    least: float = 0.0,
    shortest: int = SHORTEST,
) -> list[Likeness]:
    """Pages that seem to hold a run of what is said, the likest first.

    Args:
        release: an open release.
        pages: to compare; no more than ``PAGES``.
        said: the answer and the printed words, as a reader gives them.
        least: of 100, beyond what chance gives: a run of random French is near 55.
        shortest: letters of a run that is looked for.
    """
    from rapidfuzz import fuzz

    pieces = pieces_of(said, shortest)
    if not pieces:
        return []
    found = []
    for n, (document_id, index) in enumerate(pages):
        if n >= PAGES:
            break
        text = bare(" ".join(_words(release, document_id, index)))
        alike = [(len(p), fuzz.partial_ratio(p, text, score_cutoff=least)) for p in pieces]
        enough = [like for size, like in alike if like >= max(least, _wanted(size))]
        best = max(enough, default=0.0)
        if text and enough:
            found.append(Likeness(document_id, index, best))
    return sorted(found, key=lambda one: (-one.like, one.document_id, one.index))


def resembling(release: Release, page: tuple[str, int], said: str) -> tuple[float, float]:
    """How alike a long run of what is said and a page are, and how much of it is no words there.

    Returns:
        Letters in common, of 100, of the long run that stands there best; and the share of the
        page's words at that place, of four letters or more, that the lexicon does not know, 0..1.
    """
    from rapidfuzz import fuzz

    from rag.french.lexicon import load_lexicon

    words = _words(release, *page)
    text, starts = "", list[int]()
    for word in words:
        starts.append(len(text))
        text += f"{bare(word)} "
    found = [fuzz.partial_ratio_alignment(p, text) for p in pieces_of(said, LONG)] if text else []
    best = max((one for one in found if one is not None), key=lambda one: one.score, default=None)
    if best is None:
        return 0.0, 0.0
    here = [w for w, at in zip(words, starts, strict=True) if best.dest_start <= at < best.dest_end]
    told = [part for word in here for part in re.findall(r"[^\W\d_]{4,}", word)]
    knows = load_lexicon().knows
    return best.score, sum(not knows(part) for part in told) / len(told) if told else 0.0


def _wanted(size: int) -> float:
    """What a run of so many letters must have, of 100: short ones are alike by chance."""
    return SHORT_LIKE if size < LONG else LIKE


def _words(release: Release, document_id: str, index: int) -> list[str]:
    if (read := release.page(document_id, index)) is not None:
        return [token.text for token in read.tokens]
    section = release.section(document_id, index)
    return [] if section is None else section.text.split()


def every_page(release: Release) -> Sequence[tuple[str, int]]:
    """The pages of a release that have words, images before texts, in order."""
    return [
        *((p.page.document_id, p.page.index) for p in release.pages),
        *((s.document_id, s.index) for s in release.sections),
    ]
