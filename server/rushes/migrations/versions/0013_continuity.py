"""What stays the same throughout a film, and the picture that a scene's still is made after."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "productions", sa.Column("continuity", sa.Text(), nullable=False, server_default=sa.text("''"))
    )
    op.add_column("scenes", sa.Column("reference_asset_id", sa.String(64)))
    op.create_index("ix_scenes_reference_asset_id", "scenes", ["reference_asset_id"])
