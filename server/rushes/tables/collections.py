"""Collections: videos that somebody has put together under a name."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, text

from rushes.tables.base import Seq, Time, metadata

ALIVE = "purged_at IS NULL"

collections = Table(
    "collections",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("space_id", String(64), ForeignKey("spaces.id"), nullable=False),
    Column("user_id", String(64), nullable=False),
    Column("changed_seq", Seq, nullable=False, server_default="0"),
    Column("name", String(80), nullable=False),
    # Names are unique in a space without regard to case: the folded form carries the constraint.
    Column("name_key", String(400), nullable=False),
    # Of its videos, how many are not in the trash: counting a large one would take as long as reading it.
    Column("video_count", Integer, nullable=False, server_default="0"),
    Column("created_at", Time, nullable=False),
    Column("updated_at", Time, nullable=False),
    Column("purged_at", Time),
    Index("ix_collections_space_id_changed_seq", "space_id", "changed_seq"),
    Index(
        "ix_collections_space_id_name_key",
        "space_id",
        "name_key",
        unique=True,
        sqlite_where=text(ALIVE),
        postgresql_where=text(ALIVE),
    ),
)

collection_videos = Table(
    "collection_videos",
    metadata,
    Column("collection_id", String(64), ForeignKey("collections.id", ondelete="CASCADE"), primary_key=True),
    Column("video_id", String(64), ForeignKey("videos.id", ondelete="CASCADE"), primary_key=True),
    Column("added_at", Time, nullable=False),
    # When the video was made, which never changes: a page of a large collection is read in that order.
    Column("video_created_at", Time, nullable=False, server_default="0"),
    Index("ix_collection_videos_video_id", "video_id"),
    Index("ix_collection_videos_collection_id_added_at", "collection_id", "added_at"),
    Index(
        "ix_collection_videos_collection_id_video_created_at",
        "collection_id",
        "video_created_at",
        "video_id",
    ),
)
