from __future__ import annotations

import pytest

from rag.answer.disagree import disagreement
from rag.french.analysis import analyse
from rag.records import Chunk, Citation, Hit, Sentence

QUESTION = "Combien de temps laver l’épreuve après le fixage ?"
HERE = "Après le fixage, on lave l’épreuve pendant six heures. On la sèche ensuite."


def cite(chunk: Chunk, start: int, end: int) -> Citation:
    return Citation(
        chunk.document_id, f"{chunk.document_id}.pdf", 0, chunk.text[start:end], (), 1.0, "c", "r"
    )


def compare(*texts: str, documents: str = "abc", question: str = QUESTION) -> tuple[Sentence, ...]:
    chunks = [
        Chunk(f"c{n}", documents[n], "paragraph", (), text, (), False, 1.0)
        for n, text in enumerate(texts)
    ]
    hits = [Hit(n, c, 1.0 - 0.05 * n, 1.0, 1.0) for n, c in enumerate(chunks)]
    return disagreement(question, hits, analyse=analyse, idf=lambda _: 1.0, cite=cite)


def test_two_documents_with_other_numbers_are_both_shown_and_cited():
    got = compare(HERE, "L’épreuve se lave une demi-heure après le fixage.")
    assert [s.citations[0].document for s in got] == ["a.pdf", "b.pdf"]
    assert "six heures" in got[0].text
    assert "demi-heure" in got[1].text


@pytest.mark.parametrize(
    "other",
    [
        "L’épreuve se lave 360 minutes après le fixage.",  # the same, in minutes
        "L’épreuve se lave de cinq à huit heures après le fixage.",  # a range that holds it
        "L’épreuve se lave après le fixage dans 3 litres d’eau.",  # another kind of amount
        "L’épreuve se lave longtemps après le fixage.",  # no amount
        "Le collodion repose cinq jours.",  # something else
    ],
    ids=["same", "range", "kind", "none", "other subject"],
)
def test_what_does_not_contradict_is_no_disagreement(other):
    assert compare(HERE, other) == ()


def test_one_document_does_not_disagree_with_itself():
    assert compare(HERE, "L’épreuve se lave une heure après le fixage.", documents="aa") == ()


def test_only_an_amount_asked_can_be_disagreed_on():
    other = "L’épreuve se lave une demi-heure après le fixage."
    assert compare(HERE, other, question="Pourquoi laver l’épreuve après le fixage ?") == ()


def test_the_number_of_the_question_is_no_claim():
    question = "Combien de temps laver l’épreuve après un fixage de six heures ?"
    assert compare(HERE, "On lave l’épreuve une heure après le fixage.", question=question) == ()
