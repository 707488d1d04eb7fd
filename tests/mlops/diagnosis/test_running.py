"""Remarks diagnosed on a real small collection, one stage broken at a time."""

from __future__ import annotations

import pytest

from mlops import diagnosis, feedback
from mlops.diagnosis.grouping import acquisitions, priorities
from mlops.serving import open_engine
from mlops.store import Store
from tests.mlops.learning.small import SETTINGS, make


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return make(tmp_path_factory.mktemp("home"))


def complain(home, store, question, corrected, **more):
    answer = open_engine(home, SETTINGS).ask(question)
    store.record_query(answer)
    return feedback.save(
        store,
        feedback.Given(
            question=question, answer=answer.text, rating=1, corrected_answer=corrected,
            answer_id=answer.answer_id, author="user:ada", **more,
        ),
    )  # fmt: skip


def test_each_remark_gets_its_cause_and_is_counted_once(home):
    with Store(home) as store:
        absent = complain(home, store, "Qui inventa le collodion ?", "Frederick Scott Archer, 1851")
        told = complain(home, store, "Où placer la lanterne rouge ?", "À un mètre de la cuvette")
        liked = feedback.save(store, feedback.Given("Question ?", "Réponse", 5))
        found = {one.feedback_id: one for one in diagnosis.run(home, SETTINGS, store)}
        assert found[absent].cause == "absent"
        assert found[told].cause == "reader"
        assert liked not in found
        assert feedback.show(store, liked)["state"] == "counted"
        shown = feedback.show(store, absent)
        assert (shown["state"], shown["fate"]["cause"]) == ("diagnosed", "absent")
        assert shown["diagnoses"][0]["remedy"] == "acquire"
        assert diagnosis.run(home, SETTINGS, store) == [], "nothing is diagnosed twice"

        groups = priorities(store)
        assert [group.cause for group in groups] == ["absent"], "a mistaken reader wants nothing"
        assert "collodion" in [topic.topic for topic in acquisitions(store)]
