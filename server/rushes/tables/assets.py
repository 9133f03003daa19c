"""Files that people bring, and files that no row owns yet or any more."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Double, ForeignKey, Index, Integer, String, Table, Text

from rushes.tables.base import Time, metadata

assets = Table(
    "assets",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("space_id", String(64), ForeignKey("spaces.id"), nullable=False),
    Column("user_id", String(64), nullable=False),
    Column("kind", String(10), nullable=False),
    Column("purpose", String(10), nullable=False, server_default="upload"),
    Column("name", String(200)),
    # The name as it is searched: without case and accents.
    Column("name_key", Text),
    Column("file_path", String(512), nullable=False),
    Column("content_type", String(80), nullable=False),
    Column("file_size", BigInteger, nullable=False),
    Column("sha256", String(64), nullable=False),
    # Of the bytes as they came, which for pictures are not those that are kept: bringing them again makes no
    # second asset. None for those from before this was remembered.
    Column("source_sha256", String(64)),
    Column("thumbnail_path", String(512)),
    Column("width", Integer),
    Column("height", Integer),
    Column("duration", Double),
    Column("created_at", Time, nullable=False),
    Index("ix_assets_space_id_created_at_id", "space_id", "created_at", "id"),
    Index("ix_assets_space_id_kind_created_at_id", "space_id", "kind", "created_at", "id"),
    Index("ix_assets_space_id_purpose_created_at_id", "space_id", "purpose", "created_at", "id"),
    Index("ix_assets_file_path", "file_path"),
    Index("ix_assets_space_id_source_sha256", "space_id", "source_sha256", unique=True),
)

# The database and the files must never disagree about what exists. A key is noted here, committed, before
# its file is written, and the note goes in the transaction that gives the file an owner. Purging a row notes
# its files in the same transaction. Whatever is still noted when `due_at` comes is deleted.
loose_files = Table(
    "loose_files",
    metadata,
    Column("file_path", String(512), primary_key=True),
    Column("due_at", Time, nullable=False),
    Index("ix_loose_files_due_at", "due_at"),
)
