"""``ragphoto diagnose``: why answers were bad, what to mend first, what to acquire."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from app import evidence_told, page_rules
from app.commands.feedback import find
from app.commands.opened import opened
from app.commands.options import HomeOption, JsonOption, LangOption
from app.commands.remark_shown import place
from app.console import language, result, result_json, tr

if TYPE_CHECKING:
    from mlops.diagnosis.causes import Diagnosis
    from mlops.store import Store


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("diagnose", help=tr("help.diagnose"))(diagnose)


def diagnose(
    remark: Annotated[
        str | None, typer.Argument(help=tr("opt.diagnose.id"), show_default=False)
    ] = None,
    home: HomeOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """One remark with its evidence, or all those that wait, grouped."""
    with opened(home) as (at, settings, store):
        from mlops import diagnosis

        if remark is not None:
            wanted = find(store, remark)
            row = next(r for r in store.feedback() if r["feedback_id"] == wanted)
            one = diagnosis.diagnose(at, settings, store, row)
            if as_json:
                result_json(one)
            else:
                tell(one)
            return
        from mlops.diagnosis.grouping import acquisitions, priorities
        from mlops.learning import rules
        from mlops.releases import champion_id
        from rag.index.release import Release

        looked_at = diagnosis.run(at, settings, store)
        if (champion := champion_id(store)) is not None:
            rules.mine(store, Release.open(at.releases / champion))
        groups, topics = priorities(store), acquisitions(store)
        if as_json:
            waiting = rules.listing(store, "proposed")
            result_json({"priorities": groups, "acquisitions": topics, "rules": waiting})
            return
        result(tr("diagnose.looked_at", count=len(looked_at)))
        if groups:
            result(tr("diagnose.first"))
        for group in groups:
            _tell_group(group)
        if not groups:
            result(tr("diagnose.nothing"))
        _tell_rules(store)
        if topics:
            result(tr("diagnose.acquire"))
            for topic in topics:
                result(tr("diagnose.topic", count=topic.count, topic=topic.topic))


def tell(one: Diagnosis) -> None:
    """The cause, the page, the remedy, then the evidence."""
    result(
        tr(
            "diagnose.one",
            cause=evidence_told.cause(one.cause, one.detail, language()),
            page=place(one.evidence),
            remedy=tr(f"remedy.{one.remedy}"),
        )
    )
    for name, value in evidence_told.told(one.evidence, language()):
        result(f"    {tr('evidence.label', name=name, value=value)}")


def _tell_rules(store: Store) -> None:
    """What an editor can accept now, with what to type."""
    from mlops.learning import rules

    waiting = rules.listing(store, "proposed")
    names = {row.document_id: row.name for row in store.sources()}
    if waiting:
        result(tr("diagnose.rules"))
    for row in waiting:
        told = page_rules.told(row, names, language())
        result(tr("diagnose.rule", id=row["rule_id"][:8], what=told))


def _tell_group(group: Any) -> None:
    values = {"cause": tr(f"cause.{group.cause}"), "remedy": tr(f"remedy.{group.remedy}")}
    gain = f"{group.gain:g}"
    result(tr("diagnose.group", count=group.count, page=group.name or "–", gain=gain, **values))
    for question in group.questions[:3]:
        result(tr("diagnose.example", question=question))
