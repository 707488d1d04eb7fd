"""One thread a product: numpy's library would start one for each core, at every question.

Ours are a question against a few hundred rows, over before the threads have met; on two cores they
doubled the processor time of a question (84 ms against 43) and won nothing. Questions that come
together, pages and models have their own threads. It also makes sums independent of the machine:
shared out otherwise, they round otherwise.
"""

from __future__ import annotations

from collections.abc import MutableMapping

SETTINGS = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
EVERYBODY = "OMP_NUM_THREADS"  # says the same to all of them


def one_thread_a_product(environment: MutableMapping[str, str]) -> None:
    """Set what nobody has set; read by numpy's library when it is loaded."""
    if EVERYBODY not in environment:
        for name in SETTINGS:
            environment.setdefault(name, "1")
