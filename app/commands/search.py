"""``ragphoto search``: ranked pages for one question, or one line a question for many."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app import messages
from app.commands.options import (
    ConfidenceOption,
    DocumentsOption,
    HomeOption,
    JsonOption,
    KindsOption,
    LangOption,
    LanguagesOption,
    YearOption,
    filters_of,
)
from app.console import Usage, language, open_home, result, result_json, say, told_in_words, tr

if TYPE_CHECKING:
    from rag.engine import Engine
    from rag.records import Filters, Search


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("search", help=tr("help.search"))(search)


def search(
    question: Annotated[str | None, typer.Argument(help=tr("opt.question"))] = None,
    k: Annotated[int, typer.Option("--k", min=1, max=100, help=tr("opt.k"))] = 10,
    batch: Annotated[Path | None, typer.Option("--batch", help=tr("opt.batch"))] = None,
    document: DocumentsOption = None,
    kind: KindsOption = None,
    year: YearOption = "",
    in_language: LanguagesOption = None,
    min_confidence: ConfidenceOption = 0.0,
    home: HomeOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find pages."""
    with told_in_words(home):
        if (question is None) == (batch is None):
            raise Usage(tr("search.batch_or_question"))
        filters = filters_of(document, kind, year, in_language, min_confidence)
        questions = None if batch is None else list(read_batch(batch))
        from mlops.serving import open_engine

        place, settings = open_home(home)
        engine = open_engine(place, settings)
        if questions is not None:
            answer_batch(engine, questions, k, filters)
            return
        found = engine.search(question or "", k, filters=filters)
        if as_json:
            from app.schemas import search_out

            kinds = {source.document_id: source.kind for source in engine.release.sources}
            shown = search_out(found, lambda name: kinds.get(name, ""))
            result_json(shown.model_dump())
        else:
            tell(found)


def read_batch(path: Path) -> Iterator[tuple[Any, str]]:
    """(id, question) of each line; whatever else a line holds is left aside.

    Raises:
        Usage: no such file, or a line is not such an object.
    """
    try:
        text = sys.stdin.read() if str(path) == "-" else path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Usage(tr("eval.bad_file", path=path, detail=error)) from error
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            asked = row["id"], str(row["question"])
        except (ValueError, KeyError, TypeError) as error:
            raise Usage(tr("search.bad_line", path=path, line=number)) from error
        yield asked


def answer_batch(
    engine: Engine, questions: list[tuple[Any, str]], k: int, filters: Filters | None = None
) -> None:
    """One line of JSON a question, as soon as it is found, in the order asked."""
    from app.progress import watch

    progress = watch()
    progress.start("search", len(questions))
    for name, text in questions:
        result_json(hits_line(name, engine.search(text, k, filters=filters)), indent=None)
        progress.advance()
    progress.finish()


def hits_line(name: Any, found: Search) -> dict[str, Any]:
    """The hits format: pages even when it abstains; score absolute, higher = more answerable."""
    return {
        "id": name,
        "pages": [{"document": hit.document, "page": hit.page} for hit in found.pages],
        "abstained": found.verdict.outcome.value != "answer",
        "score": found.verdict.score,
    }


def tell(found: Search) -> None:
    """Ranked pages in words."""
    for rank, hit in enumerate(found.pages, 1):
        place = tr("ask.place", document=hit.document, page=hit.page)
        result(f"{rank:3}. {place}  ({messages.number(hit.score, language(), 3)})")
    if not found.pages:
        result(tr("search.none"))
    if found.verdict.reason:
        say(messages.reason(found.verdict.reason, language(), found.verdict.detail))
