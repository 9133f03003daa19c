"""Background steps of signing in: noting when a session was used, and clearing away the ended ones."""

from __future__ import annotations

from datetime import timedelta

from rushes.accounts import queries
from rushes.accounts.identify import SEEN_EVERY
from rushes.accounts.sessions import session_seconds
from rushes.background import Task
from rushes.studio import Studio

# An ended session is of no use; a day leaves time to look into one that was ended for a copied token.
_KEPT = 86400.0


async def session_seen(studio: Studio, session_id: str) -> None:
    """Notes that the session was used, which lets it live on for another week."""
    now = studio.clock.now()
    async with studio.transaction() as work:
        until = now + session_seconds(studio.settings)
        await queries.mark_seen(work.session, session_id, now=now, every=SEEN_EVERY, until=until)


async def purge_sessions(studio: Studio) -> None:
    """Deletes sessions that ended more than a day ago."""
    async with studio.transaction() as work:
        await queries.purge_sessions(work.session, ended_before=studio.clock.now() - _KEPT)


TASKS: list[Task] = [
    Task("session_seen", session_seen),
    Task("purge_sessions", purge_sessions, every=timedelta(days=1), automatic=True),
]
