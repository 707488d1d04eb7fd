"""What a page holds of an answer: in a passage, in its text, as a bag of words, or misread."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rag.answer.amounts import amounts
from rag.french.analysis import analyse, fold
from rag.french.sentences import sentences
from rag.index.accounts import account_of
from rag.index.release import Release
from rag.pointing import HELD, Pointed, point

ALIKE = 65  # of 100: a word of the page that may be a word of the answer, misread
SHORTEST = 4  # letters of a word that can be told to be misread
WINDOW = 3  # sentences in a row that may say an answer
MOST_THERE = 0.75  # share of the words that stand somewhere on the page


@dataclass(frozen=True, slots=True)
class OnPage:
    """How much of an answer a page holds, by how hard one looks."""

    status: str  # of the page: "ok", "failed"…; "" when it is not in the release
    proof: Pointed  # in one passage
    in_text: bool  # in a short run of the page's text, whatever the passages
    bag: float  # share of its words that stand anywhere on the page, 0..1
    missing: tuple[str, ...]  # words that do not
    misread: tuple[tuple[str, str], ...]  # of those: (said, what the page has instead)

    def plain(self) -> dict[str, Any]:
        """For the evidence."""
        return {
            "status": self.status,
            "in_passage": self.proof.reason or "yes",
            "held": round(self.proof.held, 3),
            "in_text": self.in_text,
            "bag": round(self.bag, 3),
            "missing": list(self.missing)[:12],
            "misread": [list(pair) for pair in self.misread][:12],
        }


def look(
    release: Release, document_id: str, index: int, *, question: str, said: str, quote: str = ""
) -> OnPage:
    """Look for an answer on one page.

    Args:
        release: an open release.
        document_id: of the page.
        index: of the page, from 0.
        question: what was asked: its words need not stand beside the answer.
        said: the answer, or what is known of it.
        quote: the printed words, when they are known.
    """
    proof = point(release, document_id, index, question=question, answer=said, quote=quote)
    text = text_of(release, document_id, index)
    wanted = quote or said
    words = _content(wanted, "" if quote else question)
    there = set(analyse(text))
    missing = tuple(word for word, terms in words if not set(terms) <= there)
    whole = len(words)
    return OnPage(
        account_of(release, document_id, index),
        proof,
        bool(words) and _says(text, wanted, [terms for _, terms in words]),
        1.0 if not whole else 1 - len(missing) / whole,
        missing,
        _misread(missing, text),
    )


def text_of(release: Release, document_id: str, index: int) -> str:
    """The running text of a page, with the beginning of the next: a sentence may cross."""
    parts = []
    for n in (index, index + 1):
        if (read := release.page(document_id, n)) is not None:
            aside = ("head", "folio")
            tokens = [t.text for t in read.tokens if read.lines[t.line].role.value not in aside]
            parts.append(" ".join(tokens if n == index else tokens[:40]))
        elif (section := release.section(document_id, n)) is not None and n == index:
            parts.append(section.text)
    return " ".join(parts)


def _content(wanted: str, question: str) -> list[tuple[str, tuple[str, ...]]]:
    """The words that mean something, each with its index terms; those asked left out."""
    asked = set(analyse(question))
    found = []
    for word in dict.fromkeys(re.findall(r"[^\W_]+(?:['’-][^\W_]+)*", wanted)):
        terms = tuple(analyse(word))
        if terms and not set(terms) <= asked:
            found.append((word, terms))
    return found or [(w, t) for w in re.findall(r"\w+", wanted) if (t := tuple(analyse(w)))]


def _says(text: str, wanted: str, words: Sequence[Sequence[str]]) -> bool:
    """Whether a few sentences in a row have most of the words and every number."""
    spans = sentences(text)
    numbers = amounts(wanted)
    for n in range(len(spans)):
        run = text[spans[n][0] : spans[min(n + WINDOW, len(spans)) - 1][1]]
        there = set(analyse(run))
        held = sum(set(terms) <= there for terms in words) / len(words)
        if held >= HELD:
            found = amounts(run)
            if all(any(one.same(other) for other in found) for one in numbers):
                return True
    return False


def _misread(missing: Sequence[str], text: str) -> tuple[tuple[str, str], ...]:
    """Words of the page that are those missing but for a few letters."""
    from rapidfuzz import fuzz, process

    there = {word: fold(word) for word in set(re.findall(r"[^\W_]{3,}", text))}
    found = []
    for word in missing:
        if len(word) >= SHORTEST:
            best = process.extractOne(fold(word), there, scorer=fuzz.ratio, score_cutoff=ALIKE)
            if best is not None and abs(len(best[2]) - len(word)) <= max(2, len(word) // 3):
                found.append((word, str(best[2])))
    return tuple(found)
