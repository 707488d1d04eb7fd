from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from rag.embed.embedder import HashedEmbedder
from rag.finding import Finder
from rag.french.analysis import analyse
from rag.index.content import EmbedderInfo
from rag.index.release import Release, build_release
from rag.records import Concept, Filters, Origin, Query, Variant
from rag.retrieve import headings
from tests.rag.index.small import TEXTS, content


class Pieces(HashedEmbedder):
    """Word pieces that are the words: eight axes, by the sum of their letters."""

    name = "pieces"
    token_steps = np.full(8, 1 / 7, np.float32)

    def __init__(self):
        super().__init__()
        self.name = "pieces"

    def query_and_tokens(self, text):
        return self.query(text), np.eye(8, dtype=np.float32)[[kind(w) for w in analyse(text)]]


def kind(word):
    return sum(map(ord, word)) % 8


def codes_of(texts):
    """The arrays that building would make for ``Pieces``."""
    packed, starts = [], [0]
    for text in texts:
        for word in analyse(text):
            levels = np.full(8, 8, np.uint8)
            levels[kind(word)] = 15
            packed.append(levels[0::2] | (levels[1::2] << 4))
        starts.append(len(packed))
    return {
        "tokens": np.array(packed, np.uint8).reshape(-1, 4),
        "token-starts": np.array(starts, np.int64),
        "token-steps": Pieces.token_steps,
    }


def asked(text, *, filters=None, language="fr", ways=None):
    concepts = tuple(
        Concept(
            term,
            (
                Variant((term,), 1.0, Origin.TYPED),
                *(Variant((way,), 0.6, Origin.THESAURUS) for way in (ways or {}).get(term, ())),
            ),
        )
        for term in dict.fromkeys(analyse(text))
    )
    return Query(text, text, language, concepts, filters or Filters())


def opened(tmp_path, texts=None, **changes):
    made = replace(content(texts), **changes)
    return Release.open(build_release(tmp_path, made))


def finder(release, embedder=None, removed=frozenset(), reranker=None):
    return Finder(release, embedder or HashedEmbedder(), lambda: removed, reranker)


def pages(found, release):
    return [(release.sources[p.document].name, p.index) for p, _, _ in found.pages]


def test_the_passage_that_says_it_comes_first(tmp_path):
    release = opened(tmp_path)
    found = finder(release).find(asked("fixage à l'hyposulfite"), 10)
    assert pages(found, release)[0] == ("b.md", 1)
    assert len(pages(found, release)) == 4


def test_another_word_finds_it_too(tmp_path):
    release = opened(tmp_path)
    question = "stabilisation"
    (term,) = analyse(question)
    found = finder(release).find(asked(question, ways={term: analyse("fixage")}), 10)
    assert found.lexical.rows.tolist() == [3]
    assert not len(finder(release).find(asked(question), 10).lexical)


def test_a_question_in_a_language_that_we_do_not_know_goes_by_meaning(tmp_path):
    release = opened(tmp_path)
    here = finder(release)
    meant = "quantité de lumière qui entre par le diaphragme dans l'objectif"
    french = replace(asked("hyposulfite"), standalone=meant)
    german = replace(french, language="de")
    assert int(here.find(french, 4).dense.rows[0]) == 0
    assert int(here.find(french, 4).ranked.rows[0]) == 3
    assert int(here.find(german, 4).ranked.rows[0]) == 0


def test_pieces_are_compared_where_the_release_has_them(tmp_path):
    embedder = Pieces()
    texts = [text for parts in TEXTS.values() for text in parts]
    release = opened(
        tmp_path,
        arrays=codes_of(texts),
        embedder=EmbedderInfo.of(embedder),
    )
    query = asked("fixage hyposulfite")
    found = finder(release, embedder).find(query, 10)
    assert found.late is not None
    assert found.late.of(3, 0.0) == pytest.approx(1.0, abs=1e-3)
    without = opened(tmp_path / "without", embedder=EmbedderInfo.of(embedder))
    assert finder(without, embedder).find(query, 10).late is None


