"""What the API says of releases and trials; the page of releases shows the same figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.messages import Language
from mlops.release_facts import Size
from mlops.releases import ReleaseRow
from mlops.trials import Trial

State = Literal["candidate", "validated", "challenger", "champion", "refused", "retired"]
STATES: dict[str, State] = {  # as the record says it → as people are told
    "candidate": "candidate", "validated": "validated", "shadow": "challenger",
    "canary": "challenger", "champion": "champion", "rejected": "refused", "retired": "retired",
}  # fmt: skip
PROBES = {  # that look without asking → the faults that each can find
    "words": ("analyser",),
    "vectors": ("vectors_of_another_model", "index_shuffled", "embedder"),
    "pages": ("pages_lost",),
}
EXAMPLE = "eb16321b62be39fca576"


class ReleaseLine(BaseModel):
    """A release in the list."""

    release: str = Field(description="its name: the beginning of a hash", examples=[EXAMPLE])
    made_at: str = Field(description="UTC", examples=["2026-11-23T13:49:57.726+00:00"])
    state: State
    verdict: Literal["promote", "refuse", ""] = Field(description="of the gate; empty: none kept")
    reasons: list[str] = Field(description="why it is refused, or its reserves")
    bytes: int | None = Field(description="null when its folder went")
    removed_at: str | None = None

    @classmethod
    def of(
        cls, row: ReleaseRow, verdict: Mapping[str, Any] | None, size: Size | None
    ) -> ReleaseLine:
        """From the record."""
        said: Any = "" if verdict is None else "promote" if verdict["promote"] else "refuse"
        return cls(
            release=row.release_id, made_at=row.created_at, state=STATES[row.state], verdict=said,
            reasons=list(row.reasons), bytes=size.total if size else None,
            removed_at=row.removed_at,
        )  # fmt: skip


class ReleaseList(BaseModel):
    """Releases, newest first."""

    releases: list[ReleaseLine]
    total: int
    limit: int
    offset: int


class ReasonOut(BaseModel):
    """Why a release is refused, or what is said of one that is not."""

    code: str = Field(examples=["harm"])
    words: str
    figures: dict[str, Any]


class ProbeOut(BaseModel):
    """Something that shows without a question: words, vectors, pages."""

    name: Literal["words", "vectors", "pages"]
    passed: bool
    code: str = Field(default="", description="the fault that was found")
    words: str = ""


class MeasureOut(BaseModel):
    """One measure of the release and of the one in service then, on the same questions."""

    metric: str = Field(examples=["nDCG@10"])
    name: str = Field(description="in words")
    where: str = Field(default="", description="a slice of the questions; empty: all of them")
    questions: int | None = None
    changed: int | None = None
    before: float | None = Field(default=None, description="the release in service then, 0..1")
    after: float | None = Field(default=None, description="this release, 0..1")
    low: float | None = Field(default=None, description="after, lower bound of 95 %")
    high: float | None = Field(default=None, description="after, upper bound of 95 %")
    floor: float | None = Field(default=None, description="below, it is refused or held in reserve")


class VerdictOut(BaseModel):
    """What the gate said."""

    at: str
    change: Literal["first", "same", "content", "method"]
    promote: bool
    champion: str | None = Field(description="the release in service then")
    questions: int
    counted: int | None = Field(description="questions that the comparison counts")
    p95_s: list[float | None] = Field(description="before, after; empty when not timed")
    reasons: list[ReasonOut]
    notes: list[ReasonOut]
    probes: list[ProbeOut]
    measures: list[MeasureOut]

    @classmethod
    def of(
        cls, row: Mapping[str, Any], measures: list[MeasureOut], language: Language
    ) -> VerdictOut:
        """From a row of the table of verdicts."""
        report = row["report"]
        return cls(
            at=row["at"], change=row["change"], promote=row["promote"], champion=row["champion"],
            questions=report.get("questions", 0), counted=report.get("counted"),
            p95_s=list(report.get("p95_s") or []), measures=measures,
            reasons=[_reason(one, language) for one in row["reasons"]],
            notes=[_reason(one, language) for one in report.get("notes", [])],
            probes=_probes(row["reasons"], language),
        )  # fmt: skip


def _reason(kept: Mapping[str, Any], language: Language) -> ReasonOut:
    from mlops.gate.words import words

    figures = {name: value for name, value in kept.items() if name != "code"}
    return ReasonOut(code=kept["code"], words=words(kept, language), figures=figures)


def _probes(reasons: list[Mapping[str, Any]], language: Language) -> list[ProbeOut]:
    found = {one["code"]: _reason(one, language) for one in reasons}
    probes = []
    for name, codes in PROBES.items():
        fault = next((found[code] for code in codes if code in found), None)
        probes.append(
            ProbeOut.model_validate(
                {
                    "name": name,
                    "passed": fault is None,
                    "code": fault.code if fault else "",
                    "words": fault.words if fault else "",
                }
            )
        )
    return probes


class LifeOut(BaseModel):
    """A promotion or a rollback in which the release came or went."""

    at: str
    action: Literal["promote", "rollback"]
    release: str = Field(description="which answered from then on")
    previous: str | None
    author: str
    reason: str


class TrialOut(BaseModel):
    """A challenger in silence (shadow) or on a share of readers (canary)."""

    id: int
    kind: Literal["canary", "shadow"]
    challenger: str
    champion: str
    share: float = Field(description="of readers (canary) or of questions (shadow), 0..1")
    started_at: str
    until: str
    ended_at: str | None
    decision: Literal["promoted", "rejected", "abandoned"] | None
    reasons: list[ReasonOut]
    evidence: dict[str, Any] = Field(description="what is seen so far, by arm")

    @classmethod
    def of(cls, trial: Trial, evidence: Mapping[str, Any], language: Language) -> TrialOut:
        """From the record; ``evidence`` of one under way is counted now."""
        from mlops.trials.rules import Said
        from mlops.trials.words import words

        reasons = [(str(one["code"]), dict(one)) for one in trial.reasons]
        for _, figures in reasons:
            figures.pop("code")
        kind: Any = trial.kind
        decision: Any = trial.decision
        return cls(
            id=trial.id, kind=kind, challenger=trial.challenger, champion=trial.champion,
            share=trial.share, started_at=trial.started_at.isoformat(),
            until=trial.until.isoformat(), decision=decision, evidence=dict(evidence),
            ended_at=trial.ended_at.isoformat() if trial.ended_at else None,
            reasons=[
                ReasonOut(code=code, words=words(Said(code, figures), language), figures=figures)
                for code, figures in reasons
            ],
        )  # fmt: skip


class TrialList(BaseModel):
    """The trial under way, and those that ended, newest first."""

    current: TrialOut | None
    before: list[TrialOut]
    total: int
    limit: int
    offset: int


class ReleaseOut(ReleaseLine):
    """Everything known of a release."""

    run: str | None
    parent: str | None
    program: str | None
    method: str | None
    embedder: str = Field(description="empty: search by words only")
    counts: dict[str, int] = Field(examples=[{"documents": 9, "pages": 88, "chunks": 100}])
    own_bytes: int | None = Field(description="that no other release shares")
    scores: dict[str, float | None]
    gate: VerdictOut | None
    life: list[LifeOut]
    trials: list[TrialOut]


class FoundOut(BaseModel):
    """What a golden question gets from a release."""

    rank: int | None = Field(description="of the first right page, from 1; null: not found")
    answered: bool = Field(description="false: a refusal")


class ChangedOut(BaseModel):
    """A golden question that gets something else."""

    id: str
    question: str
    before: FoundOut
    after: FoundOut
    better: bool | None = Field(description="null: neither better nor worse")
    cause: str = Field(description="a part, documents, or several", examples=["thresholds"])
    detail: str = Field(description="the document, when one is to name")


class PartOut(BaseModel):
    """A part that differs, in a word or figure of each release."""

    name: str = Field(examples=["thresholds"])
    before: str
    after: str


class DifferenceOut(BaseModel):
    """What changes from one release to another."""

    before: str
    after: str
    parts: list[PartOut] = Field(description="pages, chunks, models, settings: what differs")
    documents: dict[str, list[str]] = Field(description="added, removed, changed → names")
    asked: int = Field(description="golden questions asked of both; 0: none")
    changed: list[ChangedOut]


class Strict(BaseModel):
    """A body that holds nothing else."""

    model_config = ConfigDict(extra="forbid")


class ActIn(Strict):
    """Why, and in whose place: every change of what answers says so."""

    reason: str = Field(
        default="", max_length=1000, examples=["meilleure lecture du manuel de 1874"]
    )
    expected: str = Field(
        default="", max_length=128, description="the release that should answer now; another: 409"
    )


class PromoteIn(ActIn):
    """Body of ``POST /releases/{id}/promote``."""

    force: bool = Field(
        default=False,
        description="although the gate refused it or did not judge it; wants a reason",
    )


class TrialIn(Strict):
    """Body of ``POST /trials``."""

    release: str = Field(max_length=128, examples=[EXAMPLE])
    kind: Literal["canary", "shadow"] = "canary"
    share: float | None = Field(default=None, ge=0.001, le=0.5, examples=[0.1])
    hours: float | None = Field(default=None, ge=0.1, le=8760, examples=[168])
    force: bool = False
    reason: str = Field(default="", max_length=1000)


class InService(BaseModel):
    """Which release answers now, and which did before."""

    in_service: str
    previous: str | None
