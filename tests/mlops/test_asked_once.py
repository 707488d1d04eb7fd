"""Validation and the gate ask a golden question of a release once between them."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from mlops import asked_once, golden, serving
from mlops.evaluation import evaluate, to_rows
from mlops.gate import measured
from mlops.golden_file import Golden
from mlops.releases import champion
from mlops.store import Store
from rag.engine import Engine
from rag.index.release import Release
from rag.settings import Settings
from tests.app import small_home
from tests.app.small_home import QUESTION, SETTINGS

ASKED = (
    Golden("a", QUESTION, (("livre.pdf", 2),), "200 grammes d'hyposulfite", "how-to"),
    Golden("b", "Qui a gagné le tour de France 1998 ?", (), kind="off-domain"),
)
VALIDATED = [golden.Question(q.id, q.question, q.gold, q.history) for q in ASKED]


@pytest.fixture
def home(tmp_path):
    return small_home.build(tmp_path / "home")


@pytest.fixture
def release(home):
    asked_once.forget()
    yield Release.open(champion(home))
    asked_once.forget()


@pytest.fixture
def searched(monkeypatch):
    """The questions that an engine really searched for."""
    questions = []
    real = Engine.search
    monkeypatch.setattr(
        Engine, "search", lambda self, q, *a, **k: (questions.append(q), real(self, q, *a, **k))[1]
    )
    return questions


def test_two_measures_ask_once(home, release, searched):
    golden.measure(asked_once.engine_of(release, SETTINGS), VALIDATED)
    with Store(home) as store:
        measured.measure(store, release, SETTINGS, ASKED)
    assert searched == [q.question for q in ASKED]


def test_what_is_measured_is_what_a_plain_engine_gets(release):
    plain = Engine(release, None)
    kept = asked_once.engine_of(release, SETTINGS)
    for _ in range(2):  # asked, then remembered
        assert to_rows(evaluate(kept, ASKED)) == to_rows(evaluate(plain, ASKED))
        scores = [[asdict(s) for s in golden.measure(e, VALIDATED)] for e in (kept, plain)]
        assert repr(scores[0]) == repr(scores[1])  # nan is not nan


def test_another_context_is_another_question(release, searched):
    engine = asked_once.engine_of(release, SETTINGS)
    engine.ask(QUESTION)
    engine.ask(QUESTION, history=("Comment fixer une épreuve ?",))
    assert len(searched) == 2


def test_other_settings_and_what_was_judged_are_asked_anew(release, searched):
    engine = asked_once.engine_of(release, SETTINGS)
    assert asked_once.engine_of(release, SETTINGS) is engine
    other = replace_settings(SETTINGS)
    assert asked_once.engine_of(release, other) is not engine
    asked_once.forget()
    assert asked_once.engine_of(release, SETTINGS) is not engine


def replace_settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"reranker_model": "another"})


def test_the_local_model_is_loaded_once_unless_a_fresh_one_is_wanted(monkeypatch):
    made = []
    monkeypatch.setattr(serving, "load_embedder", lambda *a, **k: made.append(a) or object())
    monkeypatch.setattr(serving, "_local", [])
    settings = Settings(embedder="e5")
    assert serving.embedder_for(settings) is serving.embedder_for(settings)
    assert serving.embedder_for(settings, fresh=True) is not serving.embedder_for(settings)
    assert len(made) == 2
    remote = Settings(embedder="hashed")
    assert serving.embedder_for(remote) is not serving.embedder_for(remote)
