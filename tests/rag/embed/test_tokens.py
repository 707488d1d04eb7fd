from __future__ import annotations

import numpy as np
import pytest

from rag.embed import cached
from rag.embed.embedder import HashedEmbedder, load_embedder
from rag.embed.tokens import axes, counted, with_tokens


def test_words_that_say_nothing_are_not_compared():
    pieces = ["▁combien", "▁de", "▁rin", "ça", "ge", "▁des", "▁", "épreuve", "s", "▁?"]
    kept = [pieces[n] for n in counted(pieces)]
    assert kept == ["▁combien", "▁rin", "ça", "ge", "▁", "épreuve", "s"]
    english = ["▁how", "▁long", "▁should", "▁prints", "▁be", "▁washed"]
    assert [english[n] for n in counted(english)] == ["▁long", "▁prints", "▁washed"]


def test_a_question_of_such_words_alone_is_compared_by_them():
    assert counted(["▁de", "▁la"]) == [0, 1]
    assert counted([]) == []


def test_codes_are_two_axes_a_byte_and_near_what_they_round():
    rows = axes().project(np.random.default_rng(0).normal(size=(5, 384)).astype(np.float32))
    codes = axes().pack(rows)
    assert codes.shape == (5, 64)
    back = np.empty_like(rows)
    back[:, 0::2] = (codes & 15).astype(np.float32) - 8
    back[:, 1::2] = (codes >> 4).astype(np.float32) - 8
    back *= axes().steps
    inside = np.abs(rows) <= 7 * axes().steps
    assert np.abs(back - rows)[inside].max() <= axes().steps.max() / 2 + 1e-6
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)


def test_the_axes_are_at_right_angles():
    kept = axes().axes
    assert np.allclose(kept.T @ kept, np.eye(kept.shape[1]), atol=5e-3)


class Memory:
    """A cache that counts what is written."""

    def __init__(self):
        self.held = {}

    def key(self, stage, version, *inputs):
        return repr((stage, version, inputs))

    def get(self, key):
        return self.held.get(key)

    def put(self, key, data):
        self.held[key] = data


class WithTokens(HashedEmbedder):
    """Gives as many codes as a text has words."""

    token_steps = np.ones(8, np.float32)

    def passages_and_tokens(self, texts, progress=None):
        codes = [np.full((len(t.split()), 4), len(t), np.uint8) for t in texts]
        return self.passages(texts, progress), codes

    def query_and_tokens(self, text):
        return self.query(text), np.ones((1, 8), np.float32)


def test_pieces_are_computed_once_and_told_by_text():
    cache, done = Memory(), []
    texts = ["un deux", "trois", "un deux"]
    found = cached.embed(texts, WithTokens(), cache, done.append)
    assert (found.computed, sum(done)) == (2, 3)
    assert found.arrays["token-starts"].tolist() == [0, 2, 3, 5]
    assert found.arrays["tokens"][:, 0].tolist() == [7, 7, 5, 7, 7]
    again = cached.embed(texts, WithTokens(), cache)
    assert again.computed == 0
    assert again.vectors.tolist() == found.vectors.tolist()
    assert again.vectors.tolist() == HashedEmbedder().passages(texts).tolist()


def test_an_embedder_without_pieces_gives_vectors_alone():
    assert with_tokens(HashedEmbedder()) is None
    assert with_tokens(None) is None
    found = cached.embed(["un"], HashedEmbedder(), Memory())
    assert (dict(found.arrays), found.computed) == ({}, 1)


@pytest.mark.slow
def test_pieces_come_out_of_the_same_pass():
    e5 = load_embedder("e5")
    if e5 is None:
        pytest.skip("the wheel of the model does not exist for this machine")
    able = with_tokens(e5)
    assert able is not None
    texts = ["Le lavage des épreuves dure six heures.", "f/8", "Le fixage. " * 400]
    vectors, codes = able.passages_and_tokens(texts)
    np.testing.assert_array_equal(vectors, e5.passages(texts))
    assert [len(c) > 0 for c in codes] == [True, True, True]
    vector, pieces = able.query_and_tokens("Combien de temps rincer un tirage ?")
    np.testing.assert_array_equal(vector, e5.query("Combien de temps rincer un tirage ?"))
    assert pieces.shape[1] == 128
