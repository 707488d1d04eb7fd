"""Remarks from a file of JSON Lines: those of the guide, old ones with fields missing too."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from mlops import store_tables as t
from mlops.feedback.checking import Given, NotARemark, mark_of
from mlops.feedback.keeping import save
from mlops.store import Store
from rag.cache import fingerprint
from rag.errors import SettingsError

ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Bad:
    """A line that is no remark."""

    number: int  # from 1
    why: str
    code: str
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file."""

    kept: int
    known: int  # lines that were there already
    bad: tuple[Bad, ...]


def read_lines(store: Store, path: Path) -> Imported:
    """Take in each line once, whenever the file is read again.

    Raises:
        SettingsError: ("remarks_absent", "remarks_unreadable") there is no such file, or it
            cannot be read as UTF-8.
    """
    try:
        lines = path.read_text("utf-8-sig").split("\n")  # splitlines would cut at U+2028 too
    except (OSError, UnicodeDecodeError) as error:
        absent = isinstance(error, FileNotFoundError)
        raise SettingsError(
            f"{path}: {error}. Wanted UTF-8, one JSON object a line.",
            code="remarks_absent" if absent else "remarks_unreadable",
            path=str(path), why=getattr(error, "strerror", None) or str(error),
        ) from error  # fmt: skip
    with store.read() as connection:
        there = set(connection.scalars(sa.select(t.feedback.c.feedback_id)))
    kept = known = 0
    bad: list[Bad] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = _object(line)
            name = _name(row)
            if name in there:
                known += 1
                continue
            save(store, _given(row), feedback_id=name)
        except NotARemark as error:
            bad.append(Bad(number, str(error)[:200], error.code, error.details))
            continue
        except (ValueError, TypeError, RecursionError) as error:
            bad.append(Bad(number, str(error)[:200], "not_json"))
            continue
        there.add(name)
        kept += 1
    return Imported(kept, known, tuple(bad))


def _object(line: str) -> Mapping[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise NotARemark(f"no JSON: {error}", "not_json") from error
    if not isinstance(row, Mapping):
        raise NotARemark("not an object", "not_json")
    return row


def _name(row: Mapping[str, Any]) -> str:
    """Its id when it has one of ours; else one made of all its fields, the same each time."""
    given = str(row.get("feedback_id") or "")
    return given if ID.fullmatch(given) else fingerprint(json.dumps(row, sort_keys=True))[:32]


def _given(row: Mapping[str, Any]) -> Given:
    if "question" not in row or "rating" not in row:
        raise NotARemark("no question, or no rating", "incomplete")
    sources = row.get("sources") or []
    if not isinstance(sources, list):
        raise NotARemark("sources: want a list", "kind", name="sources", wanted="[…]")
    marks = row.get("marks") or []
    if not isinstance(marks, list) or not all(isinstance(mark, Mapping) for mark in marks):
        raise NotARemark("marks: want a list of objects", "mark")
    user = _text(row, "user")
    return Given(
        question=_text(row, "question") or "", answer=_text(row, "answer") or "",
        rating=row["rating"], sources=tuple(sources), text=_text(row, "feedback_text"),
        corrected_answer=_text(row, "corrected_answer"), user=user,
        author=f"user:{user}"[:80] if user else "", answer_id=_text(row, "answer_id"),
        timestamp=(_text(row, "timestamp") or "")[:64] or None,
        marks=tuple(map(mark_of, marks)), wanted=row.get("wanted"),
    )  # fmt: skip


def _text(row: Mapping[str, Any], name: str) -> str | None:
    value = row.get(name)
    if value is not None and not isinstance(value, str):
        raise NotARemark(f"{name}: want text", "kind", name=name, wanted='"…"')
    return value or None
