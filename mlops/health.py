"""Whether the service can answer: each check with a stable code, words, and what to type."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from mlops.releases import champion_id
from mlops.store import Store, now
from rag.errors import RagError
from rag.settings import Home

LEAST_FREE_MB = 500
LOWEST_SUCCESS = 80.0  # percent of runs, the guide's alert
LOWEST_RATING = 2.5  # mean, the guide's alert
FEWEST_RATINGS = 5  # below, a mean says nothing

Finding = dict[str, str]


def check(home: Home, recent: Callable[[], Mapping[str, Any]]) -> dict[str, Any]:
    """Look at everything; creates nothing but probes that it removes.

    Args:
        home: the collection.
        recent: gives the statistics of the last seven days; asked when the database opens.

    Returns:
        ``status``: "healthy"; "degraded" when it answers but something wants attention;
        "unhealthy" when it cannot answer or cannot write. ``checks`` by name. JSON-serialisable.
    """
    checks: dict[str, Finding] = {
        "storage": _writable(home.storage),
        "metrics": _writable(home.metrics, error="warning"),
        "logs": _writable(home.logs, error="warning"),
        "disk": _disk(home.root),
        "documents": _documents(home),
    }
    release = None
    if not home.database.is_file():
        checks["database"] = _finding(
            "error", "no_database", "Rien n'a encore été traité.", "python mlops/pipeline.py"
        )
    else:
        try:
            with Store(home) as store:
                checks["database"] = _finding("ok", "database", "La base s'ouvre.")
                release = champion_id(store)
                checks["last_run"] = _last_run(store.last_run())
                checks["validation"] = _validation(store.last_run())
        except RagError as error:
            checks["database"] = _finding("error", error.code, str(error), _permit(home.storage))
        else:
            checks["release"] = _release(home, release)
            checks |= _alerts(recent())
    states = {finding["status"] for finding in checks.values()}
    status = "unhealthy" if "error" in states else "degraded" if "warning" in states else "healthy"
    return {
        "status": status, "timestamp": now(), "home": str(home.root), "release": release,
        "checks": checks,
    }  # fmt: skip


def _finding(status: str, code: str, message: str, remedy: str = "") -> Finding:
    return {"status": status, "code": code, "message": message, "remedy": remedy}


def _permit(folder: Path) -> str:
    return f"chmod -R u+rwX {folder}"


def _writable(folder: Path, *, error: str = "error") -> Finding:
    """Write and remove a probe in the folder, or in the nearest parent while it does not exist."""
    place = folder
    while not place.exists() and place != place.parent:
        place = place.parent
    try:
        with tempfile.NamedTemporaryFile(dir=place, prefix=".probe-"):
            pass
    except OSError as problem:
        reason = problem.strerror or str(problem)
        remedy = _permit(place) if place.is_dir() else f"rm {place} && mkdir -p {folder}"
        message = f"Le dossier {folder} ne peut pas être écrit ({reason})."
        return _finding(error, "not_writable", message, remedy)
    return _finding("ok", "writable", f"Le dossier {folder} peut être écrit.")


def _disk(root: Path) -> Finding:
    place = root
    while not place.exists() and place != place.parent:
        place = place.parent
    free_mb = shutil.disk_usage(place).free // 2**20
    if free_mb < LEAST_FREE_MB:
        message = f"Il ne reste que {free_mb} Mo sur le disque."
        return _finding("warning", "disk", message, f"libérez de la place sur le disque de {root}")
    return _finding("ok", "disk", f"Il reste {free_mb} Mo sur le disque.")


def _documents(home: Home) -> Finding:
    if home.uses_sample:
        message = "data/ est vide : la collection d'exemple est utilisée."
        return _finding("ok", "sample", message, f"copiez vos documents dans {home.data}")
    return _finding("ok", "documents", f"Vos documents sont dans {home.data}.")


def _release(home: Home, release_id: str | None) -> Finding:
    if release_id is None:
        message = "Aucune version n'est en service : rien ne peut répondre."
        return _finding("error", "no_release", message, "python mlops/pipeline.py")
    from rag.index.release import Release

    try:
        problems = Release.open(home.releases / release_id).verify()
    except (RagError, OSError, ValueError) as error:
        problems = [str(error)]
    if problems:
        message = f"La version {release_id} est abîmée : {problems[0]}"
        return _finding("error", "release_damaged", message, "python mlops/pipeline.py")
    return _finding("ok", "release", f"La version {release_id} est en service et entière.")


def _last_run(run: dict[str, Any] | None) -> Finding:
    if run is None:
        return _finding(
            "warning", "never_run", "Le pipeline n'a jamais tourné.", "python mlops/pipeline.py"
        )
    if run["state"] in ("failed", "interrupted"):
        message = f"Le dernier passage n'est pas allé au bout : {run['error']}"
        return _finding("warning", "run_" + run["state"], message, "python mlops/pipeline.py")
    return _finding("ok", "run_" + run["state"], f"Dernier passage : {run['started_at']}.")


def _validation(run: dict[str, Any] | None) -> Finding:
    found = (run or {}).get("validation")
    if not found or found.get("all_passed"):
        return _finding("ok", "validation", "Rien n'a manqué à la dernière validation.")
    failed = [c["message"] for c in found.get("tests", {}).values() if not c["passed"]]
    message = "La dernière validation n'est pas passée : " + " ; ".join(failed)
    return _finding("warning", "validation_failed", message, "tail -n 50 mlops/pipeline.log")


def _alerts(stats: Mapping[str, Any]) -> dict[str, Finding]:
    """The guide's two thresholds."""
    found: dict[str, Finding] = {}
    success, rating = stats["pipeline"]["success_rate"], stats["rag"]["avg_rating"]
    if success < LOWEST_SUCCESS:
        message = f"{success:.0f} % des passages sont allés au bout (seuil : 80 %)."
        found["success_rate"] = _finding(
            "warning", "success_rate", message, "tail -n 50 mlops/pipeline.log"
        )
    if stats["rag"]["ratings"] >= FEWEST_RATINGS and rating < LOWEST_RATING:
        message = f"Note moyenne {rating:.1f} (seuil : 2,5)."
        found["ratings"] = _finding(
            "warning", "ratings", message,
            'python -c "from mlops.feedback_loop import RetrainingPipeline as R; '
            'print(R().prepare_retraining_data())"',
        )  # fmt: skip
    return found
