"""What an OCR engine takes for what, with a cost: data, kept in the release.

Source of the method: weighted confusion sets as in Kukich, ACM Computing Surveys 24(4), 1992,
§ 2.2.4; unlike there, costs are set by kind of confusion, not estimated by counting: the pages at
hand are too few for that.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from importlib.resources import files
from itertools import pairwise
from typing import Any

WORD_LIMIT = 30  # letters; longer runs are noise
LEARNED = ("learned", "words", "forms", "marks")  # fields that people's corrections fill


@dataclass(frozen=True)
class Costs:
    """Costs of confusions, and when a correction is sure enough."""

    version: str
    pairs: tuple[tuple[str, str, float], ...]  # (seen, printed, cost)
    limit: float  # the dearest correction of a word read with confidence
    limit_sure: float  # the same, for a word read with more confidence than ``sure``
    sure: float  # OCR confidence, 0..1: 80 % of known words reach it, 8 % of mended ones
    limit_doubtful: float  # the same, for a word below ``doubtful``
    doubtful: float  # OCR confidence, 0..1
    margin: float  # the second best must cost so much more
    # What people's corrections taught (rag.correct.learned); nothing in the package's own costs.
    learned: tuple[tuple[str, str, float], ...] = ()  # as ``pairs``: where those mend nothing
    words: tuple[str, ...] = ()  # of this collection, in no list: known from now on
    forms: tuple[tuple[str, str], ...] = ()  # (unknown word as read, what it always is)
    marks: tuple[tuple[str, str], ...] = ()  # (mark read, mark printed) inside a sentence

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Costs:
        """Read what ``to_dict`` wrote, or the package's own file."""
        return cls(
            version=str(data["version"]),
            pairs=tuple((str(s), str(p), float(c)) for s, p, c in data["pairs"]),
            limit=float(data["limit"]),
            limit_sure=float(data["limit_sure"]),
            sure=float(data["sure"]),
            limit_doubtful=float(data["limit_doubtful"]),
            doubtful=float(data["doubtful"]),
            margin=float(data["margin"]),
            learned=tuple((str(s), str(p), float(c)) for s, p, c in data.get("learned", ())),
            words=tuple(str(word) for word in data.get("words", ())),
            forms=tuple((str(b), str(a)) for b, a in data.get("forms", ())),
            marks=tuple((str(s), str(p)) for s, p in data.get("marks", ())),
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, for the release; nothing of what was not learned."""
        learned: dict[str, Any] = {
            "learned": [list(pair) for pair in self.learned],
            "words": list(self.words),
            "forms": [list(form) for form in self.forms],
            "marks": [list(mark) for mark in self.marks],
        }
        return {
            "version": self.version,
            "limit": self.limit,
            "limit_sure": self.limit_sure,
            "sure": self.sure,
            "limit_doubtful": self.limit_doubtful,
            "doubtful": self.doubtful,
            "margin": self.margin,
            "pairs": [list(pair) for pair in self.pairs],
            **{name: value for name, value in learned.items() if value},
        }

    @cached_property
    def by_first(self) -> Mapping[str, tuple[tuple[str, str, float], ...]]:
        """The pairs by the first character seen."""
        table: dict[str, list[tuple[str, str, float]]] = {}
        for pair in self.pairs:
            table.setdefault(pair[0][0], []).append(pair)
        return {key: tuple(value) for key, value in table.items()}

    @cached_property
    def second(self) -> Costs | None:
        """Costs to try where these mend nothing: with what was learned; None when nothing was."""
        if not self.learned:
            return None
        cheapest = {(s, p): c for s, p, c in self.pairs}
        for seen, printed, cost in self.learned:
            cheapest[seen, printed] = min(cost, cheapest.get((seen, printed), cost))
        pairs = tuple((s, p, c) for (s, p), c in cheapest.items())
        return replace(self, pairs=pairs, learned=())

    @cached_property
    def by_form(self) -> Mapping[str, str]:
        """What each form learned always is."""
        return dict(self.forms)

    def limit_for(self, confidence: float) -> float:
        """Return the dearest correction of a word read with this confidence."""
        if confidence < self.doubtful:
            return self.limit_doubtful
        return self.limit_sure if confidence >= self.sure else self.limit

    def changes(self, word: str) -> list[tuple[int, int, str, float]]:
        """Every confusion that may have happened in a word: (start, end, printed, cost)."""
        return [
            (at, at + len(seen), printed, cost)
            for at, letter in enumerate(word)
            for seen, printed, cost in self.by_first.get(letter, ())
            if word.startswith(seen, at)
        ]

    def variants(self, word: str, limit: float) -> Iterator[tuple[str, float, int]]:
        """What may have been printed: (word, cost, number of changes), at most two changes.

        The same confusion twice in a word (« fenètrés ») costs the second time a half.
        """
        if len(word) > WORD_LIMIT:
            return
        changes = [c for c in self.changes(word) if c[3] <= limit]
        for start, end, printed, cost in changes:
            yield word[:start] + printed + word[end:], cost, 1
        if len(word) < 5:
            return
        for i, (a, b, first, cost_a) in enumerate(changes):
            for c, d, second, cost_b in changes[i + 1 :]:
                same = word[a:b] == word[c:d] and first == second
                cost = cost_a + (0.5 * cost_b if same else cost_b)
                if c >= b and cost <= limit:
                    yield word[:a] + first + word[b:c] + second + word[d:], cost, 2


def untaught(data: Mapping[str, Any]) -> dict[str, Any]:
    """Plain costs without what people's corrections taught: what the program brought."""
    own = {name: value for name, value in data.items() if name not in LEARNED}
    if "version" in own:
        own["version"] = str(own["version"]).partition("+")[0]
    return own


def load_costs() -> Costs:
    """Read the package's own costs."""
    text = (files("rag.correct") / "confusions.json").read_text("utf-8")
    return Costs.from_dict(json.loads(text))


def pieces(before: str, after: str) -> list[tuple[int, int, str]]:
    """The smallest changes that make ``after`` of ``before``: (start, end, replacement)."""
    from rapidfuzz.distance import Levenshtein

    found: list[list[Any]] = []
    for op in Levenshtein.opcodes(before, after):
        if op.tag == "equal":
            continue
        part = after[op.dest_start : op.dest_end]
        if found and found[-1][1] == op.src_start:
            found[-1][1] = op.src_end
            found[-1][2] += part
        else:
            found.append([op.src_start, op.src_end, part])
    assert all(a[1] <= b[0] for a, b in pairwise(found))
    return [(s, e, r) for s, e, r in found]
