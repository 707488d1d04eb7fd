"""An answer in a language model's words: the contract, and the text it leaves once cleaned.

Whoever writes is given the passages and gives back text, nothing else: which words prove a sentence
is found afterwards (``rag.answer.align``), whatever the model claims. Every failure is one
``WriterFailed``, whose code says why the answer is quoted instead:

======================  ============================================================================
``timeout``             nothing complete within the time set
``unreachable``         no server at that address
``refused``             the server said no: key, quota, unknown model, fault of its own
``malformed``           cut, empty or unreadable
``budget``              the question or the answer does not fit in the tokens set
``cancelled``           the reader left
``declined``            the model found no answer in the passages
======================  ============================================================================
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from rag.french.sentences import sentences
from rag.records import Hit

Tell = Callable[[str], None]
Cancelled = Callable[[], bool]

_THOUGHT = re.compile(r"^\s*<think(?:ing)?>.*?(?:</think(?:ing)?>\s*|\Z)", re.DOTALL)
_OPENING = "<thinking>"
_IMAGE = re.compile(r"!\[[^\]\n]*\]\([^)\n]*\)")
_LINK = re.compile(r"\[([^\]\n]*)\]\([^)\n]*\)")


@dataclass(frozen=True, slots=True)
class Draft:
    """What a model wrote, before any of it is proved."""

    text: str
    tokens: int  # in and out, as the server counted them, else an upper estimate
    model: str  # as the server calls it
    prompt: str  # version and hash


class Writer(Protocol):
    """Writes an answer from passages; safe to call from several threads."""

    def write(
        self,
        question: str,
        hits: Sequence[Hit],
        *,
        language: str,
        on_token: Tell | None = None,
        cancelled: Cancelled | None = None,
    ) -> Draft:
        """Return the whole text.

        Args:
            question: as understood, with what those before it said.
            hits: best first; as many as fit are told.
            language: of the question.
            on_token: told each piece of text as it comes: provisional, nothing of it is proved.
            cancelled: asked several times a second; True stops the model.

        Raises:
            WriterFailed: nothing usable was written; the code says why.
        """


def visible(text: str) -> str:
    """The text as far as it goes, without what a model thinks aloud before it answers."""
    begun = text.lstrip()
    if not begun or _OPENING.startswith(begun):
        return ""  # may be the beginning of a thought
    return _THOUGHT.sub("", text)


def cleaned(text: str) -> str:
    """Plain text: no thoughts, no image, and of a link only its words."""
    return _LINK.sub(r"\1", _IMAGE.sub("", visible(text))).strip()


def whole(text: str) -> str:
    """What a text cut anywhere holds of whole sentences."""
    spans = sentences(text)
    if spans and not re.search(r"[.!?…][»”\")\]\s]*\Z", text):
        spans = spans[:-1]
    return text[: spans[-1][1]] if spans else ""
