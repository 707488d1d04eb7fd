"""Golden questions: written whole or not at all, checked line by line, quotes found on the page."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from mlops import golden_file, golden_proof
from mlops.golden import read_golden
from mlops.golden_check import check
from mlops.golden_file import Golden
from mlops.releases import champion
from rag.engine import Engine
from rag.errors import SettingsError
from rag.index.release import Release
from rag.records import PageBoxes
from rag.settings import PROJECT_ROOT, Home
from tests.app import small_home

QUOTE = "deux cents grammes d'hyposulfite de soude"


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    home = small_home.build(tmp_path_factory.mktemp("golden") / "home")
    folder = champion(home)
    assert folder is not None
    return Release.open(folder)


def question(text="Combien d'hyposulfite ?", gold=(("livre.pdf", 2),), **more):
    return Golden("", text, tuple(gold), **more)


def write(path, *rows):
    path.write_text("\n".join(r if isinstance(r, str) else json.dumps(r) for r in rows), "utf-8")
    return path


def test_a_question_added_is_read_back_and_removed(home: Home):
    added = golden_file.add(home, question(answer="200 g", quote=QUOTE))
    (read,) = golden_file.load(home.root / "golden.jsonl")
    assert read == added
    assert (read.answer, read.quote, read.line) == ("200 g", QUOTE, 1)
    assert read_golden(home.root / "golden.jsonl")[0].gold == (("livre.pdf", 2),)
    assert golden_file.remove(home, "gnothing") is None
    assert golden_file.remove(home, added.id) == added
    assert (home.root / "golden.jsonl").read_bytes() == b""


def test_lines_of_people_stay_as_they_are_to_the_byte(home: Home):
    path = home.root / "golden.jsonl"
    mine = '{"id":"x", "question" : "À\u2028 quoi ?","gold":[], "note":1}\r\n\n'
    path.write_bytes(mine.encode() + b'{"id":"y","question":"Qui ?","gold":[]}')
    golden_file.add(home, question())
    golden_file.remove(home, "y")
    lines = path.read_bytes()
    assert lines.startswith(mine.encode())
    assert [q.id for q in golden_file.load(path)] == ["x", golden_file.new_id(question().question)]


def test_the_same_question_is_not_written_twice(home: Home):
    golden_file.add(home, question("Où est le  fixage ?"))
    before = (home.root / "golden.jsonl").read_bytes()
    with pytest.raises(SettingsError) as error:
        golden_file.add(home, question("ou est le fixage"))
    assert (error.value.code, error.value.details["line"]) == ("golden_twice", 1)
    assert (home.root / "golden.jsonl").read_bytes() == before
    golden_file.add(home, question("ou est le fixage", history=("Et avant ?",)))
    with pytest.raises(ValueError):
        golden_file.add(home, question("   "))


def test_a_crash_while_writing_leaves_the_old_file(home: Home, monkeypatch):
    golden_file.add(home, question("Un ?"))
    before = (home.root / "golden.jsonl").read_bytes()

    def full(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("mlops.golden_file.os.fsync", full)
    with pytest.raises(OSError):
        golden_file.add(home, question("Deux ?"))
    assert (home.root / "golden.jsonl").read_bytes() == before


def test_many_writers_lose_nothing(home: Home):
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: golden_file.add(home, question(f"Question {n} ?")), range(12)))
    assert len(golden_file.load(home.root / "golden.jsonl")) == 12


def test_the_sample_questions_are_never_written(home: Home):
    bundled = PROJECT_ROOT / "sample" / "golden.jsonl"
    assert golden_file.own_file(home) != bundled
    assert golden_file.own_file(Home(PROJECT_ROOT)) != bundled


def test_a_check_names_every_fault_with_its_line(tmp_path, release):
    path = write(
        tmp_path / "golden.jsonl",
        {"id": "a", "question": "Un ?", "gold": [{"document": "livre.pdf", "page": 2}]},
        "not json",
        {"id": "a", "question": "Deux ?", "gold": [{"document": "livre.pd", "page": 1}]},
        {"id": "c", "question": "un", "gold": [{"document": "livre.pdf", "page": 3}]},
        {"id": "d", "question": "  "},
        {"id": "e", "question": "Trois ?", "quote": "pas imprimé",
         "gold": [{"document": "livre.pdf", "page": 2}]},
        {"id": "f", "question": "Quatre ?", "quote": "profondeur de champ est la zone",
         "gold": [{"document": "notes.md", "page": 1}]},
    )  # fmt: skip
    found = check(path, release)
    assert [(f.line, f.code) for f in found.findings] == [
        (2, "format"),
        (3, "duplicate_id"),
        (3, "no_document"),
        (4, "duplicate"),
        (4, "page_out_of_range"),
        (5, "format"),
        (6, "quote_missing"),
        (0, "few"),
        (0, "few_unanswerable"),
    ]
    assert found.findings[2].details["near"] == "livre.pdf"
    assert (found.questions, found.answerable, found.with_quote) == (5, 5, 2)
    assert not found.usable
    assert 0.2 < found.recall_within < 0.5


def test_a_large_clean_set_has_nothing_to_mend(tmp_path, release):
    gold = [{"document": "livre.pdf", "page": 2}]
    rows = [{"id": f"a{n}", "question": f"Question {n} ?", "gold": gold} for n in range(40)]
    rows += [{"id": f"u{n}", "question": f"Rien {n} ?", "gold": []} for n in range(10)]
    found = check(write(tmp_path / "g.jsonl", *rows), release)
    assert found.usable and found.findings == ()
    assert found.recall_within < 0.13


def test_a_quote_is_found_over_line_ends_whatever_the_accents(release):
    ids = golden_proof.ids_by_name(release)
    book, note = ids["livre.pdf"], ids["notes.md"]
    places = golden_proof.places_of_quote(release, book, 1, "Deux\ncents grammes d’hyposulfite")
    page = release.page(book, 1)
    assert places is not None and page is not None
    words = [page.page.words[w].text for _, _, w in sorted(places)]
    assert words == ["deux", "cents", "grammes", "d'hyposulfite"]
    assert golden_proof.places_of_quote(release, book, 0, "hyposulfite de soude") is None
    assert golden_proof.places_of_quote(release, book, 1, "…") is None
    in_note = golden_proof.places_of_quote(release, note, 0, "la zone nette")
    assert in_note is not None and len(in_note) == 3


def test_a_citation_says_what_stands_at_its_anchors(release):
    answer = Engine(release, None).ask(small_home.QUESTION)
    (citation,) = answer.sentences[0].citations
    assert golden_proof.proved(release, answer.sentences[0])
    moved = [PageBoxes(a.document_id, a.index, a.first + 2, a.last, a.boxes)
             for a in citation.anchors if isinstance(a, PageBoxes)]  # fmt: skip
    from dataclasses import replace

    assert not golden_proof.reread(release, replace(citation, anchors=tuple(moved)))
    assert not golden_proof.reread(release, replace(citation, quotation="dix minutes"))
    part = citation.quotation.rpartition(" ")[0]  # marks more than it says
    assert not golden_proof.reread(release, replace(citation, quotation=part))
    places = golden_proof.places_cited(release, [citation])
    assert {(d, i) for d, i, _ in places} == {(citation.document_id, 1)}
