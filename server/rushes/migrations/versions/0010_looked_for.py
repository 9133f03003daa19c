"""Finds cancelled videos whose jobs are looked for; remembers former jobs, and removed providers."""

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
    op.add_column("providers", sa.Column("removed_at", sa.Double()))
    op.create_table(
        "former_jobs",
        sa.Column("provider", sa.String(40), nullable=False),
        sa.Column("job_id", sa.String(512), nullable=False),
        sa.Column("ended_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("provider", "job_id", name="pk_former_jobs"),
    )
    op.create_index("ix_former_jobs_ended_at", "former_jobs", ["ended_at"])
    op.create_index(
        "ix_videos_looked_for",
        "videos",
        ["id"],
        sqlite_where=sa.text(_LOOKED_FOR),
        postgresql_where=sa.text(_LOOKED_FOR),
    )
