"""The page where the truth of a remark stands: pointed at, found by its words, or by what is left.

A page that no passage of the collection says is looked for in the text of pages, among their words
misread, and last among the letters of every page (``likely``): those few are looked at again.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mlops.diagnosis.deciding import misread
from mlops.diagnosis.likely import every_page, likely, resembling
from mlops.diagnosis.page_text import ENOUGH, MOST_THERE, look, see, words_of
from mlops.diagnosis.replay import Page, Truth
from rag.engine import Engine
from rag.french.analysis import analyse
from rag.pointing import point

LOOKED_AT = 60  # pages where a corrected answer is looked for
BEST = 20  # passages of each list
RELATED = 0.34  # share of the question that a page not shown must hold, to be the one meant
ALMOST = 0.45  # share of the words that such a page has, or has misread
LETTERS = 2  # words misread that tell a page when nobody points at it
SUSPECTS = 2  # pages whose image is looked at again for one remark


def find_page(engine: Engine, question: str, truth: Truth, cited: tuple[Page, ...]) -> Page | None:
    """The page where the truth stands: pointed at, or the one that says most of it."""
    if truth.pages:
        return truth.pages[0]
    said = truth.quote or truth.said
    if not said.strip():
        return None
    tried = candidates(engine, question, said, cited)
    fits = _fitting(engine, question, tried)
    proofs = [
        (proof.held + fits[page], -n, page)
        for n, page in enumerate(tried)
        if not (proof := point(engine.release, *page, question=question, answer=said)).reason
        and (page in cited or fits[page] >= RELATED)
    ]
    best = max(proofs, default=None)
    if best is not None:
        return best[2]
    return _almost(engine, question, truth, tried)


def candidates(engine: Engine, question: str, said: str, cited: tuple[Page, ...]) -> list[Page]:
    """The pages where an answer may stand: those shown, and those that the question finds."""
    return list(dict.fromkeys((*cited, *_found(engine, question, said))))


def _found(engine: Engine, question: str, said: str) -> Iterator[Page]:
    for text in (question, f"{question} {said}"):
        found = engine.find(engine.understand(text[:2000]))
        for place, _, _ in found.pages[:LOOKED_AT]:
            yield engine.release.sources[place.document].document_id, place.index
        for side in (found.lexical, found.dense):  # what fusion put low
            for row in side.rows[:BEST].tolist() if side is not None else ():
                chunk = engine.release.chunk(int(row))
                yield from ((chunk.document_id, index) for index in chunk.pages)


def _fitting(engine: Engine, question: str, pages: list[Page]) -> dict[Page, float]:
    """How much of the question each page holds in its best passage, 0..1."""
    query, numbers = engine.understand(question), engine.release.numbers
    out = {}
    for page in pages:
        rows = engine.release.page_map.rows_of(numbers[page[0]], page[1])
        held = np.broadcast_to(engine.coverage(query, np.asarray(rows, np.intp)), (len(rows),))
        out[page] = float(held.max()) if len(rows) else 0.0
    return out


def _almost(engine: Engine, question: str, truth: Truth, pages: list[Page]) -> Page | None:
    """No passage says it: the page that holds it in its text, as a bag, or misread."""
    fits = _fitting(engine, question, pages)
    best: tuple[float, int, Page] | None = None
    for n, page in enumerate(pages):
        found = look(engine.release, *page, question=question, said=truth.said, quote=truth.quote)
        whole = found.bag + 0.8 * len(found.misread) / max(1, found.terms)
        likely = misread(found) and len(found.misread) >= LETTERS
        there = found.bag >= MOST_THERE and found.terms >= ENOUGH and fits[page] >= RELATED
        if there or (likely and whole >= ALMOST):
            best = max(best or (-1.0, 0, page), (whole + fits[page], -n, page))
    return None if best is None else best[2]


def suspects(
    engine: Engine, question: str, truth: Truth, cited: tuple[Page, ...], *, most: int = SUSPECTS
) -> list[Page]:
    """The pages that may say it though their text does not, the likest first.

    A page counts by the letters of a run of what is said that it has (more where they make no
    words), by the words of it, and by the words of the question.
    """
    said = truth.quote or truth.said
    release = engine.release
    like = {(one.document_id, one.index): one.like for one in likely(
        release, every_page(release), said)}  # fmt: skip
    tried = dict.fromkeys((*list(like)[:BEST], *candidates(engine, question, said, cited)[:BEST]))
    asked = frozenset(analyse(question))
    found = []
    for n, page in enumerate(tried):
        words = words_of(release, *page)
        there = {term for word in words for term in word.terms}
        fits = len(asked & there) / len(asked) if asked else 0.0
        bag = see(words, question=question, said=said).bag
        if page in like or bag >= ALMOST:
            strange = resembling(release, page, said)[1] if page in like else 0.0
            found.append((like.get(page, 0.0) / 100 + strange + bag + fits, -n, page))
    return [page for _, _, page in sorted(found, reverse=True)[:most]]
