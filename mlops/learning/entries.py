"""Validated answers as rows: proposed, checked against the page, agreed to, withdrawn one by one.

Two things are wanted before an answer is served: the page says it (``rag.pointing``), and a second
person or an editor agrees. Nobody agrees with themselves; what is contradicted waits for an editor.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from mlops import store_tables as t
from mlops.learning.pagekeys import page_key
from mlops.store import MAX_TEXT, Store, now
from rag.errors import RagError
from rag.index.release import Release
from rag.pointing import point
from rag.retrieve.memory import bare

log = logging.getLogger(__name__)

EDITOR = "editor"  # somebody at the command line, or with a key
LONGEST = 2000  # characters of a question
WAITING = 30  # proposals of one person that may wait at once
IN_FORCE = 200  # validated answers of one person
WORDINGS = 20  # ways of asking one thing
VERDICTS = {"validate": "validated", "refuse": "refused", "withdraw": "withdrawn"}
UNPROVED = ("page_does_not_say", "quote_not_there", "page_absent", "document_deleted")


class Refused(RagError):
    """What a person wants of something learned cannot be done; ``code`` says why."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What became of a proposal; ``reason`` is "" or a code."""

    entry_id: str
    state: str
    reason: str = ""


def propose(
    store: Store,
    release: Release,
    *,
    question: str,
    answer: str,
    document_id: str,
    index: int,
    quote: str = "",
    wordings: Sequence[str] = (),
    author: str = "",
    feedback_id: str | None = None,
) -> Proposal:
    """Propose that a page answers a question; the same from a second person validates it.

    Args:
        store: the record.
        release: where the page is looked at.
        question: as it was asked.
        answer: what the person says the answer is; "" when they only point at the page.
        document_id: of the page.
        index: of the page, from 0.
        quote: the printed words that prove it, when they were given.
        wordings: other ways of asking it.
        author: who says so; "" for nobody known, who can be agreed with and agrees with nobody.
        feedback_id: where it was said.

    Raises:
        Refused: an empty or endless text ("empty", "too_long"), or too many of that person wait.
    """
    asked, said = cleaned(question), cleaned(answer)
    if not bare(asked):
        raise Refused("an empty question teaches nothing", code="empty")
    if len(asked) > LONGEST or len(said) > MAX_TEXT:
        raise Refused(f"{len(asked)} characters: want {LONGEST} at most", code="too_long")
    proof = point(release, document_id, index, question=asked, answer=said, quote=quote)
    reason = "document_deleted" if document_id in _deleted(store) else proof.reason
    entry_id = identity(asked, document_id, index)
    values = {
        "entry_id": entry_id, "at": now(), "feedback_id": feedback_id, "question": asked,
        "wordings": _distinct(asked, wordings), "answer": said, "document_id": document_id,
        "page_index": index, "quote": proof.quotation,
        "page_key": page_key(release, document_id, index), "author": author,
        "state": "refused" if reason in UNPROVED else "proposed", "reason": reason,
    }  # fmt: skip
    with store.write() as connection:
        known = _row(connection, entry_id)
        if known is not None:
            return _met_again(connection, known, values)
        _check_caps(connection, author)
        connection.execute(sa.insert(t.entries).values(**values))
        if author == EDITOR and not reason:
            return _validated(connection, {**values}, EDITOR)
    return Proposal(entry_id, str(values["state"]), reason)


