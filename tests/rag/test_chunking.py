from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.chunking import chunk_pages, chunk_sections
from rag.packing import HARD
from rag.records import Chunk, CorrectedPage, Role, Section, Source

from .pages_by_hand import SOURCE, corrected

B, T, H, F, HEAD, FOLIO = (
    Role.BODY,
    Role.TABLE,
    Role.HEADING,
    Role.FOOTNOTE,
    Role.HEAD,
    Role.FOLIO,
)
LONG = "Le collodion se verse sur la glace en une nappe égale et bien mince. "


def texts(chunks: list[Chunk]) -> str:
    return "\n\n".join(c.text for c in chunks)


def test_a_recipe_stays_with_the_sentence_that_introduces_it():
    page = corrected(
        3,
        [
            ("— 24 —", FOLIO, 0),
            *[(LONG.strip(), B, 1)] * 12,
            ("On fait dissoudre dans :", B, 2),
            ("Eau 100 centimètres cubes.", T, 3),
            ("Alcool 2,50 »", T, 4),
            ("Hyposulfite de soude 25 à 30 grammes.", T, 5),
            *[(LONG.strip(), B, 6)] * 12,
        ],
    )
    chunks = chunk_pages(SOURCE, [page])
    (recipe,) = [c for c in chunks if "Alcool" in c.text]
    assert (
        "On fait dissoudre dans :\nEau 100 centimètres cubes.\nAlcool 2,50 »\nHyposulfite"
        in recipe.text
    )
    assert "24" not in texts(chunks)
    assert max(len(c.text) for c in chunks) < 1000


def test_a_paragraph_goes_on_beyond_the_page_and_its_footnote():
    first = corrected(
        0,
        [
            (LONG.strip(), B, 0),
            ("maintenant, nous commen-", B, 0),
            ("(1) Une note au bas de la page, assez longue pour se suffire à elle-même.", F, 1),
        ],
    )
    second = corrected(
        1, [("DEUXIÈME LEÇON.", HEAD, 0), ("çons à poursuivre le côté pratique.", B, 1)]
    )
    chunks = chunk_pages(SOURCE, [first, second], knows={"commençons"}.__contains__)
    (body,) = [c for c in chunks if c.kind == "paragraph"]
    assert "nous commençons à poursuivre" in body.text
    assert body.pages == (0, 1)
    assert "LEÇON" not in texts(chunks)


@pytest.mark.parametrize(
    ("known", "want"), [({"très", "propre"}, "très-propre"), (set(), "trèspropre")]
)
def test_a_hyphen_of_its_own_survives_the_page_break(known, want):
    first = corrected(0, [(LONG + "On essuie avec un linge très-", B, 0)])
    second = corrected(1, [("propre et sec.", B, 0)])
    (chunk,) = chunk_pages(SOURCE, [first, second], knows=known.__contains__)
    assert f"un linge {want} et sec." in chunk.text


def test_headings_are_kept_beside_and_ended_by_the_next_of_their_rank():
    page = corrected(
        0,
        [
            ("PREMIÈRE LEÇON.", H, 0),
            ("HISTORIQUE.", H, 1),
            (LONG * 2, B, 2),
            ("LES PLAQUES.", H, 3),
            (LONG * 3, B, 4),
        ],
    )
    chunks = chunk_pages(SOURCE, [page])
    assert [c.headings for c in chunks] == [
        ("PREMIÈRE LEÇON.", "HISTORIQUE."),
        ("PREMIÈRE LEÇON.", "LES PLAQUES."),
    ]
    assert "LEÇON" not in texts(chunks)


def test_headings_with_nothing_under_them_are_text_so_that_a_title_page_is_found():
    page = corrected(
        0,
        [
            ("PREMIÈRES LEÇONS DE PHOTOGRAPHIE", H, 0),
            ("Par L. Perrot de Chaumeux", H, 1),
            ("Secrétaire de la Société française de Photographie", H, 2),
            ("PARIS, GAUTHIER-VILLARS, IMPRIMEUR-LIBRAIRE, 1874.", H, 3),
        ],
    )
    chunks = chunk_pages(SOURCE, [page])
    assert "1874" in texts(chunks)
    assert "Perrot" in texts(chunks)


