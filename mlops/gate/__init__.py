"""Never worse: a release answers only when nothing shows that the one in service was better.

method → what changed; measured → what each got on the same questions; probes → faults that need no
question; rules → the verdict; pace → seconds; words → what people read.
"""

from __future__ import annotations

from mlops.gate.judging import GateVerdict, judge
from mlops.gate.method import method
from mlops.gate.rules import Reason
from mlops.gate.words import words

__all__ = ["GateVerdict", "Reason", "judge", "method", "words"]
