"""The record of truth: SQLite in WAL mode, through SQLAlchemy; migrated when it is opened.

Readers never wait for a writer; writers take the lock at once (``BEGIN IMMEDIATE``) and wait up to
ten seconds for each other. Every write is one transaction.
"""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from mlops import clock
from mlops import store_tables as t
from mlops.store_opening import bring_to_head, connect
from rag.records import Answer, Collection, PageStatus, Source, Trace
from rag.settings import Home

MAX_TEXT = 20_000  # characters of a question, an answer or a remark


def now() -> str:
    """The present moment as the tables hold it."""
    return clock.stamp()


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A document that the collection knows; ``removed`` says why it does not answer any more."""

    document_id: str
    name: str
    path: str
    kind: str
    size_bytes: int
    pages: int
    present: bool
    root: str
    removed: str  # "", "deleted", "vanished"
    also_at: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PageRow:
    """What the database keeps of one page."""

    status: PageStatus
    reason: str
    confidence: float | None
    engine: str
    seconds: float


class Store:
    """One database; safe to share between threads, to be closed."""

    def __init__(self, home: Home, *, database: Path | None = None) -> None:
        self.path = database or home.database
        self._engine = connect(self.path)
        try:
            bring_to_head(self._engine, self.path)
        except BaseException:
            self._engine.dispose()
            raise

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()

    @contextlib.contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """A consistent view of the tables."""
        with self._engine.connect() as connection:
            yield connection

    @contextlib.contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """One transaction: all of it, or nothing."""
        with (
            self._engine.connect().execution_options(immediate=True) as connection,
            connection.begin(),
        ):
            yield connection

    # --- collection -------------------------------------------------------------------------------

    def sources(self, *, present: bool = True) -> list[SourceRow]:
        """The known documents by name; with ``present`` only those of the last run."""
        force = sa.select(t.tombstones.c.document_id, t.tombstones.c.reason).where(
            t.tombstones.c.lifted_at.is_(None)
        )
        query = sa.select(t.sources).order_by(t.sources.c.name)
        if present:
            query = query.where(t.sources.c.present)
        with self.read() as connection:
            removed: dict[str, str] = {}
            for row in connection.execute(force):
                if removed.get(row.document_id) != "deleted":
                    removed[row.document_id] = row.reason
            return [
                SourceRow(
                    row.document_id, row.name, row.path, row.kind, row.size_bytes, row.pages,
                    row.present, row.root, removed.get(row.document_id, ""), tuple(row.also_at),
                )
                for row in connection.execute(query)
            ]  # fmt: skip

    def record_collection(self, found: Collection, *, root: str) -> None:
        """Replace the account of what lies in the folder."""
        at = now()
        with self.write() as connection:
            known = set(connection.scalars(sa.select(t.sources.c.document_id)))
            connection.execute(sa.update(t.sources).values(present=False))
            for source in found.sources:
                _put_source(connection, source, root=root, at=at, known=known)
            connection.execute(sa.delete(t.refusals))
            for path, refusal in {r.path: r for r in found.refusals}.items():
                connection.execute(
                    sa.insert(t.refusals).values(
                        path=path, code=refusal.code, detail=refusal.detail
                    )
                )

    def read_digests(self) -> dict[str, str]:
        """Which reading of each document the table of pages describes."""
        with self.read() as connection:
            rows = connection.execute(sa.select(t.sources.c.document_id, t.sources.c.read_digest))
            return {row.document_id: row.read_digest or "" for row in rows}

    def record_pages(self, document_id: str, digest: str, rows: Sequence[PageRow]) -> None:
        """Replace the account of one document's pages."""
        with self.write() as connection:
            connection.execute(sa.delete(t.pages).where(t.pages.c.document_id == document_id))
            if rows:
                connection.execute(
                    sa.insert(t.pages),
                    [
                        {
                            "document_id": document_id,
                            "page_index": index,
                            "status": row.status.value,
                            "reason": row.reason,
                            "confidence": row.confidence,
                            "engine": row.engine,
                            "seconds": row.seconds,
                        }
                        for index, row in enumerate(rows)
                    ],
                )
            connection.execute(
                sa.update(t.sources)
                .where(t.sources.c.document_id == document_id)
                .values(read_digest=digest)
            )

    def page_rows(self, document_ids: Sequence[str]) -> dict[str, list[PageRow]]:
        """The account of the pages of these documents, by index."""
        found: dict[str, list[PageRow]] = {document_id: [] for document_id in document_ids}
        query = sa.select(t.pages).order_by(t.pages.c.document_id, t.pages.c.page_index)
        with self.read() as connection:
            for row in connection.execute(query):
                if row.document_id in found:
                    found[row.document_id].append(
                        PageRow(
                            PageStatus(row.status),
                            row.reason,
                            row.confidence,
                            row.engine,
                            row.seconds,
                        )
                    )
        return found

    # --- questions --------------------------------------------------------------------------------

    def record_query(
        self,
        answer: Answer,
        user: str | None = None,
        *,
        reader: str = "",
        arm: str = "",
        trace_id: str = "",
    ) -> None:
        """Keep a question and what it got.

        Args:
            answer: what was shown.
            user: who asked, when they said so.
            reader: anonymous token of the reader (the same one as long as their session lasts).
            arm: "champion" or "canary" while a canary is under way, else "".
            trace_id: of the OpenTelemetry trace, 32 hexadecimal digits, when one was made.
        """
        from rag.codec import to_json
        from rag.program import program

        cited = {(c.document_id, c.index) for s in answer.sentences for c in s.citations}
        values = {
            "answer_id": answer.answer_id,
            "at": now(),
            "question": answer.question[:MAX_TEXT],
            "user": user,
            "outcome": answer.outcome.value,
            "reason": answer.verdict.reason,
            "score": answer.verdict.score if answer.verdict.score == answer.verdict.score else None,
            "release_id": answer.release,
            "seconds": answer.seconds,
            "answer_chars": len(answer.text),
            "sources": len(cited),
            "reader": reader or None,
            "arm": arm or None,
            "trace_id": trace_id or None,
            "language": answer.query.language if answer.query else None,
            "stages": {name: round(seconds, 6) for name, seconds in answer.stages},
        }
        with self.write() as connection:
            connection.execute(sa.insert(t.queries).values(**values))
            connection.execute(
                sa.insert(t.answers).values(
                    answer_id=answer.answer_id,
                    text=answer.text,
                    sentences=[to_json(sentence) for sentence in answer.sentences],
                    pages=[to_json(page) for page in answer.pages],
                    trace=to_json(Trace.of(answer, program())),
                )
            )

    def record_error(
        self,
        question: str,
        release_id: str,
        error: Exception,
        *,
        seconds: float = 0.0,
        reader: str = "",
        arm: str = "",
    ) -> None:
        """Keep a question that could not be answered: its outcome is "error".

        Args:
            question: as typed.
            release_id: of the release that was asked.
            error: what came instead; its kind is kept, its words are not.
            seconds: until then.
            reader: as ``record_query``.
            arm: as ``record_query``.
        """
        values = {
            "answer_id": f"error-{uuid.uuid4().hex}",
            "at": now(),
            "question": question[:MAX_TEXT],
            "outcome": "error",
            "reason": str(getattr(error, "code", type(error).__name__))[:64],
            "release_id": release_id,
            "seconds": seconds,
            "answer_chars": 0,
            "sources": 0,
            "reader": reader or None,
            "arm": arm or None,
        }
        with self.write() as connection:
            connection.execute(sa.insert(t.queries).values(**values))

    def answer(self, answer_id: str) -> dict[str, Any] | None:
        """What was answered under this id: question, text, sentences, pages, outcome, release."""
        query = (
            sa.select(
                t.queries,
                t.answers.c.text,
                t.answers.c.sentences,
                t.answers.c.pages,
                t.answers.c.trace,
            )
            .join(t.answers, t.answers.c.answer_id == t.queries.c.answer_id)
            .where(t.queries.c.answer_id == answer_id)
        )
        with self.read() as connection:
            row = connection.execute(query).mappings().first()
        if row is None:
            return None
        kept = ("answer_id", "at", "question", "text", "pages", "outcome", "reason", "seconds")
        return {
            **{name: row[name] for name in kept},
            # ``sources`` of a query is a count; the sentences carry the citations themselves
            "sentences": row["sentences"],
            "trace": row["trace"],
            "trace_id": row["trace_id"],
            "release": row["release_id"],
        }

    def record_feedback(
        self,
        *,
        question: str,
        answer: str,
        rating: int,
        sources: Sequence[Any] = (),
        text: str | None = None,
        corrected_answer: str | None = None,
        user: str | None = None,
        answer_id: str | None = None,
        timestamp: str | None = None,
    ) -> str:
        """Keep a reader's judgement; returns its id.

        Raises:
            ValueError: the rating is not a whole number from 1 to 5, the question is empty, or a
                text is longer than ``MAX_TEXT``.
        """
        if isinstance(rating, bool) or not isinstance(rating, int) or not 1 <= rating <= 5:
            raise ValueError(f"rating {rating!r}: want a whole number from 1 to 5")
        if not question.strip():
            raise ValueError("an empty question cannot be judged: give the question that was asked")
        for value in (question, answer, text or "", corrected_answer or ""):
            if len(value) > MAX_TEXT:
                raise ValueError(f"a text of {len(value)} characters: want at most {MAX_TEXT}")
        feedback_id = uuid.uuid4().hex
        at = now()
        with self.write() as connection:
            connection.execute(
                sa.insert(t.feedback).values(
                    feedback_id=feedback_id, at=at, stated_at=timestamp or at, answer_id=answer_id,
                    question=question, answer=answer, sources=list(sources), rating=rating,
                    feedback_text=text, corrected_answer=corrected_answer, user=user,
                    state="received",
                )
            )  # fmt: skip
        return feedback_id

    def feedback(self, *, since: str = "") -> list[Mapping[str, Any]]:
        """Feedback in force received after ``since``, oldest first."""
        query = (
            sa.select(t.feedback)
            .where(t.feedback.c.withdrawn_at.is_(None), t.feedback.c.at > since)
            .order_by(t.feedback.c.at, t.feedback.c.feedback_id)
        )
        with self.read() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]

    def last_run(self) -> dict[str, Any] | None:
        """The newest run, whatever became of it."""
        query = sa.select(t.runs).order_by(t.runs.c.started_at.desc()).limit(1)
        with self.read() as connection:
            row = connection.execute(query).mappings().first()
        return dict(row) if row else None


def _put_source(
    connection: sa.Connection, source: Source, *, root: str, at: str, known: set[str]
) -> None:
    values = {
        "root": root,
        "name": source.name,
        "path": source.path,
        "also_at": list(source.also_at),
        "kind": source.kind,
        "size_bytes": source.size_bytes,
        "pages": source.pages,
        "present": True,
        "last_seen": at,
    }
    if source.document_id in known:
        same = t.sources.c.document_id == source.document_id
        connection.execute(sa.update(t.sources).where(same).values(**values))
    else:
        connection.execute(
            sa.insert(t.sources).values(document_id=source.document_id, first_seen=at, **values)
        )
