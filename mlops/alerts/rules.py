"""What is worth waking somebody: rules as data, overridden rule by rule in ``ragphoto.toml``.

[alert_rules.rating_mean]
threshold = 2.0        # fires below
enabled = false
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from rag.errors import SettingsError


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing to watch.

    Attributes:
        name: also the name of the fact it looks at.
        threshold: fires beyond it.
        above: True fires above the threshold, False below.
        clear: resolves only once the fact is back at this value (hysteresis).
        fewest: observations under which nothing is said.
        sure: True when the whole 95 % interval must be beyond the threshold, not the mean alone.
        severity: "warning" waits for the end of quiet hours, "critical" does not.
        enabled: False switches it off.
    """

    name: str
    threshold: float
    above: bool
    clear: float
    fewest: int = 1
    sure: bool = False
    severity: str = "warning"
    enabled: bool = True

    def beyond(self, value: float, low: float, high: float) -> bool:
        """Whether a fact fires the rule; nan never does."""
        if self.sure:
            return low > self.threshold if self.above else high < self.threshold
        return value > self.threshold if self.above else value < self.threshold

    def cleared(self, value: float) -> bool:
        """Whether a fact ends the alert; nan never does."""
        return value <= self.clear if self.above else value >= self.clear


RULES = (
    # the guide's two, judged with their uncertainty
    Rule("rating_mean", 2.5, above=False, clear=2.7, fewest=8, sure=True),
    Rule("pipeline_success", 0.80, above=False, clear=0.85, fewest=5, sure=True),
    Rule("night_missing", 26.0, above=True, clear=26.0, severity="critical"),  # hours
    Rule("night_failed", 0.5, above=True, clear=0.5, severity="critical"),
    Rule("step_failed", 0.5, above=True, clear=0.5),
    Rule("validation_refused", 0.5, above=True, clear=0.5),
    Rule("rollback", 0.5, above=True, clear=0.5, severity="critical"),
    Rule("coverage_drop", 0.02, above=True, clear=0.01),  # share of pages, against the week before
    Rule("error_rate", 0.02, above=True, clear=0.01, fewest=20, sure=True),
    Rule("p95_seconds", 2.0, above=True, clear=1.5, fewest=20),
    Rule("disk_free_mb", 500.0, above=False, clear=700.0, severity="critical"),
    Rule("drift", 0.5, above=True, clear=0.5),
    Rule("trial_stale", 24.0, above=True, clear=24.0),  # hours past its end
    Rule("backup_age_hours", 50.0, above=True, clear=50.0),
)
SEVERITIES = ("warning", "critical")
_SET = {field.name for field in fields(Rule)} - {"name", "above"}


def rules(overrides: Mapping[str, Mapping[str, Any]]) -> tuple[Rule, ...]:
    """The rules in force.

    Raises:
        SettingsError: a rule or a field is not known, or a value is not of its kind.
    """
    found = {rule.name: rule for rule in RULES}
    for name, values in overrides.items():
        if name not in found:
            raise _unknown("rule", name, found)
        for key, value in values.items():
            if key not in _SET:
                raise _unknown(f"field of {name}", key, _SET)
            wanted = type(getattr(found[name], key))
            number = wanted in (int, float) and isinstance(value, (int, float))
            if not (isinstance(value, wanted) or number) or isinstance(value, bool) != (
                wanted is bool
            ):
                raise SettingsError(
                    f"alert_rules.{name}.{key}: found {value!r}, wanted a {wanted.__name__}.",
                    code="setting",
                    name=f"alert_rules.{name}.{key}",
                )
        moved = "threshold" in values and "clear" not in values
        more = {"clear": values["threshold"]} if moved else {}
        found[name] = _sound(replace(found[name], **values, **more))
    return tuple(rule for rule in found.values() if rule.enabled)


def _sound(rule: Rule) -> Rule:
    """The rule, when it cannot fire and clear on the same figure for ever."""
    name = f"alert_rules.{rule.name}"
    wrong = ""
    if rule.severity not in SEVERITIES:
        wrong = f"severity: found {rule.severity!r}, wanted one of {', '.join(SEVERITIES)}"
    elif not (math.isfinite(rule.threshold) and math.isfinite(rule.clear)):
        wrong = "threshold and clear: wanted numbers"
    elif rule.clear != rule.threshold and (rule.clear > rule.threshold) == rule.above:
        side = "at most" if rule.above else "at least"
        wrong = f"clear: found {rule.clear:g}, wanted {side} the threshold {rule.threshold:g}"
    if wrong:
        raise SettingsError(f"{name}.{wrong}.", code="setting", name=name)
    return rule


def _unknown(what: str, name: str, known: Any) -> SettingsError:
    near = difflib.get_close_matches(name, known, n=1)
    hint = f" Did you mean {near[0]!r}?" if near else f" Known: {', '.join(sorted(known))}."
    return SettingsError(
        f"alert_rules: {name!r} is no {what}.{hint}", code="setting", name=f"alert_rules.{name}"
    )
