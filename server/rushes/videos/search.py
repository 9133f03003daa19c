"""Finds videos by what they say: all of the typed words, in prompt, title or tags, newest first; and by tag
and model, which are words of their own kind, so that one index answers for all of it.

On SQLite `video_words.id` follows the time at which a video was made, so FTS5 walks its finds in the order
of the library and stops at the end of a page, however common the word is. PostgreSQL chooses between its
index of words and the one of times.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Select, and_, column, delete, func, insert, literal_column, select, table, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from rushes.tables import video_words, videos
from rushes.tables.search import POSTGRESQL_WORDS
from rushes.transaction import Transaction
from rushes.words import Term, document, exactly, owned_by, terms

# The columns of a video that its words are made of.
SAID = frozenset(("prompt", "title", "tags", "model", "provider", "provider_model", "purged_at"))

_search = table("video_search", column("rowid"), column("words"))
# Microseconds, with room for videos that were made in the same one.
_ROOM = 12
# Seconds: later than in 2041 there is no place of one's own among 64-bit numbers, and finds follow in turn.
_ENDS = 2.25e9


async def note(work: Transaction, rows: Iterable[Any]) -> None:
    """Makes the videos found by what they say now; called wherever a column of `SAID` is written."""
    for row in rows:
        if row.purged_at is not None:
            await work.session.execute(delete(video_words).where(video_words.c.video_id == row.id))
            continue
        words = words_of(row)
        written = await work.session.execute(
            update(video_words).where(video_words.c.video_id == row.id).values(words=words)
        )
        if not written.rowcount:
            values: dict[str, Any] = {"video_id": row.id, "words": words}
            if work.session.dialect.name == "sqlite":
                values["id"] = await _next_place(work, row.created_at)
            await work.session.execute(insert(video_words).values(values))


def words_of(row: Any) -> str:
    """All words of a video: anything with `space_id` and the columns of `SAID`."""
    models = (row.model, row.provider_model, f"{row.provider}/{row.provider_model}")
    exact = [*(exactly("tag", tag) for tag in row.tags), *(exactly("model", name) for name in models)]
    return document(row.space_id, (row.prompt, row.title or "", *row.tags), dict.fromkeys(exact))


async def _next_place(work: Transaction, created_at: float) -> int:
    first = place(created_at)
    same = video_words.c.id.between(first, first + (1 << _ROOM) - 1)
    last = await work.session.scalar(select(func.max(video_words.c.id)).where(same))
    return first if last is None else last + 1


def place(created_at: float) -> int:
    """The first `video_words.id` of a video that was made then."""
    return int(max(-_ENDS, min(created_at, _ENDS)) * 1_000_000) << _ROOM


def matching(
    query: Select[Any],
    session: AsyncConnection,
    typed: str | None,
    *,
    tag: str | None = None,
    model: str | None = None,
    space_id: str,
    newest_first: bool,
    after: tuple[float, str] | None,
    made: tuple[float | None, float | None] = (None, None),
) -> Select[Any]:
    """`query` (videos of the space, in order, from `after` on: a time and an id) for those that have the tag
    and the model, by any of its names, and answer what was typed. Nothing but punctuation, such as the quote
    that begins a phrase, asks for nothing. `made` repeats the times that `query` asks for, from and before,
    so that only the finds in between are walked."""
    wanted = terms(typed or "")
    wanted += [Term((exactly(what, value),)) for what, value in (("tag", tag), ("model", model)) if value]
    if not wanted:
        return query
    # Either index finds words. That several stand next to each other in one part is seen in the text itself.
    together = [video_words.c.words.contains(term.text, autoescape=True) for term in wanted if term.words[1:]]
    if session.dialect.name != "sqlite":
        found = text(f"{POSTGRESQL_WORDS} @@ cast(:wanted_words AS tsquery)").bindparams(
            wanted_words=_tsquery(wanted, space_id)
        )
        return query.where(videos.c.id.in_(select(video_words.c.video_id).where(and_(found, *together))))
    query = (
        query.join(video_words, video_words.c.video_id == videos.c.id)
        .join(_search, _search.c.rowid == video_words.c.id)
        .where(literal_column("video_search").op("MATCH")(_match(wanted, space_id)), *together)
        .order_by(None)
        .order_by(_search.c.rowid.desc() if newest_first else _search.c.rowid.asc())
    )
    since, before = made
    if since is not None:
        query = query.where(_search.c.rowid >= place(since))
    if before is not None:
        query = query.where(_search.c.rowid < place(before) + (1 << _ROOM))
    if after is None:
        return query
    first = place(after[0])
    bound = _search.c.rowid < first + (1 << _ROOM) if newest_first else _search.c.rowid >= first
    return query.where(bound)


def _match(wanted: Iterable[Term], space_id: str) -> str:
    """In FTS5's language (https://sqlite.org/fts5.html#full_text_query_syntax). Words hold no quotes."""
    parts = [f'"{" ".join(term.words)}"{" *" if term.is_open else ""}' for term in wanted]
    return " AND ".join([f'"{owned_by(space_id)}"', *parts])


def _tsquery(wanted: Iterable[Term], space_id: str) -> str:
    """In PostgreSQL's (https://www.postgresql.org/docs/current/datatype-textsearch.html#DATATYPE-TSQUERY)."""
    parts = [f"'{owned_by(space_id)}'"]
    for term in wanted:
        parts += [f"'{word}'" for word in term.words[:-1]]
        parts.append(f"'{term.words[-1]}'{':*' if term.is_open else ''}")
    return " & ".join(parts)
