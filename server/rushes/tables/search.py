"""What videos say, as words that can be searched.

SQLite looks them up in `video_search`, an FTS5 table over `video_words` that triggers keep (made by the
migration, since SQLAlchemy knows no virtual tables); PostgreSQL in an index on the expression below.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, String, Table, Text, text

from rushes.tables.base import Seq, metadata

# A word is whatever stands between spaces: neither database is left to decide.
POSTGRESQL_WORDS = "array_to_tsvector(array_remove(string_to_array(words, ' '), ''))"

video_words = Table(
    "video_words",
    metadata,
    # On SQLite in the order in which the videos were made: FTS5 gives its finds in it without sorting.
    Column("id", Seq, primary_key=True),
    Column("video_id", String(64), ForeignKey("videos.id", ondelete="CASCADE"), nullable=False, unique=True),
    Column("words", Text, nullable=False),
)

Index("ix_video_words_words", text(POSTGRESQL_WORDS), _table=video_words, postgresql_using="gin").ddl_if(
    dialect="postgresql"
)
