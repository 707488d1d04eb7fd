"""What every table belongs to."""

from __future__ import annotations

from sqlalchemy import MetaData

HEAD = "0003"  # the newest migration
metadata = MetaData()
