"""``ragphoto alerts``: what wants somebody, and how they are told."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.opened import opened
from app.commands.options import HomeOption, JsonOption, LangOption
from app.console import Usage, language, result, result_json, tr

if TYPE_CHECKING:
    from mlops.alerts import Alert


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(help=tr("help.alerts"), no_args_is_help=True, rich_markup_mode=None)
    for name, command in (
        ("list", listing),
        ("check", check),
        ("ack", ack),
        ("test", test),
        ("rules", rules),
    ):
        group.command(name, help=tr(f"help.alerts.{name}"))(command)
    app.add_typer(group, name="alerts")


def listing(
    everything: Annotated[bool, typer.Option("--all", help=tr("opt.alerts.all"))] = False,
    home: HomeOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """The alerts; ends with 1 when one is on."""
    with opened(home) as (_, _, store):
        from mlops import alerts

        rows = alerts.listing(store, firing=not everything)
        if as_json:
            result_json(rows)
        else:
            for row in rows:
                tell(row)
            if not rows:
                result(tr("alerts.none"))
        if any(row.state == "firing" for row in rows):
            raise typer.Exit(1)


def tell(alert: Alert) -> None:
    """One alert: what, since when, who takes care of it."""
    from dataclasses import asdict

    from mlops.alerts.words import notice

    _, body = notice("firing", asdict(alert), language())
    result(
        tr(
            "alerts.line",
            id=alert.id,
            since=alert.first_at[:16].replace("T", " "),
            severity=tr(f"alerts.severity.{alert.severity}"),
            what=body.strip().replace("\n", "\n    "),
        )
    )
    if alert.acked_by:
        result(tr("alerts.acked", who=alert.acked_by))
    if alert.resolved_at:
        result(tr("alerts.resolved", at=alert.resolved_at[:16].replace("T", " ")))


def check(home: HomeOption = None, lang: LangOption = None, as_json: JsonOption = False) -> None:
    """Evaluate and deliver."""
    with opened(home) as (place, settings, store):
        from mlops import alerts

        events = alerts.evaluate(place, settings, store)
        sent = alerts.deliver(place, settings, store)
        if as_json:
            result_json({"events": events, "delivery": sent})
        else:
            result(tr("alerts.checked", events=len(events), sent=sent.sent, waiting=sent.waiting))


def ack(
    alert: Annotated[int, typer.Argument(help=tr("opt.alerts.id"), show_default=False)],
    home: HomeOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take care of an alert."""
    with opened(home) as (_, _, store):
        from mlops import alerts

        if not alerts.acknowledge(store, alert, by=getpass.getuser()):
            raise Usage(tr("alerts.ack.unknown", id=alert))
        if as_json:
            result_json({"acknowledged": alert})
        else:
            result(tr("alerts.ack.done", id=alert))


def test(home: HomeOption = None, lang: LangOption = None, as_json: JsonOption = False) -> None:
    """Try every channel; ends with 1 when one fails."""
    with opened(home) as (_, settings, _):
        from mlops import alerts

        if not settings.alert_channels:
            raise Usage(tr("alerts.no_channel"))
        found = alerts.try_channels(settings)
        if as_json:
            result_json(found)
        else:
            for channel, error in found.items():
                key = "alerts.channel.bad" if error else "alerts.channel.good"
                result(tr(key, channel=channel, error=error))
        if any(found.values()):
            raise typer.Exit(1)


def rules(home: HomeOption = None, lang: LangOption = None, as_json: JsonOption = False) -> None:
    """The rules in force, with what ragphoto.toml changes."""
    with opened(home) as (_, settings, _):
        from mlops.alerts.rules import rules as in_force

        found = in_force(settings.alert_rules)
        if as_json:
            result_json(found)
            return
        for rule in found:
            result(
                tr(
                    "alerts.rule",
                    name=rule.name,
                    sign=">" if rule.above else "<",
                    threshold=f"{rule.threshold:g}",
                    severity=tr(f"alerts.severity.{rule.severity}"),
                ).rstrip()
            )
