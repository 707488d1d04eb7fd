"""What a diagnosis replayed, told to people: no name of a field, no code, in either language."""

from __future__ import annotations

import ast
import html
import re
from pathlib import Path

import pytest

from app import evidence_told, messages
from mlops.diagnosis import deciding
from tests.app.test_cli import run
from tests.app.test_learning_page import HTML, remark  # noqa: F401 - a fixture

WHOLE = {
    "rank": 9, "page_rank": 4, "lexical_rank": 2, "dense_rank": None, "outcome": "nearest",
    "score": 0.4213, "filtered": False, "cited_above": True, "indexed": 0.5, "vector": 0.981,
    "pages_alike": 1, "concepts": 3, "letters_alike": 71.5, "no_words": 0.6,
    "read_again": [
        {"engine": "tesseract", "scale": 1.0, "reason": "", "found": ["hyposulfite"],
         "says": True, "bag": 1.0},
        {"engine": "rapidocr", "scale": 0.5, "reason": "", "found": [], "says": False},
        {"engine": "rapidocr", "scale": 2.0, "reason": "timeout"},
    ],
    "page": {
        "status": "low_confidence", "in_passage": "unproved", "held": 0.25, "in_text": False,
        "parted": False, "together": None, "broken_off": True, "bag": 0.75,
        "missing": ["hyposulfite"], "misread": [["hyposulfite", "hyp0su1fite"]],
    },
    "document": "livre.pdf", "document_id": "a" * 64, "page_number": 2, "page_index": 1,
    "shown": "answer", "suspects": [{"document": "notes.md", "page_number": 1}],
    "remedy": {"kind": "reading", "engine": "tesseract", "scale": 2.0, "found": ["hyposulfite"]},
    "of_a_later_version": 3,
}  # fmt: skip
INNER = re.compile(r"\b[a-z]+_[a-z_]+\b|\b(True|False|None|nan|fusion|lexical|dense)\b|[{}\[\]]")


def test_evidence_is_told_in_french():
    found = dict(evidence_told.told(WHOLE, "fr"))
    plain = {name: value.replace("\xa0", " ") for name, value in found.items()}
    assert plain["Page qui dit la réponse"] == "livre.pdf, p. 2"
    assert plain["La même question, reposée"] == "les pages les plus proches"
    assert plain["Probabilité que la collection réponde"] == "42 %"
    assert plain["Lecture de la page"] == "peu sûre"
    assert plain["Mots sans doute mal lus"] == "« hyposulfite » lu « hyp0su1fite »"
    assert plain["Image relue"] == (
        "tesseract, même taille : retrouve hyposulfite ; "
        "rapidocr, agrandie × 0,5 : rien de plus ; "
        "rapidocr, agrandie × 2 : n’a pas pu être relue"
    )
    assert plain["Une page citée était mieux classée"] == "oui"
    assert "relire livre.pdf, p. 2" in plain["Règle proposée"]
    assert not any(INNER.search(name) for name in plain)


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_no_name_of_a_field_and_no_code_is_shown(language):
    for name, value in evidence_told.told(WHOLE, language):
        assert not INNER.search(name) and not INNER.search(value), (name, value)
    assert evidence_told.told({"remedy": {"kind": "later"}, "document": "a"}, language)
    assert evidence_told.told({"score": "?", "read_again": 3, "page": 4}, language) == []


def test_every_part_of_a_cause_that_is_decided_has_words():
    """The codes are read from the source: one more there wants its words here."""
    tree = ast.parse(Path(deciding.__file__).read_text("utf-8"))
    codes = {
        node.elts[1].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Tuple) and len(node.elts) == 2
        and isinstance(node.elts[0], ast.Attribute) and isinstance(node.elts[1], ast.Constant)
    } | {
        part.value
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.name == "_which"
        for returned in ast.walk(node) if isinstance(returned, ast.Return)
        for part in ast.walk(returned.value)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    } | {"scale", "engine"}  # fmt: skip
    assert {"lexical", "both", "letters", "answered"} <= codes
    for code in codes - {""}:
        assert evidence_told.detail(code, "fr") and evidence_told.detail(code, "en"), code


def test_the_page_of_a_remark_says_what_was_replayed(client, remark):  # noqa: F811
    client.post(f"/learning/remarks/{remark}")
    for language, words in (("fr", "Rang de la bonne page"), ("en", "Rank of the right page")):
        page = client.get(f"/learning/remarks/{remark}?lang={language}", headers=HTML).text
        shown = html.unescape(re.search(r"<dl>.*?</dl>", page, re.DOTALL)[0])
        assert words in shown and "livre.pdf, p.\xa02" in shown
        assert not INNER.search(re.sub(r"<[^>]*>", "|", shown))
    (one,) = client.get(f"/diagnoses/{remark}").json()["diagnoses"]
    assert one["evidence"]["page_rank"], "programs have everything"


def test_the_terminal_says_the_same(home, client, remark):  # noqa: F811
    for tongue, words in (("fr", "Rang de la bonne page"), ("en", "Rank of the right page")):
        said = run("diagnose", remark[:8], "--lang", tongue, home=home).stdout
        assert words in said and not INNER.search(said), said
