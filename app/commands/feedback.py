"""``ragphoto feedback``: rate or correct an answer, or list what was received."""

from __future__ import annotations

from typing import Annotated

import typer

from app import messages
from app.commands.options import HomeOption, JsonOption, LangOption
from app.console import Usage, language, open_home, result, result_json, told_in_words, tr


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("feedback", help=tr("help.feedback"))(feedback)


def feedback(
    answer: Annotated[str | None, typer.Option("--answer", help=tr("opt.answer"))] = None,
    rating: Annotated[int | None, typer.Option("--rating", help=tr("opt.rating"))] = None,
    text: Annotated[str | None, typer.Option("--text", help=tr("opt.text"))] = None,
    correction: Annotated[
        str | None, typer.Option("--correction", help=tr("opt.correction"))
    ] = None,
    question: Annotated[
        str | None, typer.Option("--question", help=tr("opt.feedback_question"))
    ] = None,
    answer_text: Annotated[
        str | None, typer.Option("--answer-text", help=tr("opt.feedback_answer"))
    ] = None,
    home: HomeOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Submit with ``--rating``; list without."""
    with told_in_words(home):
        from mlops.store import Store

        place, _ = open_home(home)
        with Store(place) as store:
            if rating is None:
                tell([dict(row) for row in store.feedback()], as_json=as_json)
                return
            if not 1 <= rating <= 5:
                raise Usage(tr("feedback.bad_rating"))
            about = store.answer(answer) if answer else None
            if answer and about is None:
                raise Usage(tr("feedback.unknown_answer", answer_id=answer))
            if about is None and not (question and answer_text):
                raise Usage(tr("feedback.needs"))
            shown = about or {"question": question, "text": answer_text}
            said = shown["text"] or messages.text(f"outcome.{shown['outcome']}", language())
            feedback_id = store.record_feedback(
                question=str(shown["question"]),
                answer=str(said),
                rating=rating,
                text=text,
                corrected_answer=correction,
                answer_id=answer,
            )
        if as_json:
            result_json({"status": "success", "feedback_id": feedback_id})
        else:
            result(tr("feedback.saved"))


def tell(rows: list[dict[str, object]], *, as_json: bool) -> None:
    """What was received, oldest first."""
    if as_json:
        result_json(rows)
        return
    for row in rows:
        said = row.get("corrected_answer") or row.get("feedback_text") or ""
        result(f"{str(row['at'])[:16].replace('T', ' ')}  {row['rating']}/5  {row['question']}")
        if said:
            result(f"      {said}")
    if not rows:
        result(tr("feedback.none"))
