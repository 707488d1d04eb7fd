"""A record with two releases and a clock that the test moves."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from mlops import clock, releases
from mlops import store_tables as t
from mlops.store import Store
from rag.index.format import FORMAT
from rag.settings import Home, Settings


@dataclass
class World:
    """A home with "old" in service and "new" validated; time stands still between moves."""

    home: Home
    store: Store
    settings: Settings
    at: datetime = datetime(2026, 3, 2, 8, tzinfo=UTC)
    asked: int = field(default=0)

    def later(self, **by: float) -> None:
        self.at += timedelta(**by)

    def answer(self, release: str, **row: object) -> str:
        """A question answered now."""
        self.asked += 1
        values = {
            "answer_id": f"a{self.asked}", "at": clock.stamp(), "question": f"q{self.asked}",
            "outcome": "answer", "reason": "proved", "release_id": release, "seconds": 0.2,
            "answer_chars": 40, "sources": 1,
        } | row  # fmt: skip
        with self.store.write() as connection:
            connection.execute(sa.insert(t.queries).values(**values))
        return str(values["answer_id"])

    def rate(self, release: str, *stars: int, **row: object) -> None:
        """Answers rated a second apart."""
        for rating in stars:
            self.later(seconds=1)
            answer = self.answer(release, **row)
            with self.store.write() as connection:
                connection.execute(
                    sa.insert(t.feedback).values(
                        feedback_id=f"f{self.asked}", at=clock.stamp(), stated_at=clock.stamp(),
                        answer_id=answer, question="q", answer="r", sources=[], rating=rating,
                        state="received",
                    )
                )  # fmt: skip

    def state(self, release: str) -> str:
        return {row.release_id: row.state for row in releases.listing(self.store)}[release]


@pytest.fixture
def world(home: Home) -> Iterator[World]:
    settings = Settings(trial="canary", trial_share=0.5, trial_hours=80.0)
    with Store(home) as store:
        made = World(home, store, settings)
        with clock.told_by(lambda: made.at):
            for name in ("old", "new"):
                (home.releases / name).mkdir(parents=True)
                whole = json.dumps({"format": FORMAT, "files": {}})
                (home.releases / name / "manifest.json").write_text(whole, "utf-8")
                releases.register(store, name, run_id=None)
            releases.promote(store, "old", by="test")
            yield made
