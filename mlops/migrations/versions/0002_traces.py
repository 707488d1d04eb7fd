"""What an answer was made from, so that it can be explained and made again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the trace of an answer; older answers have none."""
    op.add_column("answers", sa.Column("trace", sa.JSON(), nullable=True))
