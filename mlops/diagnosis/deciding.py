"""From facts to a cause: the first stage of the thread that lost the answer. Pure."""

from __future__ import annotations

import math

from mlops.diagnosis.again import Reread
from mlops.diagnosis.causes import Cause
from mlops.diagnosis.page_text import ENOUGH, OnPage
from mlops.diagnosis.replay import ANSWERED, READ, Facts, Shown, Truth, says
from rag.pointing import HELD

ALIKE = 5  # pages that fit a question whole: more, and it asks for none of them
COPIED, MANY, IN_ORDER = 0.85, 3, 0.4  # share and number of words; pairs of them in order
KEPT_ORDER = 0.75  # share of pairs in order below which the image is looked at
THERE = 0.5  # share of an answer's words that a disordered page has
ORDERED = 0.5  # share of printed words in a row that the page has so: fewer, and it is disordered
LACKED = 0.2  # share of an answer's words that are a loss
GARBLED, WHOLE = 64.0, 95.0  # letters of a long run that stand there, of 100: misread; as said
STRANGE = 0.5  # share of the words there that are no words
CONCEPTS = 1  # of a question that can be so
STORED = 0.5  # share of its terms that a passage must be found under
LIKE = 0.9  # cosine of a stored vector with the passage embedded again (8-bit noise: 0.995)
NEAR = 5  # a rank by which a list did its part
LOST = ("failed", "unsupported", "blank", "")


def decide(question: str, truth: Truth, shown: Shown, facts: Facts) -> tuple[Cause, str]:
    """Name the cause and its detail.

    Args:
        question: as it was asked.
        truth: what the reader says is right.
        shown: what they were shown.
        facts: of the replay, on the page where the truth stands.
    """
    if truth.refusal:
        return Cause.ABSENT, "answered"
    if not (truth.pages or truth.said or truth.quote):
        if truth.answerable and shown.outcome != ANSWERED and facts.page is None:
            return Cause.REFUSED, "unproved"
        return (Cause.AMBIGUOUS, "") if _vague(facts) else (Cause.UNKNOWN, "")
    if _told(question, truth, shown):
        return Cause.READER, ""
    if facts.page is None or facts.on_page is None:
        return Cause.ABSENT, ""
    if (lost := _lost_on_page(truth, facts)) is not None:
        return lost
    if shown.model and facts.page in shown.cited:
        return Cause.WRITTEN, ""
    if _vague(facts):
        return Cause.AMBIGUOUS, ""
    if facts.indexed < STORED:
        return Cause.RANKED_LOW, "lexical"
    if facts.vector < LIKE and facts.page_rank != 1:
        return Cause.RANKED_LOW, "dense"
    if facts.on_page.broken_off:
        return Cause.CUT, "context"
    if facts.outcome != ANSWERED or shown.outcome != ANSWERED:
        return _refused_or_low(facts)
    if facts.rank is None or facts.rank > READ or facts.above:
        return Cause.RANKED_LOW, _which(facts)
    return Cause.UNCHOSEN, ""


def _told(question: str, truth: Truth, shown: Shown) -> bool:
    """Whether the right page was cited, and what was shown says what the reader says."""
    if shown.outcome != ANSWERED:
        return False
    there = not truth.pages or any(page in shown.cited for page in truth.pages)
    if not (truth.said or truth.quote):
        return there and bool(truth.pages)
    return there and says(shown.text, truth, question)


def _lost_on_page(truth: Truth, facts: Facts) -> tuple[Cause, str] | None:
    """What went wrong before any question was asked."""
    on_page = facts.on_page
    assert on_page is not None
    if on_page.status in LOST and on_page.proof.reason == "page_absent":
        return Cause.MISREAD, "unread"
    if not (truth.said or truth.quote):
        return None
    if better_ordered(facts) is not None:
        return Cause.ORDER, ""
    if (way := read_otherwise(facts)) is not None:
        if misread(on_page) or garbled(facts):
            return Cause.MISREAD, "letters"
        return Cause.MISREAD, "scale" if way.scale != 1 else "engine"
    if scrambled(facts):
        return Cause.ORDER, ""
    if not on_page.proof.reason:
        return (Cause.MISREAD, "letters") if misread(on_page) else None
    if on_page.in_text and on_page.parted:
        return Cause.CUT, ""
    if misread(on_page) or garbled(facts):
        return Cause.MISREAD, "letters"
    if on_page.bag >= HELD and on_page.terms >= ENOUGH:
        return Cause.ORDER, ""
    return Cause.ABSENT, "page_does_not_say"


def doubtful(truth: Truth, facts: Facts) -> bool:
    """Whether the image of the page may say more than its text."""
    on_page = facts.on_page
    if on_page is None or not (truth.said or truth.quote):
        return False
    lacks = len(on_page.missing) >= LACKED * max(1, on_page.terms)
    return bool(on_page.proof.reason) or lacks or not on_page.together >= KEPT_ORDER


def read_otherwise(facts: Facts) -> Reread | None:
    """The reading of the image that has what the page's text lacks of the answer."""
    on_page = facts.on_page
    if on_page is None:
        return None
    least = max(1.0, LACKED * on_page.terms, len(on_page.missing) / 2)
    good = (
        one
        for one in facts.again
        if one.says and (len(one.found) >= least or _spoilt(one.like, one.strange))
    )
    return next(good, None)


def scrambled(facts: Facts) -> bool:
    """Whether the page has the very words that a reader copied from it, not in their order.

    Another reading of the image decides where there is one: what stands apart there too was said
    otherwise by the reader.
    """
    on_page = facts.on_page
    if on_page is None or not on_page.image or on_page.bag < COPIED:
        return False
    if any(not math.isnan(one.ordered) for one in facts.again):
        return better_ordered(facts) is not None
    return on_page.terms >= MANY and on_page.together < IN_ORDER


def better_ordered(facts: Facts) -> Reread | None:
    """The reading of the image that says the answer in an order that the page's words have not.

    Where the reader's own words tell an order, they must not agree better with the page.
    """
    on_page = facts.on_page
    if on_page is None or on_page.bag < THERE:
        return None
    good = (
        one
        for one in facts.again
        if one.says
        and one.ordered < ORDERED
        and one.strange < STRANGE
        and not one.together < on_page.together
    )
    return next(good, None)


def garbled(facts: Facts) -> bool:
    """Whether a long run of the answer stands on the page in what are no words."""
    return _spoilt(facts.like, facts.strange)


def _spoilt(like: float, strange: float) -> bool:
    return GARBLED <= like < WHOLE and strange >= STRANGE


def misread(on_page: OnPage) -> bool:
    """Whether most of what a page lacks of an answer stands there with other letters."""
    lost, told = len(on_page.missing), len(on_page.misread)
    return lost > 0 and told * 2 >= lost and told >= LACKED * on_page.terms


def _refused_or_low(facts: Facts) -> tuple[Cause, str]:
    if facts.rank is not None and facts.rank <= READ:
        return Cause.REFUSED, ""
    return Cause.RANKED_LOW, _which(facts)


def _vague(facts: Facts) -> bool:
    return facts.concepts <= CONCEPTS and facts.alike >= ALIKE


def _which(facts: Facts) -> str:
    """Which list lost it."""
    if facts.filtered:
        return "filters"
    words = facts.lexical is not None and facts.lexical <= NEAR
    meaning = facts.dense is not None and facts.dense <= NEAR
    if words and (meaning or facts.dense is None):
        return "fusion"
    if words:
        return "dense"
    return "lexical" if meaning else "both"
