"""What a question asks: rewordings come together, look-alikes part."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from rag.embed.asked import Turn, turn, turn_of
from rag.embed.embedder import HashedEmbedder, unit
from rag.retrieve.memory import Likeness, logit

ROOT = Path(__file__).resolve().parents[3]


def test_a_turn_gives_unit_rows_and_keeps_what_the_identity_keeps():
    rows = unit(np.random.default_rng(0).normal(size=(5, 8)).astype(np.float32))
    same = Turn(np.zeros(8, np.float32), np.eye(8, dtype=np.float32))
    assert np.allclose(same(rows), rows, atol=1e-6)
    assert np.allclose(same(rows[0]), rows[0], atol=1e-6)
    turned = Turn(rows.mean(axis=0), 3 * np.eye(8, dtype=np.float32))(rows)
    assert np.allclose(np.linalg.norm(turned, axis=1), 1)


def test_an_embedder_without_a_map_is_compared_as_it_comes():
    assert turn_of(None) is None
    assert turn_of(HashedEmbedder()) is None


def test_the_map_is_of_the_encoder():
    found = turn()
    assert found.mean.shape == (384,)
    assert found.weights.shape == (384, 384)
    assert np.isfinite(found.weights).all()


@pytest.mark.slow
def test_rewordings_find_their_question_more_often_than_as_they_come():
    from rag.embed.e5 import E5

    encoder = E5()
    assert turn_of(encoder) is turn()
    lines = (ROOT / "sample" / "golden.jsonl").read_text("utf-8").splitlines()
    golden = [row for row in map(json.loads, lines) if row["gold"]]
    place = {row["id"]: n for n, row in enumerate(golden)}
    lines = (ROOT / "benchmarks/questions/rewordings-dev.jsonl").read_text("utf-8").splitlines()
    asked = [row for row in map(json.loads, lines) if row["of"] in place]
    stored = np.stack([encoder.query(row["question"]) for row in golden])
    said = np.stack([encoder.query(row["question"]) for row in asked])
    right = np.array([place[row["of"]] for row in asked])

    def found(a, b):
        return float(np.mean((a @ b.T).argmax(axis=1) == right))

    assert found(turn()(said), turn()(stored)) >= found(said, stored) + 0.05


def test_a_page_far_behind_wants_a_question_that_is_surely_the_same():
    def worth(gap, meaning):
        return logit(Likeness(gap, 0.5, 0.5, meaning, turned=True))

    assert worth(-0.8, 0.6) - worth(-0.8, 0.1) > worth(0.0, 0.25) - worth(0.0, 0.1)
    assert worth(-0.8, 0.1) < worth(-0.1, 0.1)
