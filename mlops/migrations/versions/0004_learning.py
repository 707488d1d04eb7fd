"""What readers teach, with who said it and who validated it; why answers failed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables of learning and the columns that it wants of the others."""
    op.create_table(
        "diagnoses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("feedback_id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.String(length=40), nullable=False),
        sa.Column("release_id", sa.String(length=128), nullable=False),
        sa.Column("program", sa.String(length=16), nullable=False),
        sa.Column("cause", sa.String(length=32), nullable=False),
        sa.Column("detail", sa.String(length=32), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("remedy", sa.String(length=32), nullable=False),
        sa.Column("group_key", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["feedback_id"], ["feedback.feedback_id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "one_diagnosis", "diagnoses", ["feedback_id", "release_id", "program"], unique=True
    )
    op.create_table(
        "entries",
        sa.Column("entry_id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.String(length=40), nullable=False),
        sa.Column("feedback_id", sa.String(length=32), nullable=True),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("wordings", sa.JSON(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("document_id", sa.String(length=64), nullable=False),
        sa.Column("page_index", sa.Integer(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("page_key", sa.String(length=64), nullable=False),
        sa.Column("author", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("validated_by", sa.String(length=80), nullable=True),
        sa.Column("validated_at", sa.String(length=40), nullable=True),
        sa.PrimaryKeyConstraint("entry_id"),
    )
    op.create_index("entries_by_state", "entries", ["state"], unique=False)
    op.create_table(
        "word_fixes",
        sa.Column("fix_id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.String(length=40), nullable=False),
        sa.Column("feedback_id", sa.String(length=32), nullable=True),
        sa.Column("document_id", sa.String(length=64), nullable=False),
        sa.Column("page_index", sa.Integer(), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("page_key", sa.String(length=64), nullable=False),
        sa.Column("author", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("like", sa.String(length=32), nullable=True),
        sa.Column("validated_by", sa.String(length=80), nullable=True),
        sa.Column("validated_at", sa.String(length=40), nullable=True),
        sa.PrimaryKeyConstraint("fix_id"),
    )
    op.create_index("word_fixes_by_page", "word_fixes", ["document_id", "page_index"], unique=False)
    op.create_index("word_fixes_by_state", "word_fixes", ["state"], unique=False)
    op.create_table(
        "synonyms",
        sa.Column("pair_id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.String(length=40), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("printed", sa.Text(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("validated_by", sa.String(length=80), nullable=True),
        sa.Column("validated_at", sa.String(length=40), nullable=True),
        sa.PrimaryKeyConstraint("pair_id"),
    )
    op.create_table(
        "reviews",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.String(length=32), nullable=False),
        sa.Column("author", sa.String(length=80), nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("reviews_by_subject", "reviews", ["kind", "subject"], unique=False)
    op.create_table(
        "rechecks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("feedback_id", sa.String(length=32), nullable=False),
        sa.Column("release_id", sa.String(length=128), nullable=False),
        sa.Column("at", sa.String(length=40), nullable=False),
        sa.Column("right", sa.Boolean(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("score", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(["feedback_id"], ["feedback.feedback_id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("one_recheck", "rechecks", ["feedback_id", "release_id"], unique=True)
    op.add_column("feedback", sa.Column("author", sa.String(length=80), nullable=True))
    op.add_column("feedback", sa.Column("release_id", sa.String(length=128), nullable=True))
    op.add_column("feedback", sa.Column("marks", sa.JSON(), nullable=True))
    op.add_column("feedback", sa.Column("wanted", sa.String(length=16), nullable=True))
    op.add_column("feedback", sa.Column("updated_at", sa.String(length=40), nullable=True))
    op.add_column("feedback", sa.Column("fate", sa.JSON(), nullable=True))
    op.add_column("builds", sa.Column("base_key", sa.String(length=128), nullable=True))
    op.add_column("retrainings", sa.Column("decision", sa.String(length=16), nullable=True))
    op.add_column("retrainings", sa.Column("report", sa.JSON(), nullable=True))
    op.create_index("feedback_by_author", "feedback", ["author"], unique=False)
