"""Every snippet of docs/guide-mlops.md runs, word for word, after its declared prelude."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from typing import Optional

import pytest

from rag.settings import Home, Settings
from tests.guide.snippets import Snippet, containing, snippets

ROOT = Path(__file__).resolve().parents[2]
TEXT = (
    "# L'exposition\n\nL'ouverture du diaphragme règle la quantité de lumière qui entre dans "
    "l'objectif. Une ouverture de f/2,8 laisse passer deux fois plus de lumière que f/4.\n\n"
    "## La vitesse\n\nUne vitesse de 1/250 s fige le mouvement d'un marcheur. Pour un coureur, "
    "il faut descendre à 1/1000 s et monter la sensibilité à ISO 800.\n"
)
RUN_BY = {  # what each snippet holds -> how it is run below
    "pip install": "test_installation_is_quoted",
    "crontab -e": "test_the_cron_line_needs_no_activated_environment",
    "# Exécuter le pipeline manuellement": "test_the_pipeline_then_everything_that_looks_at_it",
    "# Voir les métriques": "test_the_pipeline_then_everything_that_looks_at_it",
    "tail -f": "test_the_pipeline_then_everything_that_looks_at_it",
    "ls -la": "test_the_pipeline_then_everything_that_looks_at_it",
    "MetricsCollector()": "test_metrics_snippet",
    '@app.post("/feedback")': "test_feedback_snippet",
    "RetrainingPipeline()": "test_retraining_snippet",
    "rag_mlops_pipeline.from_source(": "test_flow_snippet",
    "validate_pipeline_task(embedding_results)": "test_validation_snippet",
}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("RAG_HOME", str(tmp_path))
    monkeypatch.setenv("RAG_EMBEDDER", "none")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "exposition.md").write_text(TEXT, "utf-8")
    return Home(tmp_path)


def run(snippet: Snippet, **prelude: object) -> dict[str, object]:
    """Execute a Python snippet; its prelude stands for the names that it assumes."""
    names = dict(prelude)
    code = "\n" * (snippet.line - 1) + snippet.code
    exec(compile(code, "docs/guide-mlops.md", "exec"), names)
    return names


def shell(snippet: Snippet, home: Home) -> str:
    """Run a bash snippet from the project's root, as the guide says, logs and metrics in home."""
    code = snippet.code.replace("tail -f ", "timeout 1 tail -f ")
    # the guide's paths are those of the default home, the project itself
    code = code.replace(" mlops/pipeline.log", f" {home.root}/mlops/pipeline.log")
    code = code.replace(" mlops/metrics/", f" {home.metrics}/").replace(
        "755 mlops/", f"755 {home.logs}/"
    )
    done = subprocess.run(
        ["bash", "-c", code], cwd=ROOT, capture_output=True, text=True, check=False, timeout=200,
        env={**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
             "PREFECT_HOME": str(home.root / "prefect")},
    )  # fmt: skip
    assert done.returncode in (0, 124), done.stdout + done.stderr
    return done.stdout


def test_every_snippet_has_a_test_that_runs_it() -> None:
    for language in ("python", "bash"):
        for snippet in snippets(language):
            names = [name for text, name in RUN_BY.items() if text in snippet.code]
            assert names, f"line {snippet.line}: no test runs this snippet"
            assert all(name in globals() for name in names)


def test_installation_is_quoted() -> None:
    code = containing("pip install").code
    assert 'pip install "prefect>=2.14.0"' in code
    from importlib.metadata import version

    assert int(version("prefect").split(".")[0]) >= 3, "what is installed satisfies that line"


def test_the_cron_line_needs_no_activated_environment(tmp_path: Path) -> None:
    """Started by a Python without our packages, the script starts again under .venv."""
    assert "&& python mlops/pipeline.py" in containing("crontab -e").code
    (tmp_path / "mlops").mkdir()
    (tmp_path / ".venv/bin").mkdir(parents=True)
    (tmp_path / "rag").mkdir()
    stands_alone = ("mlops/launch.py", "mlops/__init__.py", "rag/__init__.py", "rag/cores.py",
                    "rag/privacy.py")  # fmt: skip
    for name in stands_alone:
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    script = tmp_path / "mlops" / "pipeline.py"
    guard = (ROOT / "mlops/pipeline.py").read_text("utf-8").partition("import functools")[0]
    script.write_text(guard + "print('not under .venv')\n")
    python = tmp_path / ".venv/bin/python"
    python.write_text('#!/bin/sh\necho "again: $@"\n')
    python.chmod(0o755)
    command = [sys.executable, "-S", "-E", str(script), "--flag"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout == f"again: {script} --flag\n", done.stderr
    python.unlink()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "make setup" in done.stderr


def test_metrics_snippet(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    run(containing("MetricsCollector()"))
    assert "Taux de succès: nan%" in capsys.readouterr().out


def test_feedback_snippet(home: Home) -> None:
    from fastapi import FastAPI

    from mlops.feedback_loop import FeedbackCollector

    # the prelude: an application, and Optional as the snippet writes it
    names = run(containing('@app.post("/feedback")'), app=FastAPI(), Optional=Optional)
    submit = names["submit_feedback"]
    assert asyncio.run(submit("Où ?", "Là.", 2, corrected_answer="Ici.")) == {  # type: ignore[operator]
        "status": "success"
    }
    assert [one.corrected_answer for one in FeedbackCollector().get_feedback()] == ["Ici."]


def test_retraining_snippet(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    from mlops.feedback_loop import FeedbackCollector, UserFeedback

    for _ in range(10):
        FeedbackCollector().save_feedback(
            UserFeedback("2026-01-01T00:00:00", "q", "a", [], 1, corrected_answer="b")
        )
    run(containing("RetrainingPipeline()"))
    out = capsys.readouterr().out
    assert "Retraining recommandé" in out
    assert "10 exemples prêts" in out


def test_flow_snippet(home: Home) -> None:
    """What it imports is there; tests/mlops/schedule deploys it to a real server."""
    found = run(containing("rag_mlops_pipeline.from_source("))
    assert found["rag_mlops_pipeline"].name == "rag-mlops-pipeline"  # type: ignore[attr-defined]


def test_validation_snippet(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    from mlops.pipeline import validate_pipeline_task
    from mlops.stage_results import EmbeddingResults
    from mlops.steps import ingest

    settings = Settings.load(home)
    report = ingest(home, settings)
    # the prelude: what the embeddings step returned
    results = EmbeddingResults(home, settings, report.release_id, 1, report.pages, report.chunks,
                               0, report.lexical_only)  # fmt: skip
    run(
        containing("validate_pipeline_task(embedding_results)"),
        validate_pipeline_task=validate_pipeline_task,
        embedding_results=results,
    )
    assert "✅ Tous les tests passés" in capsys.readouterr().out


@pytest.mark.prefect
@pytest.mark.slow
def test_the_pipeline_then_everything_that_looks_at_it(home: Home) -> None:
    out = shell(containing("# Exécuter le pipeline manuellement"), home)
    assert "mise en service" in out
    out = shell(containing("# Voir les métriques"), home)
    assert "Taux de succès     100,0 %" in out
    assert '"status": "healthy"' in out
    out = shell(containing("tail -f"), home)
    assert ": promoted, release" in out
    assert "'status': 'healthy'" in out
    assert "pipeline_metrics.jsonl" in shell(containing("ls -la"), home)
