"""Rules over facts; an alert fires once, is told until somebody takes it up, and resolves once.

facts → what is known; rules → what is too much; states → firing or resolved; outbox → told, through
Apprise; words → what is said.
"""

from __future__ import annotations

from mlops.alerts.outbox import Delivery, deliver, try_channels
from mlops.alerts.rules import RULES, Rule
from mlops.alerts.states import Alert, Event, acknowledge, evaluate, listing

__all__ = [
    "RULES", "Alert", "Delivery", "Event", "Rule", "acknowledge", "deliver", "evaluate", "listing",
    "try_channels",
]  # fmt: skip
