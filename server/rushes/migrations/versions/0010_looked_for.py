"""Finds the cancelled videos whose jobs are still being looked for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_LOOKED_FOR = (
    "stage = 'cancelled' AND claim IS NOT NULL AND submitted_at IS NOT NULL AND provider_video_id IS NULL"
)


def upgrade() -> None:
    op.create_index(
        "ix_videos_looked_for",
        "videos",
        ["id"],
        sqlite_where=sa.text(_LOOKED_FOR),
        postgresql_where=sa.text(_LOOKED_FOR),
    )
