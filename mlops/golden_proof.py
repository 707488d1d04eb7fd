"""Printed words found again: where a golden quote stands, and whether a citation says what it does.

A place is (document id, index, word): the number of a word of the page image, or of a section's
text. Letters and digits alone are compared, so that blanks, hyphens at line ends, quotation marks
and accents that one reading has and another has not do not matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from rag.french.analysis import fold
from rag.index.release import Release
from rag.records import Anchor, Citation, CorrectedPage, PageBoxes, Sentence, Support

Place = tuple[str, int, int]

_WORD = re.compile(r"\S+")


def bare(text: str) -> str:
    """Letters and digits, folded."""
    return "".join(character for character in fold(text) if character.isalnum())


def places_of_quote(
    release: Release, document_id: str, index: int, quote: str
) -> frozenset[Place] | None:
    """The words of a page that are a quote, its first occurrence; None when it is not there."""
    wanted = bare(quote)
    if not wanted:
        return None
    corrected = release.page(document_id, index)
    if corrected is not None:
        pieces = [(token.text, token.first, token.last) for token in corrected.tokens]
        return _found(pieces, wanted, document_id, index)
    section = release.section(document_id, index)
    if section is not None:
        words = [(m.group(), n, n + 1) for n, m in enumerate(_WORD.finditer(section.text))]
        return _found(words, wanted, document_id, index)
    return None


def _found(
    pieces: Iterable[tuple[str, int, int]], wanted: str, document_id: str, index: int
) -> frozenset[Place] | None:
    """The words of the pieces that a run of letters covers."""
    letters: list[str] = []
    owners: list[tuple[int, int]] = []
    for text, first, last in pieces:
        plain = bare(text)
        letters.append(plain)
        owners += [(first, last)] * len(plain)
    at = "".join(letters).find(wanted)
    if at < 0:
        return None
    covered = owners[at : at + len(wanted)]
    return frozenset((document_id, index, w) for first, last in covered for w in range(first, last))


def places_of_anchor(release: Release, anchor: Anchor) -> frozenset[Place]:
    """The words that an anchor marks."""
    where = (anchor.document_id, anchor.index)
    if isinstance(anchor, PageBoxes):
        return frozenset((*where, word) for word in range(anchor.first, anchor.last))
    section = release.section(*where)
    words = enumerate(_WORD.finditer(section.text)) if section else ()
    return frozenset(
        (*where, n) for n, m in words if m.start() < anchor.end and m.end() > anchor.start
    )


def places_cited(release: Release, citations: Iterable[Citation]) -> frozenset[Place]:
    """Every word that the citations mark."""
    anchors = (anchor for citation in citations for anchor in citation.anchors)
    return frozenset(place for anchor in anchors for place in places_of_anchor(release, anchor))


def reread(release: Release, citation: Citation) -> bool:
    """Whether the quotation is what stands at its anchors, read again in the release."""
    said = bare(citation.quotation)
    read = ""
    for anchor in citation.anchors:
        if isinstance(anchor, PageBoxes):
            read += _words_at(release.page(anchor.document_id, anchor.index), anchor)
        else:
            section = release.section(anchor.document_id, anchor.index)
            read += bare(section.text[anchor.start : anchor.end]) if section else ""
    return bool(said) and said == read


def proved(release: Release, sentence: Sentence) -> bool:
    """Whether a sentence is shown as proved and every quotation is found at its anchors."""
    return (
        sentence.support in (Support.QUOTED, Support.ALIGNED)
        and bool(sentence.citations)
        and all(reread(release, citation) for citation in sentence.citations)
    )


def _words_at(page: CorrectedPage | None, anchor: PageBoxes) -> str:
    """The corrected tokens that touch words[first:last] of a page."""
    if page is None or anchor.last > len(page.page.words):
        return ""
    tokens = (t for t in page.tokens if t.first < anchor.last and t.last > anchor.first)
    return bare("".join(token.text for token in tokens))


def gold_places(
    release: Release, gold: Iterable[tuple[str, int]], quote: str, ids: dict[str, str]
) -> frozenset[Place]:
    """Where the quote stands on the gold pages that have it; nothing when none does."""
    found: set[Place] = set()
    for document, page in gold:
        document_id = ids.get(document)
        if document_id is not None:
            found |= places_of_quote(release, document_id, page - 1, quote) or frozenset()
    return frozenset(found)


def ids_by_name(release: Release) -> dict[str, str]:
    """Document ids by every name that a golden question may use: shown name, path, file name."""
    ids: dict[str, str] = {}
    for source in release.sources:
        for name in (source.path.rpartition("/")[2], source.path, source.name):
            ids[name] = source.document_id
    return ids
