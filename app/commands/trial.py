"""``ragphoto trial``: a challenger in silence, or on a share of readers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from app import messages
from app.commands.opened import meant, opened
from app.commands.options import HomeOption, JsonOption, LangOption
from app.console import language, result, result_json, tr

if TYPE_CHECKING:
    from mlops.trials import Trial
    from mlops.trials.deciding import Outcome


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(help=tr("help.trial"), no_args_is_help=True, rich_markup_mode=None)
    for name, command in (
        ("start", start),
        ("status", status),
        ("decide", decide),
        ("stop", stop),
    ):
        group.command(name, help=tr(f"help.trial.{name}"))(command)
    app.add_typer(group, name="trial")


def start(
    challenger: Annotated[str, typer.Argument(help=tr("opt.release"), show_default=False)],
    kind: Annotated[str, typer.Option("--kind", help=tr("opt.trial.kind"))] = "canary",
    share: Annotated[
        float | None, typer.Option("--share", min=0.001, max=0.5, help=tr("opt.trial.share"))
    ] = None,
    hours: Annotated[
        float | None, typer.Option("--hours", min=0.1, help=tr("opt.trial.hours"))
    ] = None,
    home: HomeOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Begin a trial."""
    if kind not in ("shadow", "canary"):
        raise typer.BadParameter(tr("opt.trial.kind"), param_hint="--kind")
    with opened(home) as (_, settings, store):
        from mlops import trials

        given = {"trial_share": share, "trial_hours": hours}
        chosen = settings.model_copy(update={k: v for k, v in given.items() if v is not None})
        begun = trials.begin(store, chosen, meant(store, challenger), kind=kind)
        if as_json:
            result_json(begun)
        else:
            tell_open(begun)


def status(home: HomeOption = None, lang: LangOption = None, as_json: JsonOption = False) -> None:
    """The trial under way, and the latest."""
    with opened(home) as (_, _, store):
        from mlops import trials
        from mlops.trials.evidence import arms, described

        now, before = trials.current(store), [x for x in trials.last(store) if x.decision]
        seen = {}
        if now is not None and now.kind == "canary":
            seen = {name: described(arm) for name, arm in arms(store, now).items()}
        if as_json:
            result_json({"current": now, "evidence": seen, "before": before})
            return
        if now is None:
            result(tr("trial.none"))
        else:
            tell_open(now)
            for name, figures in seen.items():
                result(f"    {name}: " + ", ".join(f"{k} {v}" for k, v in figures.items()))
        for trial in before:
            tell_ended(trial)


def decide(home: HomeOption = None, lang: LangOption = None, as_json: JsonOption = False) -> None:
    """Decide now."""
    with opened(home) as (place, settings, store):
        from mlops import trials

        tell_outcome(trials.decide(place, settings, store, force=True), as_json=as_json)


def stop(
    why: Annotated[str, typer.Option("--why", help=tr("opt.why"), show_default=False)] = "",
    home: HomeOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """End without deciding."""
    with opened(home) as (_, settings, store):
        from mlops import trials

        tell_outcome(trials.abandon(store, settings, why), as_json=as_json)


def tell_open(trial: Trial) -> None:
    """The trial under way, in a line."""
    until = trial.until.astimezone().strftime("%Y-%m-%d %H:%M")
    share = f"{messages.percent(trial.share)} %"
    result(tr("trial.open", kind=trial.kind, challenger=trial.challenger, share=share, until=until))


def tell_ended(trial: Trial) -> None:
    """A trial that ended, and why."""
    from mlops.trials.rules import Said
    from mlops.trials.words import words

    date = trial.ended_at.astimezone().strftime("%Y-%m-%d %H:%M") if trial.ended_at else ""
    decision = tr(f"trial.decision.{trial.decision}")
    result(
        tr("trial.ended", date=date, kind=trial.kind, challenger=trial.challenger,
           decision=decision)
    )  # fmt: skip
    for reason in trial.reasons:
        figures = {name: value for name, value in reason.items() if name != "code"}
        result(f"    {words(Said(str(reason['code']), figures), language())}")


def tell_outcome(outcome: Outcome | None, *, as_json: bool) -> None:
    """How a trial ended."""
    from mlops.trials.words import words

    if as_json:
        result_json(outcome)
    elif outcome is None:
        result(tr("trial.none"))
    else:
        result(tr(f"trial.decision.{outcome.decision}"))
        for said in outcome.reasons:
            result(f"    {words(said, language())}")
