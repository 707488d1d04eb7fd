"""Rules of pages as rows: read this page otherwise, keep these words in one passage.

A diagnosis that finds what was lost (another reading of the image has the words; no passage holds a
run of the page) proposes one, with its evidence. An editor puts it in force: stage 2 then takes the
other reading of that page, stage 4 does not cut there, and the release that comes of it passes the
gate like any other. A rule speaks of one page of one file: another file is another page. One that
names words expires with the reading that it counts them in. Each is withdrawn alone, and leaves
nothing behind.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from mlops import store_tables as t
from mlops.learning.entries import EDITOR, VERDICTS, Refused, note_review
from mlops.learning.pagekeys import page_key
from mlops.store import Store, now
from rag.index.release import Release

log = logging.getLogger(__name__)

KIND = "rule"  # in the table of reviews
READING, JOIN = "reading", "join"
MOST = 200  # rules that wait at once
CHANGED = "page_changed"
STANDING = ("proposed", "validated")


def mine(store: Store, release: Release) -> list[dict[str, Any]]:
    """Propose what the diagnoses of remarks in force found a way to mend; returns the new ones.

    Args:
        store: the record.
        release: in service; a page that it does not hold is left.
    """
    known = {row["rule_id"] for row in listing(store)}
    room = MOST - len(listing(store, "proposed"))
    made: dict[str, dict[str, Any]] = {}
    for row in _diagnosed(store):
        remedy = row["evidence"].get("remedy")
        place = row["evidence"].get("document_id"), row["evidence"].get("page_index")
        if not remedy or place[0] not in release.numbers or not isinstance(place[1], int):
            continue
        rule = _rule(release, row, str(place[0]), place[1], remedy)
        if rule["rule_id"] not in known:
            made.setdefault(rule["rule_id"], rule)
    new = list(made.values())[: max(0, room)]
    with store.write() as connection:
        for rule in new:
            connection.execute(sa.insert(t.page_rules).values(**rule))
    return new


def _rule(
    release: Release, row: Mapping[str, Any], document_id: str, index: int,
    remedy: Mapping[str, Any],
) -> dict[str, Any]:  # fmt: skip
    what = {k: v for k, v in remedy.items() if k in ("engine", "scale", "first", "last", "text")}
    return {
        "rule_id": identity(document_id, index, str(remedy["kind"]), what), "at": now(),
        "kind": str(remedy["kind"]), "feedback_id": row["feedback_id"],
        "document_id": document_id, "page_index": index, "what": what,
        "evidence": {
            "question": row["question"], "cause": row["cause"],
            "found": list(remedy.get("found") or ()),
        },
        "page_key": page_key(release, document_id, index), "author": "",
        "state": "proposed", "reason": "",
    }  # fmt: skip


def identity(document_id: str, index: int, kind: str, what: Mapping[str, Any]) -> str:
    """Name a rule by the page and what it asks: whoever's remark led to it."""
    text = json.dumps([document_id, index, kind, dict(what)], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def _diagnosed(store: Store) -> Iterator[dict[str, Any]]:
    """The last diagnosis of each remark in force, with its question."""
    query = (
        sa.select(t.diagnoses, t.feedback.c.question)
        .join(t.feedback, t.feedback.c.feedback_id == t.diagnoses.c.feedback_id)
        .where(t.feedback.c.withdrawn_at.is_(None))
        .order_by(t.diagnoses.c.id)
    )
    with store.read() as connection:
        rows = connection.execute(query).mappings().all()
    yield from {row["feedback_id"]: dict(row) for row in rows}.values()


def review(store: Store, rule_id: str, *, by: str, verdict: str, note: str = "") -> dict[str, Any]:
    """Validate, refuse, withdraw or restore a rule; an editor does.

    One reading of a page is in force at a time: the one validated last takes the place.

    Raises:
        Refused: ("unknown", "not_yours", "verdict", "state") it cannot be done.
    """
    if by != EDITOR:
        raise Refused("an editor decides how a page is read", code="not_yours")
    if verdict not in (*VERDICTS, "restore"):
        raise Refused(f"verdict {verdict!r}: want {', '.join(VERDICTS)} or restore", code="verdict")
    state = VERDICTS.get(verdict, "proposed")
    with store.write() as connection:
        query = sa.select(t.page_rules).where(t.page_rules.c.rule_id == rule_id)
        row = connection.execute(query).mappings().first()
        if row is None:
            raise Refused(f"no rule {rule_id!r}", code="unknown")
        if verdict == "validate" and row["state"] not in STANDING:
            raise Refused(f"it is {row['state']}: restore it first", code="state")
        if verdict == "validate" and row["kind"] == READING:
            for rival in _rivals(connection, row):
                _set(connection, rival, {"state": "withdrawn", "reason": "superseded"})
                note_review(connection, KIND, rival, by, "withdraw", f"superseded by {rule_id}")
        values = {"state": state, "reason": "", "validated_by": by, "validated_at": now()}
        _set(connection, rule_id, values)
        note_review(connection, KIND, rule_id, by, verdict, note)
    log.info("rule %s: %s", rule_id, state)
    return {"rule_id": rule_id, "state": state}


def _rivals(connection: sa.Connection, row: sa.RowMapping) -> list[str]:
    rules = t.page_rules.c
    query = sa.select(rules.rule_id).where(
        rules.rule_id != row["rule_id"], rules.document_id == row["document_id"],
        rules.page_index == row["page_index"], rules.kind == row["kind"],
        rules.state == "validated",
    )  # fmt: skip
    return list(connection.scalars(query))


def listing(store: Store, state: str | None = None) -> list[dict[str, Any]]:
    """The rules, oldest first; only those in one state when it is given."""
    query = sa.select(t.page_rules).order_by(t.page_rules.c.at, t.page_rules.c.rule_id)
    if state is not None:
        query = query.where(t.page_rules.c.state == state)
    with store.read() as connection:
        return [dict(row) for row in connection.execute(query).mappings()]


def in_force(store: Store, kind: str) -> dict[str, list[dict[str, Any]]]:
    """The rules of a kind that were validated, those that expired with their page among them.

    Returns:
        Document id → its rules, by page.
    """
    rules = t.page_rules.c
    expired = (rules.state == "expired") & (rules.reason == CHANGED)
    query = (
        sa.select(t.page_rules)
        .where(rules.kind == kind, (rules.state == "validated") | expired)
        .order_by(rules.document_id, rules.page_index, rules.rule_id)
    )
    found: dict[str, list[dict[str, Any]]] = {}
    with store.read() as connection:
        for row in connection.execute(query).mappings():
            found.setdefault(str(row["document_id"]), []).append(dict(row))
    return found


def note_places(store: Store, rows: Iterable[Mapping[str, Any]], good: set[str]) -> None:
    """Keep which rules expired with their page, and which a page as it was brings back."""
    for row in rows:
        state = "validated" if row["rule_id"] in good else "expired"
        if row["state"] == state:
            continue
        reason = "" if state == "validated" else CHANGED
        with store.write() as connection:
            _set(connection, str(row["rule_id"]), {"state": state, "reason": reason})
            note_review(connection, KIND, str(row["rule_id"]), "", state, reason)
        log.info("rule %s: %s", row["rule_id"], state)


def _set(connection: sa.Connection, rule_id: str, values: Mapping[str, Any]) -> None:
    same = t.page_rules.c.rule_id == rule_id
    connection.execute(sa.update(t.page_rules).where(same).values(**values))
