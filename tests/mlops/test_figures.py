"""Percentiles by slice, charts, exports that processes share, and how long it is all kept."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from mlops import charts, clock
from mlops import store_tables as t
from mlops.figures import Labels, percentiles
from mlops.metrics_export import append_line
from mlops.monitoring import MetricsCollector, RAGMetrics, keep
from mlops.store import Store
from rag.settings import PROJECT_ROOT, Home, Settings

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


@given(st.lists(st.floats(0, 100), min_size=1, max_size=300))
def test_percentiles_are_numpy_s(values: list[float]) -> None:
    for name, value in percentiles(values).items():
        assert value == np.percentile(values, int(name[1:]), method="inverted_cdf")


def test_percentiles_of_nothing_are_not_measured() -> None:
    assert all(math.isnan(value) for value in percentiles([]).values())


def add(store: Store, answer_id: str, **row: object) -> None:
    values = {
        "answer_id": answer_id, "at": clock.stamp(), "question": "q", "outcome": "answer",
        "reason": "", "release_id": "r1", "seconds": 0.1, "answer_chars": 10, "sources": 1,
    } | row  # fmt: skip
    with store.write() as connection:
        connection.execute(sa.insert(t.queries).values(**values))


def test_figures_are_told_apart_by_release_language_and_arm(home: Home) -> None:
    with Store(home) as store:
        add(store, "a", language="fr", stages={"find": 0.02, "judge": 0.01})
        add(store, "b", language="fr", release_id="r2", arm="canary", seconds=0.5)
        add(store, "c", language="en", release_id="r2", outcome="nothing", seconds=0.3)
        add(store, "d", release_id="r2", outcome="error")
        store.record_feedback(question="q", answer="a", rating=2, answer_id="b")
        store.record_feedback(question="q", answer="a", rating=4, answer_id="a")
    rag = MetricsCollector(home=home).get_statistics()["rag"]
    assert (rag["queries"], rag["answered"]) == (4, 2)
    assert (rag["abstention_rate"], rag["error_rate"]) == (25.0, 25.0)
    assert rag["by_outcome"] == {"answer": 2, "nothing": 1, "error": 1}
    assert {name: part["queries"] for name, part in rag["by_release"].items()} == {"r1": 1, "r2": 3}
    assert rag["by_release"]["r2"]["avg_rating"] == 2.0
    assert rag["by_language"]["fr"]["avg_rating"] == 3.0
    assert rag["by_arm"]["canary"]["ratings"] == 1
    assert list(rag["by_outcome"]) == ["answer", "error", "nothing"], "the same in every process"
    assert rag["by_language"]["fr"]["queries"] == 2
    assert rag["by_arm"]["canary"]["p95_response_time"] == 0.5
    assert rag["by_stage"]["find"]["p50"] == 0.02
    assert rag["rating_interval"] == pytest.approx([3 - 1.96, 3 + 1.96])
    assert rag["rating_interval"][0] < rag["avg_rating"] == 3.0 < rag["rating_interval"][1]


def test_old_questions_go_and_those_that_were_rated_stay(home: Home) -> None:
    settings = Settings(keep_metrics_days=31)
    with Store(home) as store:
        with clock.told_by(NOW - timedelta(days=32)):
            for name in ("old", "rated", "logged"):
                add(store, name, rating=3 if name == "logged" else None)
            store.record_feedback(question="q", answer="a", rating=1, answer_id="rated")
        with clock.told_by(NOW):
            add(store, "new")
            assert keep(store, settings) == 1
            assert keep(store, settings) == 0
        with store.read() as connection:
            left = set(connection.scalars(sa.select(t.queries.c.answer_id)))
        assert left == {"rated", "logged", "new"}
        assert len(store.feedback()) == 1


@given(st.lists(st.sampled_from(["r1", "r2", "", None])))
def test_labels_are_the_column_that_they_stand_for(column: list[str | None]) -> None:
    labels = Labels.of(column)
    for name in ("r1", "r2", "", "r3"):
        assert labels.at(name).tolist() == [value == name for value in column]
    odd = np.arange(len(column)) % 2 == 1
    counted = Counter(value for value in column[1::2] if value is not None)
    assert Counter(labels.counts(odd)) == counted


def test_an_interval_of_ratings_stays_within_them(home: Home) -> None:
    with Store(home) as store:
        for rating in (1, 5):
            store.record_feedback(question="q", answer="a", rating=rating)
    assert MetricsCollector(home=home).get_statistics()["rag"]["rating_interval"] == [1, 5]


def test_a_rating_of_no_known_answer_is_of_no_release(home: Home) -> None:
    MetricsCollector(home=home).log_rag_metrics(RAGMetrics(question="q"))  # names no release
    with Store(home) as store:
        store.record_feedback(question="q", answer="a", rating=1)
    rag = MetricsCollector(home=home).get_statistics()["rag"]
    assert rag["ratings"] == 1
    assert rag["by_release"][""]["ratings"] == 0


WRITES = """
import sys
from pathlib import Path
from mlops.metrics_export import append_line
for n in range(200):
    append_line(Path(sys.argv[1]), {"who": int(sys.argv[2]), "n": n, "text": "é" * 300})
