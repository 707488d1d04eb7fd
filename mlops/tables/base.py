"""What every table belongs to."""

from __future__ import annotations

from sqlalchemy import MetaData

HEAD = "0006"  # the newest migration
metadata = MetaData()
