"""Deleted means gone at the next question: tombstones by hash, and files that vanished."""

from __future__ import annotations

import difflib
import hashlib
import logging
from collections.abc import Iterable, Mapping

import sqlalchemy as sa

from mlops import store_tables as t
from mlops.store import SourceRow, Store, now
from rag.errors import TooManyVanished, UnknownDocument
from rag.records import Collection
from rag.settings import Home

log = logging.getLogger(__name__)

DELETED = "deleted"  # by a person; only undo() lifts it
VANISHED = "vanished"  # from the folder; lifted when the file is back
SHORTEST_ID = 8  # characters of a hash that name a document


def removed(home: Home) -> frozenset[str]:
    """The documents that must not answer. Creates nothing."""
    if not home.database.is_file():
        return frozenset()
    with Store(home) as store:
        return removed_in(store)


def removed_in(store: Store) -> frozenset[str]:
    """The same, on an open store: one small query."""
    query = sa.select(t.tombstones.c.document_id).where(t.tombstones.c.lifted_at.is_(None))
    with store.read() as connection:
        return frozenset(connection.scalars(query))


def withdrawn_in(store: Store) -> frozenset[str]:
    """The validated answers that must not be recalled any more, whatever release holds them."""
    query = sa.select(t.entries.c.entry_id).where(t.entries.c.state.in_(("withdrawn", "refused")))
    with store.read() as connection:
        return frozenset(connection.scalars(query))


def delete(home: Home, name_or_id: str, *, by: str = "cli") -> SourceRow:
    """Take a document out of every answer, from the next question on; the file is not touched.

    Args:
        home: the collection.
        name_or_id: the name shown, a path under ``data/``, or (the start of) the hash.
        by: who asked.

    Raises:
        UnknownDocument: nothing, or more than one thing, has that name.
    """
    with Store(home) as store:
        row = _find(home, store, name_or_id)
        with store.write() as connection:
            _bury(connection, {row.document_id: row.name}, reason=DELETED, by=by)
    # examples that were written before; the next retraining writes them again without it
    (home.root / "mlops" / "feedback" / "training_data.jsonl").unlink(missing_ok=True)
    log.info("document %s deleted", row.document_id)
    return row


def undo(home: Home, name_or_id: str) -> SourceRow:
    """Lift what ``delete`` did.

    Raises:
        UnknownDocument: nothing, or more than one thing, has that name.
    """
    with Store(home) as store:
        row = _find(home, store, name_or_id)
        with store.write() as connection:
            _lift(connection, [row.document_id], reason=DELETED)
    log.info("document %s back", row.document_id)
    return row


def notice_vanished(
    store: Store, found: Collection, *, root: str, max_share: float, accept: bool
) -> tuple[str, ...]:
    """Bury the documents whose file is gone, lift those whose file is back.

    A file whose content changed is not a vanished one: its new bytes replace the old at the next
    release. Nor are the sample's documents when the user's first file arrives. But ``data/``
    suddenly empty, so that the sample would stand in again, is everything vanishing at once.

    Args:
        store: where the last run's account is; not yet that of ``found``.
        found: what lies in the folder now.
        root: "data" or "sample", the folder that ``found`` describes.
        max_share: 0..1; more than this share vanishing at once stops the run.
        accept: a person said that it is wanted.

    Returns:
        The names of the documents buried.

    Raises:
        TooManyVanished: nothing was changed.
    """
    here = {source.document_id for source in found.sources}
    places = {path for source in found.sources for path in (source.path, *source.also_at)}
    places |= {refusal.path for refusal in found.refusals}
    # a person's delete and a former vanishing are settled already
    known = [s for s in store.sources() if s.root == "data" and not s.removed]
    gone = [
        row
        for row in known
        if row.document_id not in here
        and (root != "data" or not places.intersection((row.path, *row.also_at)))
    ]
    if gone and len(gone) > max_share * len(known) and not accept:
        raise TooManyVanished(len(gone), len(known))
    with store.write() as connection:
        _bury(connection, {r.document_id: r.name for r in gone}, reason=VANISHED, by="collect")
        _lift(connection, here, reason=VANISHED)
    for row in gone:
        log.warning("document %s vanished from data/: it answers no more", row.document_id)
    return tuple(row.name for row in gone)


def _bury(connection: sa.Connection, names: Mapping[str, str], *, reason: str, by: str) -> None:
    there = set(
        connection.scalars(
            sa.select(t.tombstones.c.document_id).where(
                t.tombstones.c.reason == reason, t.tombstones.c.lifted_at.is_(None)
            )
        )
    )
    for document_id, name in names.items():
        if document_id not in there:
            connection.execute(
                sa.insert(t.tombstones).values(
                    document_id=document_id, reason=reason, name=name, author=by, at=now()
                )
            )


def _lift(connection: sa.Connection, document_ids: Iterable[str], *, reason: str) -> None:
    in_force = sa.select(t.tombstones.c.id, t.tombstones.c.document_id).where(
        t.tombstones.c.reason == reason, t.tombstones.c.lifted_at.is_(None)
    )
    wanted = set(document_ids)
    for row in connection.execute(in_force).all():
        if row.document_id in wanted:
            connection.execute(
                sa.update(t.tombstones).where(t.tombstones.c.id == row.id).values(lifted_at=now())
            )


def _find(home: Home, store: Store, wanted: str) -> SourceRow:
    rows = store.sources(present=False)
    by_name = [r for r in rows if wanted in (r.document_id, r.name, r.path, *r.also_at)]
    # a name may have had other bytes once: what is there now comes first
    found = [r for r in by_name if r.present] or by_name
    if not found and len(wanted) >= SHORTEST_ID:
        found = [r for r in rows if r.document_id.startswith(wanted.lower())]
    if len({row.document_id for row in found}) == 1:
        return found[0]
    if not found and (fresh := _not_yet_read(home, wanted)):
        return fresh
    names = sorted({row.path if found else row.name for row in found or rows})
    close = names if found else difflib.get_close_matches(wanted, names, n=3)
    raise UnknownDocument(wanted, close)


def _not_yet_read(home: Home, wanted: str) -> SourceRow | None:
    """A file of ``data/`` that no run has seen yet can be deleted too."""
    root = home.documents.resolve()
    path = (root / wanted).resolve()
    if not path.is_relative_to(root) or not path.is_file():
        return None
    with path.open("rb") as stream:
        document_id = hashlib.file_digest(stream, "sha256").hexdigest()
    size = path.stat().st_size
    return SourceRow(document_id, path.name, wanted, "", size, 0, False, "data", "")
