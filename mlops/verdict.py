"""What a validation says, and what is decided from it. NaN and missing values refuse."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypedDict


class Check(TypedDict):
    """One question asked of a release."""

    passed: bool
    value: float | None  # None: could not be measured (and then it did not pass)
    wanted: str  # "≥ 0.7"
    message: str  # French, for people
    measured: bool  # False: a stand-in for a golden set (« non mesuré »)
    structure: bool  # True: about the release's form, never forgiven
    in_service: float | None  # the same figure for the release in service, where it was measured


class Validation(TypedDict):
    """What the guide's snippet reads: ``validation_results["all_passed"]``."""

    all_passed: bool
    structure_passed: bool
    measured: bool
    release_id: str
    against: str | None  # the release in service that it was compared with
    tests: dict[str, Check]


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a release goes into service; reasons and reserves are sentences."""

    promote: bool
    reasons: tuple[str, ...] = ()
    reserves: tuple[str, ...] = ()


def at_least(
    value: float, floor: float, message: str, *, measured: bool = True, structure: bool = False
) -> Check:
    """A check that wants at least ``floor``; NaN refuses."""
    passed = bool(value >= floor)
    return _check(value, f"≥ {floor:g}", passed, message, measured, structure)


def exactly(value: float, wanted: float, message: str) -> Check:
    """A check of structure that wants one number; NaN refuses."""
    return _check(value, f"= {wanted:g}", value == wanted, message, True, True)


def _check(
    value: float, wanted: str, passed: bool, message: str, measured: bool, structure: bool
) -> Check:
    return {
        "passed": bool(passed),
        "value": None if math.isnan(value) else round(float(value), 6),
        "wanted": wanted,
        "message": message,
        "measured": measured,
        "structure": structure,
        "in_service": None,
    }


def conclude(
    release_id: str, tests: dict[str, Check], *, measured: bool, against: str | None
) -> Validation:
    """Put the checks together; no check at all is not a pass."""
    return {
        "all_passed": bool(tests) and all(check["passed"] for check in tests.values()),
        "structure_passed": any(check["structure"] for check in tests.values())
        and all(check["passed"] for check in tests.values() if check["structure"]),
        "measured": measured,
        "release_id": release_id,
        "against": against,
        "tests": tests,
    }


def decide(validation: Validation, in_service: str | None) -> Decision:
    """Refuse whatever failed, with one exception: a quality that the reader does not lose.

    A release whose structure is whole but that misses a quality threshold takes nothing away from
    anybody while nothing answers yet, or while the release in service misses that threshold by as
    much or more: every sentence still shows its proof, and new documents must not wait for an old
    weakness to be mended. It goes into service with reserves (health says "degraded").
    """
    if not validation["tests"]:
        return Decision(False, ("aucun contrôle n'a été fait",))
    same = in_service == validation["release_id"]
    failed = {name: check for name, check in validation["tests"].items() if not check["passed"]}
    words = tuple(f"{name} : {describe(check)}" for name, check in failed.items())
    if not failed and validation["all_passed"]:
        return Decision(True)
    nothing_lost = all(
        in_service is None or same or _no_worse_than_in_service(check) for check in failed.values()
    )
    if nothing_lost and validation["structure_passed"]:
        return Decision(True, reserves=words)
    return Decision(False, reasons=words)


def _no_worse_than_in_service(check: Check) -> bool:
    value, before = check["value"], check["in_service"]
    return value is not None and before is not None and value >= before


def describe(check: Check) -> str:
    """« message (trouvé 0,61, attendu ≥ 0,7) »."""
    found = "rien" if check["value"] is None else f"{check['value']:.3g}".replace(".", ",")
    wanted = check["wanted"].replace(".", ",")
    note = "" if check["measured"] else " ; non mesuré"
    return f"{check['message']} (trouvé {found}, attendu {wanted}{note})"
