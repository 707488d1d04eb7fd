"""How one page is to be read or cut: what a diagnosis proposed and an editor decided."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table of rules of pages."""
    op.create_table(
        "page_rules",
        sa.Column("rule_id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("feedback_id", sa.String(length=32), nullable=True),
        sa.Column("document_id", sa.String(length=64), nullable=False),
        sa.Column("page_index", sa.Integer(), nullable=False),
        sa.Column("what", sa.JSON(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("page_key", sa.String(length=64), nullable=False),
        sa.Column("author", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("validated_by", sa.String(length=80), nullable=True),
        sa.Column("validated_at", sa.String(length=40), nullable=True),
        sa.PrimaryKeyConstraint("rule_id"),
    )
    op.create_index("page_rules_by_state", "page_rules", ["state"])
    op.create_index("page_rules_by_page", "page_rules", ["document_id", "page_index"])
