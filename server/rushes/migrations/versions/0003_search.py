"""What videos say, as words that can be searched."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from rushes.tables.search import POSTGRESQL_WORDS
from rushes.words import document

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_AT_ONCE = 1000
_VIDEOS = sa.table(
    "videos",
    *map(sa.column, ("id", "space_id", "prompt", "title", "created_at", "purged_at")),
    sa.column("tags", sa.JSON),
)
# FTS5 over a table that others fill: https://sqlite.org/fts5.html#external_content_tables. Its `ascii`
# tokenizer parts words at spaces and leaves all that is not ASCII alone.
_FTS5 = (
    "CREATE VIRTUAL TABLE video_search USING fts5("
    "words, content='video_words', content_rowid='id', tokenize='ascii', prefix='1 2 3')",
    "CREATE TRIGGER video_words_insert AFTER INSERT ON video_words BEGIN"
    " INSERT INTO video_search (rowid, words) VALUES (new.id, new.words); END",
    "CREATE TRIGGER video_words_delete AFTER DELETE ON video_words BEGIN"
    " INSERT INTO video_search (video_search, rowid, words) VALUES ('delete', old.id, old.words); END",
    "CREATE TRIGGER video_words_update AFTER UPDATE ON video_words BEGIN"
    " INSERT INTO video_search (video_search, rowid, words) VALUES ('delete', old.id, old.words);"
    " INSERT INTO video_search (rowid, words) VALUES (new.id, new.words); END",
)


def upgrade() -> None:
    connection = op.get_bind()
    is_sqlite = connection.dialect.name == "sqlite"
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    words = op.create_table(
        "video_words",
        sa.Column("id", number, nullable=False),
        sa.Column("video_id", sa.String(64), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["video_id"], ["videos.id"], name="fk_video_words_video_id_videos", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_video_words"),
        sa.UniqueConstraint("video_id", name="uq_video_words_video_id"),
    )
    if is_sqlite:
        for statement in _FTS5:
            op.execute(statement)
    else:
        op.execute(f"CREATE INDEX ix_video_words_words ON video_words USING gin (({POSTGRESQL_WORDS}))")
    op.create_index(
        "ix_videos_space_id_provider_created_at", "videos", ["space_id", "provider", "created_at", "id"]
    )
    op.create_index("ix_videos_space_id_kind_created_at", "videos", ["space_id", "kind", "created_at", "id"])
    op.create_index(
        "ix_videos_favourites",
        "videos",
        ["space_id", "created_at", "id"],
        sqlite_where=sa.text("favourite = 1 AND purged_at IS NULL"),
        postgresql_where=sa.text("favourite AND purged_at IS NULL"),
    )
    trash = sa.text("trashed_at IS NOT NULL AND purged_at IS NULL")
    op.create_index(
        "ix_videos_in_the_trash",
        "videos",
        ["space_id", "created_at", "id"],
        sqlite_where=trash,
        postgresql_where=trash,
    )
    after, least = (float("-inf"), ""), 0
    place = sa.tuple_(_VIDEOS.c.created_at, _VIDEOS.c.id)
    while True:
        rows = connection.execute(
            sa.select(_VIDEOS)
            .where(_VIDEOS.c.purged_at.is_(None), place > sa.tuple_(*after))
            .order_by(_VIDEOS.c.created_at, _VIDEOS.c.id)
            .limit(_AT_ONCE)
        ).all()
        if not rows:
            break
        found = []
        for row in rows:
            # In the order in which they were made, as `videos/search.py` numbers them.
            least = max(least + 1, int(row.created_at * 1_000_000) << 12)
            text = document(row.space_id, (row.prompt, row.title or "", *row.tags))
            found.append({"video_id": row.id, "words": text, **({"id": least} if is_sqlite else {})})
        connection.execute(sa.insert(words), found)
        after = (rows[-1].created_at, rows[-1].id)


def downgrade() -> None:
    op.drop_index("ix_videos_in_the_trash", table_name="videos")
    op.drop_index("ix_videos_favourites", table_name="videos")
    op.drop_index("ix_videos_space_id_kind_created_at", table_name="videos")
    op.drop_index("ix_videos_space_id_provider_created_at", table_name="videos")
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE video_search")
    op.drop_table("video_words")
