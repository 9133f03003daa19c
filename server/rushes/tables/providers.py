"""What the whole cluster knows of a provider: whose shift it is, and whether it may be asked at all."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Integer, String, Table, Text

from rushes.tables.base import Json, Seq, Time, metadata

providers = Table(
    "providers",
    metadata,
    Column("name", String(40), primary_key=True),
    # Each shift of the poller takes the next number; an older shift that wakes up late stops admitting.
    Column("poller_epoch", Seq, nullable=False, server_default="0"),
    Column("paused", Boolean, nullable=False, server_default="0"),
    # A Retry-After holds for everything that talks to the account.
    Column("quiet_until", Time),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("open_until", Time),
    Column("last_error", Text),
    Column("last_ok_at", Time),
    # Since when its settings are gone, unless they are the environment's: nothing new is asked of it.
    Column("removed_at", Time),
    # The names that it last gave for its models.
    Column("models", Json),
)
