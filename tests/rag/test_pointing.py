"""What a person says of a page, checked against it."""

from __future__ import annotations

import pytest

from rag.index.release import Release
from rag.pointing import point
from tests.app.small_home import QUESTION, build


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    home = build(tmp_path_factory.mktemp("home"))
    return Release.open(next(home.releases.iterdir()))


def told(release, page, **said):
    document = next(s.document_id for s in release.sources if s.name == "livre.pdf")
    return point(release, document, page, question=QUESTION, **said)


def test_an_answer_is_found_in_the_sentence_that_says_it(release):
    proof = told(release, 1, answer="200 grammes dans un litre d'eau tiède")
    assert proof.reason == ""
    assert "deux cents grammes" in proof.quotation.replace("\n", " ")


@pytest.mark.parametrize(
    ("page", "said", "reason"),
    [
        (1, {"answer": "300 grammes dans un litre d'eau tiède"}, "page_does_not_say"),
        (0, {"answer": "200 grammes dans un litre d'eau tiède"}, "page_does_not_say"),
        (1, {"quote": "deux mille grammes"}, "quote_not_there"),
        (7, {"answer": "200 grammes"}, "page_absent"),
    ],
)
def test_what_it_does_not_say_is_not_proved(release, page, said, reason):
    assert told(release, page, **said).reason == reason


def test_a_quotation_is_found_whatever_its_blanks_and_accents(release):
    proof = told(release, 1, quote="DEUX CENTS grammes  d’hyposulfite de soude")
    assert proof.reason == ""
    assert proof.held == 1.0
