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
    timer: Callable[[], float] = time.perf_counter,
) -> list[float]:
    """The 95th percentile of an answer's seconds for each release, asked in turns."""
    engines = [
        Engine(one, embedder_of(one, settings), reranker=reranker_for(settings)) for one in releases
    ]
    step = max(1, len(asked) // QUESTIONS)
    chosen = list(asked)[::step][:QUESTIONS]
    best = np.full((len(engines), len(chosen)), np.inf)
    for turn in range(REPEATS + 1):  # the first warms up
        for n, question in enumerate(chosen):
            for which, engine in enumerate(engines):
                began = timer()
                engine.ask(question.question, history=question.history)
                if turn:
                    best[which, n] = min(best[which, n], timer() - began)
    return [float(np.quantile(row, 0.95)) for row in best]
