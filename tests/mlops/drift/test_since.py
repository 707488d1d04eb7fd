"""A drift begins with the first look that tells of it, and lasts through looks without enough."""

from __future__ import annotations

import sqlalchemy as sa

from mlops import store_tables as t
from mlops.drift import since
from mlops.store import Store
from rag.settings import Home


def test_the_first_look_of_the_drift_that_lasts(home: Home) -> None:
    looks = [
        ("1", "topics", True, ""), ("2", "topics", False, ""), ("3", "topics", True, ""),
        ("4", "topics", False, "too_few"), ("5", "topics", True, ""),
        ("1", "scores", True, ""), ("2", "scores", False, ""),
    ]  # fmt: skip
    with Store(home) as store:
        assert since(store) == {}
        with store.write() as connection:
            connection.execute(
                sa.insert(t.drifts),
                [
                    {
                        "at": at, "detector": name, "drifted": drifted, "p_value": None,
                        "effect": None, "n_reference": 1, "n_window": 1, "window": {},
                        "examples": [], "note": note,
                    }
                    for at, name, drifted, note in looks
                ],
            )  # fmt: skip
        assert since(store) == {"topics": "3"}
