from __future__ import annotations

import pytest

from rag.answer.align import align, split_sentences
from rag.french.analysis import analyse
from rag.records import Chunk, Citation, Hit, Sentence, Support

FIXING = (
    "Le bain de fixage se compose de 25 grammes d’hyposulfite pour 100 centimètres cubes d’eau. "
    "On y laisse l’épreuve dix minutes. Il ne faut jamais chauffer le bain. "
    "M. Davanne conseille de laver ensuite les épreuves pendant douze heures, à l’eau courante."
)
OTHER = "Le collodion se conserve à l’abri de la lumière. On le décante après quatre ou cinq jours."
TABLE = "Papier | Durée (min)\nAlbuminé | 12\nSalé | 8"


def chunk(text: str, name: str, *headings: str) -> Chunk:
    return Chunk(name, "d" * 64, "paragraph", headings, text, (), False, 1.0)


def cite(chunk: Chunk, start: int, end: int) -> Citation:
    return Citation("d", "l.pdf", 0, chunk.text[start:end], (), 1.0, chunk.chunk_id, "r")


def tie(*written: str, similarity=None) -> tuple[Sentence, ...]:
    chunks = [chunk(OTHER, "a"), chunk(FIXING, "b", "Fixage"), chunk(TABLE, "c")]
    hits = [Hit(n, c, 1.0, 1.0, 1.0) for n, c in enumerate(chunks)]
    return align(written, hits, analyse=analyse, cite=cite, similarity=similarity)


def support(sentence: str) -> Support:
    return tie(sentence)[0].support


@pytest.mark.parametrize(
    "sentence",
    [
        "On laisse l’épreuve 10 minutes dans le bain.",
        "L’épreuve y reste laissée six cents secondes.",
        "Le bain de fixage : 25 g d’hyposulfite pour 100 ml d’eau.",
        "Davanne conseille de laver les épreuves 12 heures à l’eau courante.",
        "On décante le collodion après 4 ou 5 jours.",
        "Il ne faut jamais chauffer le bain.",
        "Papier salé : 8 minutes.",
    ],
)
def test_what_the_passages_say_is_proved(sentence):
    assert support(sentence) is Support.ALIGNED


@pytest.mark.parametrize(
    "sentence",
    [
        "On laisse l’épreuve 20 minutes dans le bain.",
        "On laisse l’épreuve 10 heures dans le bain.",
        "On laisse l’épreuve douze heures dans le bain.",  # the number of another sentence
        "Le bain de fixage se compose de 100 g d’hyposulfite pour 25 ml d’eau.",
        "Le bain de fixage : 2,5 g d’hyposulfite pour 100 ml d’eau.",
        "On décante le collodion après quatre ou six jours.",
    ],
)
def test_another_number_is_a_contradiction(sentence):
    (got,) = tie(sentence)
    assert got.support is Support.CONTRADICTED
    assert got.citations


@pytest.mark.parametrize(
    "sentence",
    [
        "Il faut chauffer le bain.",  # denied there
        "On n’y laisse pas l’épreuve dix minutes.",
        "M. Niepce conseille de laver les épreuves pendant douze heures, à l’eau courante.",
        "Les nuages se photographient avec un filtre jaune.",
        "On y laisse l’épreuve.  Puis 37 plaques se vernissent.",
    ],
)
def test_what_no_passage_says_is_not_proved(sentence):
    (got,) = tie(sentence)
    assert got.support is not Support.ALIGNED
    assert got.citations == () or got.support is Support.CONTRADICTED


def test_the_citation_is_the_run_of_words_that_proves():
    (got,) = tie("L’hyposulfite se dose à 25 grammes pour 100 centimètres cubes d’eau.")
    (citation,) = got.citations
    assert citation.chunk_id == "b"
    assert citation.quotation.endswith("d’eau.")
    assert "minutes" not in citation.quotation


def test_meaning_may_replace_words_but_never_a_number():
    def alike(sentence, texts):
        return [0.9] * len(texts)

    said = "Il est interdit de tiédir ou réchauffer ce bain de fixage composé de {} grammes."
    assert tie(said.format(25))[0].support is Support.UNSUPPORTED
    assert tie(said.format(25), similarity=alike)[0].support is Support.ALIGNED
    assert tie(said.format(26), similarity=alike)[0].support is not Support.ALIGNED


def test_the_number_of_the_next_sentence_does_not_prove_this_one():
    text = "Pour le 24 × 36, montez l’objectif de 50 mm. Pour le 6 × 6, celui de 80 mm."
    hits = [Hit(0, chunk(text, "f"), 1.0, 1.0, 1.0)]
    said = [
        "Pour le 24 × 36, montez l’objectif de 50 mm.",
        "Pour le 6 × 36, montez l’objectif de 50 mm.",
    ]
    true, false = align(said, hits, analyse=analyse, cite=cite)
    assert true.support is Support.ALIGNED
    assert false.support is Support.CONTRADICTED


def test_what_cannot_be_cited_is_not_proved():
    def nowhere(chunk, start, end):
        raise LookupError("not in the release")

    hits = [Hit(0, chunk(FIXING, "b"), 1.0, 1.0, 1.0)]
    (got,) = align(["On y laisse l’épreuve dix minutes."], hits, analyse=analyse, cite=nowhere)
    assert got.support is Support.UNSUPPORTED


def test_marks_of_lists_and_pretended_references_are_taken_off():
    text = (
        "**Réponse** :\n- Laver dix minutes [1].\n2. Sécher à l’air [passage 2]. Puis vernir.\n---"
    )
    assert split_sentences(text) == [
        "Réponse :",
        "Laver dix minutes.",
        "Sécher à l’air.",
        "Puis vernir.",
    ]
