"""What a person says of words wins at those words, and changes nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.correct import apply, correct, load_costs, undo
from rag.correct.overlay import WordFix, overlay, words_read, words_shown
from rag.french.lexicon import load_lexicon
from rag.layout import arrange, classify
from rag.records import CorrectedPage
from tests.rag.correct.pages import page_of

LEXICON, COSTS = load_lexicon(), load_costs()
PAGE = """\
doit donc avoir un cabinct noir dans daus la mai-
son, avec une cuvette très-
propre et des verres de l’objectif,la glace.
On lave toutesles épreuves dans 5oo grammes d' eau, et l’on com-
merce Hy posulfite de soude spécialemient . utile aux ama- .
teurs de photographie et aux savants de ce temps."""
ODD = "daus 5oo l' - toutesles prépa- f !e « » .... 12 l'’eau a,b Hy ètre- posulfite . la".split()  # noqa: SIM905


def corrected(text: str = PAGE) -> CorrectedPage:
    page = arrange(page_of(text, confidence=0.8))
    return correct(page, classify([page])[0], LEXICON, COSTS)


def fix(page: CorrectedPage, before: str, after: str) -> WordFix:
    """About the first place that reads so."""
    n = len(before.split())
    first = next(
        i for i in range(len(page.page.words)) if words_read(page.page, i, i + n) == before
    )
    return WordFix(first, first + n, before, after)


def running(page: CorrectedPage) -> str:
    return " ".join(token.text for token in page.tokens)


@pytest.mark.parametrize(
    ("before", "after", "then"),
    [
        ("cabinct", "cabinet", "avoir un cabinet noir"),
        ("cabinct", "cabinct", "avoir un cabinct noir"),  # the machine mended what was right
        ("daus", "devant", "dans devant la maison, avec"),
        ("mai-", "sai-", "la saison, avec"),
        ("mai-", "mai", "la mai son, avec"),
        ("mai- son,", "maison,", "la maison, avec"),
        ("son,", "rie,", "la mairie, avec"),
        ("très-", "trop-", "cuvette trop-propre et"),
        ("très-", "très", "cuvette très propre et"),
        ("propre", "sale", "cuvette très-sale et"),
        ("l’objectif,la", "l’objectif, la", "de l’objectif, la glace."),
        ("toutesles", "tous les", "lave tous les épreuves"),
        ("5oo grammes", "600 gr", "dans 600 gr d'eau,"),
        ("eau,", "eaux,", "500 grammes d'eaux, et"),
        ("Hy posulfite", "Hyposulfites", "commerce Hyposulfites de soude"),
        ("Hy", "Un", "commerce Un posulfite de soude"),
        (".", "", "de soude spécialement utile aux amateurs"),
        ("ama-", "gra-", "utile aux grateurs de photographie"),
    ],
)
def test_what_a_person_says_stands(before, after, then):
    page = corrected()
    done = overlay(page, [fix(page, before, after)])
    assert then in running(done)
    assert done.page is page.page  # the reading stays
    assert undo(apply(done.page.text, done.edits), done.edits) == done.page.text


def test_a_word_split_by_a_person_stays_tied_to_its_word():
    page = corrected()
    told = fix(page, "toutesles", "tous les")
    done = overlay(page, [told])
    parts = [t for t in done.tokens if t.first == told.first]
    assert [t.text for t in parts] == ["tous", "les"]
    assert all((t.first, t.last) == (told.first, told.last) for t in parts)
    assert words_shown(done, told.first, told.last) == "tous les"


def test_words_joined_by_a_person_are_tied_to_both():
    page = corrected()
    told = fix(page, "cabinct noir", "cabinet-noir")
    (token,) = [t for t in overlay(page, [told]).tokens if t.text == "cabinet-noir"]
    assert (token.first, token.last) == (told.first, told.last)


def test_a_speck_goes_with_its_blank():
    page = corrected()
    done = overlay(page, [fix(page, ".", "")])
    assert "spécialement utile" in done.printed and "  " not in done.printed


def test_a_fix_of_other_words_changes_nothing():
    page = corrected()
    here = fix(page, "cabinct", "cabinet")
    stale = WordFix(here.first, here.last, "cabinot", "cabinet")
    assert overlay(page, [stale]) is page
    assert overlay(page, [WordFix(900, 901, "cabinct", "cabinet")]) is page
    assert overlay(page, []) is page


def test_of_two_about_the_same_words_one_is_taken_whatever_the_order():
    page = corrected()
    one, two = fix(page, "cabinct", "cabinet"), fix(page, "cabinct noir", "cabinet rouge")
    assert overlay(page, [one, two]) == overlay(page, [two, one]) == overlay(page, [one])


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_alignment_and_other_words_survive_any_fix(data):
    """Whatever is fixed, undoing gives the reading back, and words elsewhere keep their tokens."""
    rows = data.draw(st.lists(st.lists(st.sampled_from(ODD), min_size=1, max_size=7),
                              min_size=1, max_size=5))  # fmt: skip
    page = corrected("\n".join(" ".join(row) for row in rows))
    size = len(page.page.words)
    told = []
    for _ in range(data.draw(st.integers(1, 3))):
        first = data.draw(st.integers(0, size - 1))
        last = data.draw(st.integers(first + 1, min(size, first + 3)))
        after = data.draw(st.sampled_from(["", "mot", "deux mots", "cou-", "l’eau,", "-", "é"]))
        told.append(WordFix(first, last, words_read(page.page, first, last), after))
    done = overlay(page, told)
    text = page.page.text
    assert undo(apply(text, done.edits), done.edits) == text
    assert running(done).split() == apply(text, done.edits).split()
    spans = [(f.first - 1, f.last + 1) for f in told]
    for token in page.tokens:
        if all(token.last <= a or b <= token.first for a, b in spans):
            assert token in done.tokens
