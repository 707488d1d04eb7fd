"""Each planted fault is refused and named; an identical release passes, a better one goes in."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

import pytest
import sqlalchemy as sa

from mlops import releases
from mlops import store_tables as t
from mlops.runs import RunReport
from mlops.steps import ingest
from mlops.store import Store
from rag.settings import Home, Settings
from tests.journey import month
from tests.mlops.gate import planted
from tests.mlops.gate.planted import CASES, Case

pytestmark = pytest.mark.slow


def run(home: Home, fault: AbstractContextManager[object] | None = None) -> RunReport:
    with fault or nullcontext():
        return ingest(home, Settings.load(home))


def codes(home: Home) -> set[str]:
    """The reasons of the last verdict."""
    query = sa.select(t.verdicts.c.reasons).order_by(t.verdicts.c.id.desc()).limit(1)
    with Store(home) as store, store.read() as connection:
        return {reason["code"] for reason in connection.scalar(query)}


def champion(home: Home) -> str:
    with Store(home) as store:
        return releases.champion_id(store) or ""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Eighteen notes with vectors, in service."""
    made = month.make_home(tmp_path_factory.mktemp("gate") / "home")
    month.set_up(made, "e5")
    assert run(made).decision == "promoted"
    return made


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_planted_fault_is_refused_and_named(home: Home, case: Case) -> None:
    before = champion(home)
    report = run(home, case.fault())
    assert report.decision == "rejected", codes(home)
    assert codes(home) & set(case.codes), codes(home)
    assert all(report.reasons) and champion(home) == before


def test_a_slower_index_is_refused_and_named(home: Home) -> None:
    before = champion(home)
    note = home.data / "portrait.md"
    note.write_text(note.read_text("utf-8") + " Un fond gris se fait oublier.", "utf-8")
    report = run(home, planted.slower(before))
    assert report.decision == "rejected" and codes(home) == {"slower"}


def test_the_same_release_built_again_passes(home: Home) -> None:
    """The faults are gone; what came with the last of them, a sentence, goes in."""
    report = run(home)
    assert report.decision == "promoted" and codes(home) == set()
    with planted.built_by("identical"):
        assert ingest(home, Settings.load(home)).decision == "unchanged"


def test_a_truly_better_method_is_promoted_and_the_way_back_is_refused(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    made = month.make_home(tmp_path_factory.mktemp("better") / "home")
    month.set_up(made, "none")
    assert run(made).decision == "promoted"
    month.set_up(made, "e5")
    assert run(made).decision == "promoted"
    month.set_up(made, "none")
    assert run(made).decision == "rejected"
    assert codes(made) & {"not_shown_as_good", "harm"}
