"""``ragphoto verify``: the release in service byte by byte, and no deleted document answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from app.commands.options import HomeOption, JsonOption, LangOption
from app.console import open_home, result, result_json, told_in_words, tr

if TYPE_CHECKING:
    from rag.engine import Engine
    from rag.records import PageHit
    from rag.settings import Home, Settings

ASKED = 5  # passages of a deleted document that are searched word for word
PAGES = 100  # pages looked at for each


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("verify", help=tr("help.verify"))(verify)


def verify(home: HomeOption = None, lang: LangOption = None, as_json: JsonOption = False) -> None:
    """Check every hash of the release in service, then search for what was deleted."""
    with told_in_words(home):
        place, settings = open_home(home)
        found = examine(place, settings)
        if as_json:
            result_json(found)
        else:
            tell(found)
        if found["problems"] or found["leaks"]:
            raise typer.Exit(1)


def examine(home: Home, settings: Settings) -> dict[str, Any]:
    """What is wrong with the release in service.

    Returns:
        release, problems (damaged files), deleted (documents it holds that must not answer), leaks
        (their pages that a search returns all the same; None where the files are damaged).

    Raises:
        NoRelease: there is none.
    """
    from mlops import deletion, releases
    from mlops.serving import open_engine
    from rag.errors import NoRelease
    from rag.index.release import Release

    folder = releases.champion(home)
    if folder is None:
        raise NoRelease(home.root)
    release = Release.open(folder)
    problems = release.verify()
    deleted = deletion.removed(home)
    within = sorted(release.names[d] for d in deleted if d in release.names) if not problems else []
    leaks: list[dict[str, Any]] | None = None if problems else []
    if within:
        leaks = [
            {"document": page.document, "document_id": page.document_id, "page": page.page}
            for page in leaking(open_engine(home, settings), deleted)
        ]
    return {"release": release.id, "problems": problems, "deleted": within, "leaks": leaks}


def leaking(engine: Engine, deleted: frozenset[str]) -> list[PageHit]:
    """Pages of deleted documents that their own words still find; [] when all is well."""
    release = engine.release
    found: dict[tuple[str, int], PageHit] = {}
    for document_id in sorted(deleted):
        number = release.numbers.get(document_id)
        if number is None:
            continue
        rows = release.page_map.rows_of_document(number).tolist()
        for row in rows[:: max(1, -(-len(rows) // ASKED))]:
            search = engine.search(release.chunk(row).text, PAGES)
            for page in search.pages:
                if page.document_id in deleted:
                    found[page.document_id, page.index] = page
    return [found[key] for key in sorted(found)]


def tell(found: dict[str, Any]) -> None:
    """The same in words."""
    result(tr("verify.bad" if found["problems"] else "verify.ok", release=found["release"]))
    for problem in found["problems"]:
        result(f"  {problem}")
    if found["leaks"] is None:
        return
    for page in found["leaks"]:
        result(tr("verify.leak", name=page["document"], page=page["page"]))
    if not found["leaks"]:
        key = "verify.silent" if found["deleted"] else "verify.no_deleted"
        result(tr(key, count=len(found["deleted"])))
