"""What may be done with releases over HTTP: the same as ``ragphoto release`` and ``trial``."""

from __future__ import annotations

import getpass
import logging
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from fastapi import Request

from app.problems import Problem
from app.security import HERE
from app.service import Service
from mlops import releases, trials
from mlops.release_facts import NotOne, resolve
from mlops.releases import ReleaseRow
from mlops.trials import Trial
from mlops.trials import evidence as seen

if TYPE_CHECKING:
    from mlops.differences import Difference

log = logging.getLogger(__name__)

UNPROVEN = ("rejected", "candidate")  # states that want force and a reason
KEPT = 8  # differences, in memory
_differences: dict[tuple[Any, ...], Difference] = {}
_one_at_a_time = threading.Lock()
_deciding = threading.Lock()  # between looking at what answers and changing it


def meant(service: Service, name: str) -> str:
    """The release that is meant: champion, previous, an id or the beginning of one.

    Raises:
        Problem: 404 when there is none, or several.
    """
    try:
        return resolve(service.store, name)
    except NotOne as error:
        key = "versions.several" if error.found else "versions.unknown"
        raise Problem(404, key, release=name[:40]) from error


def row_of(service: Service, release: str) -> ReleaseRow:
    """Its row."""
    return next(row for row in releases.listing(service.store) if row.release_id == release)


def actor(request: Request) -> str:
    """Who decides: the name of the key, else who runs the service, as the command line says."""
    who = request.scope.get("principal", HERE)
    return who.name or (getpass.getuser() if who.local else who.role)


def promote(
    service: Service, release: str, *, by: str, reason: str, force: bool, expected: str = ""
) -> str | None:
    """Put a release in service; returns the one that answered before.

    Raises:
        RunRefused: it cannot answer.
        Problem: 409 when another release answers than the one expected, or when the gate did not
            let it through and nobody forces it.
    """
    usable = releases.in_folder(service.home)
    with _deciding:
        before = _expected(service, expected)
        _proven(service, release, force, reason)
        releases.promote(service.store, release, by=by, reason=reason, usable=usable)
        _end_of_trial(service)
    return before


def rollback(service: Service, *, by: str, reason: str, expected: str = "") -> tuple[str, str]:
    """Put the previous release back; returns it, and the one that answered.

    Raises:
        RunRefused: there is none.
        Problem: 409 when another release answers than the one expected.
    """
    usable = releases.in_folder(service.home)
    with _deciding:
        before = _expected(service, expected)
        now = releases.rollback(service.store, by=by, reason=reason, usable=usable)
        _end_of_trial(service)
    return now, before or ""


def begin(
    service: Service,
    release: str,
    *,
    by: str,
    kind: str,
    share: float | None,
    hours: float | None,
    force: bool = False,
    reason: str = "",
) -> Trial:
    """Begin a trial of a release.

    Raises:
        RunRefused: one is under way, or this release cannot be tried.
        Problem: 409 when the gate did not let it through and nobody forces it.
    """
    _proven(service, release, force, reason)
    given = {"trial_share": share, "trial_hours": hours}
    chosen = service.settings.model_copy(
        update={name: value for name, value in given.items() if value is not None}
    )
    begun = trials.begin(service.store, chosen, release, kind=kind)
    log.warning("%s of %s begun by %s%s", kind, release, by, f": {reason}" if reason else "")
    return begun


def stop(service: Service, reason: str, *, decide: bool = False, challenger: str = "") -> Trial:
    """End the trial under way, with a decision or without; returns it as it ended.

    Raises:
        Problem: 404 when there is none, or not of that challenger.
    """
    now = trials.current(service.store)
    if now is None or (challenger and now.challenger != challenger):
        raise Problem(404, "versions.no_trial")
    if decide:
        trials.decide(service.home, service.settings, service.store, force=True)
    else:
        trials.abandon(service.store, service.settings, reason)
    return trials.last(service.store, 1)[0]


def evidence_of(service: Service, trial: Trial) -> Mapping[str, Any]:
    """What is seen so far of a trial under way; what was kept of one that ended."""
    if trial.ended_at is not None:
        return trial.evidence
    if trial.kind == "canary":
        return {n: seen.described(arm) for n, arm in seen.arms(service.store, trial).items()}
    silent = seen.shadowed(service.store, trial)
    n = len(silent.same_outcome)
    shares = {
        "same_outcome": silent.same_outcome,
        "same_first": silent.same_first,
        "overlap": silent.overlap,
    }
    means = {name: round(sum(all_) / n, 4) if n else None for name, all_ in shares.items()}
    return {"questions": n, "failed": silent.failed, **means}


def difference(
    service: Service, before: str, after: str, *, asking: bool, only_kept: bool = False
) -> Difference | None:
    """What changes from one release to the other.

    Args:
        service: the collection.
        before: an id.
        after: an id.
        asking: ask both every golden question, which takes a while the first time; releases do
            not change, so that the difference is kept.
        only_kept: None rather than ask.

    Raises:
        Problem: 409 when the folder of one is gone or damaged.
    """
    from mlops import differences

    golden = service.home.golden
    stamp = (golden.stat().st_mtime_ns, golden.stat().st_size) if golden else None
    key = (str(service.home.root), before, after, stamp)
    if asking and (key in _differences or only_kept):
        return _differences.get(key)
    for name in (before, after):
        if not releases.in_folder(service.home)(name):
            raise Problem(409, "error.release_gone", release=name)
    if not asking:
        return differences.outline(service.home, service.store, before, after)
    with _one_at_a_time:
        if key not in _differences:
            found = differences.diff(service.home, service.settings, service.store, before, after)
            while len(_differences) >= KEPT:
                _differences.pop(next(iter(_differences)))
            _differences[key] = found
        return _differences[key]


def _expected(service: Service, expected: str) -> str | None:
    """The release that answers.

    Raises:
        Problem: 409 when it is not the one expected.
    """
    now = releases.champion_id(service.store)
    if expected and now != expected:
        raise Problem(409, "versions.moved", release=(now or "–")[:12])
    return now


def _proven(service: Service, release: str, force: bool, reason: str) -> None:
    """Refuse what the gate did not let through, unless somebody answers for it."""
    state = row_of(service, release).state
    if state in UNPROVEN and not (force and reason.strip()):
        raise Problem(409, f"versions.unproven.{state}", release=release[:12])


def _end_of_trial(service: Service) -> None:
    """What answers has changed: the trial that was under way is over."""
    if trials.current(service.store) is not None:
        trials.decide(service.home, service.settings, service.store)
