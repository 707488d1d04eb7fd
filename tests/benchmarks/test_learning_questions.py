"""The questions that measure learning: proved by their pages, told apart from every other."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from rag.french.analysis import fold
from tools.sample import locate

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "benchmarks" / "questions"
COLLECTIONS = ("sample", "books")
KINDS = {"factual", "how-to", "why", "definition", "number"}
SAME = 0.5  # share of common words above which two wordings are the same in other clothes


@cache
def rows(name: str) -> list[dict]:
    text = (FOLDER / f"learning-{name}.jsonl").read_text("utf-8")
    return [json.loads(line) for line in text.splitlines()]


def bases(name: str) -> list[dict]:
    return [row for row in rows(name) if not row["of"]]


def words(text: str) -> set[str]:
    letters = "".join(c if c.isalnum() else " " for c in fold(text))
    return {word for word in letters.split() if len(word) > 3}


def squeezed(text: str) -> str:
    return "".join(c for c in fold(text) if c.isalnum())


@pytest.mark.parametrize("name", COLLECTIONS)
def test_each_base_has_two_further_wordings_of_the_same_gold(name):
    known = {row["id"]: row for row in bases(name)}
    assert len(known) >= 45
    assert {row["kind"] for row in known.values()} == KINDS
    for row in rows(name):
        assert row["collection"] == name and row["lang"] == "fr", row["id"]
        if row["of"]:
            base = known[row["of"]]
            assert row["kind"] == "reworded", row["id"]
            assert all(row[k] == base[k] for k in ("gold", "answer", "quote")), row["id"]
    wordings = Counter(row["of"] for row in rows(name) if row["of"])
    assert wordings == dict.fromkeys(known, 2)
    expected = {f"{i}{letter}" for i in known for letter in ("", "b", "c")}
    assert {row["id"] for row in rows(name)} == expected


@pytest.mark.parametrize("name", COLLECTIONS)
def test_pages_are_many_and_none_is_asked_too_often(name):
    pages = Counter((r["gold"][0]["document"], r["gold"][0]["page"]) for r in bases(name))
    assert len(pages) >= 30
    assert max(pages.values()) <= 3


@pytest.mark.parametrize("name", COLLECTIONS)
def test_wordings_say_it_in_other_words(name):
    known = {row["id"]: row for row in bases(name)}
    close = []
    for row in (r for r in rows(name) if r["of"]):
        mine, theirs = words(row["question"]), words(known[row["of"]]["question"])
        if len(mine & theirs) > SAME * min(len(mine), len(theirs)):
            close.append(row["id"])
    assert not close


@pytest.mark.parametrize("name", COLLECTIONS)
def test_quotes_are_short_and_not_the_question(name):
    for row in bases(name):
        assert 4 <= len(row["quote"].split()) <= 20, row["id"]
        assert row["answer"].strip() and squeezed(row["quote"]) != squeezed(row["question"])


def test_quotes_of_the_sample_stand_on_the_printed_page():
    texts = {path.name: locate.page_texts(path) for path in locate.documents()}
    for row in bases("sample"):
        first = row["gold"][0]
        page = texts[first["document"]][first["page"]]
        assert squeezed(row["quote"]) in squeezed(page), row["id"]


def test_unanswerable_ones_are_shared_out_evenly():
    found = Counter((row["collection"], row["kind"]) for row in rows("unanswerable"))
    kinds = ("off-domain", "near-miss")
    assert found == {(name, kind): 15 for name in COLLECTIONS for kind in kinds}
    assert not any(row["gold"] or row["of"] for row in rows("unanswerable"))


def test_no_question_is_one_of_the_other_sets():
    mine = {row["question"].casefold() for n in (*COLLECTIONS, "unanswerable") for row in rows(n)}
    paths = [p for p in FOLDER.glob("*.jsonl") if not p.name.startswith("learning-")]
    for path in [*paths, ROOT / "sample" / "golden.jsonl"]:
        for line in path.read_text("utf-8").splitlines():
            assert json.loads(line)["question"].casefold() not in mine
