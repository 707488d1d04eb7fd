# ruff: noqa: SIM905, E501
from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.layout import arrange, classify
from rag.records import Box, Page, Role, Word

LEFT = "Le premier bain doit être préparé".split()
RIGHT = "avec une eau très pure et fraîche".split()


def row(words, x, y, *, letter=8, height=18, gap=8):
    out = []
    for text in words:
        out.append(Word(text, Box(x, y, x + letter * len(text), y + height), 0.9))
        x += letter * len(text) + gap
    return out


def page(rows, *, index=0, width=700, height=1000):
    words, starts = [], []
    for line in rows:
        starts.append(len(words))
        words += line
    return Page("0" * 64, index, width, height, 144, tuple(words), tuple(starts), "test")


def texts(page):
    return [" ".join(w.text for w in line) for line in page.lines]


def roles(pages):
    return [[(line.role, " ".join(w.text for w in p.words[line.first : line.last]))
             for line in lines] for p, lines in zip(pages, classify(pages), strict=True)]  # fmt: skip


def two_columns(merged: bool):
    rows = [row(["UN", "TITRE", "SUR", "TOUTE", "LA", "LARGEUR", "DE", "LA", "PAGE"], 200, 60)]
    for i in range(8):
        y = 120 + 25 * i
        left, right = row([*LEFT, f"g{i}"], 40, y), row([*RIGHT, f"d{i}"], 400, y)
        rows += [left + right] if merged else [left, right]
    return page(rows, width=760)


@pytest.mark.parametrize("merged", [False, True], ids=["parted by the engine", "run together"])
def test_columns_are_read_one_after_the_other(merged):
    order = [text.split()[-1] for text in texts(arrange(two_columns(merged)))]
    assert order == ["PAGE", *(f"g{i}" for i in range(8)), *(f"d{i}" for i in range(8))]


def test_facing_pages_are_read_left_page_first():
    rows = [row(["12", "DES", "BAINS"], 40, 50), row(["LES", "BAINS", "13"], 700, 50)]
    for i in range(9):
        rows += [row([*LEFT, "puis", "lavé", f"g{i}"], 40, 110 + 25 * i),
                 row([*RIGHT, "alors", f"d{i}"], 700, 112 + 25 * i)]  # fmt: skip
    order = texts(arrange(page(rows, width=1300)))
    assert order[0] == "12 DES BAINS" and order[10] == "LES BAINS 13"
    assert order[9].endswith("g8") and order[11].endswith("d0")


def toc():
    titles = ["Sensibilisation du papier", "Mise au châssis", "Fixage", "Lavage des épreuves",
              "Séchage", "Montage de l’épreuve", "Satinage", "Encausticage", "Insuccès"]  # fmt: skip
    return page([row(t.split(), 60, 100 + 25 * i) + row([str(35 + 2 * i)], 640, 100 + 25 * i)
                 for i, t in enumerate(titles)])  # fmt: skip


def table():
    cells = ["Ouverture", "Vitesse", "Lumière", "Sujet", "Film", "Pose", "Filtre"]
    return page([row([c], 60, 100 + 25 * i) + row([f"f/{i}"], 360, 100 + 25 * i)
                 + row(["1/250"], 560, 100 + 25 * i) for i, c in enumerate(cells)])  # fmt: skip


@pytest.mark.parametrize("make", [toc, table])
def test_a_contents_page_and_a_table_are_not_columns(make):
    assert arrange(make()) is make() or texts(arrange(make())) == texts(make())


def test_contents_entries_and_table_rows_are_told():
    assert {r for r, _ in roles([toc()])[0]} == {Role.TOC}
    recipe = page(
        [row("On fait dissoudre dans un flacon bien propre et sec les corps suivants".split(), 60, 75)]
        + [row(a.split(), 60, 100 + 25 * i) + row(b.split(), 460, 100 + 25 * i) for i, (a, b) in
           enumerate([("Eau distillée", "100 centimètres cubes."), ("Alcool", "2,50 »"),
                      ("Protosulfate de fer", "4 à 5 grammes.")])]
        + [row("On doit en préparer au moins un litre à la fois car les résultats".split(), 60, 175)]
    )  # fmt: skip
    assert [r for r, _ in roles([recipe])[0]] == [Role.BODY, *[Role.TABLE] * 3, Role.BODY]


