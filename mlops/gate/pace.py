"""Is the challenger slower? Measured in pairs, and again before anything is refused for it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import numpy as np

from mlops.golden_file import Golden
from mlops.serving import embedder_of, reranker_for
from rag.engine import Engine
from rag.index.release import Release
from rag.settings import Settings

QUESTIONS = 20
REPEATS = 3  # the least of them counts: a busy machine only ever adds


def p95_in_pairs(
    releases: Sequence[Release],
    settings: Settings,
    asked: Sequence[Golden],
    *,
    enough: Callable[[Sequence[float]], bool] = lambda found: False,
    timer: Callable[[], float] = time.perf_counter,
) -> list[float]:
    """The 95th percentile of an answer's seconds for each release, asked in turns.

    Args:
        releases: to be timed, beside each other in this process.
        settings: which models answer.
        asked: at most ``QUESTIONS`` of them are asked, evenly taken.
        enough: whether the figures of the turns so far need no further turn.
        timer: in seconds.

    Raises:
        RagError: a release cannot be asked by these settings.
    """
    engines = [
        Engine(one, embedder_of(one, settings, fresh=True), reranker=reranker_for(settings))
        for one in releases  # each with a model of its own, that has seen none of the questions
    ]
    step = max(1, len(asked) // QUESTIONS)
    chosen = list(asked)[::step][:QUESTIONS]
    best = np.full((len(engines), len(chosen)), np.inf)
    for engine in engines:  # models load and files are mapped at the first question
        engine.ask(chosen[0].question, history=chosen[0].history)
    found = [float("inf")] * len(engines)
    for _ in range(REPEATS):
        for n, question in enumerate(chosen):
            for which, engine in enumerate(engines):
                began = timer()
                engine.ask(question.question, history=question.history)
                best[which, n] = min(best[which, n], timer() - began)
        found = [float(np.quantile(row, 0.95)) for row in best]
        if enough(found):
            break
    return found
