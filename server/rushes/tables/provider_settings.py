"""What administrators have set in the web app: providers, and what holds for the whole studio."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Double, Integer, String, Table, Text

from rushes.tables.base import Json, Time, metadata

provider_settings = Table(
    "provider_settings",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("kind", String(40), nullable=False),
    Column("base_url", Text),
    # Encrypted: see `encryption.py`.
    Column("api_key", Text),
    Column("concurrency", Integer),
    Column("models", Json, nullable=False),
    Column("price_per_second", Double),
    Column("enabled", Boolean, nullable=False, server_default="1"),
    Column("created_at", Time, nullable=False),
    Column("updated_at", Time, nullable=False),
    # Another with every change, also of one that was removed and made again: what a process has not seen yet,
    # it takes up.
    Column("version", String(64), nullable=False),
)

studio_settings = Table(
    "studio_settings",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", Json),
    Column("updated_at", Time, nullable=False),
)
