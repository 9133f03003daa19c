"""Productions: scenes, the steps that make them, takes; and which production a video belongs to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql, sqlite

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
_SEQ = sa.BigInteger().with_variant(sqlite.INTEGER(), "sqlite")


def upgrade() -> None:
    _productions()
    _scenes()
    _steps()
    _takes()
    op.add_column("videos", sa.Column("production_id", sa.String(64)))
    _partial(
        "ix_videos_production_id",
        "videos",
        ["production_id", "created_at", "id"],
        "production_id IS NOT NULL",
    )


def _productions() -> None:
    op.create_table(
        "productions",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("space_id", sa.String(64), nullable=False),
        sa.Column("user_id", sa.String(64), nullable=False),
        sa.Column("changed_seq", _SEQ, server_default="0", nullable=False),
        sa.Column("idea", sa.Text(), nullable=False),
        sa.Column("is_script", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("wanted_scenes", sa.Integer()),
        sa.Column("wanted_seconds", sa.Double()),
        sa.Column("aspect_ratio", sa.String(5), nullable=False),
        sa.Column("style", sa.String(80)),
        sa.Column("mood", sa.String(80)),
        sa.Column("language", sa.String(35)),
        sa.Column("voice", sa.String(200)),
        sa.Column("seed", _SEQ, nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("overview", sa.Text(), nullable=False),
        sa.Column("cut_settings", _JSON, nullable=False),
        sa.Column("music_asset_id", sa.String(64)),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("quality", sa.String(10), nullable=False),
        sa.Column("run", _JSON),
        sa.Column("runs", sa.Integer(), server_default="0", nullable=False),
        sa.Column("error", _JSON),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("updated_at", sa.Double(), nullable=False),
        sa.Column("purged_at", sa.Double()),
        sa.ForeignKeyConstraint(["space_id"], ["spaces.id"], name="fk_productions_space_id"),
        sa.ForeignKeyConstraint(["music_asset_id"], ["assets.id"], name="fk_productions_music_asset_id"),
        sa.PrimaryKeyConstraint("id", name="pk_productions"),
    )
    op.create_index("ix_productions_space_id_created_at_id", "productions", ["space_id", "created_at", "id"])
    op.create_index("ix_productions_space_id_changed_seq", "productions", ["space_id", "changed_seq"])
    _partial("ix_productions_running", "productions", ["id"], "status = 'running'")


def _scenes() -> None:
    op.create_table(
        "scenes",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("production_id", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("narration", sa.Text(), nullable=False),
        sa.Column("frame_prompt", sa.Text(), nullable=False),
        sa.Column("motion_prompt", sa.Text(), nullable=False),
        sa.Column("locked", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("clip_audio", sa.String(10), server_default="duck", nullable=False),
        sa.Column("fit", sa.String(10), server_default="hold", nullable=False),
        sa.Column("voice", sa.String(200)),
        sa.Column("speed", sa.Double(), server_default="1", nullable=False),
        sa.Column("seed", _SEQ, nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("updated_at", sa.Double(), nullable=False),
        _of_a_production("scenes"),
        sa.PrimaryKeyConstraint("id", name="pk_scenes"),
    )
    op.create_index("ix_scenes_production_id_number", "scenes", ["production_id", "number"])


def _steps() -> None:
    op.create_table(
        "production_steps",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("production_id", sa.String(64), nullable=False),
        sa.Column("scene_id", sa.String(64), nullable=False),
        sa.Column("stage", sa.String(10), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("attempt", sa.Integer(), server_default="0", nullable=False),
        sa.Column("run", sa.Integer(), server_default="0", nullable=False),
        sa.Column("claim", sa.String(32)),
        sa.Column("asked_at", sa.Double()),
        sa.Column("fingerprint", sa.String(64)),
        sa.Column("made_from", sa.String(64)),
        sa.Column("model", sa.String(240)),
        sa.Column("made_by", sa.String(240)),
        sa.Column("is_own", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("asset_id", sa.String(64)),
        sa.Column("video_id", sa.String(64)),
        sa.Column("result", _JSON),
        sa.Column("progress", sa.Integer(), server_default="0", nullable=False),
        sa.Column("error", _JSON),
        sa.Column("cost_estimate", sa.Double()),
        sa.Column("cost_actual", sa.Double()),
        sa.Column("not_before", sa.Double()),
        sa.Column("started_at", sa.Double()),
        sa.Column("finished_at", sa.Double()),
        _of_a_production("production_steps"),
        sa.ForeignKeyConstraint(["asset_id"], ["assets.id"], name="fk_production_steps_asset_id"),
        sa.PrimaryKeyConstraint("id", name="pk_production_steps"),
    )
    unique = ["production_id", "scene_id", "stage"]
    op.create_index("ix_production_steps_production_id", "production_steps", unique, unique=True)
    op.create_index("ix_production_steps_asset_id", "production_steps", ["asset_id"])
    op.create_index("ix_production_steps_video_id", "production_steps", ["video_id"])
    _partial("ix_production_steps_under_way", "production_steps", ["id"], "status IN ('waiting','running')")


def _takes() -> None:
    op.create_table(
        "takes",
        sa.Column("scene_id", sa.String(64), nullable=False),
        sa.Column("video_id", sa.String(64), nullable=False),
        sa.Column("production_id", sa.String(64), nullable=False),
        sa.Column("circled", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("in_point", sa.Double()),
        sa.Column("out_point", sa.Double()),
        sa.Column("made_from", sa.String(64)),
        sa.Column("is_own", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["scene_id"], ["scenes.id"], name="fk_takes_scene_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["video_id"], ["videos.id"], name="fk_takes_video_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("scene_id", "video_id", name="pk_takes"),
    )
    op.create_index("ix_takes_production_id", "takes", ["production_id"])
    op.create_index("ix_takes_video_id", "takes", ["video_id"])


def _of_a_production(table: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_production_id"
    return sa.ForeignKeyConstraint(["production_id"], ["productions.id"], name=name, ondelete="CASCADE")


def _partial(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
