"""Remarks from a file of JSON Lines: those of the guide, old ones with fields missing too."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from mlops import store_tables as t
from mlops.feedback.checking import Given, mark_of
from mlops.feedback.keeping import save
from mlops.store import Store
from rag.cache import fingerprint
from rag.errors import SettingsError


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file."""

    kept: int
    known: int  # lines that were there already
    bad: tuple[tuple[int, str], ...]  # number from 1, why


def read_lines(store: Store, path: Path) -> Imported:
    """Take in each line once, whenever the file is read again.

    Raises:
        SettingsError: ("unreadable") the file cannot be read as UTF-8.
    """
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"{path}: {error}. Wanted UTF-8, one JSON object a line.", code="unreadable",
            path=str(path),
        ) from error  # fmt: skip
    with store.read() as connection:
        there = set(connection.scalars(sa.select(t.feedback.c.feedback_id)))
    kept = known = 0
    bad: list[tuple[int, str]] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            if not isinstance(row, Mapping):
                raise ValueError("not an object")
            name = str(row.get("feedback_id") or "")[:32] or fingerprint(line.strip())[:32]
            if name in there:
                known += 1
                continue
            save(store, _given(row), feedback_id=name)
        except (ValueError, TypeError) as error:
            bad.append((number, str(error)))
            continue
        there.add(name)
        kept += 1
    return Imported(kept, known, tuple(bad))


def _given(row: Mapping[str, Any]) -> Given:
    if "question" not in row or "rating" not in row:
        raise ValueError("no question, or no rating")
    user = str(row["user"]) if row.get("user") else None
    return Given(
        question=str(row["question"]), answer=str(row.get("answer") or ""), rating=row["rating"],
        sources=tuple(row.get("sources") or ()), text=row.get("feedback_text"),
        corrected_answer=row.get("corrected_answer"), user=user,
        author=f"user:{user}"[:80] if user else "", answer_id=row.get("answer_id"),
        timestamp=row.get("timestamp"), marks=tuple(map(mark_of, row.get("marks") or ())),
        wanted=row.get("wanted"),
    )  # fmt: skip
