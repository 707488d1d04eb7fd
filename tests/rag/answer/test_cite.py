from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.answer.cite import cite
from rag.chunking import chunk_pages, chunk_sections
from rag.records import Box, Chunk, CorrectedPage, PageBoxes, Role, Section, Source, TextSpan
from tests.rag.pages_by_hand import SOURCE, corrected

FIRST = corrected(
    4,
    [
        ("ÉPREUVES NÉGATIVES.", Role.HEAD, 0),
        ("Le collodion se verse sur la glace bien nettoyée, en une", Role.BODY, 1),
        ("nappe égale. On la plonge dans le bain d’argent, puis on", Role.BODY, 1),
        ("l’expose à la cham-", Role.BODY, 1),
        ("bre noire, et commen-", Role.BODY, 1),
    ],
)
SECOND = corrected(5, [("— 6 —", Role.FOLIO, 0), ("çons à compter. C’est fini.", Role.BODY, 1)])


def prove(
    chunk: Chunk, start: int, end: int, *pages: CorrectedPage, section: Section | None = None
):
    held = {p.page.index: p for p in pages}
    return cite(
        chunk,
        start,
        end,
        page_of=lambda _, index: held.get(index),
        section_of=lambda _, index: section,
        name_of=lambda _: "livre.pdf",
        release="r1",
    )


@pytest.fixture
def chunk() -> Chunk:
    (chunk,) = chunk_pages(SOURCE, [FIRST, SECOND], knows=lambda w: w == "commençons")
    return chunk


def test_the_quoted_words_are_at_their_boxes(chunk):
    start = chunk.text.index("On la plonge")
    citation = prove(chunk, start, start + len("On la plonge dans le bain d’argent"), FIRST, SECOND)
    (anchor,) = citation.anchors
    assert isinstance(anchor, PageBoxes)
    words = FIRST.page.words[anchor.first : anchor.last]
    assert " ".join(w.text for w in words) == "On la plonge dans le bain d’argent,"
    assert anchor.boxes == (words[0].box.union(words[-1].box),)
    assert citation.quotation == "On la plonge dans le bain d’argent,"
    assert (citation.page, citation.document, citation.release) == (5, "livre.pdf", "r1")


def test_a_sentence_over_a_page_break_has_an_anchor_on_each_page(chunk):
    start = chunk.text.index("l’expose")
    end = chunk.text.index("C’est fini")
    citation = prove(chunk, start, end, FIRST, SECOND)
    assert citation.quotation == "l’expose à la chambre noire, et commençons à compter."
    one, other = citation.anchors
    assert (one.index, other.index) == (4, 5)
    assert isinstance(one, PageBoxes)
    assert len(one.boxes) == 2  # printed on two lines
    assert one.boxes[0] == Box(10, 60, 200, 75)


def test_confidence_is_that_of_the_quoted_words():
    sure = corrected(0, [("Le vernis sèche vite et bien.", Role.BODY, 0)], confidence=0.9)
    unsure = corrected(1, [("et le cliché se garde longtemps.", Role.BODY, 0)], confidence=0.5)
    (chunk,) = chunk_pages(SOURCE, [sure, unsure])
    assert prove(chunk, 0, 5, sure, unsure).confidence == pytest.approx(0.9)
    assert prove(chunk, len(chunk.text) - 5, len(chunk.text), sure, unsure).confidence == 0.5


def test_what_cannot_be_proved_is_not_cited(chunk):
    with pytest.raises(LookupError):
        prove(chunk, 0, 10, SECOND)
    with pytest.raises(ValueError, match="quote no word"):
        prove(chunk, 3, 3, FIRST, SECOND)


@settings(max_examples=80, deadline=None)
@given(
    lines=st.lists(
        st.tuples(
            st.lists(st.text("abcé", min_size=1, max_size=8), min_size=1, max_size=6).map(" ".join),
            st.sampled_from([Role.BODY, Role.CAPTION, Role.TABLE, Role.HEAD, Role.FOOTNOTE]),
            st.integers(0, 3),
        ),
        min_size=1,
        max_size=12,
    ),
    data=st.data(),
)
def test_every_quotation_is_printed_where_its_anchors_say(lines, data):
    page = corrected(0, [(text, role, n) for n, (text, role, _) in enumerate(lines)])
    for chunk in chunk_pages(SOURCE, [page], knows=lambda w: False):
        start = data.draw(st.integers(0, len(chunk.text) - 1))
        end = data.draw(st.integers(start + 1, len(chunk.text)))
        if not chunk.text[start:end].strip():
            continue
        citation = prove(chunk, start, end, page)
        printed = []
        for anchor in citation.anchors:
            assert isinstance(anchor, PageBoxes)
            for word in page.page.words[anchor.first : anchor.last]:
                printed.append(word.text)
                assert any(
                    b.left <= word.box.left
                    and word.box.right <= b.right
                    and b.top <= word.box.top
                    and word.box.bottom <= b.bottom
                    for b in anchor.boxes
                )
        assert printed == citation.quotation.split()


def test_a_section_is_cited_by_exact_characters():
    text = "Ouvrez à **f/2,8** pour\nisoler le sujet. Puis fermez."
    source = Source("b" * 64, "notes.md", "notes.md", (), "markdown", 1, 1)
    section = Section(source.document_id, 2, "Notes", text)
    (chunk,) = chunk_sections(source, [section])
    end = chunk.text.index(" Puis")
    citation = prove(chunk, 7, end, section=section)
    assert citation.quotation == "à f/2,8 pour isoler le sujet."
    spans = [a for a in citation.anchors if isinstance(a, TextSpan)]
    assert [text[a.start : a.end] for a in spans] == ["à", "f/2,8", "pour\nisoler le sujet."]
    assert citation.confidence == 1.0
