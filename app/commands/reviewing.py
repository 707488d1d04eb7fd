"""Of ``ragphoto feedback``: what waits for validation, and what is kept of a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from app import page_rules
from app.commands.opened import opened
from app.commands.options import HomeOption, JsonOption, LangOption
from app.console import Usage, language, result, result_json, tr
from app.messages import text_or
from app.remarking import cannot, state_told

if TYPE_CHECKING:
    from mlops.learning.entries import Refused
    from mlops.store import Store
    from rag.settings import Home, Settings

BY = "editor"
WHAT = {
    "entry": "{question} → « {quote} »",
    "word": "{before} → {after}",
    "synonym": "{asked} = {printed}",
}


def review(
    learned: Annotated[
        str | None, typer.Argument(help=tr("opt.feedback.learned"), show_default=False)
    ] = None,
    validate: Annotated[bool, typer.Option("--validate", help=tr("opt.feedback.validate"))] = False,
    refuse: Annotated[bool, typer.Option("--refuse", help=tr("opt.feedback.refuse"))] = False,
    withdraw: Annotated[bool, typer.Option("--withdraw", help=tr("opt.feedback.withdraw"))] = False,
    note: Annotated[str, typer.Option("--note", help=tr("opt.feedback.note"))] = "",
    home: HomeOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """List what waits, or settle one."""
    with opened(home) as (place, settings, store):
        chosen = [
            verdict
            for verdict, asked in (
                ("validate", validate),
                ("refuse", refuse),
                ("withdraw", withdraw),
            )
            if asked
        ]
        if learned is None or not chosen:
            _list(store, as_json=as_json)
            return
        found = _settle(place, settings, store, learned, chosen[0], note)
        if as_json:
            result_json(found)
        else:
            told = state_told(found, language())
            result(tr("feedback.reviewed", id=found["id"], state=told))


def _list(store: Store, *, as_json: bool) -> None:
    from mlops.learning import settling

    waiting = settling.listing(store, "proposed")
    if as_json:
        result_json([{"kind": one.kind, **one.row} for one in waiting])
        return
    names = {row.document_id: row.name for row in store.sources()}
    for one in waiting:
        code = one.row.get("reason")
        why = text_or(f"fate.why.{code}", "fate.why.other", language(), reason=code)
        reason = f" [{why}]" if code else ""
        values = {"id": one.id[:8], "kind": tr(f"learned.{one.kind}")}
        if one.kind == "rule":
            what = page_rules.told(one.row, names, language())
        else:
            what = WHAT[one.kind].format(**one.row)
        result(tr("feedback.waits", what=what + reason, **values))
    if not waiting:
        result(tr("feedback.nothing_waits"))


def _settle(
    home: Home, settings: Settings, store: Store, name: str, verdict: str, note: str
) -> dict[str, Any]:
    """Validate, refuse or withdraw what an id, or its beginning, names."""
    from mlops.learning import settling
    from mlops.learning.entries import Refused

    try:
        one = settling.find(store, name)
        state = settling.settle(home, settings, store, one, verdict, by=BY, note=note)
    except LookupError as error:
        raise Usage(tr("learned.none_under", id=name)) from error
    except Refused as error:
        raise Usage(_cannot(error)) from error
    return {"id": one.id, "state": state}


def _cannot(error: Refused | str) -> str:
    key, details = cannot(error)
    return tr(key, **details)


def word(
    page: Annotated[str, typer.Argument(help=tr("opt.feedback.word_page"), show_default=False)],
    words: Annotated[str, typer.Argument(help=tr("opt.feedback.words"), show_default=False)],
    printed: Annotated[str, typer.Argument(help=tr("opt.feedback.printed"), show_default=False)],
    home: HomeOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Correct words of a page; an editor's word is in force at the next release."""
    with opened(home) as (place, settings, store):
        from app.commands.named import page_named
        from mlops.learning.entries import Refused
        from mlops.learning.words import propose
        from mlops.serving import open_engine

        document_id, index = page_named(store, page)
        first, _, last = words.partition("-")
        if not (first.isdecimal() and last.isdecimal()):
            raise Usage(tr("feedback.words_form", value=words))
        try:
            found = propose(
                store, open_engine(place, settings).release, document_id=document_id, index=index,
                first=int(first), last=int(last), after=printed, author=BY,
            )  # fmt: skip
        except Refused as error:
            raise Usage(_cannot(error)) from error
        if not found.fix_id:
            raise Usage(_cannot(found.reason))
        if as_json:
            result_json({"id": found.fix_id, "state": found.state, "reason": found.reason})
        else:
            row = {"state": found.state, "reason": found.reason}
            result(tr("feedback.reviewed", id=found.fix_id[:8], state=state_told(row, language())))


def person(
    author: Annotated[str, typer.Argument(help=tr("opt.feedback.person"), show_default=False)],
    erase: Annotated[bool, typer.Option("--erase", help=tr("opt.feedback.erase"))] = False,
    home: HomeOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Give a person's data as JSON, or forget it."""
    with opened(home) as (place, _, store):
        from mlops import feedback as room
        from mlops.feedback.persons import erase_lines

        try:
            kept = room.export(store, author)
        except ValueError as error:
            raise Usage(tr("feedback.person_form", value=author)) from error
        if not erase:
            result_json(kept)
            return
        counts = room.erase(store, author)
        said = [row["feedback_id"] for row in kept["feedback"]]
        erase_lines(place.root / "mlops" / "feedback", author, said)
        if as_json:
            result_json(counts)
        else:
            told = ", ".join(f"{name} {count}" for name, count in counts.items())
            result(tr("feedback.erased", counts=told))
