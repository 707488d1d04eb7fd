"""Is a set of golden questions one that a gate can rest on? What is wrong, line by line.

A finding has a code for the catalogue of texts; "error" is what makes the question useless or the
file unreadable, "warning" what makes the measure weak.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from mlops.golden_file import Golden, each_line, same_question
from mlops.golden_proof import ids_by_name, places_of_quote
from rag.index.release import Release
from rag.measure.intervals import half_width

ENOUGH = 30  # answerable questions: below, recall of 0.8 is known to ± 0.14 at best
ENOUGH_UNANSWERABLE = 10
EXPECTED = 0.8  # share around which the intervals are told


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend, or to know."""

    level: Literal["error", "warning"]
    code: str
    line: int = 0  # 0: the file as a whole
    id: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Checked:
    """What a file of golden questions holds and what is wrong with it."""

    path: str
    questions: int
    answerable: int
    unanswerable: int
    with_answer: int
    with_quote: int
    recall_within: float  # half of the 95 % interval that a share of 0.8 would have
    refused_within: float
    findings: tuple[Finding, ...]

    @property
    def usable(self) -> bool:
        """Whether nothing is an error."""
        return not any(finding.level == "error" for finding in self.findings)


def check(path: Path, release: Release | None) -> Checked:
    """Look at every line; documents, pages and quotes against a release when there is one.

    Raises:
        SettingsError: the file cannot be read at all.
    """
    questions: list[Golden] = []
    findings: list[Finding] = []
    for number, found in each_line(path):
        if isinstance(found, ValueError):
            findings.append(Finding("error", "format", number, "", {"detail": str(found)}))
        else:
            questions.append(found)
    findings += _twice(questions)
    if release is not None:
        ids = ids_by_name(release)
        findings += [f for question in questions for f in _against(question, release, ids)]
    answerable = sum(q.answerable for q in questions)
    findings += _too_few(answerable, len(questions) - answerable)
    return Checked(
        path=str(path),
        questions=len(questions),
        answerable=answerable,
        unanswerable=len(questions) - answerable,
        with_answer=sum(bool(q.answer) for q in questions),
        with_quote=sum(bool(q.quote) for q in questions),
        recall_within=half_width(EXPECTED, answerable),
        refused_within=half_width(EXPECTED, len(questions) - answerable),
        findings=tuple(sorted(findings, key=lambda f: (f.line == 0, f.line))),
    )


def _twice(questions: list[Golden]) -> Iterator[Finding]:
    ids: dict[str, int] = {}
    for n, question in enumerate(questions):
        if question.id in ids:
            other = {"other": ids[question.id]}
            yield Finding("error", "duplicate_id", question.line, question.id, other)
        ids.setdefault(question.id, question.line)
        for before in questions[:n]:
            if before.history == question.history and same_question(
                before.question, question.question
            ):
                details = {"other": before.line}
                yield Finding("error", "duplicate", question.line, question.id, details)
                break


def _against(question: Golden, release: Release, ids: dict[str, str]) -> Iterator[Finding]:
    """Documents that are there, pages that they have, a quote that is printed on one of them."""
    pages = {source.document_id: source.pages for source in release.sources}
    places: list[tuple[str, int]] = []
    details: dict[str, Any]
    for document, page in question.gold:
        document_id = ids.get(document)
        if document_id is None:
            near = difflib.get_close_matches(document, ids, n=1, cutoff=0.5)
            details = {"document": document, "near": near[0] if near else "-"}
            yield Finding("error", "no_document", question.line, question.id, details)
        elif not 1 <= page <= pages[document_id]:
            details = {"document": document, "page": page, "pages": pages[document_id]}
            yield Finding("error", "page_out_of_range", question.line, question.id, details)
        else:
            places.append((document_id, page - 1))
    quoted = (places_of_quote(release, *place, question.quote) for place in places)
    if question.quote and places and not any(quoted):
        details = {"quote": question.quote}
        yield Finding("warning", "quote_missing", question.line, question.id, details)


def _too_few(answerable: int, unanswerable: int) -> Iterator[Finding]:
    counts = (
        ("few", answerable, ENOUGH),
        ("few_unanswerable", unanswerable, ENOUGH_UNANSWERABLE),
    )
    for code, count, enough in counts:
        if count < enough:
            details = {"count": count, "enough": enough, "within": half_width(EXPECTED, count)}
            yield Finding("warning", code, 0, "", details)
