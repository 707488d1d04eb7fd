from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest

from rag.question.followup import depends, standalone

ROOT = Path(__file__).parents[3]
ALONE = [
    "rewordings-dev.jsonl",
    "english-dev.jsonl",
    "answerable-dev.jsonl",
    "unanswerable-dev.jsonl",
]


def questions(path: Path) -> list[str]:
    return [json.loads(line)["question"] for line in path.read_text("utf-8").splitlines()]


def test_a_question_that_stands_alone_is_left_as_typed():
    asked = questions(ROOT / "sample" / "golden.jsonl")
    for name in ALONE:
        asked += questions(ROOT / "benchmarks" / "questions" / name)
    assert len(asked) > 300
    changed = [q for before, q in pairwise(asked) if standalone(q, [before]) != q]
    assert changed == []


def test_every_followup_is_recognised():
    path = ROOT / "benchmarks" / "questions" / "followups-dev.jsonl"
    missed = [question for question in questions(path) if not depends(question)]
    assert missed == []


@pytest.mark.parametrize(
    ("before", "question", "full"),
    [
        (
            "Quelle ouverture pour un portrait ?",
            "et pour un paysage ?",
            "Quelle ouverture pour un paysage ?",
        ),
        ("C'est quoi un ferrotype ?", "et un calotype ?", "C'est quoi un calotype ?"),
        (
            "Quel objectif monter pour du 24 × 36 ?",
            "en 6 × 6 alors ?",
            "Quel objectif monter pour du 6 × 6 ?",
        ),
        (
            "Les cuvettes en verre montrent-elles leur saleté ?",
            "celles en carton aussi ?",
            "Les cuvettes en carton montrent-elles leur saleté ?",
        ),
        (
            "Faut-il laver les épreuves ?",
            "combien de temps ?",
            "combien de temps : Faut-il laver les épreuves ?",
        ),
        ("Le collodion se garde-t-il ?", "pourquoi ?", "pourquoi : Le collodion se garde-t-il ?"),
        (
            "How long should I expose in summer?",
            "and in winter?",
            "How long should I expose in winter ?",
        ),
        ("Comment sécher un négatif ?", "et s'il gèle ?", "Comment sécher un négatif, s'il gèle ?"),
    ],
)
def test_a_followup_is_said_in_full(before, question, full):
    assert standalone(question, [before]) == full


def test_a_followup_of_a_followup_keeps_the_first_question():
    asked = ["Quelle ouverture pour un portrait ?", "et pour un paysage ?"]
    assert standalone("et pour un groupe ?", asked) == "Quelle ouverture pour un groupe ?"


def test_without_history_nothing_is_added():
    assert standalone("et à contre-jour ?", []) == "et à contre-jour ?"
    assert standalone("", ["Quelle ouverture ?"]) == ""


def test_a_new_subject_forgets_the_old_one():
    asked = ["Quelle ouverture pour un portrait ?", "Qui a inventé le calotype ?"]
    assert standalone("pourquoi ?", asked) == "pourquoi : Qui a inventé le calotype ?"