def test_a_short_section_joins_its_neighbour_with_its_heading():
    page = corrected(
        0, [("FIXAGE.", H, 0), (LONG * 4, B, 1), ("LAVAGE.", H, 2), ("On lave.", B, 3)]
    )
    (chunk,) = chunk_pages(SOURCE, [page])
    assert chunk.headings == ("FIXAGE.",)
    assert chunk.text.endswith("\n\nLAVAGE.\n\nOn lave.")
    assert chunk.ranks


def test_crumbs_and_hopeless_readings_do_not_rank():
    crumb = chunk_pages(SOURCE, [corrected(0, [("Fig. 3.", Role.CAPTION, 0)])])
    noise = chunk_pages(SOURCE, [corrected(0, [(LONG * 3, B, 0)], confidence=0.3)])
    signs = chunk_pages(SOURCE, [corrected(0, [("~ ^ | _ . ; ~~ = + " * 12, B, 0)])])
    assert [c.ranks for c in (*crumb, *noise, *signs)] == [False, False, False]


def test_a_table_of_contents_is_named_so_and_makes_no_headings():
    page = corrected(
        0,
        [
            ("TABLE DES MATIÈRES.", H, 0),
            ("Sensibilisation 35", Role.TOC, 1),
            ("Fixage 45", Role.TOC, 2),
            ("Lavage 46", Role.TOC, 3),
        ],
    )
    body = corrected(1, [(LONG * 3, B, 0)])
    toc, text = chunk_pages(SOURCE, [page, body])
    assert (toc.kind, toc.ranks) == ("toc", False)
    assert text.headings == ()


# --- properties -----------------------------------------------------------------------------------

WORDS = st.text("abcdeéèàABC.,;:-«»0123456789()", min_size=1, max_size=12)
PROSE = st.lists(WORDS, min_size=1, max_size=40).map(" ".join)


@st.composite
def documents(draw: st.DrawFn) -> list[CorrectedPage]:
    pages = []
    for index in range(draw(st.integers(1, 4))):
        lines, block = [], -1
        for _ in range(draw(st.integers(1, 12))):
            if block < 0 or draw(st.booleans()):
                block += 1
                role = draw(st.sampled_from(list(Role)))
            text = draw(PROSE)
            if role in (HEAD, FOLIO):
                text = "§ " + text  # a sign that no other line holds
            lines.append((text, role, block))
        confidence = draw(st.floats(0, 1))
        pages.append(corrected(index, lines, confidence=confidence))
    return pages


@settings(max_examples=150, deadline=None)
@given(pages=documents(), chars=st.sampled_from([200, 400, 800]))
def test_every_word_of_the_pages_is_in_its_place_once(pages, chars):
    chunks = chunk_pages(SOURCE, pages, chars=chars, knows=lambda w: len(w) % 2 == 0)
    tokens = {
        (p.page.index, t.first, t.last): t.text
        for p in pages
        for t in p.tokens
        if p.lines[t.line].role not in (HEAD, FOLIO)
    }
    seen: Counter[tuple[int, int, int]] = Counter()
    for chunk in chunks:
        covered = set()
        for piece in chunk.pieces:
            place = (piece.index, piece.first, piece.last)
            shown = chunk.text[piece.start : piece.end]
            assert shown in (tokens[place], tokens[place].removesuffix("-"))
            seen[place] += 1
            assert covered.isdisjoint(range(piece.start, piece.end))
            covered.update(range(piece.start, piece.end))
        assert all(n in covered or c.isspace() for n, c in enumerate(chunk.text))
        assert "§" not in chunk.text
        longest = max((len(t) for t in tokens.values()), default=0)
        assert len(chunk.text) <= max(HARD * chars, longest)
        assert [p.start for p in chunk.pieces] == sorted(p.start for p in chunk.pieces)
    heads = {
        (p.page.index, t.first, t.last)
        for p in pages
        for t in p.tokens
        if p.lines[t.line].role is H
    }
    assert all(count == 1 for place, count in seen.items() if place not in heads)
    # what is in no text is in the headings of some chunk
    beside = {word for c in chunks for h in c.headings for word in h.split()}
    assert beside.issuperset(tokens[place] for place in tokens if place not in seen)
    assert heads.issuperset(place for place in tokens if place not in seen)


@settings(max_examples=25, deadline=None)
@given(pages=documents())
def test_the_same_pages_give_the_same_chunks(pages):
    once = chunk_pages(SOURCE, pages, knows=lambda w: False)
    assert once == chunk_pages(SOURCE, pages, knows=lambda w: False)
    assert len({c.chunk_id for c in once}) == len(once)


