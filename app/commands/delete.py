"""``ragphoto delete``: a document that must not be cited any more, from the next question on."""

from __future__ import annotations

from typing import Annotated

import typer

from app.commands import completion
from app.commands.options import HomeOption, JsonOption, LangOption
from app.console import open_home, result, result_json, told_in_words, tr


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("delete", help=tr("help.delete"))(delete)


def delete(
    document: Annotated[
        str,
        typer.Argument(
            help=tr("opt.document"), show_default=False, autocompletion=completion.documents
        ),
    ],
    undo: Annotated[bool, typer.Option("--undo", help=tr("opt.undo"))] = False,
    home: HomeOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Delete, or bring back."""
    with told_in_words(home):
        from mlops import deletion

        place, _ = open_home(home)
        row = deletion.undo(place, document) if undo else deletion.delete(place, document)
        if as_json:
            result_json({"document_id": row.document_id, "name": row.name, "deleted": not undo})
        else:
            result(tr("delete.undone" if undo else "delete.done", name=row.name))
