"""The first tables: people, spaces, providers, videos, assets."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql, sqlite

JSON_ = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
SEQ = sa.BigInteger().with_variant(sqlite.INTEGER(), "sqlite")

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "idempotency",
        sa.Column("user_id", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("body_hash", sa.String(length=64), nullable=False),
        sa.Column("video_ids", JSON_, nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "key", name=op.f("pk_idempotency")),
    )
    with op.batch_alter_table("idempotency", schema=None) as batch_op:
        batch_op.create_index("ix_idempotency_created_at", ["created_at"], unique=False)
        batch_op.create_index(
            "ix_idempotency_user_id_body_hash",
            ["user_id", "body_hash", "created_at"],
            unique=False,
        )

    op.create_table(
        "jobs_to_end",
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("job_id", sa.String(length=512), nullable=False),
        sa.Column("since", sa.Double(), nullable=False),
        sa.Column("due_at", sa.Double(), nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("provider", "job_id", name=op.f("pk_jobs_to_end")),
    )
    with op.batch_alter_table("jobs_to_end", schema=None) as batch_op:
        batch_op.create_index("ix_jobs_to_end_due_at", ["due_at"], unique=False)

    op.create_table(
        "loose_files",
        sa.Column("file_path", sa.String(length=512), nullable=False),
        sa.Column("due_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("file_path", name=op.f("pk_loose_files")),
    )
    with op.batch_alter_table("loose_files", schema=None) as batch_op:
        batch_op.create_index("ix_loose_files_due_at", ["due_at"], unique=False)

    op.create_table(
        "providers",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("poller_epoch", SEQ, server_default="0", nullable=False),
        sa.Column("paused", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("quiet_until", sa.Double(), nullable=True),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("open_until", sa.Double(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("last_ok_at", sa.Double(), nullable=True),
        sa.Column("models", JSON_, nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_providers")),
    )
    op.create_table(
        "spaces",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=10), server_default="personal", nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("seq", SEQ, server_default="0", nullable=False),
        sa.Column("forgotten_seq", SEQ, server_default="0", nullable=False),
        sa.Column("videos_made", SEQ, server_default="0", nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spaces")),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("username", sa.String(length=40), nullable=False),
        sa.Column("username_key", sa.String(length=40), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("email_key", sa.String(length=254), nullable=True),
        sa.Column("display_name", sa.String(length=80), nullable=True),
        sa.Column("password_hash", sa.String(length=100), nullable=True),
        sa.Column("role", sa.String(length=10), server_default="member", nullable=False),
        sa.Column("must_change_password", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("queue_paused", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("disabled_at", sa.Double(), nullable=True),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("admitted_at", sa.Double(), nullable=True),
        sa.Column("preferences", JSON_, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("email_key", name=op.f("uq_users_email_key")),
        sa.UniqueConstraint("username_key", name=op.f("uq_users_username_key")),
    )
    op.create_table(
        "assets",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("space_id", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("file_path", sa.String(length=512), nullable=False),
        sa.Column("content_type", sa.String(length=80), nullable=False),
        sa.Column("file_size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["space_id"], ["spaces.id"], name=op.f("fk_assets_space_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assets")),
    )
    with op.batch_alter_table("assets", schema=None) as batch_op:
        batch_op.create_index("ix_assets_space_id_created_at", ["space_id", "created_at"], unique=False)

    op.create_table(
        "sessions",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("last_seen_at", sa.Double(), nullable=False),
        sa.Column("expires_at", sa.Double(), nullable=False),
        sa.Column("revoked_at", sa.Double(), nullable=True),
        sa.Column("refresh_hash", sa.String(length=64), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=True),
        sa.Column("rotated_at", sa.Double(), nullable=True),
        sa.Column("address", sa.String(length=64), nullable=True),
        sa.Column("user_agent", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_sessions_user_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
    )
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.create_index("ix_sessions_user_id", ["user_id"], unique=False)

    op.create_table(
        "space_members",
        sa.Column("space_id", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("personal_of", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["space_id"],
            ["spaces.id"],
            name=op.f("fk_space_members_space_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_space_members_user_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("space_id", "user_id", name=op.f("pk_space_members")),
        sa.UniqueConstraint("personal_of", name=op.f("uq_space_members_personal_of")),
    )
    with op.batch_alter_table("space_members", schema=None) as batch_op:
        batch_op.create_index("ix_space_members_user_id", ["user_id"], unique=False)

    op.create_table(
        "videos",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("space_id", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=64), nullable=False),
        sa.Column("changed_seq", SEQ, server_default="0", nullable=False),
        sa.Column("number", SEQ, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("prompt", sa.Text(), nullable=False),
        sa.Column("prompts", JSON_, nullable=True),
        sa.Column("title", sa.String(length=200), nullable=True),
        sa.Column("tags", JSON_, nullable=False),
        sa.Column("favourite", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("is_published", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("model", sa.String(length=200), nullable=False),
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("provider_model", sa.String(length=200), nullable=False),
        sa.Column("size", sa.String(length=20), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=True),
        sa.Column("options", JSON_, nullable=True),
        sa.Column("reference_id", sa.String(length=64), nullable=True),
        sa.Column("remixed_from_video_id", sa.String(length=64), nullable=True),
        sa.Column("root_video_id", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("progress", sa.Integer(), server_default="0", nullable=False),
        sa.Column("progress_known", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("priority", sa.Integer(), server_default="0", nullable=False),
        sa.Column("queue_position", sa.Double(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="1", nullable=False),
        sa.Column("error", JSON_, nullable=True),
        sa.Column("deadline", sa.Double(), nullable=True),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("updated_at", sa.Double(), nullable=False),
        sa.Column("started_at", sa.Double(), nullable=True),
        sa.Column("completed_at", sa.Double(), nullable=True),
        sa.Column("trashed_at", sa.Double(), nullable=True),
        sa.Column("purged_at", sa.Double(), nullable=True),
        sa.Column("submission_key", sa.String(length=64), nullable=True),
        sa.Column("submitted_at", sa.Double(), nullable=True),
        sa.Column("provider_video_id", sa.String(length=512), nullable=True),
        sa.Column("accepted_at", sa.Double(), nullable=True),
        sa.Column("missing_since", sa.Double(), nullable=True),
        sa.Column("result_expires_at", sa.Double(), nullable=True),
        sa.Column("download_failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("refetches", sa.Integer(), server_default="0", nullable=False),
        sa.Column("not_before", sa.Double(), nullable=True),
        sa.Column("cost_estimate", sa.Double(), nullable=True),
        sa.Column("cost_actual", sa.Double(), nullable=True),
        sa.Column("max_cost_usd", sa.Double(), nullable=True),
        sa.Column("file_path", sa.String(length=512), nullable=True),
        sa.Column("file_size", sa.BigInteger(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("thumbnail_path", sa.String(length=512), nullable=True),
        sa.Column("spritesheet_path", sa.String(length=512), nullable=True),
        sa.Column("spritesheet", JSON_, nullable=True),
        sa.Column("duration", sa.Double(), nullable=True),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("fps", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(["reference_id"], ["assets.id"], name=op.f("fk_videos_reference_id")),
        sa.ForeignKeyConstraint(["space_id"], ["spaces.id"], name=op.f("fk_videos_space_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_videos")),
    )
    with op.batch_alter_table("videos", schema=None) as batch_op:
        batch_op.create_index(
            "ix_videos_provider_model_completed_at",
            ["provider", "provider_model", "completed_at"],
            unique=False,
        )
        batch_op.create_index(
            "ix_videos_provider_stage",
            ["provider", "stage"],
            unique=False,
            sqlite_where=sa.text(
                "stage IN ('waiting','submitting','generating','downloading','finishing','unknown')"
            ),
            postgresql_where=sa.text(
                "stage IN ('waiting','submitting','generating','downloading','finishing','unknown')"
            ),
        )
        batch_op.create_index(
            "ix_videos_provider_video_id",
            ["provider", "provider_video_id"],
            unique=True,
            sqlite_where=sa.text("provider_video_id IS NOT NULL"),
            postgresql_where=sa.text("provider_video_id IS NOT NULL"),
        )
        batch_op.create_index("ix_videos_root_video_id", ["root_video_id"], unique=False)
        batch_op.create_index("ix_videos_space_id_changed_seq", ["space_id", "changed_seq"], unique=False)
        batch_op.create_index(
            "ix_videos_space_id_created_at_id",
            ["space_id", "created_at", "id"],
            unique=False,
        )
        batch_op.create_index(
            "ix_videos_space_id_stage_created_at",
            ["space_id", "stage", "created_at", "id"],
            unique=False,
        )


def downgrade() -> None:
    with op.batch_alter_table("videos", schema=None) as batch_op:
        batch_op.drop_index("ix_videos_space_id_stage_created_at")
        batch_op.drop_index("ix_videos_space_id_created_at_id")
        batch_op.drop_index("ix_videos_space_id_changed_seq")
        batch_op.drop_index("ix_videos_root_video_id")
        batch_op.drop_index(
            "ix_videos_provider_video_id",
            sqlite_where=sa.text("provider_video_id IS NOT NULL"),
            postgresql_where=sa.text("provider_video_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_videos_provider_stage",
            sqlite_where=sa.text(
                "stage IN ('waiting','submitting','generating','downloading','finishing','unknown')"
            ),
            postgresql_where=sa.text(
                "stage IN ('waiting','submitting','generating','downloading','finishing','unknown')"
            ),
        )
        batch_op.drop_index("ix_videos_provider_model_completed_at")

    op.drop_table("videos")
    with op.batch_alter_table("space_members", schema=None) as batch_op:
        batch_op.drop_index("ix_space_members_user_id")

    op.drop_table("space_members")
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.drop_index("ix_sessions_user_id")

    op.drop_table("sessions")
    with op.batch_alter_table("assets", schema=None) as batch_op:
        batch_op.drop_index("ix_assets_space_id_created_at")

    op.drop_table("assets")
    op.drop_table("users")
    op.drop_table("spaces")
    op.drop_table("providers")
    with op.batch_alter_table("loose_files", schema=None) as batch_op:
        batch_op.drop_index("ix_loose_files_due_at")

    op.drop_table("loose_files")
    with op.batch_alter_table("idempotency", schema=None) as batch_op:
        batch_op.drop_index("ix_idempotency_user_id_body_hash")
        batch_op.drop_index("ix_idempotency_created_at")

    op.drop_table("idempotency")
