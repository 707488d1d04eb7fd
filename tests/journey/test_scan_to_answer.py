"""The whole thread on real files (scans, a photo of a page, notes, a table), network cut."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from mlops.deletion import delete, undo
from mlops.feedback_loop import FeedbackCollector, UserFeedback
from mlops.releases import champion
from mlops.serving import open_engine
from mlops.steps import RunReport, ingest
from rag.engine import Engine
from rag.records import Answer, Outcome, PageBoxes, TextSpan
from rag.settings import PROJECT_ROOT, Home, Settings

SAMPLE = PROJECT_ROOT / "sample" / "data"
FILES = ("photo-de-page.jpg", "notice-agrandisseur.tif", "reglages.csv", "aide-memoire.md")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def no_network() -> Iterator[None]:
    """Every attempt to reach another machine is an error (promise 23)."""
    patch = pytest.MonkeyPatch()

    def refuse(*args: object, **_: object) -> None:
        raise AssertionError(f"network attempted: {args}")

    patch.setattr(socket, "getaddrinfo", refuse)
    patch.setattr(socket.socket, "connect", refuse)
    yield
    patch.undo()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home(tmp_path_factory.mktemp("journey"))
    home.data.mkdir()
    for name in FILES:
        shutil.copy(SAMPLE / name, home.data / name)
    shutil.copy(SAMPLE / "fichiers-abimes" / "copie-interrompue.pdf", home.data / "abime.pdf")
    return home


@pytest.fixture(scope="module")
def settings(home: Home) -> Settings:
    return Settings.load(home, workers=2)


@pytest.fixture(scope="module")
def first(home: Home, settings: Settings, no_network: None) -> RunReport:
    return ingest(home, settings)


@pytest.fixture
def engine(home: Home, settings: Settings, first: RunReport) -> Engine:
    return open_engine(home, settings)


def proved(engine: Engine, answer: Answer) -> None:
    """Every sentence is tied to words that really stand there."""
    assert answer.sentences
    for sentence in answer.sentences:
        assert sentence.citations
        for citation in sentence.citations:
            assert citation.release == engine.release.id
            for anchor in citation.anchors:
                if isinstance(anchor, TextSpan):
                    section = engine.release.section(anchor.document_id, anchor.index)
                    assert section is not None
                    assert section.text[anchor.start : anchor.end].strip()
                else:
                    proved_on_page(engine, anchor)


def proved_on_page(engine: Engine, anchor: PageBoxes) -> None:
    page = engine.release.page(anchor.document_id, anchor.index)
    assert page is not None
    assert anchor.boxes
    for word in page.page.words[anchor.first : anchor.last]:
        x, y = (word.box.left + word.box.right) / 2, (word.box.top + word.box.bottom) / 2
        assert any(b.left <= x <= b.right and b.top <= y <= b.bottom for b in anchor.boxes)


def test_every_page_is_read_and_the_broken_file_stops_nothing(first: RunReport) -> None:
    assert first.decision == "promoted"
    assert [refusal.code for refusal in first.refusals] == ["truncated"]
    assert sum(first.pages_by_status.values()) == first.pages == first.pages_read
    assert not first.measured  # no golden set here, and the report says so


@pytest.mark.parametrize(
    ("question", "document", "said"),
    [
        ("Que faire si l'ampoule ne s'allume pas ?", "notice-agrandisseur.tif", "fusible"),
        ("Pourquoi ne pas ranger les plaques de verre à plat ?", "photo-de-page.jpg", "poids"),
        ("Qu'est-ce que la distance hyperfocale ?", "aide-memoire.md", "infini"),
        ("Quels réglages pour un concert ?", "reglages.csv", "6400"),
    ],
)
def test_a_question_is_answered_with_its_proof(
    engine: Engine, question: str, document: str, said: str
) -> None:
    answer = engine.ask(question)
    assert answer.outcome is Outcome.ANSWER
    assert said in answer.text
    assert answer.sentences[0].citations[0].document == document
    proved(engine, answer)


def test_what_is_not_there_is_not_answered(engine: Engine) -> None:
    answer = engine.ask("Comment accorder une guitare ?")
    assert answer.outcome is not Outcome.ANSWER
    assert not answer.sentences
    assert answer.pages  # the nearest pages are shown all the same


def test_the_second_run_does_nothing_twice(
    home: Home, settings: Settings, first: RunReport
) -> None:
    second = ingest(home, settings)
    assert (second.pages_read, second.chunks_embedded) == (0, 0)
    assert second.release_id == first.release_id
    assert second.seconds < 3


def test_deleted_means_gone_at_the_next_question(home: Home, engine: Engine) -> None:
    question = "Quelle ampoule accepte l'agrandisseur Luxia II ?"
    delete(home, "notice-agrandisseur.tif")
    try:
        found = engine.search(question)
        assert all(page.document != "notice-agrandisseur.tif" for page in found.pages)
        assert all(engine.release.names[hit.chunk.document_id] != "notice-agrandisseur.tif"
                   for hit in found.hits)  # fmt: skip
    finally:
        undo(home, "notice-agrandisseur.tif")
    assert engine.search(question).pages[0].document == "notice-agrandisseur.tif"


def test_feedback_is_kept_and_changes_nothing_by_itself(home: Home, engine: Engine) -> None:
    before = champion(home)
    answer = engine.ask("Qu'est-ce que la distance hyperfocale ?")
    collector = FeedbackCollector(home=home)
    collector.save_feedback(
        UserFeedback(
            timestamp="2026-01-02T03:04:05+00:00",
            question=answer.question,
            answer=answer.text,
            sources=[],
            rating=2,
            corrected_answer="La plus courte distance qui garde l'infini net.",
        )
    )
    assert collector.get_statistics()["with_corrections"] == 1
    assert champion(home) == before
    assert engine.ask(answer.question).text == answer.text


def test_a_file_renamed_between_runs_is_not_read_again(
    home: Home, settings: Settings, first: RunReport
) -> None:
    renamed = home.data / "reglages-2.csv"
    (home.data / "reglages.csv").rename(renamed)
    try:
        assert ingest(home, settings).pages_read == 0
    finally:
        renamed.rename(home.data / "reglages.csv")
        ingest(home, settings)


def test_the_sample_stands_in_while_data_is_empty(tmp_path: Path) -> None:
    assert Home(tmp_path).uses_sample
    assert Home(tmp_path).documents == SAMPLE
