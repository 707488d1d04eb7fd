"""Documents, pages, runs, releases, questions, feedback."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    text,
)

from mlops.tables.base import metadata

sources = Table(
    "sources",
    metadata,
    Column("document_id", String(64), primary_key=True),
    Column("root", String(16), nullable=False),  # "data", or "sample" while data/ is empty
    Column("name", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("also_at", JSON, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("size_bytes", Integer, nullable=False),
    Column("pages", Integer, nullable=False),
    Column("present", Boolean, nullable=False),  # seen by the last run
    Column("first_seen", String(40), nullable=False),
    Column("last_seen", String(40), nullable=False),
    Column("read_digest", String(128)),  # of the reading that the pages below record
)

pages = Table(
    "pages",
    metadata,
    Column("document_id", String(64), ForeignKey("sources.document_id"), primary_key=True),
    Column("page_index", Integer, primary_key=True),  # from 0
    Column("status", String(16), nullable=False),
    Column("reason", String(64), nullable=False),
    Column("confidence", Float),  # null for a page without words
    Column("engine", Text, nullable=False),
    Column("seconds", Float, nullable=False),
)
Index("pages_by_status", pages.c.status)

refusals = Table(  # files of the last run that were not taken
    "refusals",
    metadata,
    Column("path", Text, primary_key=True),
    Column("code", String(32), nullable=False),
    Column("detail", Text, nullable=False),
)

tombstones = Table(
    "tombstones",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("document_id", String(64), nullable=False),
    Column("reason", String(16), nullable=False),  # "deleted" by a person, "vanished" from disk
    Column("name", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("at", String(40), nullable=False),
    Column("lifted_at", String(40)),
)
Index("tombstones_in_force", tombstones.c.document_id, tombstones.c.lifted_at)

runs = Table(
    "runs",
    metadata,
    Column("run_id", String(32), primary_key=True),
    Column("started_at", String(40), nullable=False),
    Column("ended_at", String(40)),
    Column("state", String(16), nullable=False),  # running, completed, failed, interrupted
    Column("pid", Integer, nullable=False),
    Column("error", Text),
    Column("decision", String(16)),  # promoted, unchanged, rejected
    Column("release_id", String(128)),
    Column("documents", Integer),
    Column("documents_failed", Integer),
    Column("pages", Integer),
    Column("pages_read", Integer),
    Column("chunks", Integer),
    Column("chunks_embedded", Integer),
    Column("pages_by_status", JSON),
    Column("ocr_success_rate", Float),  # 0..1
    Column("mean_confidence", Float),  # 0..1
    Column("seconds", Float),
    Column("validation", JSON),
    Column("report", JSON),
)
Index("runs_by_start", runs.c.started_at)

stage_timings = Table(
    "stage_timings",
    metadata,
    Column("run_id", String(32), ForeignKey("runs.run_id"), primary_key=True),
    Column("stage", String(32), primary_key=True),
    Column("seconds", Float, nullable=False),
    Column("units", Integer, nullable=False),
)

releases = Table(
    "releases",
    metadata,
    Column("release_id", String(128), primary_key=True),
    Column("created_at", String(40), nullable=False),
    Column("run_id", String(32)),
    Column("parent", String(128)),  # the release in service when it was made
    # candidate, validated, shadow, canary, champion, retired, rejected
    Column("state", String(16), nullable=False),
    Column("scores", JSON, nullable=False),
    Column("reasons", JSON, nullable=False),
    Column("program", String(16)),  # rag.program.program() that built it
    Column("method", String(64)),  # fingerprint of everything but the documents
    Column("removed_at", String(40)),  # its folder went with retention; the row stays
)
Index(  # the database itself refuses a second champion
    "one_champion",
    releases.c.state,
    unique=True,
    sqlite_where=text("state = 'champion'"),
    postgresql_where=text("state = 'champion'"),
)

promotions = Table(  # every change of champion, so that a rollback knows where to go
    "promotions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", String(40), nullable=False),
    Column("release_id", String(128), nullable=False),
    Column("previous", String(128)),
    Column("action", String(16), nullable=False),  # promote, rollback
    Column("author", Text, nullable=False),
    Column("reason", Text, nullable=False),
)

builds = Table(  # what went in → the release that came out: an unchanged collection builds nothing
    "builds",
    metadata,
    Column("input_key", String(128), primary_key=True),
    Column("release_id", String(128), nullable=False),
    Column("chunks", Integer, nullable=False),
    Column("at", String(40), nullable=False),
    Column("base_key", String(128)),  # of what went in, what readers taught apart
)

queries = Table(
    "queries",
    metadata,
    Column("answer_id", String(64), primary_key=True),
    Column("at", String(40), nullable=False),
    Column("question", Text, nullable=False),
    Column("user", Text),
    Column("outcome", String(16), nullable=False),
    Column("reason", String(64), nullable=False),
    Column("score", Float),
    Column("release_id", String(128), nullable=False),
    Column("seconds", Float, nullable=False),
    Column("answer_chars", Integer, nullable=False),
    Column("sources", Integer, nullable=False),  # distinct pages cited
    Column("rating", Integer),  # only when logged from outside; else see feedback
    Column("feedback_text", Text),
    Column("reader", String(64)),  # anonymous token, the same while a session lasts
    Column("arm", String(16)),  # "champion" or "canary" while a canary is under way
    Column("trace_id", String(32)),  # OpenTelemetry
    Column("language", String(8)),
    Column("stages", JSON),  # seconds by stage: understand, find, judge, answer
)
Index("queries_by_time", queries.c.at)
Index("queries_by_release", queries.c.release_id, queries.c.at)

answers = Table(
    "answers",
    metadata,
    Column("answer_id", String(64), ForeignKey("queries.answer_id"), primary_key=True),
    Column("text", Text, nullable=False),
    Column("sentences", JSON, nullable=False),  # with their citations (rag.codec)
    Column("pages", JSON, nullable=False),
    Column("trace", JSON),  # rag.records.Trace; null for what was answered before 0002
)

feedback = Table(
    "feedback",
    metadata,
    Column("feedback_id", String(32), primary_key=True),
    Column("at", String(40), nullable=False),  # when it was received, by our clock
    Column("stated_at", String(64), nullable=False),  # the timestamp that came with it
    Column("answer_id", String(64)),
    Column("question", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("sources", JSON, nullable=False),
    Column("rating", Integer, nullable=False),
    Column("feedback_text", Text),
    Column("corrected_answer", Text),
    Column("user", Text),
    # received → diagnosed → corrected | not_corrected; counted: nothing to correct
    Column("state", String(16), nullable=False),
    Column("withdrawn_at", String(40)),
    Column("author", String(80)),  # "user:…", "reader:…"; null when nobody says
    Column("release_id", String(128)),  # that gave the answer
    Column("marks", JSON),  # of pages: [{"document_id", "index", "right", "first", "last"}]
    Column("wanted", String(16)),  # "answer": should have answered; "refusal": should not have
    Column("updated_at", String(40)),  # by its author
    Column("fate", JSON),  # {"cause", "reason", "release"}: what became of it
)
Index("feedback_by_time", feedback.c.at)
Index("feedback_by_author", feedback.c.author)

retrainings = Table(
    "retrainings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", String(40), nullable=False),
    Column("feedbacks", Integer, nullable=False),
    Column("release_id", String(128)),
    Column("note", Text, nullable=False),
    Column("decision", String(16)),  # promoted, trial, rejected, unchanged
    Column("report", JSON),  # what was learned, figures of before and after
)
