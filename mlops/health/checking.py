"""Every check, in order; the worst of them says how the whole is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa

from mlops.health import answering, nights, places
from mlops.health.words import finding
from mlops.releases import champion_id
from mlops.store import Store, now
from rag.errors import RagError
from rag.settings import Home, Settings

LOWEST_SUCCESS = 80.0  # percent of runs, the guide's alert
LOWEST_RATING = 2.5  # mean, the guide's alert
FEWEST_RATINGS = 5  # below, a mean says nothing


def check(
    home: Home,
    recent: Callable[[], Mapping[str, Any]],
    *,
    deep: bool = False,
    language: str = "",
) -> dict[str, Any]:
    """Look at everything; creates nothing but probes that it removes.

    Args:
        home: the collection.
        recent: gives the statistics of the last seven days; asked when the database opens.
        deep: read every byte of the release and of the database, not a sample.
        language: "fr" or "en"; that of the settings unless given.

    Returns:
        ``status``: "healthy"; "degraded" when it answers but something wants attention;
        "unhealthy" when it cannot answer or cannot write. ``checks`` by name. JSON-serialisable.
    """
    settings = _settings(home)
    settings = settings.model_copy(update={"language": language or settings.language})
    language = settings.language
    checks = places.look(home, language)
    release = None
    if not home.database.is_file():
        checks["database"] = finding("error", "no_database", language)
    else:
        found, release = _record(home, settings, deep=deep)
        checks |= found
        if checks["database"]["status"] == "ok":
            checks |= answering.look(home, settings, release, deep=deep)
            checks |= _guide(recent(), language)
    states = {found["status"] for found in checks.values()}
    status = "unhealthy" if "error" in states else "degraded" if "warning" in states else "healthy"
    return {
        "status": status, "timestamp": now(), "home": str(home.root), "release": release,
        "checks": checks,
    }  # fmt: skip


def _record(
    home: Home, settings: Settings, *, deep: bool
) -> tuple[dict[str, dict[str, str]], str | None]:
    """What the record says, and the release in service; a damaged one is asked no more."""
    language = settings.language
    try:
        with Store(home) as store:
            checks = {"database": answering.database(store, language, deep=deep)}
            if checks["database"]["status"] != "ok":
                return checks, None
            checks |= nights.runs(store.last_run(), language)
            checks |= nights.look(home, store, language)
            return checks, champion_id(store)
    except RagError as error:
        permit = places.permit(home.storage)
        found = finding("error", "database_error", language, why=error, permit=permit)
        return {"database": found | {"code": error.code}}, None
    except sa.exc.DatabaseError as error:
        found = finding("error", "database_damaged", language, why=error.orig)
        return {"database": found}, None


def _settings(home: Home) -> Settings:
    """Those of the home; the defaults where they cannot be used, which every command tells."""
    try:
        return Settings.load(home)
    except RagError:
        return Settings()


def _guide(stats: Mapping[str, Any], language: str) -> dict[str, dict[str, str]]:
    """The guide's two thresholds."""
    found = {}
    success, rating = stats["pipeline"]["success_rate"], stats["rag"]["avg_rating"]
    if success < LOWEST_SUCCESS:
        found["success_rate"] = finding("warning", "success_rate", language, rate=round(success))
    if stats["rag"]["ratings"] >= FEWEST_RATINGS and rating < LOWEST_RATING:
        found["ratings"] = finding("warning", "ratings", language, rating=f"{rating:.1f}")
    return found
