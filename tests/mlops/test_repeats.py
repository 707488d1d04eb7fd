"""What was answered is given again, and never when anything that it rests on changed."""

from __future__ import annotations

import pytest

from mlops import deletion, releases
from mlops.repeats import Repeats
from mlops.serving import LiveEngine
from mlops.store import Store
from rag.answering import Watch
from rag.engine import Engine
from rag.records import Filters
from rag.settings import Settings
from tests.app import small_home
from tests.app.small_home import QUESTION, SETTINGS


@pytest.fixture
def home(tmp_path):
    return small_home.build(tmp_path / "home")


@pytest.fixture
def live(home):
    live = LiveEngine(home, SETTINGS)
    yield live
    live.close()


@pytest.fixture
def made(monkeypatch):
    """How often the engine answered."""
    count = []
    real = Engine.ask
    monkeypatch.setattr(Engine, "ask", lambda *a, **k: (count.append(1), real(*a, **k))[1])
    return count


def test_the_same_question_is_answered_once_with_an_id_each_time(live, made):
    first, _ = live.ask_for("ann", QUESTION)
    again, _ = live.ask_for("bob", QUESTION)
    assert len(made) == 1 and again.answer_id != first.answer_id
    assert (again.sentences, again.pages, again.verdict) == (
        first.sentences, first.pages, first.verdict)  # fmt: skip
    assert again.stages == () and again.seconds < first.seconds + 1


def test_whoever_follows_is_told_what_was_found_each_time(live, made):
    told = []
    for _ in range(2):
        live.ask_for("ann", QUESTION, watch=Watch(search=lambda s: told.append(s.pages)))
    assert len(made) == 1 and len(told) == 2 and told[0] == told[1]


def test_context_filters_and_letters_count(live, made):
    live.ask_for("ann", QUESTION)
    live.ask_for("ann", QUESTION, history=("Et le papier ?",))
    live.ask_for("ann", QUESTION, filters=Filters(kinds=("markdown",)))
    live.ask_for("ann", QUESTION.lower())
    assert len(made) == 4


def test_a_deletion_a_return_and_a_release_are_seen_at_once(home, live, made):
    first, _ = live.ask_for("ann", QUESTION)
    deletion.delete(home, "livre.pdf")
    without, _ = live.ask_for("ann", QUESTION)
    assert without.sentences == () != first.sentences
    deletion.undo(home, "livre.pdf")
    assert live.ask_for("ann", QUESTION)[0].sentences == first.sentences
    assert len(made) == 2  # what it rests on is as it was
    other = small_home.another(home)
    with Store(home) as store:
        releases.register(store, other.name, run_id=None)
        releases.promote(store, other.name, by="test")
    assert live.ask_for("ann", QUESTION)[0].release == other.name
    assert len(made) == 3


def test_a_model_over_the_network_is_asked_each_time(home, made):
    live = LiveEngine(home, SETTINGS.model_copy(update={"reranker": "hub"}))
    live._engine = LiveEngine(home, SETTINGS).engine
    for _ in range(2):
        live.ask_for("ann", QUESTION)
    assert len(made) == 2
    live.close()


def test_only_the_last_ones_are_kept(home, made):
    engine, repeats = LiveEngine(home, Settings(embedder="none")).engine, Repeats(kept=2)
    for question in ("un ?", "deux ?", "un ?", "trois ?", "un ?", "deux ?"):
        repeats.ask(engine, (), question)
    assert len(made) == 4 and len(repeats._answers) == 2
