"""Jobs at providers that no video waits for: those that are to end, and those of attempts that are over."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table

from rushes.tables.base import Time, metadata

jobs_to_end = Table(
    "jobs_to_end",
    metadata,
    Column("provider", String(40), primary_key=True),
    Column("job_id", String(512), primary_key=True),
    Column("since", Time, nullable=False),
    Column("due_at", Time, nullable=False),
    Column("tries", Integer, nullable=False, server_default="0"),
    Index("ix_jobs_to_end_due_at", "due_at"),
)

# What an attempt that is over had: a provider goes on listing it, and another attempt must not take it for
# its own.
former_jobs = Table(
    "former_jobs",
    metadata,
    Column("provider", String(40), primary_key=True),
    Column("job_id", String(512), primary_key=True),
    Column("ended_at", Time, nullable=False),
    Index("ix_former_jobs_ended_at", "ended_at"),
)
