"""From facts to a cause: the first stage that lost the answer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mlops.diagnosis.again import Reread
from mlops.diagnosis.causes import Cause
from mlops.diagnosis.deciding import decide
from mlops.diagnosis.page_text import OnPage
from mlops.diagnosis.replay import Facts, Shown, Truth
from rag.pointing import Pointed

QUESTION = "Quelle dose d'hyposulfite ?"
PAGE = ("d", 1)
TRUTH = Truth((PAGE,), said="deux cents grammes par litre")
SAID = Pointed(4, 0, 30, "deux cents grammes par litre", 1.0)
NOT_SAID = replace(SAID, reason="page_does_not_say")
FOUND = OnPage("ok", SAID, True, False, 4, 1.0, (), (), True, 1.0, False)
FACTS = Facts(PAGE, FOUND, 1, 1, 1, 1, "answer", 0.9, False, False, 1.0, 1.0, 1, 3)
READ = Reread("rapidocr", 2.0, "", ("cent", "deux", "gramm"), 1.0, 1.0, True)
UNREAD = Reread("tesseract", 1.0, "timeout")
SHOWN = Shown("answer", "Une autre phrase.", "Une autre phrase.", (("d", 9),))


def lost(**page):
    return replace(FACTS, on_page=replace(FOUND, **{"proof": NOT_SAID, **page}))


@pytest.mark.parametrize(
    ("facts", "cause", "detail"),
    [
        (replace(FACTS, page=None, on_page=None), Cause.ABSENT, ""),
        (lost(status="failed", proof=replace(NOT_SAID, reason="page_absent")), Cause.MISREAD,
         "unread"),
        (lost(parted=True), Cause.CUT, ""),
        (lost(in_text=False, missing=("gramm",), misread=(("gramm", "grarnmes"),), bag=0.7),
         Cause.MISREAD, "letters"),
        (lost(in_text=False, bag=1.0), Cause.ORDER, ""),
        (lost(in_text=False, bag=0.2, missing=("deux", "cent", "gramm")), Cause.ABSENT,
         "page_does_not_say"),
        (replace(FACTS, outcome="nothing"), Cause.REFUSED, ""),
        (replace(FACTS, indexed=0.1, rank=4, above=True), Cause.RANKED_LOW, "lexical"),
        (replace(FACTS, vector=0.2, page_rank=5, rank=5, above=True), Cause.RANKED_LOW, "dense"),
        (replace(FACTS, rank=30, page_rank=30, above=True), Cause.RANKED_LOW, "fusion"),
        (replace(FACTS, rank=30, lexical=80, dense=90), Cause.RANKED_LOW, "both"),
        (replace(FACTS, rank=None, filtered=True), Cause.RANKED_LOW, "filters"),
        (replace(lost(in_text=False, bag=0.2, missing=("deux", "cent", "gramm")), again=(UNREAD,
         READ)), Cause.MISREAD, "scale"),
        (replace(lost(in_text=False, bag=0.2, missing=("deux", "cent", "gramm")),
                 again=(replace(READ, scale=1.0, engine="tesseract"),)), Cause.MISREAD, "engine"),
        (replace(lost(in_text=False, bag=0.2, missing=("deux", "cent", "gramm")),
                 again=(replace(READ, says=False),)), Cause.ABSENT, "page_does_not_say"),
        (replace(lost(in_text=False, bag=0.2, missing=("deux", "cent", "gramm")), like=75.0,
                 strange=0.8), Cause.MISREAD, "letters"),
        (replace(lost(in_text=False, bag=0.2, missing=("deux", "cent", "gramm")), like=75.0,
                 strange=0.1), Cause.ABSENT, "page_does_not_say"),
        (replace(FACTS, on_page=replace(FOUND, together=0.0)), Cause.ORDER, ""),
        (replace(FACTS, on_page=replace(FOUND, together=0.0),
                 again=(replace(READ, found=(), ordered=0.1),)), Cause.ORDER, ""),
        (replace(FACTS, on_page=replace(FOUND, together=0.0),
                 again=(replace(READ, found=(), together=0.1, ordered=0.9),)),
         Cause.UNCHOSEN, ""),
        (FACTS, Cause.UNCHOSEN, ""),
        (replace(FACTS, concepts=1, alike=12), Cause.AMBIGUOUS, ""),
        (replace(FACTS, on_page=replace(FOUND, broken_off=True)), Cause.CUT, "context"),
    ],
)  # fmt: skip
def test_the_first_stage_that_lost_it_is_named(facts, cause, detail):
    assert decide(QUESTION, TRUTH, SHOWN, facts) == (cause, detail)


def test_a_reader_who_is_told_what_they_say_is_mistaken():
    shown = Shown("answer", "On met deux cents grammes par litre.", "", (PAGE,))
    assert decide(QUESTION, TRUTH, shown, FACTS)[0] is Cause.READER


def test_a_model_that_cites_the_right_page_and_says_otherwise_wrote_it_wrongly():
    shown = Shown("answer", "On met du sel.", "", (PAGE,), model="petit-modèle")
    assert decide(QUESTION, TRUTH, shown, FACTS)[0] is Cause.WRITTEN


def test_what_should_have_been_refused_is_absent():
    assert decide(QUESTION, Truth(refusal=True), SHOWN, FACTS) == (Cause.ABSENT, "answered")


def test_without_a_truth_nothing_is_made_up():
    assert decide(QUESTION, Truth(), SHOWN, replace(FACTS, page=None))[0] is Cause.UNKNOWN
