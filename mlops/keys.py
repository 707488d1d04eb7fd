"""Keys of people and programs: made once, shown once, kept as a hash, taken back.

A key is ``rph_<id>_<secret>``. The secret is 256 random bits, so that a plain SHA-256 of it cannot
be searched; a slow hash is for passwords that people choose.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from typing import Literal, get_args

import sqlalchemy as sa

from mlops import clock
from mlops.store import Store
from mlops.tables.access import keys

Role = Literal["reader", "editor", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)
FORM = re.compile(r"rph_([0-9a-f]{8})_([A-Za-z0-9_-]{43})")
NAME = re.compile(r"[\w][\w .@'’-]{0,63}")
SEEN_EVERY = 16  # characters of the moment kept: a key is noted as used once a minute


@dataclass(frozen=True)
class Key:
    """A key as it is kept: who holds it, what it opens, and when it was last used."""

    key_id: str
    name: str
    role: Role
    digest: str  # SHA-256 of the whole key, in hexadecimal
    created_at: str
    used_at: str | None
    revoked_at: str | None


class NameTaken(ValueError):
    """A live key has that name already: a name is a person's."""


def issue(store: Store, name: str, role: Role) -> tuple[Key, str]:
    """Make a key; returns it, and its text, which is nowhere else.

    Raises:
        NameTaken: a live key has that name.
        ValueError: the name or the role cannot be used.
    """
    if not NAME.fullmatch(name) or role not in ROLES:
        raise ValueError(f"want a name of at most 64 letters and one of {', '.join(ROLES)}")
    key_id = secrets.token_hex(4)
    text = f"rph_{key_id}_{secrets.token_urlsafe(32)}"
    made = Key(key_id, name, role, digest_of(text), clock.stamp(), None, None)
    with store.write() as connection:
        same = sa.select(keys.c.key_id).where(keys.c.name == name, keys.c.revoked_at.is_(None))
        if connection.execute(same).first():
            raise NameTaken(name)
        connection.execute(keys.insert().values(**vars(made)))
    return made, text


def digest_of(text: str) -> str:
    """What is kept of a key."""
    return hashlib.sha256(text.encode()).hexdigest()


def holder(store: Store, text: str) -> Key | None:
    """The live key that this text is, or None."""
    form = FORM.fullmatch(text)
    key = by_id(store, form[1]) if form else None
    same = key is not None and hmac.compare_digest(key.digest, digest_of(text))
    return key if same else None


def by_id(store: Store, key_id: str) -> Key | None:
    """A live key, or None."""
    wanted = sa.select(keys).where(keys.c.key_id == key_id, keys.c.revoked_at.is_(None))
    with store.read() as connection:
        row = connection.execute(wanted).mappings().first()
    return Key(**row) if row else None


def listing(store: Store) -> list[Key]:
    """Every key, revoked ones too, oldest first."""
    with store.read() as connection:
        rows = connection.execute(sa.select(keys).order_by(keys.c.created_at)).mappings()
        return [Key(**row) for row in rows]


def any_issued(store: Store) -> bool:
    """Whether a key was ever made: then the service wants one, even when all are revoked."""
    with store.read() as connection:
        return connection.execute(sa.select(keys.c.key_id).limit(1)).first() is not None


def revoke(store: Store, name: str) -> Key | None:
    """Take a key back, by its id or its holder's name; at once. None when there is no such key."""
    for key in listing(store):
        if name in (key.key_id, key.name) and key.revoked_at is None:
            change = keys.update().where(keys.c.key_id == key.key_id)
            with store.write() as connection:
                connection.execute(change.values(revoked_at=clock.stamp()))
            return key
    return None


def forget_all(store: Store) -> int:
    """Remove every key: the service is open on its own machine again. Returns how many."""
    with store.write() as connection:
        return int(connection.execute(keys.delete()).rowcount)


def seen(store: Store, key: Key) -> None:
    """Note that a key was used, once a minute."""
    now = clock.stamp()
    if (key.used_at or "")[:SEEN_EVERY] == now[:SEEN_EVERY]:
        return
    with store.write() as connection:
        connection.execute(keys.update().where(keys.c.key_id == key.key_id).values(used_at=now))
