"""What makes a retraining quick changes nothing of what it learns."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlops import releases
from mlops.feedback import Given, edit, save
from mlops.golden_file import Golden
from mlops.learning import calibration, entries, proposing
from mlops.learning.deriving import derive
from mlops.learning.inforce import in_force
from mlops.learning.retraining import unproposed
from mlops.learning.vetting import HARM, PASSES, _worth, harmful
from mlops.learning.withdrawing import withdraw
from mlops.serving import open_engine
from mlops.store import Store
from rag.engine import Engine
from rag.pointing import point
from rag.retrieve.abstain import ANSWER, Thresholds
from rag.retrieve.memory import ENTRIES
from tests.mlops.learning.small import SETTINGS, make

FIXING = "Combien de grammes d'hyposulfite dans le bain de fixage ?"
PINHOLE = "Quelle ouverture pour une boîte à chaussures ?"
LAMP = "À quelle distance placer la lanterne rouge ?"
SAID = {
    FIXING: "deux cents grammes d'hyposulfite de soude par litre d'eau tiède",
    PINHOLE: "Un trou d'un demi-millimètre, à vingt centimètres du carton, dit-on",
    LAMP: "La lanterne rouge se place à un mètre de la cuvette",
    "Qui a peint la Joconde ?": "Léonard de Vinci, à Florence",
}


@pytest.fixture
def home(tmp_path: Path):
    return make(tmp_path)


@pytest.fixture
def store(home):
    with Store(home) as opened:
        yield opened


@pytest.fixture
def engine(home):
    return open_engine(home, SETTINGS)


class Counted:
    """An engine that counts what is asked of it."""

    def __init__(self, engine: Engine) -> None:
        self.release, self._engine, self.asked = engine.release, engine, 0

    def pages(self, question: str, k: int):
        self.asked += 1
        return self._engine.pages(question, k)


def exhaustively(store, engine, row):
    """The page that says most of a correction, every candidate looked at."""
    said = row["corrected_answer"]
    candidates = dict.fromkeys(proposing._candidates(store, engine, row, said))
    proofs = [(point(engine.release, *p, question=row["question"], answer=said), p) for p in candidates]  # fmt: skip # noqa: E501
    good = [(proof.held, -n, page) for n, (proof, page) in enumerate(proofs) if not proof.reason]
    return max(good)[2] if good else None


def test_a_page_that_says_every_word_ends_the_search_and_is_the_one(store, engine):
    for question, said in SAID.items():
        save(store, Given(question, "…", 1, corrected_answer=said, author="user:ada"))
    asked = {}
    for row in unproposed(store):
        counted = Counted(engine)
        assert proposing._page_of(store, counted, row) == exhaustively(store, engine, row)
        asked[row["question"]] = counted.asked
    assert asked == {FIXING: 1, LAMP: 1, PINHOLE: 3, "Qui a peint la Joconde ?": 3}


def test_a_page_is_looked_for_once_over_the_same_ground(store, engine, monkeypatch):
    for question, said in SAID.items():
        save(store, Given(question, "…", 1, corrected_answer=said, author="user:ada"))
        save(store, Given(question, "…", 1, corrected_answer=said, author="user:bob"))
    searches = []
    pages = Engine.pages
    monkeypatch.setattr(Engine, "pages", lambda s, *a: searches.append(a) or pages(s, *a))

    def propose():
        searches.clear()
        found = proposing.from_feedback(store, engine, store.feedback())
        return sorted((p.entry_id, p.state) for p in found.values()), len(searches)

    first, looked = propose()
    assert [state for _, state in first].count("validated") == 3 and looked == 16
    validated = [(entry, "validated") for entry, _ in first]
    assert propose() == (validated, 0)
    (row, *_) = [r for r in store.feedback() if r["question"] == LAMP]
    edit(store, row["feedback_id"], row["author"], corrected_answer="à un mètre de la cuvette")
    assert propose()[1] == 1, "what was edited is looked for again"
    monkeypatch.setattr(proposing, "ground_of", lambda *_: "other documents")
    assert propose() == (validated, looked)


def test_pages_and_signals_alone_are_those_of_a_search(engine):
    for question in (*SAID, "lanterne", ""):
        assert engine.pages(question, 3) == engine.search(question, 3).pages
        signals, first = engine.signals_and_page(question)
        assert signals == engine.signals(question)
        assert first == next(iter(engine.search(question, 1).pages), None)


def test_labels_for_the_calibration_are_of_the_question_asked(store, engine):
    save(store, Given(FIXING, "…", 1, wanted="answer", author="user:ada"))
    (label,) = calibration.labels(store, engine)
    score = engine.search(FIXING).verdict.score
    first = engine.search(FIXING, 1).pages[0]
    assert label.page == f"{first.document_id}:{first.index}"
    level = Thresholds.of(engine.release.thresholds).values[ANSWER]
    assert (label.logit >= 0) == (score >= level)


def one_by_one(release, golden):
    """``harmful`` as it reads: every question asked in each pass."""
    every = frozenset(entry["entry_id"] for entry in release.extra(ENTRIES))
    masked = every
    engine = Engine(release, None, withdrawn=lambda: masked)
    alone = {q.id: _worth(engine.search(q.question), q, release) for q in golden}
    found: dict[str, str] = {}
    for _ in range(PASSES):
        masked, net, where = frozenset(found), {}, {}
        for q in golden:
            search = engine.search(q.question)
            if search.recalled is None:
                continue
            gain = _worth(search, q, release) - alone[q.id]
            net[search.recalled.entry_id] = net.get(search.recalled.entry_id, 0.0) + gain
            if gain < 0:
                where.setdefault(search.recalled.entry_id, q.id)
        worse = {entry: where[entry] for entry, gain in net.items() if gain < -HARM}
        if not worse:
            return found
        found |= worse
    return found


def test_golden_questions_are_asked_no_oftener_than_needed(home, store, engine, monkeypatch):
    names = {s.name: s.document_id for s in engine.release.sources}
    told = ((FIXING, "stenope.md"), (FIXING, "laboratoire.md"), (PINHOLE, "stenope.md"))
    words = {"stenope.md": SAID[PINHOLE], "laboratoire.md": SAID[LAMP]}
    for question, name in told:
        entries.propose(
            store, engine.release, question=question, answer=words[name],
            document_id=names[name], index=0, author=entries.EDITOR,
        )  # fmt: skip
    parent = home.releases / str(releases.champion_id(store))
    release = derive(home, SETTINGS, store, parent, in_force(store))
    assert len(release.extra(ENTRIES)) == 3
    right = {FIXING: "fixage.md", PINHOLE: "stenope.md", LAMP: "laboratoire.md"}
    golden = [Golden(f"g{n}", q, ((name, 1),)) for n, (q, name) in enumerate(right.items())]
    golden += [Golden("none", "Qui a peint la Joconde ?", ())]
    expected = one_by_one(release, golden)
    assert len(expected) == 2, "one that is held back uncovers another"
    asked = []
    search = Engine.search
    monkeypatch.setattr(
        Engine, "search", lambda s, q, *a, **k: asked.append(q) or search(s, q, *a, **k)
    )
    found = harmful(release, None, SETTINGS, golden, spared=frozenset())
    assert found == expected
    assert asked.count(PINHOLE) == 2, "once with what is recalled, once without"
    assert asked.count(FIXING) == 4, "once without, and again each time that what it met is held"


def test_withdrawing_one_leaves_the_bytes_of_a_home_that_never_heard_it(home, store, tmp_path):
    """The same other corrections, in a home where this one was never made."""
    elsewhere = make(tmp_path / "elsewhere")
    said = {q: a for q, a in SAID.items() if q in (FIXING, LAMP)}
    places = {FIXING: "fixage.md", LAMP: "laboratoire.md"}

    def teach(where, into, questions):
        release = open_engine(where, SETTINGS).release
        ids = {s.name: s.document_id for s in release.sources}
        made = [
            entries.propose(
                into, release, question=q, answer=said[q], document_id=ids[places[q]], index=0,
                author=entries.EDITOR,
            )
            for q in questions
        ]  # fmt: skip
        parent = where.releases / str(releases.champion_id(into))
        found = derive(where, SETTINGS, into, parent, in_force(into))
        releases.register(into, found.id, run_id=None)
        releases.promote(into, found.id, by="test")
        return [one.entry_id for one in made]

    _, taken = teach(home, store, (FIXING, LAMP))
    with Store(elsewhere) as other:
        teach(elsewhere, other, (FIXING,))
        wanted = elsewhere.releases / str(releases.champion_id(other))
    later = propose_later(home, store)  # validated since: it waits for the gate, alone
    withdraw(home, SETTINGS, store, taken, by=entries.EDITOR)
    left = home.releases / str(releases.champion_id(store))
    assert bytes_of(left) == bytes_of(wanted)
    assert later in {str(row["entry_id"]) for row in in_force(store).entries}


def propose_later(home, store):
    """An editor's answer that is in no release yet."""
    release = open_engine(home, SETTINGS).release
    ids = {s.name: s.document_id for s in release.sources}
    made = entries.propose(
        store, release, question=PINHOLE, answer=SAID[PINHOLE], document_id=ids["stenope.md"],
        index=0, author=entries.EDITOR,
    )  # fmt: skip
    assert made.state == "validated"
    return made.entry_id


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()
    }
