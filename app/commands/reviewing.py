"""Of ``ragphoto feedback``: what waits for validation, and what is kept of a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.commands.opened import opened
from app.commands.options import HomeOption, JsonOption, LangOption
from app.console import Usage, result, result_json, tr

if TYPE_CHECKING:
    from mlops.store import Store
    from rag.settings import Home, Settings

BY = "editor"
ID = {"entry": "entry_id", "word": "fix_id", "synonym": "pair_id"}


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
            result(tr("feedback.reviewed", **found))


def _list(store: Store, *, as_json: bool) -> None:
    from mlops.learning import entries, vocabulary, words

    waiting = [
        *(("entry", row, f"{row['question']} → « {row['quote']} »")
          for row in entries.listing(store, "proposed")),
        *(("word", row, f"{row['before']} → {row['after']}")
          for row in words.listing(store, "proposed")),
        *(("synonym", row, f"{row['asked']} = {row['printed']}")
          for row in vocabulary.listing(store, "proposed")),
    ]  # fmt: skip
    if as_json:
        result_json([{"kind": kind, **row} for kind, row, _ in waiting])
        return
    for kind, row, what in waiting:
        name = str(row[ID[kind]])[:8]
        reason = f" [{row['reason']}]" if row.get("reason") else ""
        result(tr("feedback.waits", id=name, kind=tr(f"learned.{kind}"), what=what + reason))
    if not waiting:
        result(tr("feedback.nothing_waits"))


def _settle(
    home: Home, settings: Settings, store: Store, name: str, verdict: str, note: str
) -> dict[str, Any]:
    """Validate, refuse or withdraw what an id, or its beginning, names."""
    from mlops.learning import entries, vocabulary, words
    from mlops.learning.withdrawing import withdraw

    answers = [r["entry_id"] for r in entries.listing(store) if r["entry_id"].startswith(name)]
    fixes = [r["fix_id"] for r in words.listing(store) if r["fix_id"].startswith(name)]
    pairs = [r["pair_id"] for r in vocabulary.listing(store) if r["pair_id"].startswith(name)]
    if len(answers) + len(fixes) + len(pairs) != 1:
        raise Usage(tr("feedback.no_such", id=name))
    try:
        if pairs:
            done = vocabulary.review(store, pairs[0], by=BY, verdict=verdict, note=note)
            state = str(done["state"])
        elif fixes:
            state = words.review(store, fixes[0], by=BY, verdict=verdict, note=note).state
        elif verdict == "withdraw":
            state = withdraw(home, settings, store, answers[0], by=BY, note=note).state
        else:
            state = entries.review(store, answers[0], by=BY, verdict=verdict, note=note).state
    except entries.Refused as error:
        raise Usage(tr("learned.refused", code=error.code, why=error)) from error
    return {"id": [*answers, *fixes, *pairs][0], "state": state}


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
            raise Usage(tr("opt.feedback.words"))
        try:
            found = propose(
                store, open_engine(place, settings).release, document_id=document_id, index=index,
                first=int(first), last=int(last), after=printed, author=BY,
            )  # fmt: skip
        except Refused as error:
            raise Usage(tr("learned.refused", code=error.code, why=error)) from error
        if not found.fix_id:
            raise Usage(tr("learned.refused", code=found.reason, why=found.reason))
        if as_json:
            result_json({"id": found.fix_id, "state": found.state, "reason": found.reason})
        else:
            result(tr("feedback.reviewed", id=found.fix_id[:8], state=found.state))


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
            raise Usage(str(error)) from error
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
