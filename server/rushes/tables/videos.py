"""Videos: one generation and its file, from the request to the tombstone."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    text,
)

from rushes.tables.base import Json, Seq, Time, metadata

UNFINISHED = "stage IN ('waiting','submitting','generating','downloading','finishing','unknown')"
# SQLite takes an index only for a condition in its own words.
FAVOURITES = {
    "sqlite": "favourite = 1 AND purged_at IS NULL",
    "postgresql": "favourite AND purged_at IS NULL",
}
# Cancelled while their POST was under way, see `videos.lost`.
LOOKED_FOR = (
    "stage = 'cancelled' AND claim IS NOT NULL AND submitted_at IS NOT NULL AND provider_video_id IS NULL"
)
OF_A_PRODUCTION = "production_id IS NOT NULL"
IN_THE_TRASH = "trashed_at IS NOT NULL AND purged_at IS NULL"

videos = Table(
    "videos",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("space_id", String(64), ForeignKey("spaces.id"), nullable=False),
    Column("user_id", String(64), nullable=False),
    Column("changed_seq", Seq, nullable=False, server_default="0"),
    Column("number", Seq, nullable=False),
    # What was asked for.
    Column("kind", String(10), nullable=False),
    Column("prompt", Text, nullable=False),
    Column("prompts", Json),
    Column("title", String(200)),
    Column("tags", Json, nullable=False),
    Column("favourite", Boolean, nullable=False, server_default="0"),
    Column("is_published", Boolean, nullable=False, server_default="0"),
    Column("model", String(200), nullable=False),
    Column("provider", String(40), nullable=False),
    Column("provider_model", String(200), nullable=False),
    Column("size", String(20), nullable=False),
    Column("seconds", Double, nullable=False),
    Column("seed", BigInteger),
    # What the model itself can be told, and whether there is to be sound; None where there is no choice.
    Column("options", Json),
    Column("audio", Boolean),
    # What it is made from: a list of {asset_id, role}, None for words alone. `video_references` counts them.
    Column("references", Json),
    # Always empty since there can be several references: SQLite drops a column that is a foreign key only by
    # making the table anew, which would delete what refers to it.
    Column("reference_id", String(64), ForeignKey("assets.id")),
    Column("remixed_from_video_id", String(64)),
    Column("root_video_id", String(64), nullable=False),
    # The production that it is a take or the cut of.
    Column("production_id", String(64)),
    # Where it stands.
    Column("status", String(20), nullable=False),
    Column("stage", String(20), nullable=False),
    Column("progress", Integer, nullable=False, server_default="0"),
    Column("progress_known", Boolean, nullable=False, server_default="0"),
    Column("priority", Integer, nullable=False, server_default="0"),
    Column("queue_position", Double, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="1"),
    Column("error", Json),
    Column("deadline", Time),
    Column("created_at", Time, nullable=False),
    Column("updated_at", Time, nullable=False),
    Column("started_at", Time),
    Column("completed_at", Time),
    Column("trashed_at", Time),
    Column("purged_at", Time),
    # What is known of the job at the provider.
    Column("submission_key", String(64)),
    # The right to POST this attempt: since when it is taken, and by which run of the step.
    Column("submitted_at", Time),
    Column("claim", String(32)),
    Column("provider_video_id", String(512)),
    Column("accepted_at", Time),
    # Since when the provider says that it knows no such job.
    Column("missing_since", Time),
    Column("result_expires_at", Time),
    # How often its next step had to be put off, and how often a file that does not play was fetched again.
    Column("download_failures", Integer, nullable=False, server_default="0"),
    Column("refetches", Integer, nullable=False, server_default="0"),
    # The next step is not tried earlier than this.
    Column("not_before", Time),
    # What the key of its file begins with, where whoever asked for it has named a folder.
    Column("kept_as", String(400)),
    # Money, in USD.
    Column("cost_estimate", Double),
    Column("cost_actual", Double),
    # Of the attempts that gave nothing and were, or may have been, charged.
    Column("cost_lost", Double, nullable=False, server_default="0"),
    Column("max_cost_usd", Double),
    # The result.
    Column("file_path", String(512)),
    Column("file_size", BigInteger),
    Column("sha256", String(64)),
    Column("thumbnail_path", String(512)),
    Column("spritesheet_path", String(512)),
    Column("spritesheet", Json),
    Column("duration", Double),
    Column("width", Integer),
    Column("height", Integer),
    Column("fps", Double),
    Index("ix_videos_space_id_created_at_id", "space_id", "created_at", "id"),
    Index("ix_videos_space_id_changed_seq", "space_id", "changed_seq"),
    Index("ix_videos_space_id_stage_created_at", "space_id", "stage", "created_at", "id"),
    Index("ix_videos_space_id_provider_created_at", "space_id", "provider", "created_at", "id"),
    Index("ix_videos_space_id_kind_created_at", "space_id", "kind", "created_at", "id"),
    Index(
        "ix_videos_favourites",
        "space_id",
        "created_at",
        "id",
        sqlite_where=text(FAVOURITES["sqlite"]),
        postgresql_where=text(FAVOURITES["postgresql"]),
    ),
    Index(
        "ix_videos_in_the_trash",
        "space_id",
        "created_at",
        "id",
        sqlite_where=text(IN_THE_TRASH),
        postgresql_where=text(IN_THE_TRASH),
    ),
    Index("ix_videos_root_video_id", "root_video_id"),
    Index(
        "ix_videos_production_id",
        "production_id",
        "created_at",
        "id",
        sqlite_where=text(OF_A_PRODUCTION),
        postgresql_where=text(OF_A_PRODUCTION),
    ),
    Index(
        "ix_videos_provider_stage",
        "provider",
        "stage",
        sqlite_where=text(UNFINISHED),
        postgresql_where=text(UNFINISHED),
    ),
    Index(
        "ix_videos_looked_for",
        "id",
        sqlite_where=text(LOOKED_FOR),
        postgresql_where=text(LOOKED_FOR),
    ),
    Index("ix_videos_file_path", "file_path"),
    Index("ix_videos_provider_model_completed_at", "provider", "provider_model", "completed_at"),
    Index(
        "ix_videos_provider_video_id",
        "provider",
        "provider_video_id",
        unique=True,
        sqlite_where=text("provider_video_id IS NOT NULL"),
        postgresql_where=text("provider_video_id IS NOT NULL"),
    ),
)

# Which assets a video is made from, each once: what is used cannot be deleted. The order and the roles are in
# the video's own row, which is read far more often.
video_references = Table(
    "video_references",
    metadata,
    Column("video_id", String(64), ForeignKey("videos.id", ondelete="CASCADE"), primary_key=True),
    Column("asset_id", String(64), ForeignKey("assets.id"), primary_key=True),
    Index("ix_video_references_asset_id", "asset_id"),
)

# One row a request that may be asked twice: the same key and body get the first answer again.
idempotency = Table(
    "idempotency",
    metadata,
    Column("user_id", String(64), primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("body_hash", String(64), nullable=False),
    Column("video_ids", Json, nullable=False),
    Column("created_at", Time, nullable=False),
    Index("ix_idempotency_created_at", "created_at"),
    Index("ix_idempotency_user_id_body_hash", "user_id", "body_hash", "created_at"),
)
