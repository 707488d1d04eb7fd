"""The page of releases: what a person reads, and what the buttons do without script."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from app import release_chart
from app.api import create_app
from app.release_schemas import MeasureOut
from mlops import keys, releases, trials
from tests.app import small_home
from tests.app.test_releases_http import OURS, keep_golden, refuse, store, two

__all__ = ["store", "two"]
PAGE = {"accept": "text/html", **OURS}


def page(client, address, **params):
    response = client.get(address, params=params or None, headers=PAGE)
    assert response.status_code == 200, response.text
    return response.text


def submit(client, address, **form):
    return client.post(address, data=form, headers=PAGE, follow_redirects=False)


def measure(**values):
    return MeasureOut.model_validate({"metric": "kept", "name": "kept", **values})


def test_the_list_says_which_answers_since_when_and_by_whom(client, two):
    html = page(client, "/versions")
    assert two[0][:12] in html and "mise en service par test" in html
    assert "2 documents, 3 pages" in html and "Aucun essai en cours" in html
    assert html.count('data-state="') == 2 and 'aria-current="page"' in html
    english = page(client, "/versions", lang="en")
    assert "promoted by test" in english and "No trial under way" in english


def test_a_refusal_is_told_drawn_and_tabled(client, store, two):
    refuse(store, *two)
    html = page(client, f"/versions/{two[1]}")
    assert 'data-code="harm"' in html and "Perte démontrée" in html and "Que faire" in html
    assert "✗ pages perdues" in html and "✓ mots indexés" in html
    assert '<figure class="chart' in html and 'class="spread"' in html and 'class="floor"' in html
    for figure in ("0,800", "0,700", "0,620 … 0,780"):
        assert figure in html, "the table has the figures of the picture"
    assert " style=" not in html
    assert "Ce qui changerait" in html and "passages" in html
    assert page(client, "/versions").count("badge bad") == 2


def test_the_picture_is_to_scale():
    drawn = release_chart.draw(
        [
            measure(before=0.8, after=0.75, low=0.7, high=0.8, floor=0.7),
            measure(after=1.0, floor=0.9),
            measure(after=0.1, where="century=19"),
        ]
    )
    first, second = drawn.rows
    assert first.worse and not second.worse and second.before is None
    assert first.low == first.floor < first.after < first.before == first.high
    assert second.after == drawn.right
    assert first.after == pytest.approx((first.low + first.high) / 2, abs=0.1)
    assert drawn.marks[0] == (drawn.right, 1.0) and drawn.marks[-1][0] >= drawn.left
    assert release_chart.draw([measure()]) is None


def test_put_in_service_then_back_after_saying_what_will_happen(client, store, two):
    first, second = two
    html = page(client, f"/versions/{second}/promote")
    assert "répondra à tous" in html and first[:12] in html and releases.champion_id(store) == first
    done = submit(client, f"/versions/{second}/promote", expected=first, why="mieux")
    assert done.status_code == 303 and done.headers["location"] == "/versions?done=promote"
    html = page(client, done.headers["location"])
    assert "C’est fait" in html and second[:12] in html and "mieux" in html
    late = submit(client, f"/versions/{second}/promote", expected=first)
    assert late.status_code == 409 and "rien n’a été changé" in late.text
    assert first[:12] in page(client, f"/versions/{second}/rollback")
    assert submit(client, f"/versions/{second}/rollback").status_code == 303
    assert submit(client, f"/versions/{second}/rollback").status_code == 409, "pressed twice"
    assert releases.champion_id(store) == first


def test_a_refused_release_is_warned_of_and_wants_a_reason(client, store, two):
    refuse(store, *two)
    html = page(client, f"/versions/{two[1]}/promote")
    assert 'name="force"' in html and html.count("required") == 2
    assert submit(client, f"/versions/{two[1]}/promote", why="vu").status_code == 409
    forced = submit(client, f"/versions/{two[1]}/promote", why="vu", force="true")
    assert forced.status_code == 303 and releases.champion_id(store) == two[1]


def test_a_trial_from_the_page(client, store, two):
    assert submit(client, f"/versions/{two[1]}/canary", percent=60).status_code == 422
    assert submit(client, f"/versions/{two[1]}/canary", percent=20, hours=5).status_code == 303
    assert trials.current(store).share == pytest.approx(0.2)
    html = page(client, "/versions")
    assert "20\u00a0% des lecteurs" in html and "trop peu pour conclure" in html
    assert submit(client, f"/versions/{two[0]}/stop").status_code == 404
    assert submit(client, f"/versions/{two[1]}/stop", why="assez").status_code == 303
    assert "abandonné" in page(client, "/versions")
    submit(client, f"/versions/{two[1]}/shadow", percent=50, hours=5)
    assert "en silence" in page(client, "/versions")


def test_the_questions_that_change(client, two):
    whole = page(client, f"/versions/{two[1]}/changes")
    assert "<h1>" in whole and "questions de référence" in whole
    part = client.get(f"/versions/{two[1]}/changes", headers={"x-fragment": "1"}).text
    assert "<html" not in part and "questions de référence" in part


def test_each_question_that_changes_with_what_it_got_before_and_after(client, home, two):
    keep_golden(home)
    html = page(client, f"/versions/{two[1]}/changes")
    row = html[html.index("<tbody>") :]
    assert "Elle diminue quand on approche du sujet" in row and "mieux" in row
    assert row.index("sans réponse") < row.index("rang 1")
    assert "1 mieux, 0 moins bien" in html
    assert "rang 1" in page(client, f"/versions/{two[1]}"), "kept: releases do not change"


def test_a_reader_sees_and_decides_nothing(home, store, two):
    _, key = keys.issue(store, "ada", "reader")
    with TestClient(create_app(home, small_home.SETTINGS), base_url=small_home.ADDRESS) as client:
        client.headers["authorization"] = f"Bearer {key}"
        html = page(client, "/versions") + page(client, f"/versions/{two[1]}")
        assert "/rollback" not in html and "/promote" not in html
        assert client.get(f"/versions/{two[1]}/promote").status_code == 403
        assert submit(client, f"/versions/{two[1]}/promote").status_code == 403
