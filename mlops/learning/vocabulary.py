"""Words that corrections link: what people ask for (« hypo ») and what pages print (hyposulfite).

A pair is proposed when a corrected question has a word that its page says in no way that we know,
beside a printed word that the question has not: once when both begin alike, else twice, said by
different persons. Proposed with its evidence, put in force by an editor, withdrawn alone. In a
release it is a relation of the collection (``rag.question.grown``): a word typed is never replaced.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from mlops import store_tables as t
from mlops.learning.entries import EDITOR, VERDICTS, Refused, note_review
from mlops.learning.entries import listing as entries_in
from mlops.store import Store, now
from rag.engine import Engine
from rag.french.analysis import analyse, fold
from rag.records import Concept

ALIKE = 4  # letters in common at the beginning, of words that then need be linked once
SHORTEST = 4  # letters of a word
TWICE = 2  # different persons that link words which do not begin alike
COMMON = 0.1  # share of the passages that hold a word: more, and it says nothing
MOST = 50  # pairs that wait at once

_WORD = re.compile(r"[^\W\d_]{4,}")


def mine(store: Store, engine: Engine) -> list[dict[str, Any]]:
    """Propose the pairs that corrections link; returns the new ones.

    Args:
        store: the record.
        engine: of the release in service: what it finds a word by is no news.
    """
    links: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for row in entries_in(store):
        if row["state"] in ("proposed", "validated") and not row["reason"]:
            for pair in _pairs(engine, row):
                links.setdefault(pair, []).append(row)
    known = {row["pair_id"] for row in listing(store)}
    waiting = len(listing(store, "proposed"))
    made: list[dict[str, Any]] = []
    for (asked, printed), rows in sorted(links.items()):
        pair_id = _identity(asked, printed)
        if pair_id in known or waiting + len(made) >= MOST or not _enough(asked, printed, rows):
            continue
        evidence = [{"entry": r["entry_id"], "question": r["question"]} for r in rows[:5]]
        made.append(
            {"pair_id": pair_id, "at": now(), "asked": asked, "printed": printed,
             "evidence": evidence, "state": "proposed"}
        )  # fmt: skip
    with store.write() as connection:
        for row in made:
            connection.execute(sa.insert(t.synonyms).values(**row))
    return made


def _pairs(engine: Engine, row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(word asked, word printed) of one corrected question, that nothing links yet."""
    query = engine.understand(str(row["question"]))
    there = set(analyse(str(row["quote"])))
    said = {term for c in query.concepts for v in c.variants for term in v.terms}
    strange = [c for c in query.concepts if not _stands(c, there) and _is_word(c.asked)]
    printed = {
        word.lower()
        for word in _WORD.findall(str(row["quote"]))
        if (terms := analyse(word)) and not set(terms) & said and _is_rare(engine, terms)
    }
    for concept in strange:
        for word in sorted(printed):
            yield concept.asked.lower(), word


def _stands(concept: Concept, there: set[str]) -> bool:
    return any(set(variant.terms) <= there for variant in concept.variants)


def _is_word(text: str) -> bool:
    return len(text) >= SHORTEST and text.isalpha() and bool(analyse(text))


def _is_rare(engine: Engine, terms: list[str]) -> bool:
    bm25 = engine.release.bm25
    return all(0 < len(bm25.rows_of(term)) <= max(2, COMMON * bm25.ranked) for term in terms)


def _enough(asked: str, printed: str, rows: list[Mapping[str, Any]]) -> bool:
    if fold(asked)[:ALIKE] == fold(printed)[:ALIKE]:
        return True
    persons = {row["author"] for row in rows if row["author"]}
    return len(persons) >= TWICE


def review(store: Store, pair_id: str, *, by: str, verdict: str, note: str = "") -> dict[str, Any]:
    """Validate, refuse, withdraw or restore a pair; an editor does.

    Raises:
        Refused: ("unknown", "not_yours", "verdict") it cannot be done.
    """
    if by != EDITOR:
        raise Refused("an editor decides of words", code="not_yours")
    if verdict not in (*VERDICTS, "restore"):
        raise Refused(f"verdict {verdict!r}: want {', '.join(VERDICTS)}", code="verdict")
    state = VERDICTS.get(verdict, "proposed")
    same = t.synonyms.c.pair_id == pair_id
    with store.write() as connection:
        values = {"state": state, "validated_by": by, "validated_at": now()}
        done = connection.execute(sa.update(t.synonyms).where(same).values(**values))
        if not done.rowcount:
            raise Refused(f"no pair {pair_id!r}", code="unknown")
        note_review(connection, "synonym", pair_id, by, verdict, note)
    return {"pair_id": pair_id, "state": state}


def listing(store: Store, state: str | None = None) -> list[dict[str, Any]]:
    """The pairs, oldest first; only those in one state when it is given."""
    query = sa.select(t.synonyms).order_by(t.synonyms.c.at, t.synonyms.c.pair_id)
    if state is not None:
        query = query.where(t.synonyms.c.state == state)
    with store.read() as connection:
        return [dict(row) for row in connection.execute(query).mappings()]


def _identity(asked: str, printed: str) -> str:
    return hashlib.sha256(f"{asked}\n{printed}".encode()).hexdigest()[:24]
