"""Figures by day, alerts, nights: the page and the API hold what the record holds."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import sqlalchemy as sa

from app.svg_charts import draw, rounded
from mlops import clock
from mlops import store_tables as t
from mlops.series import METRICS, Point, series, wilson
from mlops.store import Store

HTML = {"accept": "text/html"}


def points(*values):
    return [Point(f"2026-01-{n + 1:02}", 1, v) for n, v in enumerate(values)]


@pytest.fixture
def recorded(home):
    """A month: on day n (0 is today), n % 3 questions; two ratings today; a night; an alert."""
    now = clock.now()
    with Store(home) as store, store.write() as connection:
        for n in range(30):
            at = (now - dt.timedelta(days=n)).isoformat(timespec="milliseconds")
            for k in range(n % 3):
                connection.execute(sa.insert(t.queries).values(
                    answer_id=f"q{n}-{k}", at=at, question="q", outcome=("answer", "nothing")[k],
                    reason="", release_id="r", seconds=0.5 + k, answer_chars=1,
                    sources=1))  # fmt: skip
        at = now.isoformat(timespec="milliseconds")
        for k, rating in enumerate((2, 4)):
            connection.execute(sa.insert(t.feedback).values(
                feedback_id=f"f{k}", at=at, stated_at=at, question="q", answer="a", sources=[],
                rating=rating, state="received"))  # fmt: skip
        connection.execute(sa.insert(t.nights).values(
            night="2026-01-02", zone="UTC", state="failed", source="schedule", owner="moi:1",
            attempts=1, started_at=at, heartbeat_at=at, report={"x": 1},
            steps={"backup": {"state": "failed", "seconds": 1.0, "detail": {}}}))  # fmt: skip
        connection.execute(sa.insert(t.alerts).values(
            rule="disk_free_mb", subject="", severity="critical", state="firing", first_at=at,
            last_at=at, value=12.0, times=1, details={"threshold": 500}))  # fmt: skip


def test_a_day_without_measure_is_no_zero(home, recorded):
    with Store(home) as store:
        asked = series(store, "questions", 30)
        assert [p.value for p in asked] == [float(n % 3) for n in reversed(range(30))]
        share = series(store, "answered", 30)
        assert share[-1].value is None and share[-2].value == 1.0 and share[-3].value == 0.5
        assert 0 < share[-3].low < 0.5 < share[-3].high < 1
        assert series(store, "p95_s", 30)[-3].value == 1.5
        assert series(store, "p50_s", 30)[-3].value == 0.5
        rated = series(store, "ratings", 7)[-1]
        assert (rated.value, rated.count) == (3.0, 2) and rated.low >= 1 and rated.high <= 5


@pytest.mark.parametrize("metric", METRICS)
def test_a_series_over_http(client, recorded, metric):
    found = client.get("/stats/series", params={"metric": metric, "days": 5}).json()
    assert len(found["points"]) == 5 and found["metric"] == metric


def test_wilson_is_inside_and_narrows():
    low, high = wilson(1.0, 10)
    assert 0.7 < low < 0.75 and high == 1.0
    assert wilson(0.5, 1000)[1] - wilson(0.5, 1000)[0] < 0.07


def test_the_page_shows_pictures_and_their_tables(client, recorded):
    text = client.get("/monitoring", headers=HTML).text
    assert text.count("<svg viewBox") >= 4 + 0 and "<polyline" in text and "bar-of-day" in text
    assert "12 Mo" in text.replace("\u202f", " ") or "disque" in text
    assert "ragphoto health" in text and "Sauvegarde" in text and "moi:1" not in text
    said = " ".join(re.sub("<[^>]+>", " ", text).split())
    assert "Questions posées 30 " in said and "Répondues 66,7 %" in said
    bars = re.findall(r'class="bar-of-day"', text)
    assert len(bars) == 20  # days with questions, of thirty
    english = client.get("/monitoring?days=7&lang=en", headers=HTML).text
    assert "Questions asked" in english and "style=" not in english
    assert client.get("/monitoring?days=0", headers=HTML).status_code == 422


def test_an_empty_record_says_so(client):
    text = client.get("/monitoring", headers=HTML).text
    assert (
        "Rien n’a été mesuré" in text and "Aucune alerte" in text and "Aucune nuit encore" in text
    )


def test_alerts_nights_and_drift_over_http(client, recorded):
    (alert,) = client.get("/alerts?firing=true").json()["alerts"]
    assert "disque" in alert["told"] and alert["remedy"] == "ragphoto health"
    assert client.post(f"/alerts/{alert['id']}/acknowledge").status_code == 200
    assert client.get("/alerts").json()["alerts"][0]["acked_at"]
    assert client.post("/alerts/99/acknowledge").status_code == 404
    done = client.post(f"/monitoring/alerts/{alert['id']}", follow_redirects=False)
    assert done.status_code in (303, 404)
    (night,) = client.get("/nights").json()["nights"]
    assert night["state"] == "failed" and "owner" not in night
    assert client.get("/nights/2026-01-02").json()["report"] == {"x": 1}
    assert client.get("/nights/2026-01-03").status_code == 404
    assert client.get("/drift").json() == {"detectors": []}


def test_a_drawing_leaves_gaps_and_stays_inside():
    chart = draw(points(1.0, 2.0, None, 4.0, None, 3.0, 5.0))
    assert [len(line.split()) for line in chart.lines[0]] == [2, 2] and len(chart.dots[0]) == 1
    for line in chart.lines[0]:
        for pair in line.split():
            x, y = map(float, pair.split(","))
            assert 0 <= x <= chart.width and 0 <= y <= chart.height
    assert draw(points(None, None)) is None and draw(points(0.0, 0.0), bars=True) is None
    assert len(draw(points(1.0), bars=True).bars) == 1


def test_ticks_are_round_and_cover():
    assert rounded(0, 1) == [0, 0.5, 1] or rounded(0, 1)[-1] == 1
    assert rounded(1, 5) == [1, 2, 3, 4, 5]
    for low, high in ((0, 0.3), (0.91, 0.99), (0, 1234), (3, 3)):
        ticks = rounded(low, high)
        assert ticks[0] <= low and ticks[-1] >= high and 2 <= len(ticks) <= 7
