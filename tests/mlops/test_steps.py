"""The spine: a folder of documents becomes a release that answers, and never half of one."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from mlops import building, deletion, releases, steps
from mlops import store_tables as t
from mlops.monitoring import HealthChecker, MetricsCollector
from mlops.run_lock import run_lock
from mlops.runs import STAGES, RunReport
from mlops.serving import LiveEngine, open_engine
from mlops.stage_results import EmbeddingResults
from mlops.steps import ingest
from mlops.store import Store
from mlops.validation import validate
from rag.answer.prompt import prompt_texts
from rag.errors import (
    AlreadyRunning,
    IndexMismatch,
    NoRelease,
    RunRefused,
    SettingsError,
    TooManyVanished,
)
from rag.index.release import Release
from rag.records import Outcome
from rag.settings import Home, Settings

TEXTS = {
    "ouverture.md": "# L'ouverture\n\nLe diaphragme règle la quantité de lumière qui entre dans "
    "l'objectif. Une ouverture de f/2,8 laisse passer deux fois plus de lumière que f/4.\n",
    "vitesse.md": "# La vitesse\n\nUne vitesse de 1/250 s fige le mouvement d'un marcheur. Pour "
    "figer un coureur, il faut descendre à 1/1000 s et monter la sensibilité à ISO 800.\n",
    "collodion.md": "# Le collodion\n\nLe collodion humide se verse sur une plaque de verre bien "
    "propre, puis la plaque est plongée dans un bain de nitrate d'argent.\n",
    "tirage.md": "# Le tirage\n\nLe papier albuminé se tire par contact sous un châssis-presse, "
    "à la lumière du jour, jusqu'à ce que les noirs se métallisent.\n",
    "fixage.md": "# Le fixage\n\nL'hyposulfite de soude dissout le bromure d'argent que le "
    "révélateur n'a pas réduit ; un lavage abondant doit suivre le fixage.\n",
    "trepied.txt": "Un trépied solide évite le bougé quand la pose dépasse la demi-seconde. "
    "Déclenchez avec un câble souple ou avec le retardateur de l'appareil.\n",
}
Ingest = Callable[..., RunReport]


@pytest.fixture
def run(home: Home, monkeypatch: pytest.MonkeyPatch) -> Ingest:
    """Write the collection and return what runs the pipeline on it."""
    monkeypatch.setenv("RAG_EMBEDDER", "hashed")
    for name, text in TEXTS.items():
        (home.data / name).write_text(text, "utf-8")

    def ingest_it(**settings: Any) -> RunReport:
        accept = settings.pop("accept_vanished", False)
        return ingest(home, Settings.load(home, **settings), accept_vanished=accept)

    return ingest_it


def golden(home: Home, *rows: tuple[str, str | None]) -> None:
    lines = [
        {"id": f"q{n}", "question": question,
         "gold": [{"document": document, "page": 1}] if document else []}
        for n, (question, document) in enumerate(rows)
    ]  # fmt: skip
    text = "".join(json.dumps(line) + "\n" for line in lines)
    (home.root / "golden.jsonl").write_text(text, "utf-8")


def run_states(home: Home) -> list[str]:
    with Store(home) as store, store.read() as connection:
        return list(connection.scalars(sa.select(t.runs.c.state).order_by(t.runs.c.started_at)))


def test_the_first_run_puts_a_release_in_service(run: Ingest, home: Home) -> None:
    with pytest.raises(NoRelease):
        _ = open_engine(home, Settings.load(home))
    report = run()
    assert report.decision == "promoted"
    assert report.documents == len(TEXTS)
    assert report.pages_read == report.pages == sum(report.pages_by_status.values())
    assert report.validation["all_passed"]
    assert not report.measured, "without a golden set, quality is not measured"
    assert tuple(report.seconds_by_stage) == STAGES
    assert releases.champion(home) == home.releases / report.release_id
    answer = open_engine(home, Settings.load(home)).ask(
        "Pour figer un coureur, faut-il descendre à 1/1000 s ?"
    )
    assert answer.outcome is Outcome.ANSWER
    assert answer.sentences[0].citations[0].document == "vitesse.md"


def test_the_second_run_reads_nothing_and_embeds_nothing(run: Ingest, home: Home) -> None:
    first, second = run(), run()
    assert (second.pages_read, second.chunks_embedded) == (0, 0)
    assert second.decision == "unchanged"
    assert second.release_id == first.release_id
    assert (second.pages, second.chunks) == (first.pages, first.chunks)
    assert second.seconds < 3


def test_one_new_document_costs_one_document(run: Ingest, home: Home) -> None:
    first = run()
    (home.data / "flash.md").write_text("# Le flash\n\n" + "Le flash éclaire peu loin. " * 8)
    second = run()
    assert second.decision == "promoted"
    assert second.release_id != first.release_id
    assert second.pages_read == second.pages - first.pages
    assert second.chunks_embedded == second.chunks - first.chunks
    with Store(home) as store:
        states = {row.release_id: row.state for row in releases.listing(store)}
    assert states == {first.release_id: "retired", second.release_id: "champion"}


def test_a_failed_validation_leaves_the_old_release_answering(run: Ingest, home: Home) -> None:
    golden(home, ("Quelle vitesse fige un coureur ?", "vitesse.md"))
    first = run(min_recall_at_5=1.0)
    for name in ("vitesse.md", "un.md", "deux.md", "trois.md", "quatre.md", "cinq.md"):
        (home.data / name).write_text(f"# {name}\n\n" + "Le flash éclaire peu loin. " * 8)
    for n in range(8):
        text = f"# Coureur {n}\n\n" + f"Quelle vitesse fige un coureur, fois {n}. " * 8
        (home.data / f"coureur-{n}.md").write_text(text)
    second = run(min_recall_at_5=1.0)
    assert second.decision == "rejected"
    assert second.champion_id == first.release_id
    assert any(reason.startswith("recall_at_5") for reason in second.reasons), second.reasons
    assert run_states(home) == ["completed", "completed"], "a refusal is a completed run"
    assert MetricsCollector().get_statistics()["pipeline"]["success_rate"] == 100.0
    checks = HealthChecker().check_health()["checks"]
    assert checks["validation"]["code"] == "validation_failed"
    assert checks["release"]["status"] == "ok"


def test_a_poor_first_release_serves_with_reserves(run: Ingest, home: Home) -> None:
    golden(home, ("Qui a peint la Joconde ?", "tirage.md"))
    report = run(min_recall_at_5=1.0)
    assert report.decision == "promoted"
    assert report.reserves
    assert not report.validation["all_passed"]
    assert HealthChecker().check_health()["status"] == "degraded"


def test_a_golden_set_is_measured(run: Ingest, home: Home) -> None:
    golden(
        home,
        ("Quelle vitesse fige un coureur ?", "vitesse.md"),
        ("Où plonge-t-on la plaque au collodion ?", "collodion.md"),
        ("Une question sur un document qui n'est plus là ?", "parti.md"),
    )
    report = run()
    tests = report.validation["tests"]
    assert report.measured
    assert tests["recall_at_5"]["value"] == 1.0
    assert "2 questions" in tests["recall_at_5"]["message"]
    assert tests["citations_resolve"]["passed"]


def test_a_release_holds_what_its_questions_are_read_and_judged_with(
    run: Ingest, home: Home
) -> None:
    release = Release.open(home.releases / str(run().release_id))
    assert release.extra("prompt-texts") == prompt_texts()
    assert release.extra("validated") == []
    assert set(release.extra("facts")) == set(release.names)
    assert {"shift", "answer", "nearest"} <= set(release.thresholds)


def test_a_golden_line_that_cannot_be_read_says_which(run: Ingest, home: Home) -> None:
    run()
    (home.root / "golden.jsonl").write_text('{"id": "q1"}\n')
    with pytest.raises(SettingsError, match="line 1"):
        run()
    assert releases.champion(home) is not None
    assert run_states(home) == ["completed", "failed"]


def test_deleted_means_gone_at_the_next_question(run: Ingest, home: Home) -> None:
    run()
    live = LiveEngine(home, Settings.load(home))
    question = "Comment figer un coureur ?"
    assert "vitesse.md" in {page.document for page in live.search(question).pages}
    deletion.delete(home, "vitesse.md")
    assert "vitesse.md" not in {page.document for page in live.search(question).pages}
    assert "vitesse.md" not in {page.document for page in live.ask(question).pages}
    report = run()
    assert report.documents == len(TEXTS) - 1, "the next release does not hold it"
    deletion.undo(home, "vitesse.md")
    run()
    assert "vitesse.md" in {page.document for page in live.search(question).pages}
    live.close()


def test_the_live_engine_follows_promotion_and_rollback(run: Ingest, home: Home) -> None:
    live = LiveEngine(home, Settings.load(home))
    with pytest.raises(NoRelease):
        live.search("x")
    first = run()
    assert live.release_id == first.release_id
    (home.data / "flash.md").write_text("# Le flash\n\n" + "Le flash éclaire peu loin. " * 8)
    second = run()
    assert live.release_id == second.release_id
    with Store(home) as store:
        releases.rollback(store, by="test")
    assert live.ask("coureur").release == first.release_id
    live.close()


def test_a_release_that_cannot_be_opened_is_not_swapped_in(run: Ingest, home: Home) -> None:
    first = run()
    live = LiveEngine(home, Settings.load(home))
    assert live.release_id == first.release_id
    with Store(home) as store:
        releases.register(store, "nowhere", run_id=None)
        releases.promote(store, "nowhere", by="test")
    assert live.ask("coureur").release == first.release_id
    live.close()


def test_too_many_vanished_stops_before_anything_changes(run: Ingest, home: Home) -> None:
    first = run()
    for name in ("vitesse.md", "tirage.md"):
        (home.data / name).unlink()
    with pytest.raises(TooManyVanished):
        run()
    assert deletion.removed(home) == frozenset()
    assert releases.champion(home) == home.releases / first.release_id
    assert run_states(home) == ["completed", "failed"]
    report = run(accept_vanished=True)
    assert set(report.vanished) == {"vitesse.md", "tirage.md"}
    assert report.documents == len(TEXTS) - 2


def test_nothing_to_read_is_said_with_the_reasons(home: Home) -> None:
    (home.data / "broken.pdf").write_bytes(b"%PDF-1.4 and nothing more")
    with pytest.raises(RunRefused) as refused:
        ingest(home, Settings.load(home))
    assert refused.value.code == "no_documents"
    assert "broken.pdf" in str(refused.value.details["refused"])


def test_an_interrupted_run_resumes(
    run: Ingest, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(building, "build", interrupt)
        with pytest.raises(KeyboardInterrupt):
            run()
    assert run_states(home) == ["interrupted"]
    assert releases.champion(home) is None
    report = run()
    assert report.pages_read == 0, "what was read before the interruption is not read again"
    assert report.decision == "promoted"


def test_a_killed_run_is_closed_by_the_next(run: Ingest, home: Home) -> None:
    with Store(home) as store, store.write() as connection:
        connection.execute(
            sa.insert(t.runs).values(run_id="dead", started_at="2020", state="running", pid=1)
        )
    run()
    assert run_states(home) == ["interrupted", "completed"]


def test_a_second_run_leaves_no_trace(run: Ingest, home: Home) -> None:
    run()
    with run_lock(home), pytest.raises(AlreadyRunning):
        run()
    assert run_states(home) == ["completed"]


def test_a_damaged_release_is_refused_then_built_again(run: Ingest, home: Home) -> None:
    first = run()
    folder = home.releases / first.release_id
    victim = max(folder.iterdir(), key=lambda path: path.stat().st_size)
    data = bytearray(victim.read_bytes())
    data[len(data) // 2] ^= 1
    victim.chmod(0o644)
    victim.write_bytes(bytes(data))
    results = EmbeddingResults(home, Settings.load(home), first.release_id, 1, 1, 1, 0, False)
    verdict = validate(results)
    assert not verdict["all_passed"]
    assert not verdict["tests"]["files_whole"]["passed"]
    assert HealthChecker().check_health()["status"] == "unhealthy"
    again = run()
    assert again.release_id == first.release_id
    assert again.chunks_embedded == 0, "the vectors come from the cache"
    assert HealthChecker().check_health()["status"] == "healthy"


def test_a_lost_release_folder_is_built_again(run: Ingest, home: Home) -> None:
    first = run()
    shutil.rmtree(home.releases)
    assert run().release_id == first.release_id
    assert open_engine(home, Settings.load(home)).ask("coureur").pages


def test_a_release_of_an_older_format_is_replaced_not_compared_with(
    run: Ingest, home: Home
) -> None:
    manifest = home.releases / run().release_id / "manifest.json"
    manifest.chmod(0o644)
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "format": 1}))
    with pytest.raises(IndexMismatch, match="ragphoto ingest"):
        open_engine(home, Settings.load(home))
    (home.data / "soufflet.txt").write_text("Le soufflet relie l'objectif au châssis arrière.")
    second = run()
    assert open_engine(home, Settings.load(home)).ask("soufflet").release == second.release_id


def test_progress_is_told_stage_by_stage(run: Ingest, home: Home) -> None:
    told: list[str] = []

    class Watcher:
        def start(self, stage: str, total: int) -> None:
            told.append(stage)

        def advance(self, n: int = 1) -> None: ...
        def finish(self) -> None: ...

    ingest(home, Settings.load(home), progress=Watcher())
    assert tuple(dict.fromkeys(told)) == STAGES


def test_without_an_embedder_the_product_ranks_by_words_and_says_so(
    run: Ingest, home: Home
) -> None:
    report = run(embedder="none")
    assert report.lexical_only
    assert "vectors_unit" not in report.validation["tests"]
    assert report.decision == "promoted"


def test_the_flow_s_stages_are_the_plain_functions() -> None:
    from mlops import pipeline

    assert pipeline.read_pages_task.__wrapped__ is steps.read_pages  # type: ignore[attr-defined]
    assert pipeline.validate_pipeline_task.__wrapped__ is validate  # type: ignore[attr-defined]
