"""Corrected words as rows: proposed on the words of a page, agreed to, withdrawn one by one.

A fix speaks of words as they were read; it is laid over the reading when its release is made
(``rag.correct.overlay``), once an editor or a second person says the same. Two who say different
things of one place wait for an editor; what a page read otherwise says is not what was corrected.
"""

from __future__ import annotations

import hashlib
import logging
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from mlops import clock
from mlops import store_tables as t
from mlops.learning.entries import EDITOR, Refused, note_review
from mlops.learning.pagekeys import page_key
from mlops.store import Store, now
from rag.correct.learned import core
from rag.correct.overlay import words_read, words_shown
from rag.index.release import Release

log = logging.getLogger(__name__)

KIND = "word"  # in the table of reviews
LONGEST = 80  # characters of what is printed there
WORDS = 6  # of the page, that one fix may speak of
SPECK = 3  # characters that may be erased as no word at all
DAILY = 200  # fixes of one person in 24 hours
STANDING = ("proposed", "validated")
VERDICTS = {"validate": "validated", "refuse": "refused", "withdraw": "withdrawn"}


@dataclass(frozen=True, slots=True)
class Place:
    """``words[first:last]`` of a page, in reading order."""

    document_id: str
    index: int  # of the page, from 0
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """What became of a fix; ``reason`` is "" or a code."""

    fix_id: str
    state: str
    reason: str = ""


def propose(
    store: Store,
    release: Release,
    *,
    document_id: str,
    index: int,
    first: int,
    last: int,
    after: str,
    before: str = "",
    author: str = "",
    feedback_id: str | None = None,
    like: str | None = None,
) -> Proposal:
    """Propose what is printed at words of a page; the same from a second person validates it.

    Args:
        store: the record.
        release: where the words are looked at.
        document_id: of the page.
        index: of the page, from 0.
        first: ``words[first:last]`` of the page, in reading order.
        last: see ``first``.
        after: what is printed; "" when there is nothing but a speck.
        before: what the person saw there, where they say so: it must be what stands there.
        author: who says so; "" for nobody known, who can be agreed with and agrees with nobody.
        feedback_id: where it was said.
        like: the fix that this one was proposed after.

    Raises:
        Refused: ("too_long", "not_printable", "empty", "too_many") nothing is kept of it.
    """
    said = cleaned(after)
    place = Place(document_id, index, first, last)
    read, reason = _looked_at(store, release, place, said, before)
    if reason:
        return Proposal("", "refused", reason)
    if not said and len(read.replace(" ", "")) > SPECK:
        raise Refused(f"{read!r} is more than a speck: say what is printed", code="empty")
    key = page_key(release, document_id, index)
    values: dict[str, Any] = {
        "fix_id": identity(place, key, said), "at": now(),
        "feedback_id": feedback_id, "document_id": document_id, "page_index": index,
        "first": first, "last": last, "before": read, "after": said, "page_key": key,
        "author": author, "state": "proposed", "reason": "", "like": like,
    }  # fmt: skip
    with store.write() as connection:
        known = _row(connection, values["fix_id"])
        if known is not None:
            return _met_again(connection, known, author)
        _check_cap(connection, author)
        _replace_own(connection, values)
        connection.execute(sa.insert(t.word_fixes).values(**values))
        _settle(connection, values)
        if author == EDITOR:
            return _validated(connection, values, EDITOR)
        return _told(connection, values["fix_id"])


def _looked_at(
    store: Store, release: Release, place: Place, said: str, before: str
) -> tuple[str, str]:
    """The words as read, and why nothing can be said of them ("" when it can)."""
    from mlops.deletion import removed_in

    done = release.page(place.document_id, place.index)
    if place.document_id in removed_in(store):
        return "", "document_deleted"
    if done is None:
        return "", "page_absent"
    read = words_read(done.page, place.first, place.last)
    if not read or place.last - place.first > WORDS:
        return "", "words_absent"
    shown = cleaned(words_shown(done, place.first, place.last))
    if before and cleaned(before) not in (cleaned(read), shown):
        return read, "other_words"
    return read, "unchanged" if said == shown else ""


def cleaned(text: str) -> str:
    """What a person typed, composed and on one line.

    Raises:
        Refused: ("too_long", "not_printable") it is no word of a page.
    """
    said = " ".join(unicodedata.normalize("NFC", text).split())
    if len(said) > LONGEST:
        raise Refused(f"{len(said)} characters: want {LONGEST} at most", code="too_long")
    if not said.isprintable():
        raise Refused("control characters are not printed on a page", code="not_printable")
    return said


