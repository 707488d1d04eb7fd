"""``ragphoto stats`` as people read it, in both languages and on any terminal."""

from __future__ import annotations

import json

import pytest

from mlops.monitoring import MetricsCollector, RAGMetrics
from mlops.store import Store
from tests.app.test_cli import run
from tests.mlops.test_figures import add


@pytest.fixture
def asked(home):
    """Two answers of a canary, a failure, a rating."""
    with Store(home) as store:
        add(store, "a", language="fr", arm="canary", stages={"find": 0.02, "judge": 0.01})
        add(store, "b", language="fr", arm="champion", seconds=0.5)
        add(store, "c", language="en", outcome="error")
        store.record_feedback(question="q", answer="a", rating=4, answer_id="a")
        store.record_feedback(question="q", answer="a", rating=2, answer_id="b")
    return home


def lines(text):
    return [line.replace("\u00a0", " ").replace("\u202f", " ") for line in text.splitlines()]


@pytest.mark.parametrize(
    ("language", "wanted"),
    [
        ("fr", ["Les 7 derniers jours", "    répondues               66,7 %",
                "    moyenne sur 5           3,00 (de 1,04 à 4,96)", "Par bras de l’essai",
                "  chercher  0,020  0,020  0,020  0,020"]),
        ("en", ["The last 7 days", "    answered                66.7%",
                "    mean out of 5           3.00 (1.04 to 4.96)", "By arm of the trial",
                "  find      0.020  0.020  0.020  0.020"]),
    ],
)  # fmt: skip
def test_the_figures_in_words(asked, language, wanted):
    told = lines(run("stats", "--lang", language, home=asked).stdout)
    assert [line for line in wanted if line not in told] == []
    assert any("▁▁▁▁▁▁█" in line for line in told)
    assert max(map(len, told)) <= 100


def test_before_the_first_question_it_says_so(home):
    told = run("stats", "--lang", "en", home=home).stdout
    assert "not measured" in told
    assert "nan" not in told.lower() and "Day after day" not in told


def test_a_terminal_that_cannot_draw(asked):
    told = run("stats", home=asked, PYTHONIOENCODING="ascii").stdout
    assert "______@" in told and "repondues" in told


def test_json_is_as_before_with_more_beside(asked):
    MetricsCollector(home=asked).log_rag_metrics(RAGMetrics(question="q"))
    found = json.loads(run("stats", "--json", "--days", "30", home=asked).stdout)
    assert (found["days"], found["rag_queries"]) == (30, 4)
    assert found["rag"]["by_arm"]["canary"]["avg_rating"] == 4.0
    assert found["pipeline"]["success_rate"] is None
