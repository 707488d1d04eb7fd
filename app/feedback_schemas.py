"""What crosses the HTTP edge about remarks: pages marked, and what became of a remark."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.schemas import MAX_TEXT, FeedbackIn


class MarkIn(BaseModel):
    """« La bonne page est ici », or a page that was shown and does not answer."""

    model_config = ConfigDict(extra="forbid")
    document: str = Field(max_length=500, description="its name, or the SHA-256 of the file")
    page: int = Field(ge=1, le=1_000_000)
    right: bool = True
    first: int | None = Field(default=None, ge=0, description="words[first:last], when pointed at")
    last: int | None = Field(default=None, ge=1)


class RemarkIn(FeedbackIn):
    """Body of ``POST /feedback``: the guide's fields, pages marked, and what was wanted."""

    marks: list[MarkIn] = Field(default_factory=list, max_length=50)
    wanted: Literal["answer", "refusal"] | None = Field(
        default=None, description="answer: should have answered; refusal: should not have"
    )


class MarkOut(BaseModel):
    """A page that was marked, as ``MarkIn`` takes it."""

    document: str = Field(description="the SHA-256 of its file")
    page: int = Field(description="from 1")
    right: bool
    first: int | None = None
    last: int | None = None

    @classmethod
    def of(cls, mark: Mapping[str, Any]) -> MarkOut:
        """From a mark of the record."""
        return cls(
            document=str(mark["document_id"]), page=int(mark["index"]) + 1,
            right=bool(mark["right"]), first=mark.get("first"), last=mark.get("last"),
        )  # fmt: skip


class RemarkOut(BaseModel):
    """A remark as its author sees it: what they said, and its fate."""

    feedback_id: str
    at: str
    question: str
    rating: int
    feedback_text: str | None
    corrected_answer: str | None
    state: str
    told: str = Field(description="the fate in words, in the reader's language")
    cause: str | None = None
    release: str | None = Field(default=None, description="that corrected it")
    marks: list[MarkOut] = Field(default_factory=list, description="pages that were marked")
    wanted: str | None = Field(default=None, description="answer, or refusal")

    @classmethod
    def of(cls, row: Mapping[str, Any], told: str) -> RemarkOut:
        """From a row of the record."""
        fate = dict(row["fate"] or {})
        names = ("feedback_id", "at", "question", "rating", "feedback_text", "corrected_answer")
        return cls(
            **{name: row[name] for name in names}, state=row["state"], told=told,
            cause=fate.get("cause") or None, release=fate.get("release") or None,
            marks=[MarkOut.of(mark) for mark in row["marks"] or ()], wanted=row["wanted"],
        )  # fmt: skip


class RemarkEdit(BaseModel):
    """Body of ``PATCH /feedback/{id}``: what is not given stays; null empties a text."""

    model_config = ConfigDict(extra="forbid")
    rating: int = Field(default=1, ge=1, le=5)
    feedback_text: str | None = Field(default=None, max_length=MAX_TEXT)
    corrected_answer: str | None = Field(default=None, max_length=MAX_TEXT)
    marks: list[MarkIn] = Field(default_factory=list, max_length=50)
    wanted: Literal["answer", "refusal"] | None = None


class ErasedOut(BaseModel):
    """What ``DELETE /me`` gives back: how many rows of each kind went, or lost their author."""

    status: str = "erased"
    erased: dict[str, int]


class WordIn(BaseModel):
    """Body of ``POST /documents/{id}/pages/{page}/words``: what words[first:last] really say."""

    model_config = ConfigDict(extra="forbid")
    first: int = Field(ge=0, le=1_000_000)
    last: int = Field(ge=1, le=1_000_000)
    after: str = Field(max_length=80, description="what is printed there; nothing for a speck")
    before: str = Field(default="", max_length=500, description="what was seen there, to be sure")


class WordOut(BaseModel):
    """What became of a corrected word: proposed, or validated when somebody had said the same."""

    word_id: str
    state: str
    reason: str = ""
