from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag import codec, records
from rag.codec import from_json, to_json
from rag.records import (
    Box,
    Outcome,
    Page,
    PageBoxes,
    PageHit,
    PageResult,
    PageStatus,
    Piece,
    TextSpan,
    Verdict,
    Word,
)

NOUNS = [
    thing
    for thing in vars(records).values()
    if isinstance(thing, type) and hasattr(thing, "__dataclass_fields__")
]
boxes = st.builds(
    lambda x, y, w, h: Box(x, y, x + w, y + h),
    *(st.integers(-9, 9999), st.integers(-9, 9999), st.integers(1, 999), st.integers(1, 999)),
)
st.register_type_strategy(Box, boxes)
st.register_type_strategy(float, st.floats(allow_nan=False))
st.register_type_strategy(str, st.text(max_size=8))


def few(kind: type) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(st.from_type(kind), max_size=1).map(tuple)


# An answer holds hits of three passages each, and pages that hold pages: few of each are enough.
st.register_type_strategy(
    records.Chunk, st.builds(records.Chunk, pieces=few(Piece), headings=few(str))
)
st.register_type_strategy(
    PageHit,
    st.builds(PageHit, also=st.lists(st.builds(PageHit, also=st.just(())), max_size=1).map(tuple)),
)
st.register_type_strategy(records.Citation, st.builds(records.Citation, anchors=few(PageBoxes)))
st.register_type_strategy(records.Query, st.builds(records.Query, concepts=few(records.Concept)))
lists = {"hits": few(records.Hit), "pages": few(PageHit)}
st.register_type_strategy(records.Search, st.builds(records.Search, **lists))
st.register_type_strategy(
    records.Answer, st.builds(records.Answer, sentences=few(records.Sentence), **lists)
)
st.register_type_strategy(Path, st.sampled_from([Path("a.png"), Path("/b/c.png")]))


@pytest.mark.parametrize("noun", NOUNS, ids=lambda noun: noun.__name__)
def test_every_record_comes_back_the_same(noun: type) -> None:
    @settings(max_examples=20, deadline=None)
    @given(st.from_type(noun))
    def check(record: Any) -> None:
        assert codec.loads(noun, codec.dumps(record)) == record

    check()


def test_nan_survives_in_valid_json() -> None:
    hit = codec.to_json(Word("a", Box(0, 0, 1, 1), math.nan))
    assert json.loads(json.dumps(hit, allow_nan=False)) == ["a", [0, 0, 1, 1], "nan"]
    assert math.isnan(codec.from_json(Word, hit).confidence)


def test_lone_surrogates_of_a_broken_text_layer_survive() -> None:
    word = Word("a\ud835b", Box(0, 0, 1, 1), 1.0)
    assert codec.loads(Word, codec.dumps(word)) == word


def test_anchors_are_told_apart() -> None:
    anchors = (PageBoxes("d", 0, 1, 2, (Box(0, 0, 1, 1),)), TextSpan("d", 0, 1, 2))
    cited = records.Citation("d", "n", 0, "q", anchors, 1.0, "c", "r")
    assert codec.loads(records.Citation, codec.dumps(cited)).anchors == anchors


def test_a_word_costs_few_bytes() -> None:
    page = Page(
        "0" * 64, 0, 605, 998, 144, (Word("lumière", Box(10, 10, 60, 24), 0.98),) * 300, (0,), "e"
    )
    result = PageResult("0" * 64, 0, PageStatus.OK, "", page, None, 1.0)
    assert len(codec.dumps(result)) / 300 < 40


def test_data_of_another_record_are_refused() -> None:
    with pytest.raises(ValueError, match="not a"):
        codec.from_json(Page, {"document_id": "x"})


def test_a_record_may_hold_some_of_its_own_kind() -> None:
    copy = PageHit("b" * 64, "b.pdf", 0, 0.5)
    hit = PageHit("a" * 64, "a.pdf", 1, 0.7, "…", (copy,))
    assert codec.loads(tuple[PageHit, ...], codec.dumps((hit,))) == (hit,)


def test_what_was_kept_before_a_field_was_added_is_read_with_its_default():
    data = to_json(Verdict(Outcome.NOTHING, 0.1, "nothing_found"))
    del data["detail"]
    assert from_json(Verdict, data).detail == ""
    del data["reason"]
    with pytest.raises(ValueError, match="reason"):
        from_json(Verdict, data)
