"""From a remark to a release that answers, and back."""

from __future__ import annotations

import pytest

from mlops import feedback, releases
from mlops.learning import entries, fates, inforce
from mlops.learning.entries import Refused
from mlops.learning.retraining import retrain
from mlops.learning.withdrawing import withdraw
from mlops.serving import open_engine
from mlops.steps import ingest
from mlops.store import Store
from tests.mlops.learning.small import SETTINGS, make

QUESTION = "Quelle ouverture pour une chambre artisanale en boîte à chaussures ?"
ANSWER = "Un demi-millimètre, à vingt centimètres du carton"


@pytest.fixture
def home(tmp_path):
    return make(tmp_path)


@pytest.fixture
def store(home):
    with Store(home) as opened:
        yield opened


def engine(home):
    return open_engine(home, SETTINGS)


def page_of(home, name):
    release = engine(home).release
    return next(s.document_id for s in release.sources if s.name == name)


def propose(home, store, *, author="user:ada", name="stenope.md", answer=ANSWER, **more):
    return entries.propose(
        store, engine(home).release, question=QUESTION, answer=answer,
        document_id=page_of(home, name), index=0, author=author, **more,
    )  # fmt: skip


def test_what_two_persons_say_and_the_page_says_is_validated(home, store):
    assert propose(home, store).state == "proposed"
    assert propose(home, store).state == "proposed", "the same person says nothing new"
    assert propose(home, store, author="").state == "proposed", "nobody known agrees with nobody"
    assert propose(home, store, author="user:bob").state == "validated"


def test_what_the_page_does_not_say_is_refused_whoever_agrees(home, store):
    made = propose(home, store, answer="Un trou de trois millimètres, à un mètre")
    assert (made.state, made.reason) == ("refused", "page_does_not_say")
    for by in ("user:bob", "editor"):
        with pytest.raises(Refused) as error:
            entries.review(store, made.entry_id, by=by, verdict="validate")
        assert error.value.code == "unproved"


def test_nobody_validates_their_own_and_others_cannot_take_it_back(home, store):
    made = propose(home, store)
    with pytest.raises(Refused) as own:
        entries.review(store, made.entry_id, by="user:ada", verdict="validate")
    with pytest.raises(Refused) as others:
        entries.review(store, made.entry_id, by="user:bob", verdict="withdraw")
    assert (own.value.code, others.value.code) == ("own", "not_yours")


def test_two_answers_to_one_question_wait_for_an_editor(home, store):
    first = propose(home, store)
    entries.review(store, first.entry_id, by="user:bob", verdict="validate")
    other = propose(
        home, store, author="user:eve", name="laboratoire.md", answer="La lanterne à un mètre"
    )
    found = entries.review(store, other.entry_id, by="user:sam", verdict="validate")
    assert (found.state, found.reason) == ("proposed", "contradicted")
    assert (
        entries.review(store, other.entry_id, by="editor", verdict="validate").state == "validated"
    )


def test_what_was_taken_back_comes_back_by_an_editor_only(home, store):
    made = propose(home, store)
    entries.review(store, made.entry_id, by="user:ada", verdict="withdraw")
    assert propose(home, store, author="user:bob").state == "withdrawn"
    assert propose(home, store, author="editor").state == "validated"


def test_one_person_cannot_fill_the_queue(home, store):
    release, document = engine(home).release, page_of(home, "stenope.md")
    with pytest.raises(Refused) as error:
        for number in range(entries.WAITING + 1):
            entries.propose(
                store, release, question=f"Question numéro {number} ?", answer=ANSWER,
                document_id=document, index=0, author="reader:jeton",
            )  # fmt: skip
    assert error.value.code == "too_many"


def remark(home, store, author):
    answer = engine(home).ask(QUESTION)
    store.record_query(answer)
    return feedback.save(
        store,
        feedback.Given(
            question=QUESTION, answer=answer.text, rating=1, corrected_answer=ANSWER,
            author=author, answer_id=answer.answer_id,
            marks=(feedback.Mark(page_of(home, "stenope.md"), 0, right=True),),
        ),
    )  # fmt: skip


def test_a_remark_becomes_an_answer_and_its_author_sees_it(home, store):
    said = remark(home, store, "user:ada")
    before = releases.champion_id(store)
    assert engine(home).search(QUESTION).recalled is None
    assert retrain(home, SETTINGS).decision == "unchanged", "a second person has not agreed"
    entry = entries.listing(store, "proposed")[0]
    entries.review(store, entry["entry_id"], by="user:bob", verdict="validate")
    found = retrain(home, SETTINGS)
    assert (found.decision, found.corrected) == ("promoted", 1)
    answer = engine(home).ask(QUESTION)
    assert answer.text.startswith("Un trou d'un demi-millimètre")
    assert answer.sentences[0].citations[0].document == "stenope.md"
    row = feedback.show(store, said)
    assert (row["state"], row["fate"]["release"]) == ("corrected", found.challenger)

    withdraw(home, SETTINGS, store, entry["entry_id"], by="user:ada")
    assert releases.champion_id(store) == before, "the bytes as if it had never been said"
    assert engine(home).search(QUESTION).recalled is None
    assert feedback.show(store, said)["fate"]["reason"] == "withdrawn"


def test_an_entry_taken_back_is_not_recalled_even_by_a_release_that_holds_it(home, store):
    made = propose(home, store, author="editor")
    assert made.state == "validated"
    assert retrain(home, SETTINGS).decision == "promoted"
    live = engine(home)
    assert live.search(QUESTION).recalled is not None
    entries.review(store, made.entry_id, by="editor", verdict="withdraw")
    assert live.search(QUESTION).recalled is None


def test_the_night_builds_the_release_that_the_retraining_made(home, store):
    propose(home, store, author="editor")
    made = retrain(home, SETTINGS)
    report = ingest(home, SETTINGS)
    assert (report.decision, report.release_id) == ("unchanged", made.challenger)


def test_a_page_that_changes_makes_its_entry_expire(home, store):
    made = propose(home, store, author="editor")
    page = home.data / "stenope.md"
    page.write_text(page.read_text("utf-8").replace("vingt", "trente"), "utf-8")
    ingest(home, SETTINGS)
    release = engine(home).release
    assert release.extra("validated") == []
    learned = inforce.in_force(store)
    assert all(row["document_id"] not in release.numbers for row in learned.entries)
    assert made.entry_id not in {row["entry_id"] for row in release.extra("validated")}


def test_a_corrected_failure_cannot_come_back(home, store):
    remark(home, store, "user:ada")
    retrain(home, SETTINGS)
    entry = entries.listing(store, "proposed")[0]
    entries.review(store, entry["entry_id"], by="user:bob", verdict="validate")
    before = engine(home)
    retrain(home, SETTINGS)
    assert [one.question for one in fates.returned(store, engine(home), before)] == [QUESTION]
    assert fates.returned(store, before, engine(home)) == []


def test_a_dry_run_writes_nothing(home, store):
    remark(home, store, "user:ada")
    found = retrain(home, SETTINGS, dry_run=True)
    assert (found.decision, found.learned["remarks"]) == ("dry_run", 1)
    assert entries.listing(store) == []
