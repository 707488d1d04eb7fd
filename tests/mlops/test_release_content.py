"""A release bundles what can change an answer, and its name depends on nothing else."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from mlops import releases
from mlops.steps import ingest
from mlops.store import Store
from rag.answer.prompt import VERSION, load_prompt, prompt_texts
from rag.index.release import Release
from rag.settings import Home, Settings

TEXTS = {
    "collodion.md": "# Le collodion\n\nLe collodion humide se verse sur une plaque bien propre.\n",
    "fixage.md": "# Le fixage\n\nL'hyposulfite de soude dissout le bromure d'argent restant.\n",
}


def built(root: Path, texts: dict[str, str] = TEXTS) -> Release:
    home = Home(root)
    home.data.mkdir(parents=True)
    for name, text in texts.items():
        (home.data / name).write_text(text, "utf-8")
    ingest(home, Settings.load(home))
    found = releases.champion(home)
    assert found is not None
    return Release.open(found)


@pytest.fixture(autouse=True)
def _hashed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_EMBEDDER", "hashed")
    monkeypatch.delenv("RAG_HOME", raising=False)


def test_the_same_documents_give_the_same_release_wherever_they_are(tmp_path: Path) -> None:
    here, there = built(tmp_path / "here"), built(tmp_path / "there" / "deeper")
    assert here.id == there.id
    assert here.manifest == there.manifest
    for name in here.manifest["files"]:
        assert (here.path / name).read_bytes() == (there.path / name).read_bytes(), name
    other = built(tmp_path / "other", {**TEXTS, "fixage.md": TEXTS["fixage.md"] + "Lavez.\n"})
    assert other.id != here.id


def test_everything_that_changes_an_answer_is_in_it(tmp_path: Path) -> None:
    release = built(tmp_path)
    files = set(release.manifest["files"])
    assert files >= {
        "chunks.jsonl", "vectors.npy", "costs.json", "thresholds.json", "sources.json",
        "extras/prompt-texts.json", "extras/validated.json", "extras/thesaurus.json",
    }  # fmt: skip
    assert release.extra("prompt-texts") == prompt_texts()
    assert release.extra("validated") == []
    assert release.manifest["settings"].keys() >= {"chunk_chars", "analysis", "correct", "layout"}
    assert release.embedder is not None and release.embedder.model_hash
    with Store(Home(tmp_path)) as store:
        (row,) = releases.listing(store)
    assert row.program and row.method, "who built it is known, and is no part of its name"
    assert row.program not in json.dumps(release.manifest)


def test_a_writer_is_told_what_the_release_bundles(tmp_path: Path) -> None:
    bundled = {f"{VERSION}.fr": "Réponds en vers."}
    assert load_prompt(texts=bundled).text == "Réponds en vers."
    assert load_prompt(language="en", texts=bundled).text == load_prompt(language="en").text


def test_a_small_change_shares_the_rest_with_the_parent(tmp_path: Path) -> None:
    first = built(tmp_path)
    (tmp_path / "data" / "fixage.md").write_text(TEXTS["fixage.md"] + "\nLavez bien.\n", "utf-8")
    home = Home(tmp_path)
    ingest(home, Settings.load(home))
    folders = [path for path in home.releases.iterdir() if path != first.path]
    assert len(folders) == 1
    shared = {p.name for p in folders[0].rglob("*") if p.is_file() and p.stat().st_nlink > 1}
    assert shared >= {"costs.json", "prompt-texts.json"}
    shutil.rmtree(first.path)
    assert Release.open(folders[0]).verify() == []
