"""Who may come in: keys, kept as hashes."""

from __future__ import annotations

from sqlalchemy import Column, String, Table

from mlops.tables.base import metadata

keys = Table(  # the service wants a key as soon as one row is here
    "keys",
    metadata,
    Column("key_id", String(8), primary_key=True),
    Column("name", String(64), nullable=False),
    Column("role", String(16), nullable=False),  # reader, editor, admin
    Column("digest", String(64), nullable=False),  # SHA-256 of the key
    Column("created_at", String(40), nullable=False),
    Column("used_at", String(40)),
    Column("revoked_at", String(40)),
)
