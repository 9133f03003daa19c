"""The live hub: who is connected, what they hear, and how they catch up.

Every change of a row reaches the sockets of its space as the whole public object with its number. There is
no event log: `resume {since}` reads the rows whose number is higher, so stale state plus replay is a fresh
fetch.
Messages may be lost or overtake each other; the number in the row decides, and `ready` repeats.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import structlog
from socketio.exceptions import ConnectionRefusedError as SocketRefused
from sqlalchemy import Table, select
from sqlalchemy.ext.asyncio import AsyncConnection

from rushes.actor import Actor
from rushes.catching_up import above, spaces_of
from rushes.errors import RushesError, Unauthorized
from rushes.events import Change
from rushes.observe.context import about
from rushes.realtime.server import Sockets
from rushes.studio import Studio

log = structlog.get_logger(__name__)

_READY_EVERY = 25.0
_RECHECK_EVERY = 10.0
_AFTER_A_BREAK = 1.0
_REPLAY_PAGE = 200
# Far more than a client that waits for its answers ever has.
_MOST_IN_FLIGHT = 32

# Why a connection ended when it was not us who ended it, from the library's words.
_REASONS = {"ping timeout": "silent", "server disconnect": "stopping"}

IdentifySocket = Callable[[Studio, dict[str, Any], Any], Awaitable[Actor]]
Rows = Sequence[Any]
Answer = Callable[[str, Any], Awaitable[dict[str, Any]]]


@dataclass(frozen=True)
class LiveKind:
    """A kind of thing that is told live: its event, how it is read and how it looks."""

    kind: str
    event: str
    id_field: str
    table: Table
    views: Callable[[Studio, AsyncConnection, Rows], Awaitable[list[dict[str, Any]]]]
    # Events for clients that wait for one thing only, by the field of the view that is true then.
    calls: Mapping[str, str] = field(default_factory=dict)


Summary = Callable[[AsyncConnection, str, str], Awaitable[dict[str, Any]]]


def space_room(space_id: str) -> str:
    return f"space:{space_id}"


class Hub:
    """One process's sockets. Workers have one too, with nobody connected, to tell the others."""

    def __init__(
        self,
        studio: Studio,
        sockets: Sockets,
        *,
        kinds: Iterable[LiveKind],
        identify: IdentifySocket,
        still_valid: Callable[[Studio, set[str]], Awaitable[set[str]]],
        summary: Summary,
    ) -> None:
        self._studio = studio
        self._server = sockets.server
        self._fan_out = sockets.fan_out
        self._kinds = {kind.kind: kind for kind in kinds}
        self._identify = identify
        self._still_valid = still_valid
        self._summary = summary
        self._connected: dict[str, Actor] = {}
        # Requests of each socket that are being answered, and whose turn it is to replay.
        self._in_flight: Counter[str] = Counter()
        self._turns: dict[str, asyncio.Lock] = {}
        # What is to be told, and since when it waits for that.
        self._pending: dict[tuple[str, str], float] = {}
        self._metrics = studio.metrics
        # Why we are about to close a connection, where it is us.
        self._closing: dict[str, str] = {}
        # Spaces in which something changed, by rooms; and people whose queue itself was paused or resumed.
        self._stirred: set[str | None] = set()
        self._changed_queues: set[tuple[str, str]] = set()
        self._something_to_tell = asyncio.Event()
        self._time_for_ready = asyncio.Event()
        self._server.on("connect", self._connect)
        self._server.on("disconnect", self._disconnect)
        self._server.on("resume", self._attended(self._resume))
        for kind in self._kinds.values():
            self._server.on(f"request_{kind.kind}_status", self._attended(self._status_of(kind)))

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Hub]:
        """Tells changes, repeats `ready` and rechecks sessions until the block ends."""
        self._studio.announce = self.announce
        self._studio.announce_queues = self.announce_queues
        self._studio.end_sessions = self.end_sessions
        self._fan_out.returned = self._time_for_ready.set
        self._fan_out.relayed = lambda seconds: self._metrics.event_relay.of().add(max(0.0, seconds))
        self._fan_out.stalled = lambda sid: self._closing.update({sid: "stalled"})
        self._metrics.sockets.set_function(lambda: len(self._connected))
        loops = (self._tell, self._tell_queues, self._repeat_ready, self._recheck_sessions)
        tasks = [asyncio.create_task(_kept(loop), name=loop.__name__) for loop in loops]
        stop_listening = self._fan_out.listen(self._overhear)
        try:
            yield self
        finally:
            stop_listening()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            # What was committed last is told before the process goes.
            await self._tell_once()

    def announce(self, changes: list[Change]) -> None:
        """Notes what was committed. Several changes of a row before it is told become one message."""
        now = time.perf_counter()
        for change in changes:
            self._pending.setdefault((change.kind, change.id), now)
        self._something_to_tell.set()

    def announce_queues(self, queues: set[tuple[str, str]]) -> None:
        """Notes whose queue (user, space) was paused or resumed."""
        self._changed_queues |= queues

    async def end_sessions(self, session_ids: set[str]) -> None:
        """Closes the sockets of these sessions, here at once and elsewhere by their next recheck."""
        for sid, actor in list(self._connected.items()):
            if actor.session_id in session_ids:
                self._closing[sid] = "session_ended"
                await self._server.disconnect(sid)

    # What clients send.

    async def _connect(self, sid: str, environ: Any = None, auth: Any = None, *_more: Any) -> None:
        # Clients may emit any name, this one too; only the server has the connection's own environ.
        if environ is not self._server.get_environ(sid):
            return
        try:
            actor = await self._identify(self._studio, environ, auth)
            about(sid=sid, user_id=actor.user_id)
            if actor.must_change_password:
                raise Unauthorized("Choose a new password first.", code="password_change_required")
            async with self._studio.reading() as session:
                known = await spaces_of(session, actor)
            self._connected[sid] = actor
            for space_id in known:
                await self._server.enter_room(sid, space_room(space_id))
            # Read again: what changed before the rooms were entered was told to others only.
            async with self._studio.reading() as session:
                known = await spaces_of(session, actor)
        except RushesError as error:
            self._connected.pop(sid, None)
            raise SocketRefused(error.message, {"code": error.code}) from error
        await self._say_ready(sid, actor, known)

    async def _disconnect(self, sid: str, why: Any = None, *_more: Any) -> None:
        # A client that emits this name is still connected, and must not slip out of its session's reach.
        if not self._server.manager.is_connected(sid, "/"):
            self._turns.pop(sid, None)
            reason = self._closing.pop(sid, None) or _REASONS.get(why, "left")
            if self._connected.pop(sid, None) is not None:
                self._metrics.sockets_closed.labels(reason).inc()

    def _attended(self, handler: Answer) -> Callable[..., Awaitable[dict[str, Any]]]:
        """`handler` for what sockets ask; one that asks without waiting for answers is sent away."""

        async def answer(sid: str, asked: Any = None, *_more: Any) -> dict[str, Any]:
            if self._in_flight[sid] >= _MOST_IN_FLIGHT:
                log.warning("socket_asks_too_much", sid=sid)
                self._closing[sid] = "asked_too_much"
                await self._server.disconnect(sid)
                return {"error": "Wait for the answers.", "code": "too_many_requests"}
            self._in_flight[sid] += 1
            asker = self._connected.get(sid)
            about(sid=sid, user_id=asker.user_id if asker else "")
            try:
                return await handler(sid, asked)
            finally:
                self._in_flight[sid] -= 1
                if not self._in_flight[sid]:
                    del self._in_flight[sid]

        return answer

    async def _resume(self, sid: str, asked: Any) -> dict[str, Any]:
        """Replays what is above `since`, then acknowledges with the number that the client may keep."""
        actor = self._connected.get(sid)
        if actor is None:
            return {"error": "Sign in first.", "code": "unauthorized"}
        since = asked.get("since") if isinstance(asked, dict) else None
        space_id = asked.get("space_id", actor.space_id) if isinstance(asked, dict) else actor.space_id
        if not isinstance(since, int) or isinstance(since, bool) or not 0 <= since < 2**63:
            return {"error": "since must be a whole number from 0 up.", "code": "validation_failed"}
        try:
            # One at a time: each holds a page of rows while the client reads.
            async with self._turns.setdefault(sid, asyncio.Lock()):
                return await self._replay(sid, actor, space_id, since)
        except RushesError as error:
            return {"error": error.message, "code": error.code}

    async def _replay(self, sid: str, actor: Actor, space_id: Any, since: int) -> dict[str, Any]:
        count, reached = 0, since
        while True:
            # The counter is read before the rows: what changes between the two is told once more, not lost.
            async with self._studio.reading() as session:
                known = await spaces_of(session, actor)
                if not isinstance(space_id, str) or space_id not in known:
                    return {"error": "There is no such space.", "code": "not_found"}
                seq, forgotten = known[space_id]
                if since and (since < forgotten or since > seq):
                    await self._server.emit("resync", {"seq": seq, "space_id": space_id}, to=sid)
                    return {"seq": seq, "count": 0, "resync": True}
                updates = []
                for kind in self._kinds.values():
                    rows = await above(session, kind.table, space_id, reached, most=_REPLAY_PAGE)
                    updates += await self._messages(session, kind, rows)
            updates.sort(key=lambda pair: pair[1]["seq"])
            page, more = updates[:_REPLAY_PAGE], len(updates) >= _REPLAY_PAGE
            for event, message in page:
                if sid not in self._connected:
                    return {"error": "The connection is closed.", "code": "unauthorized"}
                await self._fan_out.room_for_more(sid)
                await self._server.emit(event, message, to=sid)
            count += len(page)
            if not more:
                return {"seq": seq, "count": count}
            reached = page[-1][1]["seq"]

    def _status_of(self, kind: LiveKind) -> Answer:
        async def request_status(sid: str, asked: Any) -> dict[str, Any]:
            actor = self._connected.get(sid)
            row_id = asked.get(kind.id_field) if isinstance(asked, dict) else None
            if actor is None or not isinstance(row_id, str) or "\x00" in row_id:
                return {"error": f"{kind.id_field} is required.", "code": "validation_failed"}
            about(**{kind.id_field: row_id})
            table = kind.table
            try:
                async with self._studio.reading() as session:
                    known = await spaces_of(session, actor)
                    query = select(table).where(table.c.id == row_id, table.c.space_id.in_(sorted(known)))
                    messages = await self._messages(session, kind, (await session.execute(query)).all())
            except RushesError as error:
                return {"error": error.message, "code": error.code}
            if not messages:
                return {"error": f"There is no such {kind.kind}.", "code": "not_found"}
            event, message = messages[0]
            await self._server.emit(event, message, to=sid)
            return message

        return request_status

    # What the studio tells.

    async def _tell(self) -> None:
        while True:
            await self._something_to_tell.wait()
            self._something_to_tell.clear()
            await self._tell_once()

    async def _tell_once(self) -> None:
        pending, self._pending = self._pending, {}
        try:
            await self._tell_all(pending)
        except RushesError:
            # The database is away for a moment. What cannot be told for another reason is not tried for ever:
            # the rows keep their numbers, and whoever hears the next `ready` resumes.
            self._pending = {**self._pending, **pending}
            self._something_to_tell.set()
            raise

    async def _tell_all(self, pending: Mapping[tuple[str, str], float]) -> None:
        lag = self._metrics.event_lag.of()
        by_kind: dict[str, list[str]] = {}
        for name, row_id in pending:
            by_kind.setdefault(name, []).append(row_id)
        for name, ids in by_kind.items():
            kind = self._kinds[name]
            for start in range(0, len(ids), _REPLAY_PAGE):
                async with self._studio.reading() as session:
                    query = select(kind.table).where(kind.table.c.id.in_(ids[start : start + _REPLAY_PAGE]))
                    rows = (await session.execute(query.order_by(kind.table.c.changed_seq))).all()
                    messages = await self._messages(session, kind, rows)
                for row, (event, message) in zip(rows, messages, strict=True):
                    room = space_room(message["space_id"])
                    await self._server.emit(event, message, room=room)
                    for call, about_it in kind.calls.items():
                        if message["updates"].get(about_it):
                            await self._server.emit(call, message, room=room)
                    lag.add(time.perf_counter() - pending[name, row.id])

    async def _messages(
        self, session: AsyncConnection, kind: LiveKind, rows: Rows
    ) -> list[tuple[str, dict[str, Any]]]:
        views = await kind.views(self._studio, session, rows)
        return [
            (
                kind.event,
                {kind.id_field: row.id, "updates": view, "seq": row.changed_seq, "space_id": row.space_id},
            )
            for row, view in zip(rows, views, strict=True)
        ]

    def _overhear(self, event: str, _data: Any, room: str | None) -> None:
        """What any process tells a space stirs the queues of the people who are connected to this one."""
        if any(event == kind.event for kind in self._kinds.values()):
            self._stirred.add(room)

    async def _tell_queues(self) -> None:
        """A summary of the queue, at most once a second a person."""
        while True:
            await asyncio.sleep(1.0)
            stirred, self._stirred = self._stirred, set()
            changed, self._changed_queues = self._changed_queues, set()
            people = {
                (actor.user_id, actor.space_id)
                for actor in self._connected.values()
                if space_room(actor.space_id) in stirred
            }
            for user_id, space_id in sorted(people | changed):
                async with self._studio.reading() as session:
                    message = await self._summary(session, user_id, space_id)
                if (user_id, space_id) in changed:
                    # Only this process knows, and the person may be connected to others.
                    await self._server.emit("queue_update", message, room=space_room(space_id))
                    continue
                for sid, actor in list(self._connected.items()):
                    if actor.user_id == user_id:
                        await self._server.emit("queue_update", message, to=sid)

    async def _repeat_ready(self) -> None:
        """Now and then, and when what other processes told meanwhile may have been lost."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(_READY_EVERY):
                    await self._time_for_ready.wait()
            self._time_for_ready.clear()
            async with self._studio.reading() as session:
                known = {
                    user_id: await spaces_of(session, actor)
                    for user_id, actor in {a.user_id: a for a in self._connected.values()}.items()
                }
            for sid, actor in list(self._connected.items()):
                if actor.user_id in known:
                    await self._say_ready(sid, actor, known[actor.user_id])

    async def _say_ready(self, sid: str, actor: Actor, known: dict[str, tuple[int, int]]) -> None:
        message = {
            "seq": known.get(actor.space_id, (0, 0))[0],
            "spaces": [{"id": space_id, "seq": seq} for space_id, (seq, _) in sorted(known.items())],
        }
        await self._server.emit("ready", message, to=sid)

    async def _recheck_sessions(self) -> None:
        """A revocation may get lost on the way here; no socket outlives its session by more than this."""
        while True:
            await asyncio.sleep(_RECHECK_EVERY)
            ids = {actor.session_id for actor in self._connected.values() if actor.session_id}
            if ended := ids - await self._still_valid(self._studio, ids):
                await self.end_sessions(ended)


async def _kept(loop: Callable[[], Awaitable[None]]) -> None:
    """Runs a loop for as long as the process lives: one that breaks is told of, and begun again. A broken one
    would leave everybody without news, or sockets open whose sessions have ended."""
    while True:
        try:
            await loop()
        except RushesError as error:
            log.warning("live_interrupted", what=loop.__name__, reason=error.message)
        except Exception:
            log.exception("live_broke", what=loop.__name__)
        await asyncio.sleep(_AFTER_A_BREAK)
