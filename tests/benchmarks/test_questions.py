"""The question sets are well formed, kept apart, and point at pages that exist."""

from __future__ import annotations

import json
from functools import cache
from hashlib import sha256
from pathlib import Path

import pytest

from tools.sample import locate
from tools.sample.golden import fold

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "benchmarks" / "questions"
BOOKS = {"perrot-1874.pdf": 103, "trutat-1899.pdf": 220}  # pages of the two old books
OLD_BOOKS = ROOT.parent / "shared" / "data" / "questions" / "old-books.jsonl"  # optional
FIELDS = {"id", "question", "kind", "gold", "of", "collection", "lang"}
KINDS = {
    "rewordings": {"reworded"},
    "english": {"english"},
    "unanswerable": {"off-domain", "near-miss"},
    "answerable": {"factual", "how-to", "definition", "number"},
    "followups": {"follow-up"},
}
SPLIT = sorted(set(KINDS) - {"followups"})


@cache
def read(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def rows(name: str, side: str) -> list[dict]:
    return read(FOLDER / f"{name}-{side}.jsonl")


@cache
def all_rows() -> list[dict]:
    return [row for path in sorted(FOLDER.glob("*.jsonl")) for row in read(path)]


@cache
def sample_texts() -> dict[str, dict[int, str]]:
    return {path.name: locate.page_texts(path) for path in locate.documents()}


def pages() -> dict[str, dict[str, int]]:
    return {"books": BOOKS, "sample": {name: len(text) for name, text in sample_texts().items()}}


def key(row: dict) -> str:
    """What the split goes by: the base question, or the question itself when it has none."""
    return row["of"] or row["id"]


def test_the_files_are_those_of_the_readme():
    names = {path.name for path in FOLDER.glob("*.jsonl")}
    sided = {f"{n}-{s}.jsonl" for n in SPLIT for s in ("dev", "held")}
    learning = {f"learning-{n}.jsonl" for n in ("sample", "books", "unanswerable")}
    assert names == sided | {"followups-dev.jsonl"} | learning
    readme = (FOLDER / "README.md").read_text("utf-8")
    assert all(f"`{n}-" in readme for n in KINDS)


def test_ids_and_questions_are_unique():
    ids = [row["id"] for row in all_rows()]
    asked = [(row["question"].casefold(), row["collection"]) for row in all_rows()]
    assert len(set(ids)) == len(ids)
    assert len(set(asked)) == len(asked)


@pytest.mark.parametrize("name", sorted(KINDS))
def test_each_row_has_its_fields(name):
    for path in FOLDER.glob(f"{name}-*.jsonl"):
        for row in read(path):
            assert set(row) >= FIELDS, row["id"]
            assert row["kind"] in KINDS[name] and row["lang"] in ("fr", "en"), row["id"]
            assert row["question"].strip() == row["question"] != "", row["id"]
            assert bool(row["gold"]) == (name != "unanswerable"), row["id"]


def test_gold_pages_exist_in_the_collection_of_the_question():
    known = pages()
    for row in all_rows():
        gold = [(g["document"], g["page"]) for g in row["gold"]]
        assert len(set(gold)) == len(gold), row["id"]
        for document, page in gold:
            assert 1 <= page <= known[row["collection"]][document], row["id"]


@pytest.mark.parametrize("name", SPLIT)
def test_the_split_is_by_the_hash_of_the_base_question(name):
    for side, parity in (("dev", 0), ("held", 1)):
        for row in rows(name, side):
            assert sha256(key(row).encode()).digest()[0] % 2 == parity, row["id"]


def test_no_base_question_is_on_both_sides():
    held = {key(row) for name in SPLIT for row in rows(name, "held")}
    dev = {key(row) for name in SPLIT for row in rows(name, "dev")}
    assert not held & (dev | {key(row) for row in rows("followups", "dev")})


@pytest.mark.parametrize("side", ["dev", "held"])
def test_unanswerable_questions_are_shared_out_evenly(side):
    found = [(row["kind"], row["collection"]) for row in rows("unanswerable", side)]
    counts = {pair: found.count(pair) for pair in set(found)}
    assert len(counts) == 4 and min(counts.values()) >= 15
    assert max(counts.values()) - min(counts.values()) <= 1


@pytest.mark.parametrize("side", ["dev", "held"])
def test_quotes_of_the_sample_stand_on_their_first_gold_page(side):
    quoted = [row for row in rows("answerable", side) if row["collection"] == "sample"]
    assert len(quoted) >= 20
    for row in quoted:
        first = row["gold"][0]
        text = fold(sample_texts()[first["document"]][first["page"]])
        assert fold(row["quote"]) in text, row["id"]
        assert len(row["quote"].split()) <= 12 and row["answer"], row["id"]


def test_bases_are_known_and_their_gold_is_kept():
    bases = {row["id"]: row for row in read(ROOT / "sample" / "golden.jsonl")}
    if OLD_BOOKS.is_file():
        bases |= {r["id"]: r for r in read(OLD_BOOKS) if r["gold"]}
    checked = [row for row in all_rows() if row["kind"] in ("reworded", "english")]
    checked = [row for row in checked if not row["of"].startswith("l")]  # test_learning_questions
    compared = [row for row in checked if row["of"] in bases]
    assert {row["of"][0] for row in checked} == {"q", "s"} and len(compared) >= 100
    for row in compared:
        base = bases[row["of"]]
        assert all(page in row["gold"] for page in base["gold"]), row["id"]
        assert row["question"].casefold() != base["question"].casefold(), row["id"]


def test_followups_have_a_history_and_a_full_wording():
    followups = rows("followups", "dev")
    assert len(followups) >= 15
    for row in followups:
        assert row["history"] and all(row["history"]) and row["standalone"], row["id"]
        assert row["question"] not in (row["standalone"], *row["history"]), row["id"]
