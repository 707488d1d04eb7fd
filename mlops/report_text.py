"""The French reports of ``python mlops/pipeline.py`` and ``python mlops/monitoring.py``."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from mlops.charts import sparkline
from mlops.runs import STAGES, RunReport
from mlops.verdict import describe
from rag.settings import Home

STAGE_NAMES = {
    "collect": "1. Collecte",
    "read": "2. Lecture des pages (OCR)",
    "post_process": "3. Post-traitement",
    "chunk": "4. Découpage",
    "embed": "5. Vecteurs et index",
    "validate": "6. Validation",
    "metrics": "7. Métriques",
}
STATUS_NAMES = {
    "ok": "lues",
    "low_confidence": "lues, peu sûres",
    "blank": "blanches",
    "failed": "illisibles",
    "unsupported": "non prises en charge",
}
DECISIONS = {
    "promoted": "✅ version {release} mise en service",
    "unchanged": "✅ rien à changer : la version {release} reste en service",
    "rejected": "❌ version {release} refusée ; {service}",
}
SIGNS = {"ok": "✅", "warning": "⚠️ ", "error": "❌"}
HEALTH = {
    "healthy": "✅ en bonne santé",
    "degraded": "⚠️  répond, mais demande attention",
    "unhealthy": "❌ ne peut pas répondre",
}


def run_report(report: RunReport) -> str:
    """What a run did, one fact a line."""
    service = (
        f"{report.champion_id} continue de répondre"
        if report.champion_id
        else "aucune version n'est en service"
    )
    decision = DECISIONS[report.decision].format(release=report.release_id, service=service)
    pages = ", ".join(
        f"{count} {STATUS_NAMES.get(status, status)}"
        for status, count in report.pages_by_status.items()
    )
    lines = [
        "",
        "Collection d'exemple (data/ est vide)" if report.uses_sample else "Vos documents (data/)",
        f"  Documents   {report.documents}, {len(report.refusals)} refusés",
        f"  Pages       {report.pages} ({pages}) ; {report.pages_read} lues à ce passage",
        f"  Passages    {report.chunks} ; {report.chunks_embedded} vecteurs calculés à ce passage",
    ]
    lines += [f"  Refusé      {r.path} : {r.code} ({r.detail})" for r in report.refusals]
    lines += [f"  Disparu     {name} : ne répond plus" for name in report.vanished]
    if report.lexical_only:
        lines.append("  ⚠️  Sans modèle de vecteurs : la recherche se fait par les mots seuls.")
    lines.append(f"  Validation  {_passed(report)}")
    lines += [
        f"    {SIGNS['ok' if check['passed'] else 'error']} {name} : {describe(check)}"
        for name, check in report.validation["tests"].items()
    ]
    lines.append("  Temps       " + _times(report.seconds_by_stage, report.seconds))
    lines.append(decision)
    lines += [f"  - {reason}" for reason in report.reasons]
    lines += [f"  réserve : {reserve}" for reserve in report.reserves]
    return "\n".join(lines) + "\n"


def _passed(report: RunReport) -> str:
    tests = report.validation["tests"]
    note = "" if report.measured else " ; qualité non mesurée (pas de golden.jsonl)"
    return f"{sum(c['passed'] for c in tests.values())} contrôles passés sur {len(tests)}{note}"


def _times(by_stage: Mapping[str, float], total: float) -> str:
    stages = ", ".join(f"{name} {by_stage[name]:.1f} s" for name in STAGES if name in by_stage)
    return f"{total:.1f} s ({stages})"


CHARTS = {  # series → name, unit, factor, digits
    "questions": ("Questions", "par jour", 1.0, 0),
    "p95_s": ("Réponse, 95 %", "s", 1.0, 2),
    "ratings": ("Notes", "/ 5", 1.0, 1),
    "runs": ("Passages", "par jour", 1.0, 0),
    "confidence": ("Confiance OCR", "%", 100.0, 0),
}


def monitoring_report(
    home: Home,
    stats: Mapping[str, Any],
    health: Mapping[str, Any],
    daily: Mapping[str, Sequence[float]] | None = None,
    *,
    encoding: str | None = "utf-8",
) -> str:
    """The last days and the state of the service, with a chart of each series."""
    pipeline, rag = stats["pipeline"], stats["rag"]
    days = f"{stats['days']:g} jours"
    lines = [
        f"RAG Photographie : {home.root}",
        f"État : {HEALTH[health['status']]}",
        "",
        f"Pipeline, {days}",
        f"  Passages           {stats['pipeline_runs']}",
        f"  Taux de succès     {_number(pipeline['success_rate'], '%')}",
        f"  Durée moyenne      {_number(pipeline['avg_execution_time'], 's')}",
        f"  Documents          {pipeline['documents_processed']} traités, "
        f"{pipeline['documents_failed']} refusés",
        f"  Pages lues (OCR)   {_number(_percent(pipeline['avg_ocr_success_rate']), '%')}",
        f"  Confiance OCR      {_number(_percent(pipeline['avg_ocr_confidence']), '%')}",
        "",
        f"Questions, {days}",
        f"  Questions          {stats['rag_queries']}",
        f"  Répondues          {_number(rag['answered_rate'], '%')}",
        f"  Sans réponse       {_number(rag['abstention_rate'], '%')}",
        f"  Temps de réponse   {_number(rag['avg_response_time'], 's', 2)} en moyenne, "
        f"{_number(rag['p95_response_time'], 's', 2)} pour 95 %",
        f"  Note moyenne       {_number(rag['avg_rating'], '/ 5', 2)} ({rag['ratings']} notes)",
        "",
        *_charts(daily or {}, encoding),
        "Contrôles",
    ]
    for finding in health["checks"].values():
        lines.append(f"  {SIGNS[finding['status']]} {finding['message']}")
        if finding["remedy"] and finding["status"] != "ok":
            lines.append(f"     tapez : {finding['remedy']}")
    return "\n".join(lines) + "\n"


def _charts(daily: Mapping[str, Sequence[float]], encoding: str | None) -> list[str]:
    """A line a series that has something to show."""
    lines = []
    for name, (title, unit, factor, digits) in CHARTS.items():
        values = daily.get(name, ())
        known = [value for value in values if math.isfinite(value)]
        if any(known):
            last = _number(factor * known[-1], unit, digits)
            chart = sparkline(values, encoding=encoding)
            lines.append(f"  {title:<15}{chart}  dernier : {last}")
    return ["Jour après jour", *lines, ""] if lines else []


def _percent(share: float) -> float:
    return 100 * share


def _number(value: float, unit: str, digits: int = 1) -> str:
    if math.isnan(value):
        return "non mesuré"
    return f"{value:.{digits}f} {unit}".replace(".", ",")
