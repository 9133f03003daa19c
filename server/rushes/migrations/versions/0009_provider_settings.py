"""Providers and defaults that administrators set in the web app."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    json = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
    op.create_table(
        "provider_settings",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("base_url", sa.Text()),
        sa.Column("api_key", sa.Text()),
        sa.Column("concurrency", sa.Integer()),
        sa.Column("models", json, nullable=False),
        sa.Column("price_per_second", sa.Double()),
        sa.Column("enabled", sa.Boolean(), server_default="1", nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("updated_at", sa.Double(), nullable=False),
        sa.Column("version", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_provider_settings"),
    )
    op.create_table(
        "studio_settings",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("value", json),
        sa.Column("updated_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_studio_settings"),
    )


def downgrade() -> None:
    op.drop_table("studio_settings")
    op.drop_table("provider_settings")
