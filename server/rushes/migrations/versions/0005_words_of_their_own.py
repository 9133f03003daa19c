"""Tags and models as words that search finds to the letter; when the videos of a collection were made."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from rushes.words import document, exactly

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_AT_ONCE = 1000
_VIDEOS = sa.table(
    "videos",
    *map(sa.column, ("id", "space_id", "prompt", "title", "purged_at")),
    *map(sa.column, ("model", "provider", "provider_model")),
    sa.column("tags", sa.JSON),
)
_WORDS = sa.table("video_words", sa.column("video_id"), sa.column("words"))


def upgrade() -> None:
    op.add_column(
        "collection_videos", sa.Column("video_created_at", sa.Double(), server_default="0", nullable=False)
    )
    op.execute(
        "UPDATE collection_videos SET video_created_at ="
        " (SELECT created_at FROM videos WHERE videos.id = collection_videos.video_id)"
    )
    op.create_index(
        "ix_collection_videos_collection_id_video_created_at",
        "collection_videos",
        ["collection_id", "video_created_at", "video_id"],
    )
    _rewrite_words()


def _rewrite_words() -> None:
    connection = op.get_bind()
    rewrite = (
        sa.update(_WORDS)
        .where(_WORDS.c.video_id == sa.bindparam("video"))
        .values(words=sa.bindparam("now_words"))
    )
    after = ""
    while True:
        rows = connection.execute(
            sa.select(_VIDEOS)
            .where(_VIDEOS.c.purged_at.is_(None), _VIDEOS.c.id > after)
            .order_by(_VIDEOS.c.id)
            .limit(_AT_ONCE)
        ).all()
        if not rows:
            return
        connection.execute(rewrite, [{"video": row.id, "now_words": _words(row)} for row in rows])
        after = rows[-1].id


def _words(row: Any) -> str:
    """As `videos/search.py` makes them."""
    models = (row.model, row.provider_model, f"{row.provider}/{row.provider_model}")
    exact = [*(exactly("tag", tag) for tag in row.tags), *(exactly("model", name) for name in models)]
    return document(row.space_id, (row.prompt, row.title or "", *row.tags), dict.fromkeys(exact))


def downgrade() -> None:
    # The words that are too many do no harm to earlier versions, which never ask for them.
    op.drop_index("ix_collection_videos_collection_id_video_created_at", table_name="collection_videos")
    op.drop_column("collection_videos", "video_created_at")
