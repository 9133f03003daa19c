"""Jobs at providers that no video waits for, until the provider has heard that they are to end."""

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
