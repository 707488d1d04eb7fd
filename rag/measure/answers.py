"""How good an answer is, against a golden answer and golden pages: deterministic, no model.

Each function returns ``nan`` for what cannot be measured: unmeasured is never zero.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from math import nan
from typing import Protocol, TypeVar

from rag.records import Citation, PageBoxes, Sentence, Support

_NUMBER = re.compile(r"\d+(?:[.,/]\d+)*|[½¼¾⅓⅔]")


def numbers(text: str) -> Counter[str]:
    """The numbers of a text, a decimal comma read as a point: ``f/2,8`` holds ``2.8``."""
    return Counter(found.replace(",", ".") for found in _NUMBER.findall(text))


def numbers_kept(golden: str, answer: str) -> float:
    """Share of the golden answer's numbers that the answer has; nan when it has none."""
    wanted = numbers(golden)
    return (wanted & numbers(answer)).total() / wanted.total() if wanted else nan


class Amount(Protocol):
    """A number with its unit, as ``rag.answer.amounts`` reads it."""

    def same(self: A, other: A) -> bool:
        """Equal in value and kind."""


A = TypeVar("A", bound=Amount)


def amounts_kept(golden: str, answer: str, amounts: Callable[[str], Sequence[A]]) -> float:
    """Share of the golden amounts that the answer gives, however written; nan when it has none."""
    wanted, given = amounts(golden), amounts(answer)
    return sum(any(w.same(g) for g in given) for w in wanted) / len(wanted) if wanted else nan


def exact(golden: str, answer: str, amounts: Callable[[str], Sequence[A]]) -> float:
    """1 when every golden amount is given, 0 when one lacks; nan when there is none."""
    share = amounts_kept(golden, answer, amounts)
    return share if share != share else float(share == 1.0)


def words_kept(golden: str, answer: str, analyse: Callable[[str], list[str]]) -> float:
    """Share of the golden answer's terms that the answer has; nan when it has none."""
    wanted = set(analyse(golden))
    return len(wanted & set(analyse(answer))) / len(wanted) if wanted else nan


def token_f1(golden: str, answer: str, analyse: Callable[[str], list[str]]) -> float:
    """Harmonic mean of term precision and recall, as SQuAD's (Rajpurkar et al. 2016), on stems."""
    wanted, given = Counter(analyse(golden)), Counter(analyse(answer))
    if not wanted:
        return nan
    common = (wanted & given).total()
    return 2 * common / (wanted.total() + given.total())


def citation_precision(
    cited: Sequence[tuple[str, int]], gold: Collection[tuple[str, int]]
) -> float:
    """Share of the cited (document, page) that are golden; nan when nothing is cited or golden."""
    return sum(place in gold for place in cited) / len(cited) if cited and gold else nan


def citation_recall(cited: Sequence[tuple[str, int]], gold: Collection[tuple[str, int]]) -> float:
    """Share of the golden (document, page) that are cited; nan when nothing is golden."""
    return sum(place in set(cited) for place in gold) / len(gold) if gold else nan


def words_cited(citations: Iterable[Citation]) -> frozenset[Hashable]:
    """Every word of a page image, or character of a section, that citations point at."""
    return frozenset(
        (anchor.document_id, anchor.index, n)
        for citation in citations
        for anchor in citation.anchors
        for n in (
            range(anchor.first, anchor.last)
            if isinstance(anchor, PageBoxes)
            else range(anchor.start, anchor.end)
        )
    )


def word_overlap(cited: Collection[Hashable], gold: Collection[Hashable]) -> tuple[float, float]:
    """Precision and recall of the words cited; nan for the one that has nothing to divide by.

    Source: precision and recall of sets (van Rijsbergen 1979), over words of pages.
    """
    common = len(set(cited) & set(gold))
    return (
        common / len(set(cited)) if cited and gold else nan,
        common / len(set(gold)) if gold else nan,
    )


def quotation_found(citation: Citation, reread: Callable[[Citation], str]) -> bool:
    """True when the words at the anchors, read again, are those of the quotation, in order."""
    return _bare(reread(citation)) == _bare(citation.quotation)


def proved(sentences: Sequence[Sentence], reread: Callable[[Citation], str]) -> float:
    """Share of the sentences shown whose every quotation stands at its anchor; nan for none.

    Args:
        sentences: of an answer. One that is not tied to its source counts as not proved.
        reread: the words that the release holds at the anchors of a citation.
    """
    tied = (Support.QUOTED, Support.ALIGNED)
    good = [
        s.support in tied
        and bool(s.citations)
        and all(quotation_found(c, reread) for c in s.citations)
        for s in sentences
    ]
    return sum(good) / len(good) if good else nan


def _bare(text: str) -> str:
    """Letters and digits only: a line end, a bullet or a hyphen at a line end says nothing."""
    return "".join(c for c in text.casefold() if c.isalnum())


def first_cited(cited: Sequence[tuple[str, int]], gold: Collection[tuple[str, int]]) -> float:
    """1 when the first cited page is golden, else 0; nan when nothing is golden."""
    if not gold:
        return nan
    return float(bool(cited) and cited[0] in gold)
