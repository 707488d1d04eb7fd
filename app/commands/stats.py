"""``ragphoto stats`` : the guide's figures over the last days, with a chart of each series."""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer

from app import messages
from app.commands.options import HomeOption, JsonOption, LangOption
from app.console import language, open_home, result, result_json, told_in_words, tr
from app.plain_json import plain
from app.tables import Table, as_text

PERCENTILES = ("p50", "p90", "p95", "p99")
CHARTS = {"questions": (1, 0), "p95_s": (1, 2), "ratings": (1, 1), "runs": (1, 0),
          "confidence": (100, 0)}  # fmt: skip
PARTS = 12  # rows shown of a slice, those asked most


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("stats", help=tr("help.stats"))(stats)


def stats(
    days: Annotated[int, typer.Option("--days", min=1, help=tr("opt.days"))] = 7,
    home: HomeOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print the figures."""
    with told_in_words(home):
        from mlops.monitoring import statistics

        place, _ = open_home(home)
        figures = plain(statistics(place, days=days))
        if as_json:
            result_json(figures)
            return
        from mlops.charts import daily, days_shown, legible
        from mlops.store import Store

        series: Mapping[str, Sequence[float]] = {}
        if place.database.is_file():
            with Store(place) as store:
                series = daily(store, days_shown(days))
        encoding = sys.stdout.encoding
        told = [*summary(figures), "", as_text(tables(figures)), *charts(series, encoding)]
        result(legible("\n".join(told), encoding))


def summary(figures: Mapping[str, Any]) -> list[str]:
    """The figures that everybody asks for, one a line."""
    runs, asked = figures["pipeline"], figures["rag"]
    low, high = asked["rating_interval"]
    mean = number(asked["avg_rating"])
    if None not in (low, high):
        mean = tr("stats.interval", mean=mean, low=number(low), high=number(high))
    rows = (
        ("runs", str(figures["pipeline_runs"])),
        ("success", number(runs["success_rate"], 1, "%")),
        ("took", number(runs["avg_execution_time"], 1, "s")),
        ("read", number(runs["avg_ocr_success_rate"], 1, "%", 100)),
        ("confidence", number(runs["avg_ocr_confidence"], 1, "%", 100)),
        ("questions", number(float(figures["rag_queries"]), 0)),
        ("answered", number(asked["answered_rate"], 1, "%")),
        ("refused", number(asked["abstention_rate"], 1, "%")),
        ("failed", number(asked["error_rate"], 1, "%")),
        ("ratings", str(asked["ratings"])),
        ("mean", mean),
    )
    return [
        tr("stats.title", days=figures["days"]),
        *(f"  {tr(f'stats.{name}'):<26}{value}" for name, value in rows),
    ]


def tables(figures: Mapping[str, Any]) -> list[Table]:
    """Percentiles of the whole and of each stage; then each slice."""
    asked = figures["rag"]
    times = {"whole": asked["response_time"], **asked["by_stage"]}
    rows = tuple(
        (stage(name), *(number(found[p], 3) for p in PERCENTILES)) for name, found in times.items()
    )
    head = ("", *(f"{p[1:]} %" for p in PERCENTILES))
    slices = [
        _slice(tr(f"stats.{name}"), asked[name])
        for name in ("by_release", "by_language", "by_arm")
        if asked[name]
    ]
    return [Table(tr("stats.times"), head, rows), *slices]


def _slice(title: str, parts: Mapping[str, Mapping[str, Any]]) -> Table:
    """A row a part, those asked most first."""
    most = sorted(parts.items(), key=lambda item: -item[1]["queries"])[:PARTS]
    names = ("count", "answered", "failed", "rated")
    head = ("", *(tr(f"stats.{name}").strip() for name in names), "95 %")
    rows = tuple(
        (
            name or tr("stats.none"),
            number(float(part["queries"]), 0),
            number(part["answered_rate"], 0, "%"),
            number(part["error_rate"], 1, "%"),
            number(part["avg_rating"], 1) if part["ratings"] else "—",
            number(part["p95_response_time"], 3, "s"),
        )
        for name, part in most
    )
    return Table(title, head, rows)


def charts(series: Mapping[str, Sequence[float]], encoding: str | None) -> list[str]:
    """A line a series that has something to show, one character a day."""
    from mlops.charts import sparkline

    lines = []
    for name, (factor, digits) in CHARTS.items():
        values = series.get(name, ())
        known = [value for value in values if math.isfinite(value)]
        if any(known):
            last = tr("stats.last", value=number(known[-1], digits, "", factor))
            chart = sparkline(values, encoding=encoding)
            lines.append(f"  {tr(f'stats.chart.{name}'):<20}{chart}  {last}")
    return ["", tr("stats.daily"), *lines] if lines else []


def stage(name: str) -> str:
    """What a stage of an answer is called; its code when we have no word for it."""
    key = f"stats.stage.{name}"
    return tr(key) if key in messages.MESSAGES else name


def number(value: float | None, digits: int = 2, unit: str = "", factor: float = 1) -> str:
    """A figure as the language writes it; words for what was not measured."""
    if value is None:
        return tr("stats.unmeasured")
    blank = "" if unit == "%" and language() == "en" else "\u00a0"
    return messages.number(factor * value, language(), digits) + (blank + unit if unit else "")
