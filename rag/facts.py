"""Facts of documents, gathered when a release is built: what filters ask.

Photos: the lines that ``rag.exif`` wrote are read back, so that what is compared is what is cited.
Years of publication: the file's name first, then a title page; scans carry no other honest date
(the creation date of a PDF is the day of its scan). Nothing is guessed: not known is None.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rag.codec import from_json, to_json
from rag.french.analysis import fold
from rag.question.language import language_of
from rag.records import CorrectedPage, Section, Source
from rag.records.facts import DocumentFacts, PhotoFacts

VERSION = "1"
FIRST_PAGES = 6  # where a title page may stand
TITLE_PAGE_WORDS = 120  # a title page has fewer
LANGUAGE_CHARS = 6000
LANGUAGE_WORDS = 20  # fewer do not tell a language

Texts = Mapping[str, Sequence[tuple[int, str]]]  # by document: (index, text) in order

_LABELS = {
    "Appareil": "camera", "Objectif": "lens", "Ouverture": "aperture", "Vitesse": "shutter_s",
    "Sensibilité": "iso", "Focale": "focal_mm", "Focale équivalente 24 × 36": "focal_35mm",
    "Date": "taken",
}  # fmt: skip
_WORDS = ("Titre", "Légende", "Commentaire", "Mots-clés")
_DATE = re.compile(r"(\d\d)/(\d\d)/(\d{4})(?: (\d\d) h (\d\d))?")
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)")
_ROMAN = re.compile(r"\b(M(?:CM|D)?(?:CD|D?C{0,4})(?:XC|XL|L?X{0,4})(?:IX|IV|V?I{0,4}))\b")
_FEWER = {"CM": 900, "CD": 400, "XC": 90, "XL": 40, "IX": 9, "IV": 4}
_ONE = {"M": 1000, "D": 500, "C": 100, "L": 50, "X": 10, "V": 5, "I": 1}


def photo_facts(text: str) -> PhotoFacts | None:
    """Read back what ``rag.exif.photo_metadata`` wrote; None when no camera spoke."""
    found: dict[str, Any] = {}
    for line in text.splitlines():
        label, _, value = line.partition(" : ")
        if (name := _LABELS.get(label)) and name not in found:
            found[name] = value.strip()
    for name in ("aperture", "shutter_s", "iso", "focal_mm", "focal_35mm"):
        if name in found:
            found[name] = _number(found[name])
    if "taken" in found:
        found["taken"] = _iso_date(found["taken"])
    return PhotoFacts(**found) if found else None


def photo_words(text: str) -> str:
    """What the author wrote about a photo, folded."""
    lines = (line.partition(" : ") for line in text.splitlines())
    return fold(" ".join(value for label, _, value in lines if label in _WORDS))


def gather(
    sources: Iterable[Source], pages: Iterable[CorrectedPage], sections: Iterable[Section]
) -> dict[str, Any]:
    """Facts of every document as JSON takes them, by document id: the part "facts" of a release.

    Args:
        sources: the documents.
        pages: their corrected pages, by document and index; gone through once.
        sections: their sections, likewise.
    """
    texts: dict[str, list[tuple[int, str]]] = {}
    for page in pages:
        mine = texts.setdefault(page.page.document_id, [])
        if sum(len(text) for _, text in mine) < LANGUAGE_CHARS or len(mine) < FIRST_PAGES:
            mine.append((page.page.index, page.printed))
    notes: dict[str, Section] = {}
    for section in sections:
        notes.setdefault(section.document_id, section)
        mine = texts.setdefault(section.document_id, [])
        if sum(len(text) for _, text in mine) < LANGUAGE_CHARS:
            mine.append((section.index, section.text))
    return {
        s.document_id: to_json(facts_of(s, texts.get(s.document_id, ()), notes.get(s.document_id)))
        for s in sources
    }


def facts_of(
    source: Source, texts: Sequence[tuple[int, str]], note: Section | None = None
) -> DocumentFacts:
    """The facts of one document.

    Args:
        source: the document.
        texts: (index, text) of its first pages or sections, lines kept.
        note: the section of a photo.
    """
    if source.kind == "photo" and note is not None:
        return DocumentFacts(
            kind=source.kind,
            language="",  # its labels are ours
            photo=photo_facts(note.text),
            text=" ".join((fold(_stem(source.name)), photo_words(note.text))),
            index=note.index,
        )
    return DocumentFacts(source.kind, year_of(source.name, texts), text_language(texts))


def year_of(name: str, texts: Sequence[tuple[int, str]] = ()) -> int | None:
    """The year of publication, where a file name or a title page says one and only one."""
    named = {int(year) for year in _YEAR.findall(_stem(name))}
    if named:
        return named.pop() if len(named) == 1 else None
    for index, text in sorted(texts):
        if index < FIRST_PAGES and len(text.split()) <= TITLE_PAGE_WORDS:
            years = {year for line in text.splitlines() if (year := _lone_year(line))}
            if years:
                return years.pop() if len(years) == 1 else None
    return None


def text_language(texts: Sequence[tuple[int, str]]) -> str:
    """The language of a text; "" when it is too short to tell."""
    text = " ".join(text for _, text in texts)[:LANGUAGE_CHARS]
    return language_of(text) if len(text.split()) >= LANGUAGE_WORDS else ""


def read_facts(data: Mapping[str, Any] | None) -> dict[str, DocumentFacts]:
    """The facts of ``Release.extra("facts")``, by document id; {} where there are none."""
    return {name: from_json(DocumentFacts, value) for name, value in (data or {}).items()}


def _stem(name: str) -> str:
    """The file name without folder, ending and separators."""
    return re.sub(r"[-_.]+", " ", name.rsplit("/", 1)[-1].rsplit(".", 1)[0])


def _number(text: str) -> float:
    """Read « f/2,8 » as 2.8, « 1/250 s » as 0.004, « ISO 400 » as 400."""
    digits = re.sub(r"f/|ISO|mm|s", "", text).strip().replace(",", ".")
    above, _, below = digits.partition("/")
    return float(above) / float(below) if below else float(above)


def _iso_date(text: str) -> str:
    found = _DATE.fullmatch(text)
    if found is None:
        return ""
    day = f"{found[3]}-{found[2]}-{found[1]}"
    return f"{day}T{found[4]}:{found[5]}" if found[4] else day


def _lone_year(line: str) -> int | None:
    """The year of a line that holds little else: « 1874 », « PARIS, 1874. », « MDCCCXCIX »."""
    words = re.findall(r"[^\W\d_]{2,}", line)
    years = _YEAR.findall(line)
    if len(years) == 1 and len(words) <= 2 and len(re.findall(r"\d+", line)) == 1:
        return int(years[0])
    found = _ROMAN.search(line)
    if (
        found
        and len(found[1]) >= 5
        and len(words) <= 3
        and 1500 <= (year := _roman(found[1])) < 2100
    ):
        return year
    return None


def _roman(text: str) -> int:
    total = 0
    while text:
        step = 2 if text[:2] in _FEWER else 1
        total += _FEWER.get(text[:2], 0) or _ONE[text[0]]
        text = text[step:]
    return total
