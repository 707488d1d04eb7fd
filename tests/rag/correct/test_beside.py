from __future__ import annotations

from dataclasses import replace

import pytest

from rag.correct.beside import spots
from rag.correct.overlay import WordFix, overlay
from rag.correct.page import edited
from rag.records import Edit, Role
from tests.rag.pages_by_hand import corrected

LINES = [
    ("LE FIXAGE", Role.HEADING, 0),
    ("le hypolulfite de Hy posulfite hypo-", Role.BODY, 1),
    ("sulfite à3 fois", Role.BODY, 1),
]


def page(*found):
    done = corrected(0, LINES)
    text = done.page.text
    edits = []
    for before, after, rule in found:
        start = text.index(before)
        edits.append(Edit(start, start + len(before), before, after, rule))
    return edited(done.page, done.lines, edits, "1")


def test_a_page_without_edits_is_what_was_read_word_by_word():
    found = spots(corrected(0, LINES))
    assert [[s.read for s in line] for line in found] == [line.split() for line, *_ in LINES]
    assert all(s.read == s.shown and s.rules == () and s.last == s.first + 1
               for line in found for s in line)  # fmt: skip


def test_each_edit_stands_at_its_word_with_its_rule():
    found = spots(page(("lulfite", "sulfite", "confusion"), ("à3", "à 3", "split")))
    changed = {s.read: (s.shown, s.rules, s.first) for line in found for s in line if s.rules}
    assert changed == {
        "hypolulfite": ("hyposulfite", ("confusion",), 3),
        "à3": ("à 3", ("split",), 9),
    }


def test_words_that_an_edit_joins_are_one_spot_and_a_cut_word_stays_two():
    found = spots(page(("y p", "yp", "join"), ("-", "", "hyphen")))
    joined = next(s for s in found[1] if s.rules)
    assert (joined.read, joined.shown, joined.last - joined.first) == (
        "Hy posulfite", "Hyposulfite", 2)  # fmt: skip
    assert [(s.shown, s.cut) for s in found[1]][-1] == ("hypo-", True)
    assert found[2][0].read == "sulfite" and not found[2][0].rules


@pytest.mark.parametrize(
    ("before", "after", "first", "told"),
    [("de", "du", 4, "du"), ("fois", "", 10, ""), ("de Hy posulfite", "d’hyposulfite", 4, None)],
)
def test_what_people_say_is_shown_as_theirs(before, after, first, told):
    last = first + len(before.split())
    found = spots(overlay(corrected(0, LINES), [WordFix(first, last, before, after)]))
    at = next(s for line in found for s in line if s.first <= first < s.last)
    assert at.rules == ("person",)
    assert told is None or told in at.shown.split() or (not told and "fois" not in at.shown)
    assert at.last >= last


def test_the_least_certain_word_tells_how_sure_a_spot_is():
    done = page(("y p", "yp", "join"))
    words = list(done.page.words)
    words[6] = replace(words[6], confidence=0.31)
    done = replace(done, page=replace(done.page, words=tuple(words)))
    assert min(s.confidence for s in spots(done)[1]) == 0.31


def test_an_edit_over_a_line_end_is_told_once():
    done = page(("hypo-\nsulfite", "fixateur", "person"))
    found = spots(done)
    assert found[1][-1].shown == "fixateur"
    assert (found[2][0].read, found[2][0].shown) == ("sulfite", "")