def test_a_heading_that_says_it_counts(tmp_path):
    twins = {"a": ("Six heures dans une eau courante.",) * 2}
    arrays = headings.index([("Le virage",), ("Le lavage",)], analyse)
    query = asked("lavage six heures eau")
    here = opened(tmp_path, twins, arrays=arrays)
    assert finder(here).find(query, 2).ranked.rows.tolist() == [1, 0]
    there = opened(tmp_path / "other", twins)
    assert finder(there).find(query, 2).ranked.rows.tolist() == [0, 1]


def test_deleted_documents_are_not_found(tmp_path):
    release = opened(tmp_path)
    found = finder(release, removed=frozenset({"b" * 64, "unknown"})).find(asked("hyposulfite"), 9)
    assert {name for name, _ in pages(found, release)} == {"a.md"}


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        (Filters(documents=("A.MD",)), {"a.md"}),
        (Filters(kinds=("markdown",)), {"a.md", "b.md"}),
        (Filters(kinds=("pdf",)), set()),
        (Filters(years=(1890, 1900)), {"b.md"}),
        (Filters(years=(1700, 1800)), set()),
        (Filters(languages=("fr",)), {"a.md"}),
        (Filters(min_confidence=0.5), {"a.md", "b.md"}),
        (Filters(documents=("b",), min_confidence=0.9), {"b.md"}),
    ],
)
def test_filters_leave_out_what_they_say(tmp_path, filters, names):
    facts = {"b" * 64: {"year": 1899}, "a" * 64: {"language": "fr"}}
    release = opened(tmp_path, extras={"facts": facts})
    found = finder(release).find(asked("les sels d'argent", filters=filters), 9)
    assert {name for name, _ in pages(found, release)} == names


def test_copies_are_shown_once_and_named(tmp_path):
    long = "Le fixage à l'hyposulfite dissout les sels d'argent que la lumière n'a pas touchés."
    texts = {"a": (long,), "b": (long.replace("touchés", "louchés"),), "c": TEXTS["a"]}
    release = opened(tmp_path, texts)
    here = finder(release)
    found = here.find(asked("hyposulfite sels"), 9)
    first, *rest = here.page_hits(found, 9)
    assert {first.document, *(page.document for page in first.also)} == {"a.md", "b.md"}
    assert [page.document for page in rest] == ["c.md", "c.md"]
    assert [hit.chunk.document_id[0] for hit in here.hits(found, 9)].count("b") <= 1


def test_a_hit_is_opened_with_what_stands_around_it(tmp_path):
    release = opened(tmp_path)
    here = finder(release)
    hit = here.hits(here.find(asked("hyposulfite"), 9), 1)[0]
    assert hit.before is not None
    assert hit.before.text == TEXTS["b"][0]
    assert hit.after is None
    assert hit.lexical > 0
    assert hit.dense == pytest.approx(float(release.vectors[hit.row] @ here.find(
        asked("hyposulfite"), 9).vector), abs=1e-5)  # fmt: skip


def test_without_vectors_words_alone_rank(tmp_path):
    release = opened(tmp_path, vectors=None, embedder=None)
    here = Finder(release, None, frozenset)
    found = here.find(asked("hyposulfite"), 9)
    assert found.dense is None
    assert found.ranked.rows.tolist() == [3]
    assert math.isnan(here.hits(found, 1)[0].dense)
    assert len(here.find(asked("introuvable"), 2).pages) == 2


def test_a_reranker_has_the_last_word(tmp_path):
    class Backwards:
        def scores(self, question, passages):
            return [float("diaphragme" in passage) * 9 for passage in passages]

    release = opened(tmp_path)
    plain = finder(release).find(asked("hyposulfite sels"), 9)
    again = finder(release, reranker=Backwards()).find(asked("hyposulfite sels"), 9)
    assert int(plain.ranked.rows[0]) in {2, 3}
    assert int(again.ranked.rows[0]) in {0, 1}


def test_the_same_question_twice_is_ranked_the_same(tmp_path):
    here = finder(opened(tmp_path))
    one, two = (here.find(asked("la lumière et le diaphragme"), 9) for _ in range(2))
    assert one.ranked.rows.tolist() == two.ranked.rows.tolist()
    assert one.ranked.scores.tolist() == two.ranked.scores.tolist()
