"""Refusing, measured in one collection: what its release holds, and what it changes."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from rag import calibrating
from rag.calibrating import Labelled
from rag.embed.embedder import HashedEmbedder
from rag.engine import Engine
from rag.index.release import Release, build_release
from rag.records import Filters, Outcome
from rag.retrieve.abstain import SHIFT
from tests.rag.index.small import content


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("releases")


def calibrated(folder, *, vectors=True, golden=()):
    given = replace(content(vectors=vectors), thresholds={})
    embedder = HashedEmbedder() if vectors else None
    if vectors:
        ranks = np.array([c.ranks for c in given.chunks])
        compared = calibrating.arrays(given.vectors, ranks, embedder.query)
        given = replace(given, arrays=compared)
    aside = Release.open(build_release(folder / "aside", given))
    found = calibrating.thresholds(aside, embedder, golden)
    return Engine(Release.open(build_release(folder, replace(given, thresholds=found))), embedder)


def test_a_release_holds_its_own_background(folder):
    engine = calibrated(folder)
    held = engine.release.thresholds
    assert {"cosine.mean", "cosine.sd", SHIFT, "answer", "nearest"} <= set(held)
    assert all(math.isfinite(value) for value in held.values())
    assert -1.5 <= held[SHIFT] <= 0
    assert calibrated(folder).release.id == engine.release.id  # the same, every time


def test_questions_from_elsewhere_are_refused_and_the_others_are_not(folder):
    engine = calibrated(folder)
    strange = engine.search("Quel vin servir avec une choucroute garnie ?").verdict
    asked = engine.search("Qu'est-ce qui augmente la profondeur de champ ?").verdict
    assert strange.outcome is not Outcome.ANSWER
    assert asked.score > strange.score
    assert strange.signals["coverage"] < asked.signals["coverage"]


def test_the_word_that_stands_nowhere_is_named(folder):
    verdict = calibrated(folder).search("Comment tailler un rosier ?").verdict
    assert (verdict.reason, verdict.detail) == ("unknown_word", "rosier")


def test_filters_that_leave_nothing_say_so(folder):
    search = calibrated(folder).search("diaphragme", filters=Filters(documents=("absent.pdf",)))
    assert (search.verdict.outcome, search.verdict.reason) == (Outcome.NOTHING, "filtered_out")


def test_words_alone_are_judged_by_words_alone(folder):
    engine = calibrated(folder, vectors=False)
    assert "cosine.mean" not in engine.release.thresholds
    asked = engine.search("Qu'est-ce qui augmente la profondeur de champ ?").verdict
    assert "cosine" not in asked.signals
    assert asked.score > engine.search("Comment tailler un rosier ?").verdict.score


def test_golden_questions_move_the_threshold_when_they_are_many(folder):
    easy = [Labelled("Qu'est-ce qui augmente la profondeur de champ ?", True)] * 30
    hard = [Labelled("Qu'est-ce qui augmente la profondeur de champ ?", False)] * 30
    none = [Labelled("Comment tailler un rosier ?", False)] * 30
    plain = calibrated(folder).release.thresholds[SHIFT]
    assert calibrated(folder, golden=easy[:5]).release.thresholds[SHIFT] == plain
    kind = calibrated(folder, golden=easy + none).release.thresholds[SHIFT]
    harsh = calibrated(folder, golden=hard + none + easy[:20]).release.thresholds[SHIFT]
    assert harsh < kind
