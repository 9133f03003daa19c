"""Videos whose files lie in a folder that was asked for, and files that are found by their keys."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("videos", sa.Column("kept_as", sa.String(400)))
    op.create_index("ix_videos_file_path", "videos", ["file_path"])
    op.create_index("ix_assets_file_path", "assets", ["file_path"])
