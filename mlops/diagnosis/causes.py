"""The causes of a bad answer, in the order of the thread, each with its likely remedy."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Cause(StrEnum):
    """Which stage lost the answer; the first that did is named."""

    ABSENT = "absent"  # the collection does not say it
    MISREAD = "misread"  # it is printed, and was not read, or read otherwise
    ORDER = "order"  # its words are on the page, in another order
    CUT = "cut"  # the page says it, no passage does: the cut goes through it
    RANKED_LOW = "ranked_low"  # a passage says it, and was not among those read for the answer
    REFUSED = "refused"  # it was found, and the question was refused
    UNCHOSEN = "unchosen"  # it was found, and another sentence was shown
    WRITTEN = "written"  # the right page was cited, and a model said something else
    AMBIGUOUS = "ambiguous"  # many pages fit the question as well
    READER = "reader"  # the answer shown says what the reader says
    UNKNOWN = "unknown"  # nobody said what is right


REMEDIES = {
    Cause.ABSENT: "acquire",
    Cause.MISREAD: "read_again",
    Cause.ORDER: "lay_out_again",
    Cause.CUT: "chunk_otherwise",
    Cause.RANKED_LOW: "validate_answer",
    Cause.REFUSED: "calibrate",
    Cause.UNCHOSEN: "validate_answer",
    Cause.WRITTEN: "quote_instead",
    Cause.AMBIGUOUS: "ask_back",
    Cause.READER: "show_proof",
    Cause.UNKNOWN: "ask_reader",
}
FIXED_BY_VALIDATING = (Cause.RANKED_LOW, Cause.REFUSED, Cause.UNCHOSEN, Cause.AMBIGUOUS)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Why one answer was bad.

    Attributes:
        detail: which part of the cause: "lexical", "dense", "fusion", "both", "filters" of a
            low rank; "unread", "letters" of a misreading; "deleted", "answered" of an absence.
        evidence: plain values: what was replayed and what it gave.
        group_key: the same for failures that one remedy mends.
    """

    feedback_id: str
    cause: Cause
    detail: str = ""
    evidence: dict[str, Any] = field(default_factory=dict)
    group_key: str = ""
    release: str = ""

    @property
    def remedy(self) -> str:
        """Code of what most likely helps."""
        return REMEDIES[self.cause]
