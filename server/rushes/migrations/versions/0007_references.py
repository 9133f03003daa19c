"""Several references a video, each with its role; whether a video is to have sound."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
_VIDEOS = sa.table("videos", sa.column("id"), sa.column("reference_id"), sa.column("references", _JSON))
_USES = sa.table("video_references", sa.column("video_id"), sa.column("asset_id"))
_AT_ONCE = 1000


def upgrade() -> None:
    # Not in a batch, which would make the table anew while others refer to it.
    op.add_column("videos", sa.Column("audio", sa.Boolean()))
    op.add_column("videos", sa.Column("references", _JSON))
    op.create_table(
        "video_references",
        sa.Column("video_id", sa.String(64), nullable=False),
        sa.Column("asset_id", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["video_id"], ["videos.id"], name="fk_video_references_video_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["asset_id"], ["assets.id"], name="fk_video_references_asset_id"),
        sa.PrimaryKeyConstraint("video_id", "asset_id", name="pk_video_references"),
    )
    op.create_index("ix_video_references_asset_id", "video_references", ["asset_id"])
    _move_first_frames()
    op.drop_index("ix_videos_reference_id", table_name="videos")


def _move_first_frames() -> None:
    """The one picture that a video could be made from was its first frame."""
    connection = op.get_bind()
    change = (
        sa.update(_VIDEOS)
        .where(_VIDEOS.c.id == sa.bindparam("video"))
        .values(references=sa.bindparam("made_from", type_=_JSON), reference_id=None)
    )
    some = (
        sa.select(_VIDEOS.c.id, _VIDEOS.c.reference_id)
        .where(_VIDEOS.c.reference_id.is_not(None))
        .limit(_AT_ONCE)
    )
    while rows := connection.execute(some).all():
        connection.execute(
            sa.insert(_USES), [{"video_id": row.id, "asset_id": row.reference_id} for row in rows]
        )
        connection.execute(
            change,
            [
                {"video": row.id, "made_from": [{"asset_id": row.reference_id, "role": "first_frame"}]}
                for row in rows
            ],
        )
