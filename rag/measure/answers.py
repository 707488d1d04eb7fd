"""How good an answer is, against a golden answer and golden pages: deterministic, no model.

Each function returns ``nan`` for what cannot be measured: unmeasured is never zero.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from math import nan

_NUMBER = re.compile(r"\d+(?:[.,/]\d+)*|[½¼¾⅓⅔]")


def numbers(text: str) -> Counter[str]:
    """The numbers of a text, a decimal comma read as a point: ``f/2,8`` holds ``2.8``."""
    return Counter(found.replace(",", ".") for found in _NUMBER.findall(text))


def numbers_kept(golden: str, answer: str) -> float:
    """Share of the golden answer's numbers that the answer has; nan when it has none."""
    wanted = numbers(golden)
    return (wanted & numbers(answer)).total() / wanted.total() if wanted else nan


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


def first_cited(cited: Sequence[tuple[str, int]], gold: Collection[tuple[str, int]]) -> float:
    """1 when the first cited page is golden, else 0; nan when nothing is golden."""
    if not gold:
        return nan
    return float(bool(cited) and cited[0] in gold)