def identity(place: Place, key: str, after: str) -> str:
    """Name what is said of some words of a page as it was read: whoever says so, whenever."""
    text = "\n".join((place.document_id, str(place.index), str(place.first), str(place.last),
                      key, after))  # fmt: skip
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def review(store: Store, fix_id: str, *, by: str, verdict: str, note: str = "") -> Proposal:
    """Validate, refuse, withdraw or restore a fix; every word is kept in ``reviews``.

    Args:
        store: the record.
        fix_id: which.
        by: an author other than its own, or "editor".
        verdict: "validate", "refuse", "withdraw" (its author too may), or "restore" (an editor).
        note: why, in their words.

    Raises:
        Refused: ("unknown", "own", "not_yours", "verdict", "state") it cannot be done.
    """
    with store.write() as connection:
        row = _row(connection, fix_id)
        if row is None:
            raise Refused(f"no corrected word {fix_id!r}", code="unknown")
        _may(row, by, verdict)
        if verdict == "validate":
            found = _validated(connection, row, by, note)
        else:
            state = "proposed" if verdict == "restore" else VERDICTS[verdict]
            _update(connection, fix_id, {"state": state, "reason": ""})
            note_review(connection, KIND, fix_id, by, verdict, note)
            _settle(connection, row)
            found = _told(connection, fix_id)
    log.info("corrected word %s: %s by %s", fix_id, found.state, by.split(":")[0])
    return found


def listing(store: Store, state: str | None = None) -> list[dict[str, Any]]:
    """The corrected words, oldest first; only those in one state when it is given."""
    query = sa.select(t.word_fixes).order_by(t.word_fixes.c.at, t.word_fixes.c.fix_id)
    if state is not None:
        query = query.where(t.word_fixes.c.state == state)
    with store.read() as connection:
        return [dict(row) for row in connection.execute(query).mappings()]


def of_page(store: Store, release: Release, document_id: str, index: int) -> list[dict[str, Any]]:
    """What stands (proposed or validated) about a page as this release reads it, oldest first."""
    fixes = t.word_fixes.c
    query = sa.select(t.word_fixes).where(
        fixes.document_id == document_id, fixes.page_index == index, fixes.state.in_(STANDING),
        fixes.page_key == page_key(release, document_id, index),
    ).order_by(fixes.at, fixes.fix_id)  # fmt: skip
    with store.read() as connection:
        return [dict(row) for row in connection.execute(query).mappings()]


def _may(row: Mapping[str, Any], by: str, verdict: str) -> None:
    if verdict not in (*VERDICTS, "restore"):
        raise Refused(f"verdict {verdict!r}: want {', '.join(VERDICTS)} or restore", code="verdict")
    if not by:
        raise Refused("nobody known cannot review", code="not_yours")
    own = by == row["author"]
    if verdict == "validate":
        if own and by != EDITOR:
            raise Refused("nobody validates their own word: a second person must", code="own")
        if row["state"] not in STANDING:
            raise Refused(f"it is {row['state']}: an editor restores it first", code="state")
    elif by != EDITOR and (verdict == "restore" or not own):
        raise Refused("its author or an editor", code="not_yours")


def _met_again(connection: sa.Connection, known: Mapping[str, Any], author: str) -> Proposal:
    """A second person says the same: that is agreement.

    Its author may say again what they took back; nobody unsays a refusal by repeating.
    """
    fix_id = str(known["fix_id"])
    if known["state"] == "withdrawn" and (author == EDITOR or author == known["author"] != ""):
        _update(connection, fix_id, {"state": "proposed", "reason": ""})
        note_review(connection, KIND, fix_id, author, "again", "")
        _settle(connection, known)
        return (
            _validated(connection, known, EDITOR) if author == EDITOR else _told(connection, fix_id)
        )
    if known["state"] == "proposed" and author and author != known["author"]:
        return _validated(connection, known, author)
    return Proposal(fix_id, known["state"], known["reason"])


