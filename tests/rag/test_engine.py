from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.embed.embedder import HashedEmbedder
from rag.engine import Engine
from rag.errors import IndexMismatch
from rag.index.release import Release, build_release
from rag.records import Outcome
from tests.rag.index.small import chunk_of, content

QUESTION = "Qu'est-ce qui augmente la profondeur de champ ?"


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    given = replace(content(), thresholds={"cosine_mean": 0.2, "cosine_sd": 0.1})
    return Release.open(build_release(tmp_path_factory.mktemp("releases"), given))


@pytest.fixture(scope="module")
def engine(release):
    return Engine(release, HashedEmbedder())


def test_the_page_that_answers_comes_first_and_is_quoted(engine, release):
    answer = engine.ask(QUESTION)
    assert answer.outcome is Outcome.ANSWER
    assert (answer.pages[0].document, answer.pages[0].page) == ("a.md", 2)
    citation = answer.sentences[0].citations[0]
    anchor = citation.anchors[0]
    section = release.section(anchor.document_id, anchor.index)
    assert citation.quotation in section.text[anchor.start : anchor.end]
    assert citation.release == answer.release == release.id


def test_a_deleted_document_is_gone_at_the_next_question(release):
    removed: set[str] = set()
    engine = Engine(release, HashedEmbedder(), removed=lambda: frozenset(removed))
    assert engine.ask(QUESTION).pages[0].document == "a.md"
    removed.add("a" * 64)
    search = engine.search(QUESTION)
    assert {p.document for p in search.pages} == {"b.md"}
    assert {h.chunk.document_id for h in search.hits} == {"b" * 64}
    answer = engine.ask(QUESTION)
    assert all(c.document_id == "b" * 64 for s in answer.sentences for c in s.citations)
    removed.clear()
    assert engine.ask(QUESTION).pages[0].document == "a.md"


def test_everything_deleted_is_nothing_found(release):
    engine = Engine(release, HashedEmbedder(), removed=lambda: frozenset(("a" * 64, "b" * 64)))
    answer = engine.ask(QUESTION)
    assert (answer.outcome, answer.pages, answer.sentences) == (Outcome.NOTHING, (), ())


@pytest.mark.parametrize("embedder", [HashedEmbedder(), None], ids=["hybrid", "lexical"])
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(question=st.text(max_size=200))
def test_no_question_breaks_it_and_pages_are_always_filled(release, embedder, question):
    answer = Engine(release, embedder).ask(question)
    assert answer.pages
    assert 0 <= answer.verdict.score <= 1
    assert bool(answer.sentences) is (answer.outcome is Outcome.ANSWER)


def test_a_question_of_a_megabyte_is_read_in_part(engine):
    assert engine.ask("diaphragme " * 100_000).seconds < 1


def test_vectors_of_another_model_are_refused(release):
    with pytest.raises(IndexMismatch, match="ragphoto ingest"):
        Engine(release, HashedEmbedder(32))


def test_a_lexical_release_takes_any_embedder_and_uses_none(tmp_path):
    release = Release.open(build_release(tmp_path, content(vectors=False)))
    search = Engine(release, HashedEmbedder()).search(QUESTION)
    assert search.pages[0].page == 2
    assert "cosine" not in search.verdict.signals


def test_words_that_nobody_wrote_are_not_answered(engine):
    assert engine.ask("recette de la ratatouille provençale").outcome is not Outcome.ANSWER


def test_k_pages_at_most_and_at_least_one_asked(engine):
    assert len(engine.search(QUESTION, k=2).pages) == 2
    with pytest.raises(ValueError, match="at least one"):
        engine.search(QUESTION, k=0)


def test_a_chunk_that_may_not_rank_never_does(tmp_path):
    given = content()
    hidden = chunk_of("a" * 64, 1, given.chunks[1].text, ranks=False)
    chunks = (given.chunks[0], hidden, *given.chunks[2:])
    release = Release.open(build_release(tmp_path, replace(given, chunks=chunks)))
    search = Engine(release, HashedEmbedder()).search(QUESTION)
    assert 1 not in {hit.row for hit in search.hits}
    assert all((p.document, p.page) != ("a.md", 2) for p in search.pages)
