"""Questions of several threads share a pass, and each gets its own result."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from rag.embed.embedder import load_embedder
from rag.embed.together import Together
from rag.embed.tokens import with_tokens


class Doubling:
    """Doubles numbers; the first pass waits until it is told to go on."""

    def __init__(self) -> None:
        self.passes: list[list[int]] = []
        self.begun, self.go = threading.Event(), threading.Event()

    def __call__(self, numbers):
        self.passes.append(list(numbers))
        self.begun.set()
        assert self.go.wait(10)
        if any(number < 0 for number in numbers):
            raise ValueError(f"{min(numbers)} is negative")
        return [2 * number for number in numbers]


def gathered(together, run, numbers, pool):
    """Ask one number, then the others once its pass is under way; the futures, in order."""
    futures = [pool.submit(together.ask, numbers[0])]
    assert run.begun.wait(10)
    for count, number in enumerate(numbers[1:], 1):
        futures.append(pool.submit(together.ask, number))
        while len(together._waiting) < count:  # in this order
            pass
    run.go.set()
    return futures


def test_who_comes_during_a_pass_shares_the_next_ones_in_order():
    run = Doubling()
    together = Together(run, most=3)
    with ThreadPoolExecutor(8) as pool:
        futures = gathered(together, run, [1, 2, 3, 4, 5, 6], pool)
        assert [future.result(10) for future in futures] == [2, 4, 6, 8, 10, 12]
    assert run.passes == [[1], [2, 3, 4], [5, 6]]


def test_what_fails_for_one_fails_for_nobody_else():
    run = Doubling()
    together = Together(run, most=8)
    with ThreadPoolExecutor(8) as pool:
        futures = gathered(together, run, [1, 2, -3, 4], pool)
        assert [futures[n].result(10) for n in (0, 1, 3)] == [2, 4, 8]
        with pytest.raises(ValueError, match="-3"):
            futures[2].result(10)
    assert together.ask(5) == 10  # the turn was handed on


def test_nobody_waits_when_nobody_is_there():
    run = Doubling()
    run.go.set()
    together = Together(run, most=8)
    assert [together.ask(n) for n in range(3)] == [0, 2, 4]
    assert run.passes == [[0], [1], [2]]


@pytest.mark.slow
def test_a_shared_pass_changes_no_bit():
    able = with_tokens(load_embedder("e5"))
    if able is None:
        pytest.skip("the wheel of the model does not exist for this machine")
    question = "Combien de temps faut-il laver une épreuve au sortir du bain de fixage ?"
    questions = [question[:end] for end in range(8, len(question), 5)]
    alone = [able.query(question) for question in questions]
    pairs = able._ask(questions)  # padded, in one or two passes
    for question, vector, (found, pieces) in zip(questions, alone, pairs, strict=True):
        np.testing.assert_array_equal(vector, found)
        np.testing.assert_array_equal(pieces, able._ask([question])[0][1])
