"""What a trial may conclude, and on how much evidence: pure functions on counts and ratings.

A canary is looked at four times at most, a quarter of its time apart, and every look is held to a
quarter of the level (Bonferroni), shared by its measures with Holm's procedure (1979): a harmless
challenger is sent away by mistake in at most ``ALPHA`` of trials. The ratings that follow a
promotion are looked at whenever their number has doubled, the k-th look being held to
ALPHA / (k (k + 1)), which adds up to ``ALPHA`` whatever the number of looks.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from rag.measure.comparing import holm

ALPHA = 0.05  # chance of a false alarm, over all looks together
LOOKS = 4  # of a canary
FIRST_LOOK = 10  # ratings, of those that follow a promotion
FEWEST = 10  # ratings, answers or questions below which nothing is shown
SPREAD = 1.29  # stars: standard deviation of ratings of 1 to 5 that lean to the good side
MORE_ABSTENTION = 0.05  # share of answers: smaller rises are not called harm
MOST_ERRORS = 0.01  # share of a shadow's questions that may fail
ROUNDS = 10_000


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that a trial found; words are elsewhere."""

    code: str
    figures: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Arm:
    """What readers of one release did and got."""

    ratings: tuple[int, ...]  # 1..5
    answers: int
    abstained: int
    failed: int


@dataclass(frozen=True, slots=True)
class Shadowed:
    """What a challenger would have said: one element a question."""

    same_outcome: tuple[bool, ...]
    same_first: tuple[bool, ...]
    overlap: tuple[float, ...]  # 0..1
    abstained: tuple[tuple[bool, bool], ...]  # champion, challenger
    seconds: tuple[tuple[float, float], ...]  # champion, challenger
    failed: int


def needed(effect: float, *, sd: float = SPREAD, power: float = 0.8, alpha: float = ALPHA) -> int:
    """Ratings per arm that show a difference of ``effect`` stars: two-sided test of two means.

    n = 2 (z₁₋α⁄₂ + z_power)² (sd / effect)²; 105 for half a star. Source: Cohen, Statistical Power
    Analysis, 1988, ch. 2.

    Raises:
        ValueError: ``effect`` is not above 0.
    """
    if not effect > 0:
        raise ValueError(f"effect of {effect} stars; wanted more than 0")
    from scipy.stats import norm

    z = float(norm.ppf(1 - alpha / 2) + norm.ppf(power))
    return math.ceil(2 * (z * sd / effect) ** 2)


def p_lower(before: Sequence[float], after: Sequence[float]) -> float:
    """One-sided p-value that ``after`` is lower on average: two-sample permutation, fixed seed.

    1.0 below two values a side. Source: Good, Permutation Tests, 2005, ch. 3.
    """
    if len(before) < 2 or len(after) < 2:
        return 1.0
    values = np.array([*before, *after], np.float64)
    n, rng = len(after), np.random.default_rng(0)
    seen = float(values[-n:].sum()) + 1e-9
    rows = max(1, 2_000_000 // len(values))
    low = done = 0
    while done < ROUNDS:
        count = min(rows, ROUNDS - done)
        drawn = rng.permuted(np.tile(values, (count, 1)), axis=1)[:, :n].sum(axis=1)
        low += int(np.count_nonzero(drawn <= seen))
        done += count
    return (1 + low) / (1 + ROUNDS)


def p_more(before: tuple[int, int], after: tuple[int, int]) -> float:
    """One-sided p-value that a share rose: Fisher's exact test; pairs are (count, of)."""
    from scipy.stats import fisher_exact

    table = [[after[0], after[1] - after[0]], [before[0], before[1] - before[0]]]
    if min(before[1], after[1]) < 1:
        return 1.0
    return float(fisher_exact(table, alternative="greater").pvalue)


def canary_harm(champion: Arm, canary: Arm) -> list[Said]:
    """What is shown, at one look, to be worse with the canary."""
    loss = _mean(champion.ratings) - _mean(canary.ratings)
    more = _share(canary.abstained, canary.answers) - _share(champion.abstained, champion.answers)
    worse = _share(canary.failed, canary.answers) - _share(champion.failed, champion.answers)
    tests = [
        (
            p_lower(champion.ratings, canary.ratings) if _enough(champion, canary) else 1.0,
            True,
            Said("ratings_lower", {"loss": loss, "n": len(canary.ratings)}),
        ),
        (
            p_more((champion.abstained, champion.answers), (canary.abstained, canary.answers)),
            more >= MORE_ABSTENTION,
            Said("abstains_more", {"more": more, "n": canary.answers}),
        ),
        (
            p_more((champion.failed, champion.answers), (canary.failed, canary.answers)),
            worse >= MOST_ERRORS,
            Said("fails_more", {"more": worse, "n": canary.answers}),
        ),
    ]
    adjusted = holm([p for p, _, _ in tests])
    return [
        Said(said.code, {**said.figures, "p": p})
        for p, (_, matters, said) in zip(adjusted, tests, strict=True)
        if matters and p < ALPHA / LOOKS
    ]


def shadow_harm(seen: Shadowed, *, budget: float) -> list[Said]:
    """What speaks against a challenger that answered in silence.

    Args:
        seen: its answers beside those that were shown.
        budget: how many times slower it may be, at the 95th percentile.
    """
    found = []
    asked = len(seen.same_outcome) + seen.failed
    if asked >= FEWEST and seen.failed / asked > MOST_ERRORS:
        found.append(Said("fails_more", {"more": seen.failed / asked, "n": asked}))
    then = sum(champion for champion, _ in seen.abstained)
    now = sum(challenger for _, challenger in seen.abstained)
    if seen.abstained and (now - then) / len(seen.abstained) >= MORE_ABSTENTION:
        from rag.measure.comparing import sign_flips

        p = sign_flips(np.array([float(b) - float(a) for a, b in seen.abstained]))
        if p < ALPHA:
            n = len(seen.abstained)
            found.append(Said("abstains_more", {"more": (now - then) / n, "n": n, "p": p}))
    if len(seen.seconds) >= FEWEST:
        was, is_ = (float(np.percentile(side, 95)) for side in zip(*seen.seconds, strict=True))
        if not (is_ <= budget * was or is_ - was <= 0.05):
            found.append(Said("slower", {"before": was, "after": is_}))
    return found


def look_of(ratings: int) -> int:
    """Which look so many ratings allow: 1 from 10, 2 from 20, 3 from 40…; 0 before."""
    return 0 if ratings < FIRST_LOOK else int(math.log2(ratings / FIRST_LOOK)) + 1


def ratings_at(look: int) -> int:
    """How many ratings the k-th look is made on."""
    return int(FIRST_LOOK * 2 ** (look - 1))


def fell(before: Sequence[int], after: Sequence[int], *, harm: float) -> Said | None:
    """Whether the ratings that follow a promotion are shown to be lower.

    Args:
        before: those of the release that answered before.
        after: those since, oldest first; the first 10, 20, 40… are looked at.
        harm: stars; a fall below half of it is not worth going back for.
    """
    look = look_of(len(after))
    if not look or len(before) < FEWEST:
        return None
    seen = after[: ratings_at(look)]
    loss = _mean(before) - _mean(seen)
    p = p_lower(before, seen)
    if loss >= harm / 2 and p < ALPHA / (look * (look + 1)):
        return Said("ratings_fell", {"loss": loss, "p": p, "n": len(seen), "look": look})
    return None


def _enough(*arms: Arm) -> bool:
    return all(len(arm.ratings) >= FEWEST for arm in arms)


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if len(values) else math.nan


def _share(count: int, of: int) -> float:
    return count / of if of else 0.0
