from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rag.embed.tokens import Axes
from rag.retrieve.late import Tokens


def tokens_of(lengths, seed):
    """Chunks of random pieces, packed as the embedder packs them."""
    rng = np.random.default_rng(seed)
    steps = np.full(8, 0.12, np.float32)
    rows = rng.normal(size=(sum(lengths), 8)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    axes = Axes(np.zeros(8, np.float32), np.eye(8, dtype=np.float32), steps)
    starts = np.concatenate(([0], np.cumsum(lengths))).astype(np.int64)
    return Tokens(axes.pack(rows), starts, steps), rows


@given(
    lengths=st.lists(st.integers(0, 5), min_size=1, max_size=6),
    asked=st.integers(1, 4),
    seed=st.integers(0, 99),
)
def test_it_is_the_mean_of_the_nearest_piece_of_each(lengths, asked, seed):
    tokens, rows = tokens_of(lengths, seed)
    question = np.eye(8, dtype=np.float32)[:asked]
    held = np.clip(np.rint(rows / tokens.steps), -7, 7) * tokens.steps  # 4 bits an axis
    chosen = np.arange(len(lengths))[::-1]
    found = tokens.agreement(question, chosen)
    for row, score in zip(chosen.tolist(), found.tolist(), strict=True):
        own = held[tokens.starts[row] : tokens.starts[row + 1]]
        wanted = (own @ question.T).max(axis=0).mean() if len(own) else -1
        assert abs(score - wanted) < 1e-5


def test_a_question_without_a_piece_agrees_with_nothing():
    tokens, _ = tokens_of([2, 3], 0)
    assert tokens.agreement(np.zeros((0, 8), np.float32), np.array([0, 1])).tolist() == [-1, -1]
