"""Planted drifts are told with three examples; without any, nothing is."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from mlops import clock, drift
from mlops import store_tables as t
from mlops.store import Store
from rag.settings import Home, Settings
from tests.app import small_home

NOW = datetime(2026, 4, 30, 2, tzinfo=UTC)
USUAL = (
    "Comment préparer le bain de fixage ?", "Combien d'hyposulfite par litre ?",
    "Que fait le révélateur aux sels d'argent ?", "Faut-il agiter la cuvette ?",
    "Qu'est-ce que la profondeur de champ ?", "Quel diaphragme pour un portrait ?",
    "Combien de temps laisser l'épreuve ?",
)  # fmt: skip
BOATS = ("Quel gréement pour un catamaran ?", "Où amarrer mon voilier ?", "Régler la bôme ?")


class Days:
    """Questions asked through the days before NOW."""

    def __init__(self, home: Home, store: Store) -> None:
        self.home, self.store, self.asked = home, store, 0

    def ask(self, days: range, question: str, each: int = 1, **row: object) -> None:
        rows = []
        for day in days:
            for _ in range(each):
                self.asked += 1
                at = NOW - timedelta(days=day, minutes=-(self.asked % 600) - 1)
                rows.append(
                    {
                        "answer_id": f"a{self.asked}", "at": clock.stamp(at), "question": question,
                        "outcome": "answer", "reason": "", "release_id": "r", "seconds": 0.1,
                        "answer_chars": 9, "sources": 1, "score": 0.8,
                    } | row
                )  # fmt: skip
        with self.store.write() as connection:
            connection.execute(sa.insert(t.queries), rows)

    def rate(self, days: range, rating: int, each: int = 1) -> None:
        for day in days:
            for _ in range(each):
                with clock.told_by(NOW - timedelta(days=day, minutes=-5)):
                    self.store.record_feedback(question="q", answer="a", rating=rating)


BEFORE, AFTER = range(8, 36), range(1, 8)


@pytest.fixture
def days(tmp_path) -> Iterator[Days]:  # type: ignore[no-untyped-def]
    home = small_home.build(tmp_path / "home")
    with Store(home) as store, clock.told_by(NOW):
        yield Days(home, store)


def look(days: Days) -> dict[str, drift.DriftFinding]:
    found = drift.look(days.home, Settings(embedder="none"), days.store)
    return {finding.detector: finding for finding in found}


def drifted(days: Days) -> set[str]:
    return {name for name, finding in look(days).items() if finding.drifted}


def usual(days: Days, when: range = range(1, 36)) -> None:
    for question in USUAL:
        days.ask(when, question)


def test_nothing_changed_and_nothing_is_told(days: Days) -> None:
    usual(days)
    days.rate(range(1, 36), 4, each=2)
    assert drifted(days) == set()


def test_too_little_is_said_to_be_too_little(days: Days) -> None:
    usual(days, BEFORE)
    found = look(days)
    assert {finding.note for finding in found.values()} == {"too_few"}
    assert found["vocabulary"].n_reference > 0, "an empty window fails no detector"
    assert all(math.isnan(finding.p) for finding in found.values())


def test_another_trade_is_noticed_with_three_of_its_questions(days: Days) -> None:
    usual(days)
    for boat in BOATS:
        days.ask(AFTER, boat, each=2)
    found = look(days)
    assert found["topics"].drifted and set(found["topics"].examples) == set(BOATS)
    assert found["vocabulary"].drifted and set(found["vocabulary"].examples) <= set(BOATS)
    assert not found["abstention"].drifted
    with days.store.read() as connection:
        rows = connection.execute(sa.select(t.drifts)).mappings().all()
    assert {row["detector"] for row in rows if row["drifted"]} == {"topics", "vocabulary"}
    assert len(rows[0]["window"]["window"]) == 2


def test_more_abstentions_are_noticed_and_fewer_are_not(days: Days) -> None:
    usual(days)
    days.ask(AFTER, USUAL[0], each=4, outcome="nothing")
    assert "abstention" in drifted(days)


def test_fewer_abstentions_are_good_news(days: Days) -> None:
    usual(days)
    days.ask(BEFORE, USUAL[0], each=4, outcome="nothing")
    assert "abstention" not in drifted(days)


def test_lower_scores_of_the_same_method_are_noticed(days: Days) -> None:
    with days.store.write() as connection:
        connection.execute(sa.update(t.releases).values(method="m"))
    champion = _champion(days)
    for question in USUAL:
        days.ask(BEFORE, question, release_id=champion)
        days.ask(AFTER, question, release_id=champion, score=0.4)
    assert "scores" in drifted(days)


def test_lower_scores_of_another_method_are_not_compared(days: Days) -> None:
    usual(days, BEFORE)
    for question in USUAL:
        days.ask(AFTER, question, release_id=_champion(days), score=0.4)
    assert look(days)["scores"].note == "too_few"


def test_ratings_that_fall_are_noticed(days: Days) -> None:
    days.rate(BEFORE, 4)
    days.rate(AFTER, 2, each=3)
    assert "ratings" in drifted(days)


def test_new_documents_that_are_read_badly_are_noticed(days: Days) -> None:
    with days.store.write() as connection:
        for number, (seen, confidence) in enumerate([(40, 0.97)] * 3 + [(3, 0.55)] * 2):
            document = str(number) * 64
            at = clock.stamp(NOW - timedelta(days=seen))
            connection.execute(
                sa.insert(t.sources).values(
                    document_id=document, root="data", name=f"livre-{number}.pdf", path="x",
                    also_at=[], kind="pdf", size_bytes=1, pages=12, present=True, first_seen=at,
                    last_seen=at,
                )
            )  # fmt: skip
            connection.execute(
                sa.insert(t.pages),
                [
                    {
                        "document_id": document, "page_index": n, "status": "ok", "reason": "",
                        "confidence": confidence + n / 1000, "engine": "rapidocr", "seconds": 1.0,
                    }
                    for n in range(12)
                ],
            )  # fmt: skip
    found = look(days)["reading"]
    assert found.drifted and set(found.examples) == {"livre-3.pdf", "livre-4.pdf"}


def test_before_the_first_release_there_is_nothing_to_say(home: Home) -> None:
    with Store(home) as store:
        assert drift.look(home, Settings(), store) == []


def _champion(days: Days) -> str:
    from mlops import releases

    return releases.champion_id(days.store) or ""
