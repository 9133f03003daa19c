"""Collections of videos."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "collections",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("space_id", sa.String(64), nullable=False),
        sa.Column("user_id", sa.String(64), nullable=False),
        sa.Column(
            "changed_seq",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            server_default="0",
            nullable=False,
        ),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("name_key", sa.String(400), nullable=False),
        sa.Column("video_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("updated_at", sa.Double(), nullable=False),
        sa.Column("purged_at", sa.Double()),
        sa.ForeignKeyConstraint(["space_id"], ["spaces.id"], name="fk_collections_space_id_spaces"),
        sa.PrimaryKeyConstraint("id", name="pk_collections"),
    )
    op.create_index("ix_collections_space_id_changed_seq", "collections", ["space_id", "changed_seq"])
    alive = sa.text("purged_at IS NULL")
    op.create_index(
        "ix_collections_space_id_name_key",
        "collections",
        ["space_id", "name_key"],
        unique=True,
        sqlite_where=alive,
        postgresql_where=alive,
    )
    op.create_table(
        "collection_videos",
        sa.Column("collection_id", sa.String(64), nullable=False),
        sa.Column("video_id", sa.String(64), nullable=False),
        sa.Column("added_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["collection_id"],
            ["collections.id"],
            name="fk_collection_videos_collection_id_collections",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["video_id"], ["videos.id"], name="fk_collection_videos_video_id_videos", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("collection_id", "video_id", name="pk_collection_videos"),
    )
    op.create_index("ix_collection_videos_video_id", "collection_videos", ["video_id"])
    op.create_index(
        "ix_collection_videos_collection_id_added_at", "collection_videos", ["collection_id", "added_at"]
    )


def downgrade() -> None:
    op.drop_table("collection_videos")
    op.drop_table("collections")
