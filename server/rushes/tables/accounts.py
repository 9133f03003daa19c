"""People and the sessions they are signed in with."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, String, Table, Text

from rushes.tables.base import Json, Time, metadata

users = Table(
    "users",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("username", String(40), nullable=False),
    # Names and addresses are unique without regard to case: the folded form carries the constraint.
    Column("username_key", String(40), nullable=False, unique=True),
    Column("email", String(254)),
    Column("email_key", String(254), unique=True),
    Column("display_name", String(80)),
    Column("password_hash", String(100)),
    Column("role", String(10), nullable=False, server_default="member"),
    Column("must_change_password", Boolean, nullable=False, server_default="0"),
    Column("queue_paused", Boolean, nullable=False, server_default="0"),
    Column("disabled_at", Time),
    Column("created_at", Time, nullable=False),
    # When a video of theirs was last let in: whoever waited longest goes first.
    Column("admitted_at", Time),
    Column("preferences", Json),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("user_id", String(64), ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("created_at", Time, nullable=False),
    Column("last_seen_at", Time, nullable=False),
    Column("expires_at", Time, nullable=False),
    Column("revoked_at", Time),
    # SHA-256 of the refresh token in force, and of the one before it.
    Column("refresh_hash", String(64), nullable=False),
    Column("previous_hash", String(64)),
    Column("rotated_at", Time),
    Column("address", String(64)),
    Column("user_agent", Text),
    Index("ix_sessions_user_id", "user_id"),
)