def _met_again(
    connection: sa.Connection, known: Mapping[str, Any], values: Mapping[str, Any]
) -> Proposal:
    """A second person says the same: that is agreement. The same person says nothing new."""
    proved = not values["reason"]
    revived = known["state"] in ("proposed", "refused", "expired") and known["reason"] in (
        *UNPROVED, "unproved", "page_changed", "page_gone",
    )  # fmt: skip
    revived |= values["author"] == EDITOR and known["state"] != "validated"  # they may overrule
    if revived and not values["reason"]:  # it was not proved before, and now it is
        kept = ("answer", "quote", "page_key", "author", "state", "reason", "feedback_id")
        _update(connection, known["entry_id"], {name: values[name] for name in kept})
        known = {**known, **{name: values[name] for name in kept}}
        if values["author"] == EDITOR:
            return _validated(connection, known, EDITOR)
    elif known["state"] == "proposed" and proved and _other(known["author"], values["author"]):
        return _validated(connection, known, str(values["author"]))
    return Proposal(known["entry_id"], known["state"], known["reason"])


def review(store: Store, entry_id: str, *, by: str, verdict: str, note: str = "") -> Proposal:
    """Validate, refuse, withdraw or restore an entry; every word is kept in ``reviews``.

    Args:
        store: the record.
        entry_id: which.
        by: an author other than its own, or "editor".
        verdict: "validate", "refuse", "withdraw" (its author too may), or "restore" (an editor).
        note: why, in their words.

    Raises:
        Refused: ("unknown", "own", "unproved", "not_yours", "verdict") it cannot be done.
    """
    with store.write() as connection:
        row = _row(connection, entry_id)
        if row is None:
            raise Refused(f"no entry {entry_id!r}", code="unknown")
        _may(row, by, verdict)
        if verdict == "validate":
            found = _validated(connection, row, by, note)
        else:
            state = "proposed" if verdict == "restore" else VERDICTS[verdict]
            _update(connection, entry_id, {"state": state, "reason": ""})
            note_review(connection, "entry", entry_id, by, verdict, note)
            found = Proposal(entry_id, state)
    log.info("entry %s: %s by %s", entry_id, found.state, by.split(":")[0])
    return found


def _may(row: Mapping[str, Any], by: str, verdict: str) -> None:
    if verdict not in (*VERDICTS, "restore"):
        raise Refused(f"verdict {verdict!r}: want {', '.join(VERDICTS)} or restore", code="verdict")
    if not by:
        raise Refused("nobody known cannot review", code="not_yours")
    own = by == row["author"]
    if verdict == "validate":
        if own and by != EDITOR:
            raise Refused("nobody validates their own answer: a second person must", code="own")
        if row["reason"] in UNPROVED:
            raise Refused(f"the page does not prove it ({row['reason']})", code="unproved")
        if row["state"] not in ("proposed", "validated"):
            raise Refused(f"it is {row['state']}: an editor restores it first", code="state")
    elif verdict == "restore" and by != EDITOR:
        raise Refused("only an editor restores", code="not_yours")
    elif verdict in ("withdraw", "refuse") and not own and by != EDITOR:
        raise Refused("its author or an editor", code="not_yours")


def _validated(
    connection: sa.Connection, row: Mapping[str, Any], by: str, note: str = ""
) -> Proposal:
    """Put in force, unless it contradicts what is in force and no editor says which is right."""
    rivals = _rivals(connection, row)
    if rivals and by != EDITOR:
        _update(connection, row["entry_id"], {"reason": "contradicted"})
        note_review(connection, "entry", row["entry_id"], by, "contradicted", rivals[0])
        return Proposal(row["entry_id"], "proposed", "contradicted")
    _update(
        connection,
        row["entry_id"],
        {"state": "validated", "reason": "", "validated_by": by, "validated_at": now()},
    )
    note_review(connection, "entry", row["entry_id"], by, "validate", note)
    return Proposal(row["entry_id"], "validated")


_bare = lru_cache(maxsize=10_000)(bare)  # each is compared with every other


def _rivals(connection: sa.Connection, row: Mapping[str, Any]) -> list[str]:
    """Entries that point elsewhere for the same question: validated, or proposed by others."""
    mine, entry = _bare(row["question"]), t.entries.c
    columns = entry.entry_id, entry.question, entry.reason, entry.state, entry.author
    query = sa.select(*columns).where(
        entry.entry_id != row["entry_id"], entry.state.in_(("validated", "proposed"))
    )
    return [
        other["entry_id"]
        for other in connection.execute(query).mappings()
        if _bare(other["question"]) == mine
        and other["reason"] not in UNPROVED
        and (other["state"] == "validated" or _other(other["author"], row["author"]))
    ]


