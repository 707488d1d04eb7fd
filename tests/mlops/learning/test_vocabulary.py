"""Words that corrections link, from a proposal to the questions that use them."""

from __future__ import annotations

import pytest

from mlops.learning import entries, vocabulary
from mlops.learning.retraining import retrain
from mlops.serving import open_engine
from mlops.store import Store
from tests.mlops.learning.small import SETTINGS, make


@pytest.fixture
def home(tmp_path):
    return make(tmp_path)


def teach(home, store, question, answer, *, name="fixage.md", author="editor"):
    release = open_engine(home, SETTINGS).release
    document = next(s.document_id for s in release.sources if s.name == name)
    return entries.propose(
        store, release, question=question, answer=answer, document_id=document, index=0,
        author=author,
    )  # fmt: skip


def test_words_that_begin_alike_are_proposed_once_and_serve_when_validated(home):
    with Store(home) as store:
        said = "Un trou d'un demi-millimètre, à vingt centimètres du carton"
        teach(home, store, "Où percer le cartonnage ?", said, name="stenope.md")
        made = vocabulary.mine(store, open_engine(home, SETTINGS))
        assert ("cartonnage", "carton") in {(row["asked"], row["printed"]) for row in made}
        assert vocabulary.mine(store, open_engine(home, SETTINGS)) == [], "proposed once"
        pair = next(row for row in made if row["printed"] == "carton")
        with pytest.raises(entries.Refused):
            vocabulary.review(store, pair["pair_id"], by="user:ada", verdict="validate")
        vocabulary.review(store, pair["pair_id"], by="editor", verdict="validate")
        retrain(home, SETTINGS)
        release = open_engine(home, SETTINGS).release
        assert [row["a"] for row in release.extra("synonyms")] == ["cartonnage"]
        query = open_engine(home, SETTINGS).understand("le cartonnage ?")
        terms = {term for c in query.concepts for v in c.variants for term in v.terms}
        assert set(release.extra("synonyms")[0]["b_terms"]) <= terms


def test_unlike_words_want_two_persons(home):
    said = "La lanterne rouge se place à un mètre de la cuvette"
    with Store(home) as store:
        teach(home, store, "Où mettre la loupiote ?", said, name="laboratoire.md", author="user:a")
        found = vocabulary.mine(store, open_engine(home, SETTINGS))
        assert ("loupiote", "lanterne") not in {(r["asked"], r["printed"]) for r in found}
        teach(home, store, "Distance de la loupiote ?", said, name="laboratoire.md",
              author="user:b")  # fmt: skip
        found = vocabulary.mine(store, open_engine(home, SETTINGS))
        assert ("loupiote", "lanterne") in {(r["asked"], r["printed"]) for r in found}
