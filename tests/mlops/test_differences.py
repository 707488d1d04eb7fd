"""What changed between two releases, and because of which part."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from mlops import differences, releases
from mlops.store import Store
from rag.index.release import Release
from rag.settings import Home, Settings
from tests.app import small_home

SETTINGS = Settings(embedder="none", workers=1)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = small_home.build(tmp_path / "home")
    golden = [
        {"id": "fixage", "question": small_home.QUESTION, "kind": "fact",
         "gold": [{"document": "livre.pdf", "page": 2}]},
        {"id": "champ", "question": "Quand la profondeur de champ augmente-t-elle ?",
         "kind": "fact", "gold": [{"document": "notes.md", "page": 1}]},
        {"id": "hors", "question": "Qui a gagné le Tour de France 1998 ?", "kind": "no",
         "gold": []},
    ]  # fmt: skip
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in golden)
    (home.root / "golden.jsonl").write_text(lines, "utf-8")
    return home


def compare(home: Home, before: str, after: str) -> differences.Difference:
    with Store(home) as store:
        return differences.diff(home, SETTINGS, store, before, after)


def champion(home: Home) -> str:
    with Store(home) as store:
        return releases.champion_id(store) or ""


def with_thresholds(home: Home, folder: Path, **changed: float) -> str:
    """A copy of a release with other thresholds, as the release builder would name it."""
    import hashlib
    import shutil

    copy = home.releases / "copy"
    shutil.copytree(folder, copy)
    values = {**json.loads((copy / "thresholds.json").read_text("utf-8")), **changed}
    for name in ("thresholds.json", "manifest.json"):
        (copy / name).chmod(0o644)
    (copy / "thresholds.json").write_text(json.dumps(values), "utf-8")
    manifest = json.loads((copy / "manifest.json").read_text("utf-8"))
    digest = hashlib.sha256((copy / "thresholds.json").read_bytes()).hexdigest()
    manifest["files"]["thresholds.json"] = digest
    (copy / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    return copy.rename(home.releases / "moved").name


def test_a_release_and_itself_are_the_same(home: Home) -> None:
    found = compare(home, champion(home), champion(home))
    assert (found.parts, found.changed, found.asked) == ((), (), 3)


def test_a_moved_threshold_is_named_as_the_cause(home: Home) -> None:
    one = champion(home)
    two = with_thresholds(home, home.releases / one, answer=2.0, nearest=2.0)
    found = compare(home, one, two)
    assert [part.name for part in found.parts] == ["thresholds"]
    lost = [changed for changed in found.changed if changed.better is False]
    assert lost and {changed.cause for changed in lost} == {"thresholds"}
    assert all(c.before.kept and not c.after.kept for c in lost)
    back = compare(home, two, one)
    assert {changed.better for changed in back.changed if changed.id != "hors"} == {True}


def test_a_document_that_says_more_is_named(home: Home) -> None:
    one = champion(home)
    two = small_home.another(home, "Le fixage se prépare à l'hyposulfite : voir le bain de fixage.")
    found = compare(home, one, two.name)
    assert {part.name for part in found.parts} >= {"words"}
    for changed in found.changed:
        assert changed.cause == "documents"


def test_documents_are_told_apart_by_path(home: Home) -> None:
    one = Release.open(home.releases / champion(home))
    two = Release(one.path, one.manifest)
    sources = one.sources
    two.__dict__["sources"] = (
        dataclasses.replace(sources[0], document_id="f" * 64),
        dataclasses.replace(sources[1], path="autre.md", name="autre.md"),
    )
    moved = differences._documents(one, two)
    assert moved == {"added": ("autre.md",), "removed": ("notes.md",), "changed": ("livre.pdf",)}
