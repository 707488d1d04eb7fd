"""The table of docs/alerts.md is the rules that are in force."""

from __future__ import annotations

from mlops.alerts.rules import RULES
from rag.settings import PROJECT_ROOT


def test_the_documentation_has_every_rule_as_it_is() -> None:
    text = (PROJECT_ROOT / "docs" / "alerts.md").read_text("utf-8")
    rows = [line.split("|")[1:7] for line in text.splitlines() if line.startswith("| `")]
    told = [row for row in rows if "ragphoto" not in row[0]]
    beyond, back = {True: ">", False: "<"}, {True: "≤", False: "≥"}
    assert [[cell.strip(" `") for cell in row] for row in told] == [
        [
            rule.name, f"{beyond[rule.above]} {rule.threshold:g}",
            f"{back[rule.above]} {rule.clear:g}", str(rule.fewest), "yes" if rule.sure else "",
            rule.severity,
        ]
        for rule in RULES
    ]  # fmt: skip
