"""What alerts say: figures, plain text, and commands that exist."""

from __future__ import annotations

import pytest
import typer

from app import cli
from mlops.alerts.rules import RULES
from mlops.alerts.words import WHAT, notice, sentence
from mlops.health.words import WORDS


def alert(rule: str, value: float = 0.5, **details: object) -> dict[str, object]:
    return {
        "rule": rule, "subject": "", "value": value, "details": details,
        "first_at": "2026-05-04T12:00:00.000+00:00",
    }  # fmt: skip


def test_a_share_is_told_in_percent() -> None:
    row = alert("pipeline_success", 0.5, low=0.25, high=0.755, n=6, threshold=0.8)
    assert "50 %" in sentence(row, "fr") and "75,5 %" in sentence(row, "fr")
    assert "50 %" in sentence(row, "en") and "75.5 %" in sentence(row, "en")


def test_words_from_elsewhere_are_one_plain_line() -> None:
    row = alert("night_failed", 1.0, night="2026-05-04", error="a\n\x1b[31m<!channel> @all" * 90)
    said = sentence(row)
    assert "\n" not in said and "\x1b" not in said and "<" not in said and "@" not in said
    assert len(said) < 400


@pytest.mark.parametrize("rule", [rule.name for rule in RULES])
def test_every_rule_says_what_and_which_command_that_exists(rule: str) -> None:
    french, english = (notice("firing", alert(rule), language)[1] for language in ("fr", "en"))
    assert french != english and "{" not in french
    assert can_be_typed(WHAT[rule][2])


@pytest.mark.parametrize("code", [code for code, (_, _, todo) in WORDS.items() if todo])
def test_what_health_says_to_type_can_be_typed(code: str) -> None:
    assert can_be_typed(WORDS[code][2].format(permit="chmod x", kind="cron", folder="data"))


def can_be_typed(line: str) -> bool:
    """Whether a line is a command of ours that parses, or one of the system's."""
    program, *words = line.split()
    if program != "ragphoto":
        return program in ("tail", "chmod", "python", "copiez")
    command = typer.main.get_command(cli.build(words)).commands[words.pop(0)]
    while hasattr(command, "commands"):
        command = command.commands[words.pop(0)]
    command.make_context(program, words)  # raises for a word too many, or an unknown option
    return True
