"""An answer as a PDF: what was said, and under it each place that proves it, as it is printed."""

from __future__ import annotations

from collections.abc import Callable

from app import messages
from app.exporting import QUOTED, citations_of
from app.messages import Language
from app.pdf_sheet import Run, Sheets
from app.schemas import AnswerOut, CitationOut, PageOut

SOFT, ACCENT = (107, 99, 87), (138, 90, 28)
INDENT = 20.0  # points, of what is said under a number
NEAREST = 6  # pages, where nothing answers
PICTURES = 24  # of cited words, at most: each is cut out of the page's image

Cut = Callable[[CitationOut], bytes | None]  # the cited words as a JPEG; None where none are drawn


def answer_pdf(answer: AnswerOut, language: Language, *, cut: Cut, base: str = "") -> bytes:
    """The question, the sentences with their numbers, and the words of each page, as printed.

    Args:
        answer: as shown.
        language: of the headings.
        cut: gives the picture of the words of a citation.
        base: address of the service, for links to the pages.
    """
    foot = messages.text("export.made", language, release=answer.release[:12])
    with Sheets(foot) as sheets:
        sheets.write(Run(messages.text("app.title", language), "Helvetica-Bold", 8.5, ACCENT))
        sheets.write(Run(answer.question, "Times-Bold", 19), after=8)
        for note in answer.notes:
            sheets.write(Run(note, "Times-Italic", 10.5, SOFT))
        cited = citations_of(answer)
        if answer.sentences:
            sheets.write(*_said(answer, language), after=16)
        else:
            sheets.write(Run(answer.message, "Times-Roman", 13), after=16)
        if cited:
            _heading(sheets, "web.sources", language)
        for number, one in enumerate(cited, 1):
            picture = cut(one) if number <= PICTURES else None
            _proof(sheets, number, one, language, picture, base)
        if not cited and answer.pages:
            _heading(sheets, "web.nearest", language)
            for number, near in enumerate(answer.pages[:NEAREST], 1):
                _near(sheets, number, near, language, base)
        return sheets.done()


def _said(answer: AnswerOut, language: Language) -> list[Run]:
    """The sentences, each followed by the numbers of its proofs."""
    runs, number = [], 0
    for place, sentence in enumerate(answer.sentences):
        runs.append(Run((" " if place else "") + sentence.text.strip(), size=13))
        for _ in sentence.citations:
            number += 1
            runs.append(Run(f"\u00a0{number}", "Helvetica-Bold", 7.5, ACCENT, rise=4.5))
        if sentence.support == "unsupported":
            told = messages.text("writing.unsupported", language)
            runs.append(Run(f" ({told})", "Times-Italic", 12, SOFT))
    return runs


def _heading(sheets: Sheets, key: str, language: Language) -> None:
    sheets.write(Run(messages.text(key, language).upper(), "Helvetica-Bold", 8.5, SOFT), after=5)


def _place(number: int, document: str, page: int, language: Language, link: str) -> tuple[Run, ...]:
    return (
        Run(f"{number}\u00a0\u00a0", "Helvetica-Bold", 10, ACCENT),
        Run(document, "Helvetica-Bold", 10, link=link),
        Run(f" {messages.text('web.page', language, page=page)}", "Helvetica", 10, SOFT),
    )


def _proof(
    sheets: Sheets, number: int, one: CitationOut, language: Language, picture: bytes | None,
    base: str,
) -> None:  # fmt: skip
    sheets.write(*_place(number, one.document, one.page, language, base + one.view_url), after=2)
    quoted = QUOTED[language].format(" ".join(one.quotation.split()))
    quoted = messages.typeset(quoted) if language == "fr" else quoted
    sheets.write(Run(quoted, "Times-Italic", 11.5), indent=INDENT, after=2)
    if one.boxes:
        sure = messages.percent(one.confidence)
        told = messages.text("web.confidence", language, percent=sure)
        sheets.write(Run(told, "Helvetica", 8.5, SOFT), indent=INDENT, after=2)
    if picture:
        sheets.picture(picture, indent=INDENT)
    sheets.write(Run(" ", size=5), after=2)


def _near(sheets: Sheets, number: int, near: PageOut, language: Language, base: str) -> None:
    place = _place(number, near.document, near.page, language, base + near.view_url)
    sheets.write(*place, after=2)
    if near.excerpt:
        excerpt = " ".join(near.excerpt.split())
        sheets.write(Run(excerpt, "Times-Italic", 11, SOFT), indent=INDENT)
