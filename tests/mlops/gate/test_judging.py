"""The gate around the rules: how many questions there were, floors, pace, probes by part."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from mlops import releases
from mlops import store_tables as t
from mlops.gate import pace
from mlops.golden_file import Golden
from mlops.runs import RunReport
from mlops.steps import ingest
from mlops.store import Store
from rag.index.release import Release
from rag.settings import Home, Settings
from tests.journey import month


def run(home: Home) -> RunReport:
    return ingest(home, Settings.load(home))


def last(home: Home) -> tuple[set[str], str]:
    query = sa.select(t.verdicts).order_by(t.verdicts.c.id.desc()).limit(1)
    with Store(home) as store, store.read() as connection:
        row = connection.execute(query).mappings().one()
    return {reason["code"] for reason in row["reasons"]}, str(row["challenger"])


def edit(home: Home, text: str) -> None:
    note = sorted(home.data.glob("*.md"))[0]
    note.write_text(f"{note.read_text('utf-8')} {text}", "utf-8")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = month.make_home(tmp_path / "home")
    month.set_up(made, "none")
    assert run(made).decision == "promoted"
    return made


@pytest.mark.slow
@pytest.mark.parametrize("left", [0, 3])
def test_fewer_golden_questions_wait_for_a_person_once(home: Home, left: int) -> None:
    path = home.golden
    assert path is not None
    path.write_text("".join(path.read_text("utf-8").splitlines(True)[:left]), "utf-8")
    edit(home, "Noté le soir.")
    assert run(home).decision == "rejected"
    found, challenger = last(home)
    assert found == {"fewer_questions"}
    with Store(home) as store:
        releases.promote(store, challenger, by="a person")
    edit(home, "Et le lendemain.")
    assert run(home).decision == "promoted", "it was said to be meant"


@pytest.mark.slow
def test_a_floor_crossed_without_harm_is_a_reserve(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One question lost out of many crosses the floor exactly: the night goes on."""
    from mlops import validation
    from mlops.verdict import Check

    quality = validation.quality

    def below(scores: object, settings: Settings) -> dict[str, Check]:
        tests = quality(scores, settings)  # type: ignore[arg-type]
        value = next(asked)
        tests["kept"] |= {"passed": value >= 0.7, "value": value}
        return tests

    asked = iter([0.69, 0.71])  # the challenger, then the release in service
    monkeypatch.setattr(validation, "quality", below)
    edit(home, "Noté le soir.")
    report = run(home)
    assert report.decision == "promoted", report.reasons


class Slow:
    """An engine whose answers take what a list says, on a clock of its own."""

    now = 0.0

    def __init__(self, seconds: list[float]) -> None:
        self.seconds = iter(seconds)

    def ask(self, question: str, history: tuple[str, ...] = ()) -> None:
        Slow.now += next(self.seconds)


def times(monkeypatch: pytest.MonkeyPatch, first: list[float], second: list[float]) -> list[float]:
    engines = iter([Slow(first), Slow(second)])
    monkeypatch.setattr(pace, "Engine", lambda *given, **named: next(engines))
    monkeypatch.setattr(pace, "embedder_of", lambda *given, fresh: None)
    pair: list[Release] = [None, None]  # type: ignore[list-item]
    return pace.p95_in_pairs(
        pair, Settings(), [Golden("q", "question ?", ())],
        enough=lambda found: found[1] <= 2 * found[0], timer=lambda: Slow.now,
    )  # fmt: skip


def test_a_busy_moment_is_measured_again(monkeypatch: pytest.MonkeyPatch) -> None:
    assert times(monkeypatch, [9, 1, 1], [9, 7, 1.5]) == pytest.approx([1, 1.5])


def test_what_stays_slower_is_timed_to_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    assert times(monkeypatch, [9, 1, 1, 1], [9, 4, 3, 5]) == pytest.approx([1, 3])


def test_one_clean_turn_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    assert times(monkeypatch, [9, 1], [9, 1]) == pytest.approx([1, 1])
