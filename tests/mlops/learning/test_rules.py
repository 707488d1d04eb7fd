"""Rules of pages, from a diagnosis to a release and back."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from unittest.mock import patch

import pytest
import sqlalchemy as sa

from mlops import feedback, gate, steps
from mlops import store_tables as t
from mlops.diagnosis.causes import Cause, Diagnosis
from mlops.diagnosis.running import keep
from mlops.learning import rules, settling
from mlops.learning.entries import Refused
from mlops.learning.retraining import retrain
from mlops.serving import open_engine
from mlops.store import Store
from rag import codec
from rag.cache import StageCache
from rag.index.release import Release
from rag.reading import HowToRead
from rag.rereading import Again, Way, key_of
from rag.settings import Home, Settings
from tests.mlops.learning.small import NOTES, SETTINGS, make
from tests.mlops.learning.test_repairing import BOOK
from tests.rag.papers import write_pdf

WAY = Way("rapidocr", 2.0)
LOST = "Quel bain pour la plaque ?"


def texts(home: Home, release_id: str) -> str:
    return "\n".join(chunk.text for chunk in Release.open(home.releases / release_id).chunks)


def diagnosed(home: Home, release_id: str, cause: Cause, page: tuple[str, int], remedy) -> str:
    """A remark whose diagnosis knows what would mend the page; returns the rule it proposes."""
    with Store(home) as store:
        remark = feedback.save(store, feedback.Given(LOST, "Une autre phrase.", 1))
        evidence = {"document_id": page[0], "page_index": page[1], "remedy": remedy}
        keep(store, Diagnosis(remark, cause, "scale", evidence, "g", release_id))
        (rule,) = rules.mine(store, Release.open(home.releases / release_id))
        assert rules.mine(store, Release.open(home.releases / release_id)) == []
        return str(rule["rule_id"])


def settle(home: Home, rule_id: str, verdict: str) -> None:
    with Store(home) as store:
        one = settling.find(store, rule_id[:8])
        settling.settle(home, SETTINGS, store, one, verdict, by="editor")


@pytest.fixture
def book(home: Home) -> tuple[Home, Settings, steps.RunReport, str]:
    write_pdf(home.data / "livre.pdf", BOOK)
    settings = Settings.load(home, embedder="none", workers=1)
    first = steps.ingest(home, settings)
    release = Release.open(home.releases / first.release_id)
    document_id = release.sources[0].document_id
    read = release.page(document_id, 0)
    assert read is not None and "salfite" in read.page.text
    words = tuple(
        replace(word, text="sulfite") if word.text == "salfite" else word
        for word in read.page.words
    )
    again = Again(WAY, replace(read.page, words=words, engine="rapidocr ×2"))
    key = key_of(document_id, 0, WAY, HowToRead.of(settings))
    StageCache(home.cache).put(key, codec.dumps(again))
    return home, settings, first, document_id


@pytest.mark.slow
def test_a_page_is_read_otherwise_once_an_editor_says_so_and_withdrawn_as_if_never(book):
    home, settings, first, document_id = book
    remedy = {"kind": "reading", "engine": WAY.engine, "scale": WAY.scale, "found": ["sulfit"]}
    rule = diagnosed(home, first.release_id, Cause.MISREAD, (document_id, 0), remedy)
    assert steps.ingest(home, settings).release_id == first.release_id, "a proposal changes nothing"
    settle(home, rule, "validate")
    second = steps.ingest(home, settings)
    assert (second.decision, second.pages_read) == ("promoted", 0)
    assert "bain de sulfite" in texts(home, second.release_id)
    assert "excès de salfite" in texts(home, second.release_id), "the other page stays"
    settle(home, rule, "withdraw")
    assert steps.ingest(home, settings).release_id == first.release_id


@pytest.mark.slow
def test_a_reading_that_cannot_be_had_leaves_the_page_as_it_was(book):
    home, settings, first, document_id = book
    remedy = {"kind": "reading", "engine": "recorded", "scale": 1.0, "found": []}
    settle(home, diagnosed(home, first.release_id, Cause.MISREAD, (document_id, 0), remedy),
           "validate")  # fmt: skip
    assert steps.ingest(home, settings).release_id == first.release_id


def test_a_cut_is_mended_by_a_retraining_and_expires_with_its_page(tmp_path):
    home = Home(tmp_path)
    home.data.mkdir()
    more = " ".join(
        f"La {what} du {where} se prépare chaque {when} dans une cuvette bien propre et sèche."
        for what in ("solution", "plaque", "cuve", "pince")
        for where, when in (("tirage", "matin"), ("virage", "soir"), ("lavage", "jour"))
    )
    for name, text in NOTES.items():
        told = f"{text}\n\n{more}" if name == "fixage.md" else text
        (home.data / name).write_text(told, "utf-8")
    first = steps.ingest(home, SETTINGS)
    release = Release.open(home.releases / first.release_id)
    document_id = next(s.document_id for s in release.sources if s.name == "fixage.md")
    mine = [c for c in release.chunks if c.document_id == document_id]
    span = mine[0].pieces[-1].last - 20, mine[1].pieces[0].first + 20
    remedy = {"kind": "join", "first": span[0], "last": span[1], "text": "…"}
    rule = diagnosed(home, first.release_id, Cause.CUT, (document_id, 0), remedy)
    settle(home, rule, "validate")
    found = retrain(home, SETTINGS)
    assert found.decision == "promoted", found
    after = Release.open(home.releases / str(found.challenger))
    assert any(
        any(p.first <= span[0] for p in c.pieces) and any(p.last >= span[1] for p in c.pieces)
        for c in after.chunks
        if c.document_id == document_id
    )
    with Store(home) as store, store.write() as connection:
        connection.execute(sa.update(t.page_rules).values(page_key="0" * 32))
    assert steps.ingest(home, SETTINGS).release_id == first.release_id
    with Store(home) as store:
        assert [(r["state"], r["reason"]) for r in rules.listing(store)] == [
            ("expired", "page_changed")
        ]


@pytest.mark.slow
def test_what_is_withdrawn_goes_out_of_service_whatever_the_gate_would_say(book):
    from mlops.learning.withdrawing import wanted_back

    home, settings, first, document_id = book
    remedy = {"kind": "reading", "engine": WAY.engine, "scale": WAY.scale, "found": []}
    rule = diagnosed(home, first.release_id, Cause.MISREAD, (document_id, 0), remedy)
    settle(home, rule, "validate")
    steps.ingest(home, settings)
    with Store(home) as store:
        assert not wanted_back(store, first.release_id), "nothing was taken back"
    settle(home, rule, "withdraw")
    with Store(home) as store:
        assert wanted_back(store, first.release_id)
        assert not wanted_back(store, "0" * 20), "it was never in service"
    refused = SimpleNamespace(promote=False, reasons=(), change="content")
    with patch.object(gate, "judge", return_value=refused):
        third = steps.ingest(home, settings)
    assert (third.decision, third.champion_id) == ("promoted", first.release_id)


def test_only_an_editor_decides_and_one_reading_of_a_page_stands(tmp_path):
    home = make(tmp_path)
    release = open_engine(home, SETTINGS).release
    place = (release.sources[0].document_id, 0)
    remedy = {"kind": "reading", "engine": "rapidocr", "scale": 1.0, "found": []}
    first = diagnosed(home, release.id, Cause.MISREAD, place, remedy)
    with Store(home) as store:
        with pytest.raises(Refused):
            rules.review(store, first, by="user:ada", verdict="validate")
        rules.review(store, first, by="editor", verdict="validate")
    with Store(home) as store:
        remark = feedback.save(store, feedback.Given("Et ce bain ?", "Non.", 1))
        remedy = remedy | {"engine": "tesseract"}
        evidence = {"document_id": place[0], "page_index": 0, "remedy": remedy}
        keep(store, Diagnosis(remark, Cause.MISREAD, "engine", evidence, "g", release.id))
        (second,) = rules.mine(store, release)
        rules.review(store, second["rule_id"], by="editor", verdict="validate")
        states = {r["rule_id"]: (r["state"], r["reason"]) for r in rules.listing(store)}
        assert states[second["rule_id"]] == ("validated", "")
        assert states[first] == ("withdrawn", "superseded")
        with pytest.raises(Refused):
            rules.review(store, first, by="editor", verdict="validate")
