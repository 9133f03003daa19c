"""Counts what is spent at each provider, from what the ledger has of the last month in which anything was."""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Each row is as if it had been written all along: what is reserved is taken from it as it ends, and what
    # is of a month before is not counted any more.
    op.execute(
        "INSERT INTO budgets (holder_kind, holder_id, month, reserved, spent, lost)"
        " SELECT 'provider', newest.provider, newest.month,"
        " sum(CASE WHEN ledger.state = 'reserved' THEN coalesce(ledger.reserved, 0) ELSE 0 END),"
        " sum(coalesce(ledger.spent, 0)),"
        " sum(CASE WHEN ledger.is_lost THEN coalesce(ledger.spent, 0) ELSE 0 END)"
        " FROM ledger JOIN"
        " (SELECT provider, max(substr(day, 1, 7)) AS month FROM ledger GROUP BY provider) AS newest"
        " ON newest.provider = ledger.provider AND newest.month = substr(ledger.day, 1, 7)"
        " GROUP BY newest.provider, newest.month"
    )


def downgrade() -> None:
    op.execute("DELETE FROM budgets WHERE holder_kind = 'provider'")