def _validated(
    connection: sa.Connection, row: Mapping[str, Any], by: str, note: str = ""
) -> Proposal:
    """Put in force, unless something else is said of these words and no editor says which."""
    fix_id = str(row["fix_id"])
    rivals = _rivals(connection, row)
    why = "contradicted" if rivals else "" if _settled(row, by) else "needs_editor"
    if why and by != EDITOR:
        _update(connection, fix_id, {"reason": why})
        note_review(connection, KIND, fix_id, by, why, note)
        return Proposal(fix_id, str(row["state"]), why)
    for rival in rivals:
        state = "refused" if rival["state"] == "proposed" else "withdrawn"
        _update(connection, rival["fix_id"], {"state": state, "reason": "superseded"})
        note_review(connection, KIND, rival["fix_id"], by, state, f"superseded by {fix_id}")
    standing = {"state": "validated", "reason": "", "validated_by": by, "validated_at": now()}
    _update(connection, fix_id, standing)
    note_review(connection, KIND, fix_id, by, "validate", note)
    return Proposal(fix_id, "validated")


def _settled(row: Mapping[str, Any], by: str) -> bool:
    """Whether two who are known only by a cookie are enough: not to put another word there.

    Nor another figure: « 2 grammes » read as it is printed, a dose would be one letter away.
    """
    if any(who == EDITOR or who.startswith("user:") for who in (str(row["author"]), by)):
        return True
    before, after = str(row["before"]), str(row["after"])
    return _figures(before) == _figures(after) and likely(before, after)


def _figures(text: str) -> list[str]:
    return [character for character in text if character.isnumeric()]


def likely(before: str, after: str) -> bool:
    """Whether the one may have been read where the other is printed: half of it at least."""
    from rapidfuzz.distance import Levenshtein

    if not after:
        return len(before.replace(" ", "")) <= SPECK
    a, b = core(before).lower(), core(after).lower()
    return Levenshtein.distance(a, b) <= max(1, min(len(a), len(b)) // 2)


def _rivals(connection: sa.Connection, row: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """What else people say of these words, or of some of them; what the program guesses is none."""
    fixes = t.word_fixes.c
    query = sa.select(t.word_fixes).where(
        fixes.fix_id != row["fix_id"], fixes.document_id == row["document_id"],
        fixes.page_index == row["page_index"], fixes.page_key == row["page_key"],
        fixes.first < row["last"], fixes.last > row["first"], fixes.state.in_(STANDING),
        fixes.like.is_(None) | (fixes.state == "validated"),
    )  # fmt: skip
    return [dict(other) for other in connection.execute(query).mappings()]


def _replace_own(connection: sa.Connection, row: Mapping[str, Any]) -> None:
    """Who says something else of the same words takes back what they said before."""
    for rival in _rivals(connection, row):
        if rival["author"] == row["author"] != "" and rival["state"] == "proposed":
            _update(connection, rival["fix_id"], {"state": "withdrawn", "reason": "replaced"})
            note_review(connection, KIND, rival["fix_id"], row["author"], "withdraw", "replaced")


def _settle(connection: sa.Connection, row: Mapping[str, Any]) -> None:
    """Say of each fix that waits at these words whether another contradicts it."""
    for one in [row, *_rivals(connection, row)]:
        waiting = _row(connection, one["fix_id"])
        if waiting is not None and waiting["state"] == "proposed":
            reason = "contradicted" if _rivals(connection, waiting) else ""
            if waiting["reason"] in ("", "contradicted") and waiting["reason"] != reason:
                _update(connection, one["fix_id"], {"reason": reason})


def _told(connection: sa.Connection, fix_id: str) -> Proposal:
    row = _row(connection, fix_id)
    assert row is not None
    return Proposal(fix_id, str(row["state"]), str(row["reason"]))


def _row(connection: sa.Connection, fix_id: str) -> dict[str, Any] | None:
    query = sa.select(t.word_fixes).where(t.word_fixes.c.fix_id == fix_id)
    row = connection.execute(query).mappings().first()
    return None if row is None else dict(row)


def _update(connection: sa.Connection, fix_id: str, values: Mapping[str, Any]) -> None:
    same = t.word_fixes.c.fix_id == fix_id
    connection.execute(sa.update(t.word_fixes).where(same).values(**values))


def _check_cap(connection: sa.Connection, author: str) -> None:
    if author == EDITOR:
        return
    since = clock.stamp(clock.now() - timedelta(days=1))
    query = sa.select(sa.func.count()).where(
        t.word_fixes.c.author == author, t.word_fixes.c.at > since, t.word_fixes.c.like.is_(None)
    )
    if int(connection.scalar(query) or 0) >= DAILY:
        raise Refused(f"{DAILY} corrected words in a day: more tomorrow", code="too_many")
