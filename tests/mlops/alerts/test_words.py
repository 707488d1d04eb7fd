"""What alerts say: figures, plain text, and commands that exist."""

from __future__ import annotations

import pytest

from app.cli import COMMANDS
from mlops.alerts.rules import RULES
from mlops.alerts.words import WHAT, notice, sentence


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
    command = WHAT[rule][2].split()
    assert command[0] == "tail" or (command[0] == "ragphoto" and command[1] in COMMANDS)
