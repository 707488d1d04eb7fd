from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.correct.edits import Trail, apply, undo
from rag.records import Edit


@st.composite
def edited(draw):
    text = draw(st.text(alphabet="abcé \n-", min_size=1, max_size=40))
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8)))
    edits = []
    for start, end in zip(cuts[::2], cuts[1::2], strict=False):
        after = draw(st.text(alphabet="xyz ", max_size=4))
        twin = any((start, end) == (e.start, e.end) for e in edits)
        if after != text[start:end] and not twin:
            edits.append(Edit(start, end, text[start:end], after, "test"))
    return text, edits


@given(edited())
def test_undoing_gives_back_the_text(case):
    text, edits = case
    assert undo(apply(text, edits), edits) == text


@given(edited())
def test_the_trail_leads_back_to_what_was_not_edited(case):
    text, edits = case
    running = apply(text, edits)
    trail = Trail(edits)
    for at, letter in enumerate(running):
        start, end = trail.back(at, at + 1)
        assert 0 <= start <= end <= len(text)
        if letter not in "xyz ":
            assert text[start:end] == letter


def test_an_edit_of_another_text_is_refused():
    edit = Edit(0, 2, "do", "de", "confusion")
    with pytest.raises(ValueError, match="does not fit"):
        apply("la", [edit])
    with pytest.raises(ValueError, match="was not made"):
        undo("la", [edit])


def test_overlapping_edits_are_refused():
    with pytest.raises(ValueError, match="overlaps"):
        apply("abc", [Edit(0, 2, "ab", "x", "t"), Edit(1, 3, "bc", "y", "t")])
