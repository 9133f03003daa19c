"""Spaces own everything; each has a counter that numbers its changes."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, String, Table

from rushes.tables.base import Seq, Time, metadata

spaces = Table(
    "spaces",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("kind", String(10), nullable=False, server_default="personal"),
    Column("name", String(80), nullable=False),
    Column("seq", Seq, nullable=False, server_default="0"),
    # Tombstones up to this number are gone: a client that knows less must fetch afresh.
    Column("forgotten_seq", Seq, nullable=False, server_default="0"),
    # Videos ever made here; the next one's edge number is one more.
    Column("videos_made", Seq, nullable=False, server_default="0"),
    Column("created_at", Time, nullable=False),
)

space_members = Table(
    "space_members",
    metadata,
    Column("space_id", String(64), ForeignKey("spaces.id", ondelete="CASCADE"), primary_key=True),
    Column("user_id", String(64), ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("role", String(10), nullable=False),
    # The one space that a request means when it names none.
    Column("personal_of", String(64), unique=True),
    Index("ix_space_members_user_id", "user_id"),
)
