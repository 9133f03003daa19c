"""The ledger and the budgets, and what a video's fruitless attempts have cost."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ledger",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("subject_id", sa.String(64), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.String(64), nullable=False),
        sa.Column("space_id", sa.String(64), nullable=False),
        sa.Column("provider", sa.String(40), nullable=False),
        sa.Column("model", sa.String(200), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("reserved", sa.BigInteger()),
        sa.Column("spent", sa.BigInteger()),
        sa.Column("is_actual", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("is_lost", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("settled_at", sa.Double()),
        sa.PrimaryKeyConstraint("id", name="pk_ledger"),
    )
    op.create_index("ix_ledger_subject_id_attempt", "ledger", ["subject_id", "attempt"], unique=True)
    op.create_index("ix_ledger_created_at", "ledger", ["created_at"])
    op.create_table(
        "budgets",
        sa.Column("holder_kind", sa.String(10), nullable=False),
        sa.Column("holder_id", sa.String(64), nullable=False),
        sa.Column("allowed", sa.BigInteger()),
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("reserved", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("spent", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("lost", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("holder_kind", "holder_id", name="pk_budgets"),
    )
    op.add_column("videos", sa.Column("cost_lost", sa.Double(), server_default="0", nullable=False))


def downgrade() -> None:
    op.drop_column("videos", "cost_lost")
    op.drop_table("budgets")
    op.drop_table("ledger")
