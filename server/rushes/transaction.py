"""One unit of work: queries, change numbers, and the tasks and wake-ups that follow the commit.

    async with studio.transaction() as work:
        row = (await work.session.execute(update(videos)…returning(videos))).one()
        work.changed("video", row)
        work.enqueue("download", row.id, key=f"download:{row.id}")

A rollback discards all of it. Numbers are taken just before the commit, spaces in order of their id: taken
one by one as rows change, two transactions would hold each other's counters and deadlock. What comes `last`
is written after them, for the same reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol, TypeVar, cast

from sqlalchemy import bindparam, update
from sqlalchemy.ext.asyncio import AsyncConnection

from rushes.events import Change
from rushes.tables import NUMBERED, spaces


@dataclass(frozen=True, slots=True)
class Enqueued:
    """A background task by its name, to be sent after the commit. `when` is Unix seconds, or now."""

    task: str
    arguments: tuple[str, ...]
    key: str
    when: float | None


class Last(Protocol):
    """What a transaction gathers and writes at its very end, after all rows and counters."""

    async def write(self, work: Transaction) -> None:
        """Raises whatever is to undo the transaction."""
        ...


Gathered = TypeVar("Gathered", bound=Last)


class Transaction:
    """What services get as `work`. Only `studio.transaction()` makes and commits one."""

    def __init__(self, session: AsyncConnection) -> None:
        self.session = session
        self.enqueued: list[Enqueued] = []
        self.woken: set[str] = set()
        self.ended_sessions: set[str] = set()
        self.forgotten_users: set[str] = set()
        self.changed_queues: set[tuple[str, str]] = set()
        # Rows of videos that have come to another stage.
        self.moves: list[Any] = []
        self._changed: dict[tuple[str, str], str] = {}
        self._last: dict[type[Any], Last] = {}

    def changed(self, kind: str, row: Any) -> None:
        """Gives `row` (anything with `id` and `space_id`) the next number of its space at commit."""
        self._changed[kind, row.id] = row.space_id

    def moved(self, video: Any) -> None:
        """Logs and counts after the commit that the video (its row, with what `Studio` tells
        of it) has come to its stage."""
        self.moves.append(video)

    def enqueue(self, task: str, *arguments: str, key: str, when: float | None = None) -> None:
        """Sends a background task after the commit. The same key while it waits or runs adds nothing."""
        self.enqueued.append(Enqueued(task, arguments, key, when))

    def wake(self, provider: str) -> None:
        """Tells the provider's poller after the commit that there is something to do."""
        self.woken.add(provider)

    def queue_changed(self, user_id: str, space_id: str) -> None:
        """Tells the user's sockets after the commit how their queue is now, although no row of it changed."""
        self.changed_queues.add((user_id, space_id))

    def end_session(self, session_id: str) -> None:
        """Forgets the session's tokens and closes its sockets after the commit."""
        self.ended_sessions.add(session_id)

    def forget_user(self, user_id: str) -> None:
        """Makes the user's tokens be read anew after the commit: their name, role or duty has changed."""
        self.forgotten_users.add(user_id)

    def last(self, kind: type[Gathered]) -> Gathered:
        """This transaction's one `kind`, made at first use. For rows that everybody's work touches, as a
        person's budget: taken one by one on the way, two transactions would hold each other's."""
        if kind not in self._last:
            self._last[kind] = kind()
        return cast(Gathered, self._last[kind])

    async def close(self) -> list[Change]:
        """Numbers what has changed, then writes what comes last. Called once, by the studio, before the
        commit."""
        changes = await self.stamp()
        for gathered in self._last.values():
            await gathered.write(self)
        return changes

    async def stamp(self) -> list[Change]:
        """Takes the numbers and writes them to the rows."""
        by_space: dict[str, list[tuple[str, str]]] = {}
        for (kind, row_id), space_id in self._changed.items():
            by_space.setdefault(space_id, []).append((kind, row_id))
        changes: list[Change] = []
        for space_id in sorted(by_space):
            rows = by_space[space_id]
            last = await self.session.scalar(
                update(spaces)
                .where(spaces.c.id == space_id)
                .values(seq=spaces.c.seq + len(rows))
                .returning(spaces.c.seq)
            )
            first = (last or 0) - len(rows) + 1
            changes += [Change(kind, row_id, space_id, first + i) for i, (kind, row_id) in enumerate(rows)]
        for kind, table in NUMBERED.items():
            stamps = sorted((c.id, c.seq) for c in changes if c.kind == kind)
            if stamps:
                await self.session.execute(
                    update(table)
                    .where(table.c.id == bindparam("row_id"))
                    .values(changed_seq=bindparam("new_seq")),
                    [{"row_id": row_id, "new_seq": seq} for row_id, seq in stamps],
                )
        return changes