def listing(store: Store, state: str | None = None) -> list[dict[str, Any]]:
    """The entries, oldest first; only those in one state when it is given."""
    query = sa.select(t.entries).order_by(t.entries.c.at, t.entries.c.entry_id)
    if state is not None:
        query = query.where(t.entries.c.state == state)
    with store.read() as connection:
        return [dict(row) for row in connection.execute(query).mappings()]


def add_wording(store: Store, entry_id: str, wording: str, *, by: str) -> list[str]:
    """Accept another way of asking an entry's question; returns all of them.

    Raises:
        Refused: no such entry, an empty text, not an editor, or there are ``WORDINGS`` already.
    """
    if by != EDITOR:
        raise Refused("an editor accepts wordings", code="not_yours")
    with store.write() as connection:
        row = _row(connection, entry_id)
        if row is None:
            raise Refused(f"no entry {entry_id!r}", code="unknown")
        if not bare(cleaned(wording)):
            raise Refused("an empty question teaches nothing", code="empty")
        wordings = _distinct(row["question"], [*row["wordings"], wording])
        _update(connection, entry_id, {"wordings": wordings})
        note_review(connection, "entry", entry_id, by, "wording", cleaned(wording))
    return wordings


def identity(question: str, document_id: str, index: int) -> str:
    """Name a question and its page: whoever says so, whenever."""
    text = f"{bare(question)}\n{document_id}\n{index}"
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def cleaned(text: str) -> str:
    """A person's text without control characters, blanks made one."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def note_review(
    connection: sa.Connection, kind: str, subject: str, author: str, verdict: str, note: str
) -> None:
    """Keep who said what of something learned."""
    connection.execute(
        sa.insert(t.reviews).values(
            at=now(), kind=kind, subject=subject, author=author, verdict=verdict,
            note=cleaned(note)[:500],
        )
    )  # fmt: skip


def _distinct(question: str, wordings: Sequence[str]) -> list[str]:
    """Each other wording once, the question itself left out."""
    found: dict[str, str] = {}
    for text in map(cleaned, wordings):
        if bare(text) and bare(text) != bare(question) and len(text) <= LONGEST:
            found.setdefault(bare(text), text)
    return list(found.values())[:WORDINGS]


def _other(one: str, two: str) -> bool:
    """Whether these are two persons, both known."""
    return bool(one) and bool(two) and one != two


def _row(connection: sa.Connection, entry_id: str) -> dict[str, Any] | None:
    query = sa.select(t.entries).where(t.entries.c.entry_id == entry_id)
    row = connection.execute(query).mappings().first()
    return None if row is None else dict(row)


def _update(connection: sa.Connection, entry_id: str, values: Mapping[str, Any]) -> None:
    same = t.entries.c.entry_id == entry_id
    connection.execute(sa.update(t.entries).where(same).values(**values))


def _check_caps(connection: sa.Connection, author: str) -> None:
    if author == EDITOR:
        return
    query = (
        sa.select(t.entries.c.state, sa.func.count())
        .where(t.entries.c.author == author)
        .group_by(t.entries.c.state)
    )
    counts = {state: int(count) for state, count in connection.execute(query).all()}
    if counts.get("proposed", 0) >= WAITING or counts.get("validated", 0) >= IN_FORCE:
        raise Refused(
            f"{counts.get('proposed', 0)} proposals of this person wait already: an editor must "
            "look at them first",
            code="too_many",
        )


def _deleted(store: Store) -> frozenset[str]:
    from mlops.deletion import removed_in

    return removed_in(store)
