"""Assets of every kind: what they are for, how long they play, a picture of each, and none twice."""

from __future__ import annotations

import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_ASSETS = sa.table("assets", sa.column("id"), sa.column("name"), sa.column("name_key"))
_INDEXES = (
    ("space_id", "created_at", "id"),
    ("space_id", "kind", "created_at", "id"),
    ("space_id", "purpose", "created_at", "id"),
    ("space_id", "source_sha256"),
)


def upgrade() -> None:
    # Not in a batch, which would make the table anew while videos refer to it.
    op.add_column("assets", sa.Column("purpose", sa.String(10), server_default="upload", nullable=False))
    op.add_column("assets", sa.Column("name_key", sa.Text()))
    op.add_column("assets", sa.Column("source_sha256", sa.String(64)))
    op.add_column("assets", sa.Column("thumbnail_path", sa.String(512)))
    op.add_column("assets", sa.Column("duration", sa.Double()))
    op.drop_index("ix_assets_space_id_created_at", table_name="assets")
    for columns in _INDEXES:
        op.create_index(_name(columns), "assets", list(columns), unique="source_sha256" in columns)
    op.create_index(
        "ix_videos_reference_id",
        "videos",
        ["reference_id"],
        sqlite_where=sa.text("reference_id IS NOT NULL"),
        postgresql_where=sa.text("reference_id IS NOT NULL"),
    )
    connection = op.get_bind()
    named = sa.select(_ASSETS.c.id, _ASSETS.c.name).where(_ASSETS.c.name.is_not(None))
    for row in connection.execute(named).all():
        connection.execute(sa.update(_ASSETS).where(_ASSETS.c.id == row.id).values(name_key=_key(row.name)))


def downgrade() -> None:
    op.drop_index("ix_videos_reference_id", table_name="videos")
    for columns in _INDEXES:
        op.drop_index(_name(columns), table_name="assets")
    op.create_index("ix_assets_space_id_created_at", "assets", ["space_id", "created_at"])
    for column in ("duration", "thumbnail_path", "source_sha256", "name_key", "purpose"):
        op.drop_column("assets", column)


def _name(columns: tuple[str, ...]) -> str:
    return "ix_assets_" + "_".join(columns)


def _key(name: str) -> str:
    """As `uploads.names.name_key` was when this was written."""
    return "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
