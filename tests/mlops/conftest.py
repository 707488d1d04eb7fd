from __future__ import annotations

from pathlib import Path

import pytest

from rag.settings import Home


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A home of its own, which the guide's classes find through RAG_HOME."""
    monkeypatch.setenv("RAG_HOME", str(tmp_path))
    (tmp_path / "data").mkdir()
    return Home(tmp_path)
