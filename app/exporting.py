"""An answer to take away: Markdown with its sources, or its sources as BibTeX."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Any

from app import messages
from app.schemas import AnswerOut, CitationOut

QUOTED = {"fr": "« {} »", "en": "“{}”"}
Facts = Callable[[str], dict[str, Any]]  # of a document, by SHA-256: year, title…
PLAIN = re.compile(r"([\\`*_{}\[\]<>#|])")
LATEX = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "%": r"\%",
    "#": r"\#", "_": r"\_", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip


def citations_of(answer: AnswerOut) -> list[CitationOut]:
    """The citations in the order of their numbers, from 1."""
    return [citation for sentence in answer.sentences for citation in sentence.citations]


def markdown(answer: AnswerOut, language: messages.Language, base: str = "") -> str:
    """The question, the sentences with their numbers, and where each can be checked.

    Args:
        answer: as shown.
        language: of the headings.
        base: address of the service, for links to the pages.
    """
    number = 0
    said = []
    for sentence in answer.sentences:
        marks = []
        for _ in sentence.citations:
            number += 1
            marks.append(f"[{number}]")
        said.append(f"{_plain(sentence.text)} {''.join(marks)}".strip())
    lines = [f"# {_plain(answer.question)}", "", " ".join(said) or _plain(answer.message), ""]
    cited = citations_of(answer)
    if cited:
        lines += [f"## {messages.text('web.sources', language)}", ""]
    for number, one in enumerate(cited, 1):
        page = messages.text("web.page", language, page=one.page)
        where = f"[{_plain(one.document)}, {page}]({base}{one.view_url})"
        lines.append(f"{number}. {where} — {QUOTED[language].format(_plain(one.quotation))}")
    lines += ["", messages.text("export.made", language, release=answer.release)]
    return "\n".join(lines) + "\n"


def _plain(text: str) -> str:
    """The text as Markdown shows it: its own signs kept from meaning anything."""
    return PLAIN.sub(r"\\\1", " ".join(text.split()))


def bibtex(answer: AnswerOut, facts: Facts) -> str:
    """The documents cited, one entry each, with the pages cited.

    Args:
        answer: as shown.
        facts: what is known of a document; an empty dictionary when nothing is.
    """
    pages: dict[str, set[int]] = {}
    names: dict[str, str] = {}
    for one in citations_of(answer):
        pages.setdefault(one.document_id, set()).add(one.page)
        names[one.document_id] = one.document
    return "\n".join(_entry(key, names[key], sorted(pages[key]), facts(key)) for key in pages)


def _entry(document_id: str, name: str, pages: list[int], facts: dict[str, Any]) -> str:
    stem = name.rpartition(".")[0] or name
    year = facts.get("year")
    fields = {
        "title": _latex(str(facts.get("title") or stem)),
        "year": str(year) if year else "",
        "pages": ", ".join(map(str, pages)),
        "note": _latex(f"{name}, SHA-256 {document_id[:16]}"),
    }
    body = ",\n".join(f"  {key} = {{{value}}}" for key, value in fields.items() if value)
    return f"@misc{{{_key(stem, document_id)},\n{body}\n}}\n"


def _key(stem: str, document_id: str) -> str:
    """A key of letters, figures and hyphens, one a document."""
    ascii_only = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode()
    return f"{re.sub(r'[^A-Za-z0-9]+', '-', ascii_only).strip('-').lower()}-{document_id[:6]}"


def _latex(text: str) -> str:
    return "".join(LATEX.get(sign, sign) for sign in text)
