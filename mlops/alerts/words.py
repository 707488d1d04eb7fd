"""What an alert says when it leaves the house, in the language that is set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

WHAT = {  # rule → French, English, what to type
    "rating_mean": (
        "note moyenne {value} sur 5 (intervalle {low}–{high}, {n} notes ; seuil {threshold})",
        "mean rating {value} of 5 (interval {low}–{high}, {n} ratings; threshold {threshold})",
        "ragphoto feedback list",
    ),
    "pipeline_success": (
        "{value} des passages vont au bout (intervalle {low}–{high}, {n} passages ; "
        "seuil {threshold})",
        "{value} of runs complete (interval {low}–{high}, {n} runs; threshold {threshold})",
        "tail -n 50 mlops/pipeline.log",
    ),
    "night_missing": (
        "aucune nuit réussie depuis {value} h", "no successful night for {value} h",
        "ragphoto night",
    ),
    "night_failed": (
        "la nuit du {night} a échoué : {error}", "the night of {night} failed: {error}",
        "ragphoto night",
    ),
    "step_failed": (
        "nuit du {night} : l'étape {subject} a échoué : {error}",
        "night of {night}: step {subject} failed: {error}",
        "ragphoto night --status",
    ),
    "validation_refused": (
        "une nouvelle version est refusée, l'ancienne continue de répondre : {reasons}",
        "a new release is refused, the old one goes on answering: {reasons}",
        "ragphoto release list",
    ),
    "rollback": (
        "retour à la version précédente (par {by}) : {reason}",
        "rolled back to the release before (by {by}): {reason}",
        "ragphoto release list",
    ),
    "coverage_drop": (
        "{value} des pages ne sont plus lues ({before} → {now})",
        "{value} of the pages are no longer read ({before} → {now})",
        "ragphoto stats",
    ),
    "error_rate": (
        "{value} des questions échouent (intervalle {low}–{high}, {n} questions)",
        "{value} of questions fail (interval {low}–{high}, {n} questions)",
        "tail -n 50 mlops/pipeline.log",
    ),
    "p95_seconds": (
        "une réponse sur vingt prend plus de {value} s ({n} questions)",
        "one answer in twenty takes more than {value} s ({n} questions)",
        "ragphoto stats",
    ),
    "disk_free_mb": (
        "il ne reste que {value} Mo sur le disque", "only {value} MB are free on the disk",
        "ragphoto health",
    ),
    "drift": (
        "dérive : {subject} (effet {effect}, p = {p_value})",
        "drift: {subject} (effect {effect}, p = {p_value})",
        "ragphoto drift",
    ),
    "trial_stale": (
        "un essai dure depuis {value} h au-delà de sa fin",
        "a trial has lasted {value} h beyond its end",
        "ragphoto trial decide",
    ),
    "backup_age_hours": (
        "la dernière sauvegarde a {value} h", "the last backup is {value} h old",
        "ragphoto backup",
    ),
}  # fmt: skip
SHARES = ("pipeline_success", "coverage_drop", "error_rate")  # told in percent
SHARED = ("value", "low", "high", "threshold", "before", "now")
LONGEST = 300  # characters of a text that came from elsewhere
_HARMLESS = str.maketrans({"<": "‹", ">": "›", "@": "＠", "`": "'"})
TITLES = {
    "firing": ("Alerte", "Alert"),
    "reminder": ("Rappel", "Reminder"),
    "resolved": ("Fin d'alerte", "Resolved"),
    "test": ("Essai", "Test"),
}
TEST = (
    "Ceci est un essai : les alertes de RAG Photographie arrivent ici.",
    "This is a test: the alerts of RAG Photographie arrive here.",
)


def sentence(alert: Mapping[str, Any], language: str = "fr") -> str:
    """What is wrong, with its figures."""
    french, english, _ = WHAT.get(alert["rule"], ("{rule}", "{rule}", ""))
    figures = {**alert["details"], "value": alert["value"], "subject": alert["subject"]}
    as_share = alert["rule"] in SHARES
    shown = _Shown(
        {
            name: _percent(value, language) if as_share and name in SHARED
            else _plain(value, language)
            for name, value in figures.items()
        }
    )  # fmt: skip
    shown["rule"] = alert["rule"]
    return (english if language == "en" else french).format_map(shown)


def remedy(rule: str) -> str:
    """What to type."""
    return WHAT.get(rule, ("", "", ""))[2]


def notice(event: str, alert: Mapping[str, Any] | None, language: str) -> tuple[str, str]:
    """Title and body of a notice, plain text."""
    english = language == "en"
    title = TITLES[event][english]
    if alert is None:
        return f"RAG Photographie : {title}", TEST[english]
    said = sentence(alert, language)
    since = "since" if english else "depuis"
    todo = "type:" if english else "tapez :"
    body = f"{said}\n{since} {alert['first_at'][:16].replace('T', ' ')} UTC"
    if event != "resolved":
        body += f"\n{todo} {remedy(alert['rule'])}"
    return f"RAG Photographie : {title} ({alert['rule']})", body


class _Shown(dict[str, str]):
    """A figure that is not there is shown as such."""

    def __missing__(self, name: str) -> str:
        return "?"


def _plain(value: object, language: str) -> str:
    if value is None:
        return "?"
    if isinstance(value, float):
        text = f"{value:.3g}" if abs(value) < 1000 else f"{value:.0f}"
        return text if language == "en" else text.replace(".", ",")
    if isinstance(value, list):
        return " ; ".join(_clean(str(part)) for part in value)
    return _clean(str(value))


def _percent(value: object, language: str) -> str:
    if not isinstance(value, int | float):
        return "?"
    return f"{100 * value:.3g} %" if language == "en" else f"{100 * value:.3g} %".replace(".", ",")


def _clean(text: str) -> str:
    """Words that came from elsewhere, on one line: no control character, mention or markup."""
    printed = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(printed.translate(_HARMLESS).split())[:LONGEST]
