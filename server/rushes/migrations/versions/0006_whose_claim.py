"""Whose claim a submission is: a run whose commit was lost on the way knows its own again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("videos", sa.Column("claim", sa.String(32)))