"""


def test_eight_processes_write_whole_lines_and_lose_none(tmp_path: Path) -> None:
    path = tmp_path / "shared.jsonl"
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITES, str(path), str(who)], cwd=PROJECT_ROOT)
        for who in range(8)
    ]
    assert [writer.wait(60) for writer in writers] == [0] * 8
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert {(row["who"], row["n"]) for row in rows} == {
        (w, n) for w in range(8) for n in range(200)
    }
    assert len(rows) == 1600


def test_a_file_that_grew_is_put_aside(tmp_path: Path) -> None:
    path = tmp_path / "export.jsonl"
    for n in range(10):
        append_line(path, {"n": n, "text": "x" * 80}, most=500)
    kept = [
        json.loads(line)["n"]
        for file in (tmp_path / "export.jsonl.1", path)
        if file.is_file()
        for line in file.read_text("utf-8").splitlines()
    ]
    assert kept == sorted(kept) and kept[-1] == 9
    assert path.with_name("export.jsonl.1").stat().st_size < 700


def test_charts_draw_what_was_measured() -> None:
    assert charts.sparkline([0, 1, 2, math.nan]) == "▁▅█·"
    assert charts.sparkline([0, 2], encoding="ascii") == "_@"
    assert charts.sparkline([]) == ""
    assert charts.sparkline([math.nan]) == "·"


def test_what_an_encoding_cannot_hold_is_written_otherwise() -> None:
    told = "État : ❌ réserve l’été ⚠️  – 3 °"
    assert charts.legible(told, "utf-8") == told
    assert charts.legible(told, "ascii") == "Etat : [x] reserve l'ete [!] ? 3 ?"
    assert charts.legible(told, "cp1252") == "État : [x] réserve l'été [!] – 3 °"
    assert (
        charts.legible(told, None)
        == charts.legible(told, "no such")
        == (charts.legible(told, "ascii"))
    )


def test_a_chart_is_no_wider_than_the_terminal() -> None:
    assert charts.days_shown(30, width=80) == 30
    assert charts.days_shown(400, width=80) == 35
    assert charts.days_shown(1, width=80) == charts.days_shown(400, width=20) == 7


def test_the_report_fits_a_plain_terminal(home: Home) -> None:
    MetricsCollector().log_rag_metrics(RAGMetrics(question="q", response_time=0.2, user_rating=4))
    done = subprocess.run(
        [sys.executable, "mlops/monitoring.py", "--days", "400"], cwd=PROJECT_ROOT,
        env={**os.environ, "PYTHONIOENCODING": "ascii", "COLUMNS": "70"},
        capture_output=True, check=True,
    )  # fmt: skip
    told = done.stdout.decode("ascii")
    assert "Etat : [x]" in told and "________________________@" in told
    drawn = [line for line in told.splitlines() if "dernier" in line]
    assert drawn and max(map(len, drawn)) <= 70


def test_daily_series_have_one_value_a_day(home: Home) -> None:
    with clock.told_by(NOW), Store(home) as store:
        add(store, "a", seconds=0.4)
        with clock.told_by(NOW - timedelta(days=2)):
            add(store, "b", seconds=0.2)
            add(store, "c", seconds=0.8)
        series = charts.daily(store, 4)
    assert series["questions"] == [0, 2, 0, 1]
    assert series["p95_s"][1] == 0.8
    assert math.isnan(series["ratings"][3])


def test_the_report_shows_them(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    from mlops import monitoring

    MetricsCollector().log_rag_metrics(RAGMetrics(question="q", response_time=0.2, user_rating=4))
    assert monitoring.main(["--days", "10"]) == 0
    told = capsys.readouterr().out
    assert "Questions, 10 jours" in told and "▁▁▁▁▁▁▁▁▁█" in told
    assert monitoring.main(["--json"]) == 0
    assert json.loads(capsys.readouterr().out)["statistics"]["rag"]["avg_rating"] == 4.0
