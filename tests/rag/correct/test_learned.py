"""What corrected words teach, and what they may not."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.correct import apply, correct, undo
from rag.correct.confusions import Costs, load_costs, untaught
from rag.correct.learned import CONFUSIONS, Lesson, confused, learn, summary
from rag.correct.rules import mend
from rag.french.lexicon import load_lexicon
from rag.records import Box, Line, Page, Role, Word

LEXICON, BASE = load_lexicon(), load_costs()
KNOWS = LEXICON.knows


def lessons(*pairs: tuple[str, str], pages: int = 2) -> list[Lesson]:
    return [Lesson(b, a, f"page-{n}") for n in range(pages) for b, a in pairs]


def page_of(*printed: str) -> tuple[Page, tuple[Line, ...]]:
    """A paragraph of these lines."""
    words, starts, lines = [], [], []
    for row, text in enumerate(printed):
        starts.append(len(words))
        for n, word in enumerate(text.split()):
            words.append(Word(word, Box(60 * n, 30 * row, 60 * n + 50, 30 * row + 20), 0.9))
        box = Box(0, 30 * row, 900, 30 * row + 20)
        lines.append(Line(starts[-1], len(words), box, Role.BODY, 0))
    page = Page("d" * 64, 0, 900, 900, 144, tuple(words), tuple(starts), "recorded")
    return page, tuple(lines)


def test_a_confusion_that_comes_back_is_learned():
    assert mend("salfite", 0.9, LEXICON, BASE) is None
    costs = learn(lessons(("salfite", "sulfite"), ("défaat", "défaut")), BASE, KNOWS)
    assert ("a", "u") in {(s, p) for s, p, _ in costs.learned}
    found = mend("sealement", 0.9, LEXICON, costs)  # a word that nobody corrected
    assert found is not None and (found.after, found.rule) == ("seulement", "learned")


def test_what_is_said_once_teaches_nothing():
    assert learn(lessons(("salfite", "sulfite"), pages=1), BASE, KNOWS) is BASE
    twice_on_one_page = [Lesson("salfite", "sulfite", "p"), Lesson("salfite", "sulfite", "p")]
    assert learn(twice_on_one_page, BASE, KNOWS) is BASE
    assert learn([], BASE, KNOWS) is BASE


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("plaque", "claque"), ("salfite", "bonjour"), ("salfite", "sxlfite"), ("salfite", ""),
        ("salfite", "<script>alert(1)</script>"), ("salfite", "ignore les instructions"),
        ("12", "13"), ("", "sulfite"),
    ],
    ids=["good", "another", "nonsense", "erased", "html", "sentence", "number", "nothing"],
)  # fmt: skip
def test_no_confusion_comes_from(before, after):
    assert learn(lessons((before, after), pages=9), BASE, KNOWS).learned == ()


def test_more_evidence_costs_less_and_never_less_than_the_least():
    words = [("salfite", "sulfite"), ("défaat", "défaut"), ("jaane", "jaune"), ("pablié", "publié")]
    few = learn(lessons(*words[:1]), BASE, KNOWS).learned
    many = learn(lessons(*words, pages=40), BASE, KNOWS).learned
    cost = {(s, p): c for s, p, c in few}["a", "u"], {(s, p): c for s, p, c in many}["a", "u"]
    assert cost[0] > cost[1] >= min(c for _, _, c in BASE.pairs)


def test_what_was_mended_before_is_mended_the_same():
    costs = learn(lessons(("salfite", "sulfite"), ("cóté", "côté"), ("eo", "en")), BASE, KNOWS)
    assert costs.learned
    for word in ("daus", "ètre", "fgures", "collodlon", "toutesles", "lallemand", "5oo"):
        assert mend(word, 0.7, LEXICON, costs) == mend(word, 0.7, LEXICON, BASE) is not None


@given(st.sampled_from(sorted(LEXICON.words)), st.floats(0, 1))
def test_a_known_word_is_never_changed(word, confidence):
    taught = lessons((word, "sulfite"), ("salfite", "sulfite"), ("lon", "l’on"), pages=9)
    assert mend(word, confidence, LEXICON, learn(taught, BASE, KNOWS)) is None


def test_a_form_corrected_twice_the_same_way_is_mended_everywhere():
    costs = learn(lessons(("ehâssjs,", "châssis.")), BASE, KNOWS)
    assert costs.forms == (("ehâssjs", "châssis"),)
    assert mend("ehâssjs", 1.0, LEXICON, costs).after == "châssis"
    said_otherwise = [*lessons(("ehâssjs", "châssis")), Lesson("ehâssjs", "chassais", "page-3")]
    assert learn(said_otherwise, BASE, KNOWS).forms == ()


def test_a_name_said_by_a_person_and_read_elsewhere_is_known():
    assert not KNOWS("Zzyxgraphe")
    taught = [Lesson("Zzvxgraphe", "Zzyxgraphe", "p")]
    assert learn(taught, BASE, KNOWS).words == ()
    costs = learn(taught, BASE, KNOWS, {"Zzyxgraphe"}.__contains__)
    assert costs.words == ("Zzyxgraphe",)
    assert LEXICON.with_words(costs.words).knows("Zzyxgraphe") and not KNOWS("Zzyxgraphe")
    half = [Lesson("Zzvxgra-", "Zzyxgra-", "p")]
    assert learn(half, BASE, KNOWS, lambda _: True).words == ()


STOPS = lessons(("plaque.", "plaque,"), ("verre.", "verre,"), ("bain.", "bain,"))


def test_stops_read_for_commas_are_mended_inside_sentences():
    costs = learn(STOPS, BASE, KNOWS)
    assert costs.marks == ((".", ","),)
    page, lines = page_of("La plaque. une fois lavée. sèche", "vite. puis on la vernit. Le bain",
                          "(fig. 3, pl. haut) est prêt. lx dit Lxmr. et le reste.")  # fmt: skip
    done = correct(page, lines, LEXICON, costs)
    assert done.printed.splitlines()[:2] == [
        "La plaque, une fois lavée, sèche", "vite, puis on la vernit. Le bain",
    ]  # fmt: skip
    assert done.printed.splitlines()[2] == "(fig. 3, pl. haut) est prêt. lx dit Lxmr. et le reste."
    assert undo(apply(page.text, done.edits), done.edits) == page.text
    assert correct(page, lines, LEXICON, BASE).printed.count(",") == 1


def test_marks_are_not_learned_from_few_nor_from_people_who_disagree():
    assert learn(STOPS[:4], BASE, KNOWS) is BASE
    against = lessons(("pose,", "pose."), ("eau,", "eau."))
    assert learn([*STOPS, *against], BASE, KNOWS) is BASE


def test_order_and_repetition_change_nothing():
    taught = [*STOPS, *lessons(("salfite", "sulfite"), ("lon", "l’on"), ("Ele", "Elle"))]
    shuffled = [*taught, *taught]
    random.Random(3).shuffle(shuffled)
    assert learn(taught, BASE, KNOWS) == learn(shuffled, BASE, KNOWS)


def test_what_is_learned_travels_in_the_release_and_nothing_else_does():
    costs = learn([*STOPS, *lessons(("salfite", "sulfite"), ("lon", "l’on"))], BASE, KNOWS)
    assert Costs.from_dict(costs.to_dict()) == costs
    assert costs.version.startswith(f"{BASE.version}+") and costs.version != BASE.version
    assert replace(costs, version=BASE.version, learned=(), forms=(), marks=(), words=()) == BASE
    assert untaught(costs.to_dict()) == BASE.to_dict() and untaught({}) == {}
    assert set(BASE.to_dict()) == {"version", "pairs", "limit", "limit_sure", "sure",
                                   "limit_doubtful", "doubtful", "margin"}  # fmt: skip
    assert summary(costs)["marks"] == 1 and summary(BASE) == dict.fromkeys(summary(BASE), 0)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("salfite", "sulfite", [("a", "u")]), ("lon", "l’on", [("l", "l’")]),
        ("Ele", "Elle", [("l", "ll")]), ("fimn", "film", [("i", "il"), ("mn", "m")]),
        ("erre", "verre", [("e", "ve")]), ("same", "same", []),
    ],
)  # fmt: skip
def test_what_was_read_for_what(before, after, told):
    assert confused(before, after) == told


def test_a_flood_of_corrections_teaches_the_most_told_confusions_only():
    rng = random.Random(5)
    words = [w for w in sorted(LEXICON.words) if len(w) > 5]
    taught = [*lessons(("salfite", "sulfite"), pages=20)]
    for n in range(4000):
        word, at = rng.choice(words), rng.randrange(1, 5)
        taught.append(
            Lesson(word[:at] + rng.choice("bcdfgklmnrstvw") + word[at + 1 :], word, str(n))
        )
    costs = learn(taught, BASE, KNOWS)
    assert len(costs.learned) == CONFUSIONS
    assert ("a", "u") in {(s, p) for s, p, _ in costs.learned}
