"""The file of golden questions: read whole, added to and taken from, never half written.

One JSON object a line. What is asked for is ``id``, ``question`` and ``gold`` (none: the collection
does not answer it); ``answer``, ``kind``, ``quote``, ``lang`` and ``history`` say more. Lines that
people wrote are kept as they are, to the byte.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rag.errors import SettingsError
from rag.french.analysis import fold
from rag.settings import Home

WANTED = '{"id", "question", "gold": [{"document", "page"}]}'


@dataclass(frozen=True, slots=True)
class Golden:
    """One golden question with everything that is known of its answer."""

    id: str
    question: str
    gold: tuple[tuple[str, int], ...]  # (document name, page from 1); none: unanswerable
    answer: str = ""
    kind: str = ""
    quote: str = ""  # the printed words that prove it, on the first gold page that has them
    lang: str = ""
    history: tuple[str, ...] = ()  # questions before it in the conversation
    collection: str = ""
    line: int = 0  # of the file, from 1

    @property
    def answerable(self) -> bool:
        return bool(self.gold)

    def row(self) -> dict[str, Any]:
        """As it is written; what is empty is left out."""
        row: dict[str, Any] = {"id": self.id, "question": self.question, "kind": self.kind}
        row["gold"] = [{"document": document, "page": page} for document, page in self.gold]
        extra = {
            "answer": self.answer,
            "quote": self.quote,
            "lang": self.lang,
            "history": list(self.history),
            "collection": self.collection,
        }
        return row | {name: value for name, value in extra.items() if value}


def parse(text: str, line: int) -> Golden:
    """One line.

    Raises:
        ValueError: it is not a golden question; says what is wrong with it.
    """
    row = json.loads(text)
    if not isinstance(row, dict):
        raise ValueError("not an object")
    missing = [name for name in ("id", "question") if not str(row.get(name) or "").strip()]
    if missing:
        raise ValueError(f"no {' and no '.join(missing)}")
    gold = row.get("gold", [])
    if not isinstance(gold, list) or not all(isinstance(g, Mapping) for g in gold):
        raise ValueError("gold is not a list of objects")
    if any("document" not in g or "page" not in g for g in gold):
        raise ValueError("a gold page without document or page")
    history = row.get("history") or ()
    if isinstance(history, str) or not isinstance(history, Sequence):
        raise ValueError("history is not a list of questions")
    words = {n: str(row.get(n) or "") for n in ("answer", "kind", "quote", "lang", "collection")}
    return Golden(
        id=str(row["id"]),
        question=str(row["question"]),
        gold=tuple((str(g["document"]), int(g["page"])) for g in gold),
        history=tuple(str(question) for question in history),
        line=line,
        **words,
    )


def each_line(path: Path) -> Iterator[tuple[int, Golden | ValueError]]:
    """Every line that is not blank, as a question or as what is wrong with it.

    Raises:
        SettingsError: the file cannot be read as UTF-8.
    """
    try:
        lines = path.read_bytes().decode("utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"{path}: {error}. Wanted a UTF-8 text, one question a line.",
            code="golden",
            path=str(path),
            line=0,
        ) from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            yield number, parse(line, number)
        except (ValueError, TypeError) as error:
            yield number, ValueError(str(error))


def load(path: Path) -> tuple[Golden, ...]:
    """Every question.

    Raises:
        SettingsError: a line is not a golden question; says which.
    """
    questions = []
    for number, found in each_line(path):
        if isinstance(found, ValueError):
            raise SettingsError(
                f"{path}, line {number}: {found}. Wanted one JSON object a line: {WANTED}.",
                code="golden",
                path=str(path),
                line=number,
            ) from found
        questions.append(found)
    return tuple(questions)


def own_file(home: Home) -> Path:
    """Where this collection's own questions are written; the bundled sample's never are."""
    return home.root / "golden.jsonl"


def same_question(one: str, other: str) -> bool:
    """Whether two questions are the same but for case, accents, blanks and punctuation."""
    return _bare(one) == _bare(other)


def new_id(question: str, history: Sequence[str] = ()) -> str:
    """An id that the same question always gets."""
    asked = "\n".join((*map(_bare, history), _bare(question)))
    return "g" + hashlib.sha256(asked.encode()).hexdigest()[:8]


def add(home: Home, question: Golden) -> Golden:
    """Write one more question; returns it with its id.

    Raises:
        ValueError: it is empty.
        SettingsError: ("golden_twice") it is already there; a line of the file is broken.
    """
    if not question.question.strip():
        raise ValueError("an empty question")
    path = own_file(home)
    with _alone(home):
        wanted = question.id or new_id(question.question, question.history)
        for other in load(path) if path.is_file() else ():
            same = other.history == question.history
            same &= same_question(other.question, question.question)
            if same or other.id == wanted:
                raise SettingsError(
                    f"{path}, line {other.line}: {other.id} is already that question, or has that "
                    "id. Remove it first to change it.",
                    code="golden_twice",
                    path=str(path),
                    line=other.line,
                    id=other.id,
                )
        kept = path.read_bytes().decode("utf-8") if path.is_file() else ""
        kept += "\n" if kept and not kept.endswith("\n") else ""
        written = replace(question, id=wanted, line=kept.count("\n") + 1)
        _write(path, kept + json.dumps(written.row(), ensure_ascii=False) + "\n")
    return written


def remove(home: Home, question_id: str) -> Golden | None:
    """Take one question out of the own file; None when it has no such id.

    Raises:
        SettingsError: a line of the file is broken.
    """
    path = own_file(home)
    with _alone(home):
        questions = load(path) if path.is_file() else ()
        gone = next((q for q in questions if q.id == question_id), None)
        if gone is None:
            return None
        lines = path.read_bytes().decode("utf-8").split("\n")
        _write(path, "\n".join(lines[: gone.line - 1] + lines[gone.line :]))
    return gone


def _bare(text: str) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in fold(text)).split())


@contextmanager
def _alone(home: Home) -> Iterator[None]:
    """One writer at a time, between processes too."""
    from filelock import FileLock

    home.storage.mkdir(parents=True, exist_ok=True)
    with FileLock(home.storage / "golden.lock", timeout=10):
        yield


def _write(path: Path, text: str) -> None:
    """The old file, or the new one: never a part of it."""
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", newline="", dir=path.parent, prefix=".golden-", delete=False
    ) as beside:
        beside.write(text)
        beside.flush()
        os.fsync(beside.fileno())
    place = Path(beside.name)
    place.chmod(0o644)
    place.replace(path)
