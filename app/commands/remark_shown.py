"""One remark in the terminal: what was said, why the answer failed, what it taught, how it went."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app import evidence_told
from app.console import language, result, tr
from app.remarking import state_told

if TYPE_CHECKING:
    from mlops.store import Store


def tell_details(store: Store, found: dict[str, Any]) -> None:
    """Everything but the first lines.

    Args:
        store: the record.
        found: as ``mlops.feedback.show`` gives it.
    """
    for one in found["diagnoses"]:
        result(
            tr(
                "diagnose.one",
                cause=evidence_told.cause(one["cause"], one["detail"], language()),
                page=place(one["evidence"]),
                remedy=tr(f"remedy.{one['remedy']}"),
            )
        )
    _tell_said(store, found)
    for name, kind, id_of in (
        ("entries", "entry", "entry_id"),
        ("words", "word", "fix_id"),
        ("rules", "rule", "rule_id"),
    ):
        for one in found[name]:
            values = {"kind": tr(f"learned.{kind}"), "id": one[id_of][:8]}
            result(tr("feedback.taught", state=state_told(one, language()), **values))
    for one in found["rechecks"]:
        key = "right" if one["right"] else "wrong"
        rank = tr("feedback.asked.rank", rank=one["rank"]) if one["rank"] else ""
        outcome = tr(f"feedback.asked.{one['outcome']}")
        values = {"release": one["release_id"][:8], "outcome": outcome, "rank": rank}
        result(tr(f"feedback.asked.{key}", **values))


def _tell_said(store: Store, found: dict[str, Any]) -> None:
    """The pages that were marked, and what was wanted."""
    names = {row.document_id: row.name for row in store.sources(present=False)}
    for mark in found["marks"] or ():
        key = "feedback.mark.right" if mark["right"] else "feedback.mark.wrong"
        document = names.get(mark["document_id"], mark["document_id"][:12])
        result(tr(key, document=document, page=mark["index"] + 1))
    if found["wanted"]:
        key = "web.wanted_answer" if found["wanted"] == "answer" else "web.wanted_refusal"
        result(tr("feedback.wanted", told=tr(key)))


def place(evidence: dict[str, Any]) -> str:
    """« livre.pdf, 12 », or a dash."""
    if not evidence.get("document"):
        return "–"
    return f"{evidence['document']}, p. {evidence['page_number']}"
