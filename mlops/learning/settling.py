"""What waits for a second person, and its settlement: answers, words, synonyms, rules alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mlops.learning import entries, rules, vocabulary, words
from mlops.learning.withdrawing import withdraw
from mlops.store import Store
from rag.settings import Home, Settings

ID = {"entry": "entry_id", "word": "fix_id", "synonym": "pair_id", "rule": "rule_id"}
ROOMS = {"entry": entries, "word": words, "synonym": vocabulary, "rule": rules}


@dataclass(frozen=True, slots=True)
class Learned:
    """Something taught, of any kind: its row as the record has it."""

    kind: str  # entry, word, synonym, rule
    id: str
    row: dict[str, Any]

    @property
    def author(self) -> str:
        return str(self.row.get("author") or "")


def listing(store: Store, state: str | None = None) -> list[Learned]:
    """Everything taught, or what is in one state; answers, words, synonyms, then rules of pages."""
    return [
        Learned(kind, str(row[ID[kind]]), dict(row))
        for kind, room in ROOMS.items()
        for row in room.listing(store, state)
    ]


def find(store: Store, name: str) -> Learned:
    """What an id, or its beginning, names.

    Raises:
        LookupError: none, or several.
    """
    found = [one for one in listing(store) if one.id.startswith(name)]
    if len(found) != 1:
        raise LookupError(name)
    return found[0]


def settle(
    home: Home, settings: Settings, store: Store, one: Learned, verdict: str, *, by: str,
    note: str = "",
) -> str:  # fmt: skip
    """Validate, refuse, withdraw or restore; returns the state it is in now.

    An answer that is withdrawn goes out of service at once; the others at the next release.

    Raises:
        entries.Refused: it cannot be done, with its code.
    """
    if one.kind == "synonym":
        return str(vocabulary.review(store, one.id, by=by, verdict=verdict, note=note)["state"])
    if one.kind == "rule":
        return str(rules.review(store, one.id, by=by, verdict=verdict, note=note)["state"])
    if one.kind == "word":
        return words.review(store, one.id, by=by, verdict=verdict, note=note).state
    if verdict == "withdraw":
        return withdraw(home, settings, store, one.id, by=by, note=note).state
    return entries.review(store, one.id, by=by, verdict=verdict, note=note).state