MARKDOWN = Source("b" * 64, "notes.md", "notes.md", (), "markdown", 1, 1)


def sections_of(text: str, *headings: str) -> list[Section]:
    return [Section(MARKDOWN.document_id, 0, headings[-1] if headings else "", text, headings)]


def assert_tied(chunks: list[Chunk], text: str) -> None:
    for chunk in chunks:
        covered = set()
        for piece in chunk.pieces:
            assert text[piece.first : piece.last] == chunk.text[piece.start : piece.end]
            assert covered.isdisjoint(range(piece.start, piece.end))
            covered.update(range(piece.start, piece.end))
        assert all(n in covered or c.isspace() for n, c in enumerate(chunk.text))


def test_a_section_is_read_without_its_markup():
    text = (
        "## La lumière\n\nUne ouverture de **f/2,8** laisse entrer\nbeaucoup de `lumière`, dit "
        "[le guide](https://exemple.fr/x). Elle réduit la netteté.\n\n- premier point\n- second\n"
    )
    (chunk,) = chunks = chunk_sections(MARKDOWN, sections_of(text, "Cours"))
    assert chunk.text == (
        "Une ouverture de f/2,8 laisse entrer beaucoup de lumière, dit le guide. "
        "Elle réduit la netteté.\n- premier point\n- second"
    )
    assert chunk.headings == ("Cours", "La lumière")
    assert not chunk.boxed
    assert_tied(chunks, text)


def test_rows_are_whole_and_their_header_is_beside():
    head = "| Situation | Ouverture | Vitesse |\n|---|---|---|\n"
    rows = [f"| Situation numéro {n} | f/{n} | 1/{n}0 s |" for n in range(2, 60)]
    text = head + "\n".join(rows)
    chunks = chunk_sections(MARKDOWN, sections_of(text, "Réglages"), chars=400)
    assert len(chunks) > 3
    assert_tied(chunks, text)
    lines = [line for c in chunks for line in c.text.split("\n")]
    assert lines == ["Situation | Ouverture | Vitesse", *(r.strip("| ") for r in rows)]
    assert all(
        c.headings == ("Réglages", "Situation | Ouverture | Vitesse")
        for c in chunks
        if "f/59" in c.text
    )


@settings(max_examples=150, deadline=None)
@given(text=st.text("abcé.,:*_`|#-[]() \n\t0", max_size=600))
def test_pieces_of_a_section_are_exact_whatever_its_text(text):
    chunks = chunk_sections(MARKDOWN, sections_of(text, "Titre"), chars=200)
    assert_tied(chunks, text)


@settings(max_examples=60, deadline=None)
@given(text=st.lists(st.text("abcéABC.,", min_size=1, max_size=9), max_size=200).map(" ".join))
def test_no_word_of_a_plain_section_is_lost(text):
    chunks = chunk_sections(MARKDOWN, sections_of(text), chars=200)
    found = re.findall(r"\S+", " ".join(c.text for c in chunks))
    assert found == text.split()


def test_a_photo_is_one_chunk_of_metadata():
    photo = Source("c" * 64, "IMG.jpg", "IMG.jpg", (), "photo", 1, 1)
    section = Section(photo.document_id, 0, "IMG.jpg", "Appareil : X100\nOuverture : f/2")
    (chunk,) = chunk_sections(photo, [section])
    assert chunk.kind == "metadata"
    assert chunk.text == "Appareil : X100\nOuverture : f/2"


def test_words_that_a_person_wants_together_are_not_parted():
    from rag.chunking import Together

    page = corrected(3, [(f"Phrase numéro {n} de la leçon. " + LONG.strip(), B, 1)
                         for n in range(30)])  # fmt: skip
    cut_chunks = chunk_pages(SOURCE, [page])
    left, right = cut_chunks[0].pieces[-1], cut_chunks[1].pieces[0]
    span = Together(3, left.first, right.last)
    joined = chunk_pages(SOURCE, [page], together=[span])
    (whole,) = [c for c in joined if any(p.first == left.first for p in c.pieces)]
    assert any(p.first == right.first for p in whole.pieces)
    assert max(len(c.text) for c in joined) <= HARD * 800
    assert " ".join(c.text for c in joined).split() == " ".join(c.text for c in cut_chunks).split()
    elsewhere = chunk_pages(SOURCE, [page], together=[Together(4, left.first, right.last)])
    assert elsewhere == cut_chunks, "another page is not touched"
