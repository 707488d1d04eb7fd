"""Ill-meaning readers change nothing that they should not: the champion's scores do not move down.

What accomplices still obtain is claimed here too, so that nobody believes more than is true.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
import sqlalchemy as sa

from mlops import store_tables as t
from mlops.learning import entries
from rag.settings import Home
from tests.mlops.learning import attacking, attacks
from tests.mlops.learning.attacking import LEXICAL, Scene, scene, scores

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return attacking.make_home(tmp_path_factory.mktemp("attacked") / "home").root


@pytest.fixture
def place(built: Path, tmp_path: Path) -> Iterator[Scene]:
    with _copy(built, tmp_path) as found:
        yield found


def _copy(built: Path, tmp_path: Path) -> AbstractContextManager[Scene]:
    root = tmp_path / "home"
    shutil.copytree(built, root)
    return scene(Home(root), LEXICAL)


@pytest.fixture(scope="module")
def before(built: Path) -> attacking.Scores:
    with scene(Home(built), LEXICAL) as found:
        return scores(found)


ELSEWHERE = 0.005  # MRR@10 that what readers agree on may cost other questions
HELD = "proposed:contradicts_golden"
STATES: dict[Callable[[Scene], None], set[str]] = {  # what becomes of what was proposed
    attacks.brigade_down: set(),
    attacks.brigade_up: set(),
    attacks.lies_of_a_page: {"refused:page_does_not_say"},
    attacks.contradictory: {"proposed:contradicted", "validated"},
    attacks.thousand_of_one: {"proposed"},
    attacks.nobody: {"proposed"},
    attacks.deleted: {"refused:document_deleted"},  # even from an editor
    attacks.want_everything: set(),
    attacks.want_nothing: set(),
    attacks.withdrawn: {"withdrawn", HELD},
}
BLOCKING = {  # those that might keep an editor's corrections from service
    attacks.brigade_up, attacks.pinned, attacks.contradictory, attacks.want_nothing,
}  # fmt: skip


@pytest.mark.parametrize("attack", attacks.ATTACKS, ids=lambda attack: attack.name)
def test_no_attack_moves_the_scores_down(attack, place, before, monkeypatch):
    monkeypatch.setattr(attacks, "MANY", 200)
    attack.act(place)
    before = place.baseline or before
    after, gone = scores(place), place.touched
    then, now = before.without(gone), after.without(gone)
    slack = {"others": 1e-9 if attack.alone else ELSEWHERE}
    for name in attacking.MEASURES:
        assert now[name] >= then[name] - slack.get(name, 1e-9), (name, then, now)
    if attack.alone:
        assert not _worse(before, after)
    if (wanted := STATES.get(attack.act)) is not None:
        assert set(place.states()) == wanted
    if attack.act is attacks.withdrawn:
        assert place.refused["bytes_differ"] == 0
    if attack.act is attacks.thousand_of_one:
        waiting = entries.WAITING
        assert place.states() == {"proposed": waiting} and place.refused == {"own": waiting}
    if attack.act in BLOCKING:
        right, taught, reasons = place.teach()
        assert right >= taught - 1 >= 10 and not reasons


def _worse(before: attacking.Scores, after: attacking.Scores) -> list[str]:
    """The questions that lost anything."""
    return [
        question
        for name in attacking.MEASURES
        for question, value in getattr(before, name).items()
        if getattr(after, name)[question] < value - 1e-9
    ]


def test_an_editor_still_teaches_after_the_worst(place):
    attacks.wrong(1.0, accomplice=True)(place)
    held = place.states()[HELD]
    assert held >= 10 and sum(place.states().values()) == held + place.states()["validated"]
    right, taught, reasons = place.teach()
    assert right >= taught - 1 >= 10 and not reasons


def test_accomplices_win_the_questions_that_nobody_vouches_for(place):
    """What is not stopped: two cookies of one person, and true words of a page beside the point."""
    engine = place.engine()
    known = place.others[0]
    assert attacking.reciprocal(engine, known.question, known.pages) == 1
    page, said = place.lie(known)
    for token in ("reader:one", "reader:two"):
        place.correct(known, page, said, author=token)
    place.learn()
    engine = place.engine()
    assert attacking.reciprocal(engine, known.question, known.pages) < 1
    (entry,) = entries.listing(place.store, "validated")
    assert entry["author"] == "reader:one" and entry["validated_by"] == "reader:two"


def test_hostile_texts_are_shown_to_nobody(place):
    """Whatever was sent, and even agreed to: what is answered is printed words of the pages."""
    attacks.hostile_texts(place)
    place.agree(entries.EDITOR)
    place.learn()
    engine = place.engine()
    marks = ("piraté", "<script", "DROP TABLE", "{{", "passwd", "confiture", "\u202e", "\u200b")
    for known in place.golden:
        shown = engine.ask(known.question)
        texts = [shown.text, *(s.text for s in shown.sentences)]
        assert not any(mark in text for text in texts for mark in marks)
    with place.store.read() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(t.entries)) > 0
    stored = [row["question"] for row in entries.listing(place.store)]
    assert all(c.isprintable() for text in stored for c in text)
