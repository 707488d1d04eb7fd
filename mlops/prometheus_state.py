"""The state of things as Prometheus gauges: collection, release, nights, alerts, machine."""

from __future__ import annotations

import sqlalchemy as sa
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    InfoMetricFamily,
    Metric,
)

from mlops import clock
from mlops import store_tables as t
from mlops.store import Store
from rag.settings import Home

QUANTILES = (0.1, 0.5, 0.9)


def of_machine(home: Home, free: int) -> list[Metric]:
    """Disk and database, bytes."""
    size = home.database.stat().st_size if home.database.is_file() else 0
    return [
        GaugeMetricFamily("rag_disk_free_bytes", "Free on the disk of the collection.", value=free),
        GaugeMetricFamily("rag_database_bytes", "Size of the record.", value=size),
    ]


def of_collection(store: Store) -> list[Metric]:
    """Documents, pages, confidence of the reading, what the last run took from the cache."""
    pages = GaugeMetricFamily("rag_pages", "Pages by status of their reading.", labels=("status",))
    confidence = GaugeMetricFamily(
        "rag_page_confidence", "OCR confidence of the pages, 0 to 1.", labels=("quantile",)
    )
    present = sa.select(t.sources.c.document_id).where(t.sources.c.present.is_(True))
    here = t.pages.c.document_id.in_(present)
    with store.read() as connection:
        documents = connection.scalar(sa.select(sa.func.count()).select_from(present.subquery()))
        by_status = sa.select(t.pages.c.status, sa.func.count()).where(here)
        for status, count in connection.execute(by_status.group_by(t.pages.c.status)):
            pages.add_metric((status,), count)
        known = sa.select(t.pages.c.confidence).where(here, t.pages.c.confidence.is_not(None))
        values = sorted(connection.scalars(known))
    for quantile in QUANTILES if values else ():
        confidence.add_metric((str(quantile),), values[int(quantile * (len(values) - 1))])
    family = GaugeMetricFamily("rag_documents", "Documents present.", value=documents or 0)
    return [family, pages, confidence, *_last_run(store)]


def _last_run(store: Store) -> list[Metric]:
    r = t.runs.c
    query = sa.select(t.runs).where(r.state == "completed").order_by(r.started_at.desc()).limit(1)
    with store.read() as connection:
        row = connection.execute(query).one_or_none()
    if row is None:
        return []
    cache = GaugeMetricFamily(
        "rag_run_units", "What the last run made, and what it found in the cache.",
        labels=("unit", "origin"),
    )  # fmt: skip
    for unit, all_, made in (
        ("page", row.pages, row.pages_read),
        ("vector", row.chunks, row.chunks_embedded),
    ):
        cache.add_metric((unit, "made"), made or 0)
        cache.add_metric((unit, "cache"), max(0, (all_ or 0) - (made or 0)))
    ended = clock.read(row.ended_at or row.started_at).timestamp()
    return [
        cache,
        GaugeMetricFamily(
            "rag_last_successful_run_timestamp_seconds", "End of the last run.", value=ended
        ),
    ]


def of_nights(store: Store) -> list[Metric]:
    """The release in service, the last good night, what the gate said."""
    release = InfoMetricFamily("rag_release", "The release in service.")
    age = GaugeMetricFamily("rag_release_age_seconds", "Since it was built.")
    night = GaugeMetricFamily(
        "rag_last_successful_night_timestamp_seconds", "End of the last good night."
    )
    verdicts = CounterMetricFamily(
        "rag_verdicts", "Decisions of the gate.", labels=("change", "promote")
    )
    v, p = t.verdicts.c, t.promotions.c
    with store.read() as connection:
        champion = connection.execute(
            sa.select(t.releases).where(t.releases.c.state == "champion")
        ).one_or_none()
        ended = connection.scalar(
            sa.select(sa.func.max(t.nights.c.ended_at)).where(t.nights.c.state == "done")
        )
        counted = sa.select(v.change, v.promote, sa.func.count()).group_by(v.change, v.promote)
        for change, promote, count in connection.execute(counted):
            verdicts.add_metric((change, "yes" if promote else "no"), count)
        back = connection.scalar(
            sa.select(sa.func.count()).select_from(t.promotions).where(p.action == "rollback")
        )
    if champion is not None:
        release.add_metric((), {"release": champion.release_id})
        age.add_metric((), (clock.now() - clock.read(champion.created_at)).total_seconds())
    if ended:
        night.add_metric((), clock.read(ended).timestamp())
    rollbacks = CounterMetricFamily("rag_rollbacks", "Returns to an earlier release.", value=back)
    return [release, age, night, verdicts, rollbacks]


def of_alerts(store: Store) -> list[Metric]:
    """What is firing, and what waits to be sent."""
    a, n = t.alerts.c, t.notices.c
    firing = GaugeMetricFamily("rag_alerts_firing", "Open alerts.", labels=("rule", "severity"))
    query = sa.select(a.rule, a.severity, sa.func.count()).where(a.state == "firing")
    with store.read() as connection:
        for rule, severity, count in connection.execute(query.group_by(a.rule, a.severity)):
            firing.add_metric((rule, severity), count)
        waiting = connection.scalar(
            sa.select(sa.func.count()).select_from(t.notices).where(n.sent_at.is_(None))
        )
    return [
        firing,
        GaugeMetricFamily("rag_notices_waiting", "Alerts not sent yet.", value=waiting or 0),
    ]