def prose(y, n, x=60):
    return [row("alors la plaque est lavée avec soin dans une cuvette bien propre et".split(), x, y + 25 * i)
            for i in range(n)]  # fmt: skip


def book(pages=4):
    out = []
    for i in range(pages):
        head = f"{10 + i} DES BAINS D’ARGENT." if i % 2 == 0 else f"LE FIXAGE DES IMAGES. {10 + i}"
        rows = [row(head.split(), 200, 50), *prose(110, 6)]
        rows += [row(["SOLUTION", "PYROGALLIQUE."], 250, 290)]
        rows += [
            row("Cette solution se compose de deux parts comme on va le voir ci".split(), 85, 340)
        ]
        rows += prose(365, 4)
        rows += [row("Fig. 3. — Chambre noire".split(), 240, 500)]
        rows += [row("(1) Le Congrès a proposé ce format.".split(), 60, 840, height=14, letter=6)]
        rows += [row("mais cette dimension est rare.".split(), 60, 862, height=14, letter=6)]
        rows += [row(["9"], 600, 900)]
        out.append(page(rows, index=i))
    return out


def test_each_line_of_a_book_has_its_role():
    for lines in roles(book()):
        found = [r for r, _ in lines]
        assert found[0] is Role.HEAD
        assert found[1:7] == [Role.BODY] * 6
        assert found[7] is Role.HEADING
        assert found[8:13] == [Role.BODY] * 5
        assert found[13:] == [Role.CAPTION, Role.FOOTNOTE, Role.FOOTNOTE, Role.FOLIO]


def test_a_running_head_without_number_is_known_by_its_return():
    pages = [page([row(["Chapitre", "des", "bains"], 250, 50), *prose(110, 8)], index=i)
             for i in range(3)]  # fmt: skip
    assert all(lines[0][0] is Role.HEAD for lines in roles(pages))
    assert roles(pages[:1])[0][0][0] is not Role.HEAD  # once only: perhaps a title


@pytest.mark.parametrize("folio", ["— 24 —", "-15-", "- 2 -", "24", "xiv"])
def test_page_numbers(folio):
    first = roles([page([row(folio.split(), 330, 50), *prose(110, 8)])])[0][0]
    assert first[0] is Role.FOLIO


def test_an_indented_line_begins_a_paragraph():
    rows = [
        *prose(110, 3),
        row("Après cela on verse le bain sur la plaque et on attend".split(), 85, 185),
    ]
    blocks = [line.block for line in classify([page(rows + prose(210, 3))])[0]]
    assert blocks == [0, 0, 0, 1, 1, 1, 1]


def test_list_items_are_one_block_each_with_their_second_line():
    rows = [
        row("— laver la plaque avec soin dans une eau que l’on renouvelle".split(), 60, 100),
        row("souvent;".split(), 80, 125),
        row("— sécher à l’abri de la poussière.".split(), 60, 150),
    ]
    lines = classify([page(rows)])[0]
    assert [line.block for line in lines] == [0, 0, 1]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 600),
            st.integers(0, 950),
            st.lists(st.text(alphabet="abÉ.1—(", min_size=1, max_size=7), min_size=1, max_size=6),
        ),
        max_size=30,
    )
)
def test_no_word_is_lost_wherever_it_stands(places):
    made = page([row(words, x, y) for x, y, words in places], width=1200)
    arranged = arrange(made)
    assert sorted(map(repr, arranged.words)) == sorted(map(repr, made.words))
    lines = classify([arranged])[0]
    assert [line.first for line in lines] == list(arranged.line_starts)
    assert [line.block for line in lines] == sorted(line.block for line in lines)
