"""What the nights decide and notice: the gate, trials, drift, alerts."""

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

evaluations = Table(  # what golden questions got, by a release under a program: kept for good
    "evaluations",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("release_id", String(128), nullable=False),
    Column("program", String(16), nullable=False),
    Column("questions_key", String(128), nullable=False),  # hash of what was asked
    Column("at", String(40), nullable=False),
    Column("rows", JSON, nullable=False),  # one object a question
    Column("timings", JSON, nullable=False),  # p50_s, p95_s, questions
)
Index(
    "one_evaluation",
    evaluations.c.release_id,
    evaluations.c.program,
    evaluations.c.questions_key,
    unique=True,
)

verdicts = Table(  # every decision of the gate, refusals included
    "verdicts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", String(40), nullable=False),
    Column("run_id", String(32)),
    Column("challenger", String(128), nullable=False),
    Column("champion", String(128)),
    Column("change", String(16), nullable=False),  # first, same, content, method
    Column("promote", Boolean, nullable=False),
    Column("reasons", JSON, nullable=False),  # codes with their figures
    Column("report", JSON, nullable=False),  # comparisons, slices, what could have been seen
)
Index("verdicts_by_challenger", verdicts.c.challenger)

trials = Table(  # shadows and canaries; one at a time
    "trials",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(16), nullable=False),  # shadow, canary
    Column("challenger", String(128), nullable=False),
    Column("champion", String(128), nullable=False),
    Column("share", Float, nullable=False),  # of readers (canary) or questions (shadow), 0..1
    Column("started_at", String(40), nullable=False),
    Column("until", String(40), nullable=False),
    Column("ended_at", String(40)),
    Column("open", Boolean),  # true while it lasts, then null
    Column("decision", String(16)),  # promoted, rejected, abandoned
    Column("reasons", JSON, nullable=False),
    Column("evidence", JSON, nullable=False),
)
Index(  # the database itself refuses a second trial
    "one_trial",
    trials.c.open,
    unique=True,
)

shadow_answers = Table(  # what the challenger would have said
    "shadow_answers",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("trial_id", Integer, ForeignKey("trials.id"), nullable=False),
    Column("answer_id", String(64), nullable=False),  # of the champion's answer
    Column("at", String(40), nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("same_outcome", Boolean, nullable=False),
    Column("same_first", Boolean, nullable=False),  # first page found
    Column("overlap", Float, nullable=False),  # of the pages found, Jaccard, 0..1
    Column("seconds", Float, nullable=False),
)
Index("shadow_answers_by_trial", shadow_answers.c.trial_id)

nights = Table(  # the date is the lease: each night exactly once
    "nights",
    metadata,
    Column("night", String(10), primary_key=True),  # local date, ISO
    Column("zone", String(64), nullable=False),
    Column("state", String(16), nullable=False),  # running, done, failed
    Column("source", String(16), nullable=False),  # schedule, catch-up, manual
    Column("owner", String(128), nullable=False),  # host:pid
    Column("attempts", Integer, nullable=False),
    Column("started_at", String(40), nullable=False),
    Column("heartbeat_at", String(40), nullable=False),
    Column("ended_at", String(40)),
    Column("run_id", String(32)),
    Column("steps", JSON, nullable=False),  # step → {state, seconds, detail}
    Column("report", JSON),
)

drifts = Table(
    "drifts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", String(40), nullable=False),
    Column("detector", String(32), nullable=False),
    Column("drifted", Boolean, nullable=False),
    Column("statistic", Float),
    Column("p_value", Float),
    Column("effect", Float),
    Column("n_reference", Integer, nullable=False),
    Column("n_window", Integer, nullable=False),
    Column("window", JSON, nullable=False),  # reference and window, from and to
    Column("examples", JSON, nullable=False),  # three questions
    Column("note", Text, nullable=False),
)
Index("drifts_by_time", drifts.c.at)

alerts = Table(
    "alerts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("rule", String(64), nullable=False),
    Column("subject", String(128), nullable=False),  # what it is about; "" when there is one only
    Column("severity", String(16), nullable=False),  # warning, critical
    Column("state", String(16), nullable=False),  # firing, resolved
    Column("first_at", String(40), nullable=False),
    Column("last_at", String(40), nullable=False),
    Column("resolved_at", String(40)),
    Column("acked_at", String(40)),
    Column("acked_by", Text),
    Column("value", Float),
    Column("times", Integer, nullable=False),  # evaluations that found it so
    Column("details", JSON, nullable=False),  # figures for the words of the message
)
Index(  # deduplicated by the database itself
    "one_firing",
    alerts.c.rule,
    alerts.c.subject,
    unique=True,
    sqlite_where=text("state = 'firing'"),
    postgresql_where=text("state = 'firing'"),
)

notices = Table(  # the outbox: a channel that fails loses nothing
    "notices",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("alert_id", Integer, ForeignKey("alerts.id")),
    Column("event", String(16), nullable=False),  # firing, resolved, reminder, test
    Column("channel", Text, nullable=False),  # its kind and a hash: never its secrets
    Column("created_at", String(40), nullable=False),
    Column("not_before", String(40), nullable=False),  # quiet hours, or after a failure
    Column("sent_at", String(40)),
    Column("attempts", Integer, nullable=False),
    Column("error", Text),
)
Index("notices_waiting", notices.c.sent_at, notices.c.not_before)
