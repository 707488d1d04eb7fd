"""Figures are counted again when anything they rest on came, changed or went; else kept."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from mlops import clock
from mlops import store_tables as t
from mlops.figures import of_questions, read
from mlops.series import several
from mlops.store import Store
from mlops.unchanged import KEPT, WhileUnchanged
from rag.settings import Home
from tests.mlops.test_figures import add


@pytest.fixture
def store(home: Home):
    with Store(home) as store:
        add(store, "a")
        yield store


def test_nothing_came_nothing_is_counted(store: Store) -> None:
    kept, made = WhileUnchanged[int](), []
    for _ in range(3):
        assert kept.get(store, "x", lambda: made.append(1) or len(made)) == 1
    assert kept.get(store, "y", lambda: 7) == 7
    assert len(made) == 1


def test_only_the_last_periods_are_kept(store: Store) -> None:
    kept = WhileUnchanged[int]()
    for n in range(KEPT + 1):
        kept.get(store, n, lambda n=n: n)  # type: ignore[misc]
    assert kept.get(store, 0, lambda: -1) == -1
    assert kept.get(store, KEPT, lambda: -1) == KEPT


def rated(store: Store, rating: int) -> str:
    return store.record_feedback(question="q", answer="a", rating=rating, answer_id="a")


def change(store: Store, identifier: str, **values: object) -> None:
    with store.write() as connection:
        same = t.feedback.c.feedback_id == identifier
        connection.execute(sa.update(t.feedback).where(same).values(**values))


def test_every_change_is_seen_at_the_next_look(store: Store) -> None:
    since = clock.stamp(clock.read("2026-01-01T00:00:00+00:00"))

    def seen() -> tuple[int, int, float]:
        found = of_questions(read(store, since))
        return found["queries"], found["ratings"], found["avg_rating"]

    def drawn() -> tuple[float | None, float | None]:
        asked, half = several(store, ("questions", "p50_s"), 7)
        return asked[-1].value, half[-1].value

    assert seen()[:2] == (1, 0) and drawn() == (1, 0.1)
    add(store, "b", seconds=0.3)
    add(store, "c", seconds=0.5)
    assert seen()[:2] == (3, 0) and drawn() == (3, 0.3)
    remark = rated(store, 2)
    assert seen() == (3, 1, 2.0)
    change(store, remark, rating=5)
    assert seen() == (3, 1, 5.0)
    change(store, remark, withdrawn_at=clock.stamp())
    assert seen()[1] == 0
    with store.write() as connection:
        connection.execute(sa.delete(t.queries).where(t.queries.c.answer_id == "b"))
    assert seen()[0] == 2 and drawn()[0] == 2
