"""Corrected words in real releases: laid over pages, learned from, gone when withdrawn."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from mlops import steps
from mlops import store_tables as t
from mlops.learning.entries import Refused
from mlops.learning.words import listing, propose, review
from mlops.runs import RunReport
from mlops.store import Store
from rag.correct import apply, undo
from rag.index.release import Release
from rag.settings import Home, Settings
from tests.rag.papers import write_pdf

BOOK = (
    [
        "La plaque est plongée dans le bain de salfite pendant une minute.",
        "On lave ensuite longuement la plaque dans une eau très pure.",
        "Le développement se fait à la lumière rouge du laboratoire.",
    ],
    [
        "Un excès de salfite dans le bain rend les contours flous et gris.",
        "Il faut alors reprendre la pose avec un diaphragme plus petit.",
        "La profondeur de champ augmente quand on ferme le diaphragme.",
    ],
)
REVIEW = (
    [
        "On ajoute encore du salfite par petites pincées devant la fenêtre.",
        "Les noirs doivent rester profonds et les blancs rester purs.",
        "Le papier est ensuite pressé sur la plaque dans le châssis.",
    ],
    [
        "Le photographe règle la vitesse selon la lumière du jour.",
        "Plus le diaphragme est ouvert, plus la pose peut être courte.",
        "Le flash éclaire les sujets placés dans une ombre profonde.",
    ],
)


class World:
    """A book, a review and a course, with text layers; vectors are hashes of their texts."""

    def __init__(self, home: Home) -> None:
        self.home = home
        write_pdf(home.data / "livre.pdf", BOOK)
        write_pdf(home.data / "revue.pdf", REVIEW[:1])
        write_pdf(home.data / "cours.pdf", REVIEW[1:])

    def ingest(self, embedder: str = "hashed") -> RunReport:
        return steps.ingest(self.home, Settings.load(self.home, embedder=embedder, workers=1))

    def release(self, report: RunReport) -> Release:
        return Release.open(self.home.releases / report.release_id)

    def fix(self, report: RunReport, index: int, after: str = "sulfite") -> str:
        """An editor corrects « salfite » on a page of the book; returns the fix."""
        release = self.release(report)
        book = next(s.document_id for s in release.sources if s.name == "livre.pdf")
        page = release.page(book, index)
        assert page is not None
        first = [word.text for word in page.page.words].index("salfite")
        with Store(self.home) as store:
            return propose(
                store, release, document_id=book, index=index,
                first=first, last=first + 1, after=after, author="editor",
            ).fix_id  # fmt: skip

    def review(self, fix_id: str, verdict: str) -> None:
        with Store(self.home) as store:
            review(store, fix_id, by="editor", verdict=verdict)

    def states(self) -> list[tuple[str, str]]:
        with Store(self.home) as store:
            return [(row["state"], row["reason"]) for row in listing(store)]


@pytest.fixture
def world(home: Home) -> World:
    return World(home)


def texts(release: Release) -> str:
    return "\n".join(chunk.text for chunk in release.chunks)


@pytest.mark.slow
def test_a_corrected_word_is_laid_over_its_page_and_only_that_is_made_again(world: World) -> None:
    first = world.ingest()
    fix = world.fix(first, 0)
    second = world.ingest()
    before, after = world.release(first), world.release(second)
    assert second.pages_read == 0
    assert 0 < second.chunks_embedded < second.chunks
    assert "bain de sulfite" in texts(after) and "excès de salfite" in texts(after)
    changed = [b for a, b in zip(before.pages, after.pages, strict=True) if a != b]
    (page,) = changed
    assert "salfite" in page.page.text  # what was read stays
    assert undo(apply(page.page.text, page.edits), page.edits) == page.page.text
    assert [(e.before, e.after, e.rule) for e in page.edits if e.rule == "person"] == [
        ("salfite", "sulfite", "person")
    ]
    gone = {c.text for c in before.chunks} - {c.text for c in after.chunks}
    assert second.chunks_embedded == len(gone)
    assert after.costs == before.costs  # one correction teaches nothing to the corrector
    assert world.ingest().release_id == second.release_id
    world.review(fix, "withdraw")
    assert world.ingest().release_id == first.release_id  # as if it had never been


@pytest.mark.slow
def test_what_comes_back_is_learned_and_mends_words_that_nobody_corrected(world: World) -> None:
    first = world.ingest()
    fixes = [world.fix(first, 0), world.fix(first, 1)]
    second = world.ingest()
    after = world.release(second)
    assert second.decision == "promoted"  # words are content, not another method
    assert "encore du sulfite" in texts(after)  # of the review, where nobody was
    assert after.costs["forms"] == [["salfite", "sulfite"]]
    gone = {c.text for c in world.release(first).chunks} - {c.text for c in after.chunks}
    assert second.chunks_embedded == len(gone) < second.chunks
    world.review(fixes[0], "withdraw")
    third = world.release(world.ingest())
    assert "encore du salfite" in texts(third) and "excès de sulfite" in texts(third)
    assert "forms" not in third.costs
    world.review(fixes[1], "refuse")
    assert world.ingest().release_id == first.release_id


@pytest.mark.slow
def test_a_page_read_otherwise_expires_its_words_and_the_old_page_brings_them_back(
    world: World,
) -> None:
    first = world.ingest("none")
    world.fix(first, 0)
    world.ingest("none")
    # the same file must be read otherwise: another program would; here its key is another
    with Store(world.home) as store, store.write() as connection:
        kept = connection.scalar(sa.select(t.word_fixes.c.page_key))
        connection.execute(sa.update(t.word_fixes).values(page_key="0" * 32))
    assert world.ingest("none").release_id == first.release_id
    assert world.states() == [("expired", "page_changed")]
    with Store(world.home) as store, store.write() as connection:
        connection.execute(sa.update(t.word_fixes).values(page_key=kept))
    assert "sulfite" in texts(world.release(world.ingest("none")))
    assert world.states() == [("validated", "")]


@pytest.mark.slow
def test_words_of_a_document_that_is_gone_teach_nothing(world: World) -> None:
    first = world.ingest("none")
    world.fix(first, 0)
    world.fix(first, 1)
    (world.home.data / "livre.pdf").unlink()
    settings = Settings.load(world.home, embedder="none", workers=1)
    report = steps.ingest(world.home, settings, accept_vanished=True)
    release = world.release(report)
    assert "encore du salfite" in texts(release) and "forms" not in release.costs
    assert world.states() == [("validated", "")] * 2  # they wait for the document


def test_what_is_not_on_a_page_cannot_be_corrected(tmp_path: Path) -> None:
    from mlops.serving import open_engine
    from tests.app.small_home import SETTINGS, build

    home = build(tmp_path)
    release = open_engine(home, SETTINGS).release
    note = next(s for s in release.sources if s.kind == "markdown")
    with Store(home) as store:
        told = propose(store, release, document_id=note.document_id, index=0, first=0, last=1,
                       after="Le")  # fmt: skip
        assert (told.state, told.reason) == ("refused", "page_absent")
        with pytest.raises(Refused):
            propose(store, release, document_id=note.document_id, index=0, first=0, last=1,
                    after="\x07")  # fmt: skip
