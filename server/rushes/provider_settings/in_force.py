"""Has what administrators have set in force in this process, without a restart.

await take_up(studio)                       # at start, and right after a change
keeping = create_task(keep_up(studio))      # for as long as the process lives

Whoever changes something takes it up before they answer, and wakes the other processes; those look every few
seconds too, since a wake may be lost. The environment wins: what is saved under one of its names is hidden.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import structlog
from sqlalchemy.exc import DBAPIError

from rushes.encryption import CannotOpen
from rushes.errors import Unavailable
from rushes.provider_settings import queries
from rushes.provider_settings.opening import Problem, open_saved
from rushes.provider_settings.queries import SavedRow
from rushes.providers.registry import configured
from rushes.settings import EMBEDDED, Settings
from rushes.studio import Studio

log = structlog.get_logger(__name__)

# What other processes are woken by. No provider's name has a blank in it.
CHANGED = "provider settings"
_LOOK_EVERY = 3.0


@dataclass
class InForce:
    """What this process has taken up: versions by provider, and why some of them are not in force."""

    versions: dict[str, str] = field(default_factory=dict)
    problems: dict[str, Problem] = field(default_factory=dict)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


async def take_up(studio: Studio) -> None:
    """Opens what is new or changed, lets go what is gone, and knows the chosen default."""
    held = studio.shared(InForce)
    async with held.turn:
        async with studio.reading() as session:
            rows = {row.name: row for row in await queries.saved(session)}
            default = await queries.default_video_model(session)
        new = [row for row in rows.values() if held.versions.get(row.name) != row.version]
        gone = held.versions.keys() - rows.keys()
        for row in new:
            await _take_up_one(studio, held, row)
        for name in gone:
            del held.versions[name]
            held.problems.pop(name, None)
            if name not in reserved(studio.settings):
                studio.providers.drop(name)
        studio.providers.choose_default(default)
    for name in (*gone, *(row.name for row in new)):
        # Whoever polls it in this process waits no longer with the old one.
        await studio.wakes.wake(name)


async def welcome_environment(studio: Studio) -> None:
    """What is in the environment is there, also under the name of one that was removed here before."""
    async with studio.transaction() as work:
        await queries.not_removed(work, reserved(studio.settings))


async def keep_up(studio: Studio) -> None:
    """Takes up what other processes have changed, until the studio stops."""
    while not studio.stopping.is_set():
        await studio.wakes.wait(CHANGED, _LOOK_EVERY, stopping=studio.stopping)
        try:
            await take_up(studio)
        except (Unavailable, DBAPIError) as error:
            log.warning("provider_settings_not_read", reason=str(error))


def reserved(settings: Settings) -> set[str]:
    """Names that what is saved cannot have."""
    return {*EMBEDDED, *configured(settings)}


async def _take_up_one(studio: Studio, held: InForce, row: SavedRow) -> None:
    held.versions[row.name] = row.version
    held.problems.pop(row.name, None)
    if row.name in reserved(studio.settings):
        text = "is also that of a provider in the environment, which is the one in force"
        held.problems[row.name] = Problem("provider_hidden", f"Its name {text}.", field="name", text=text)
        return
    try:
        remote = await open_saved(row, studio.encryption)
    except Problem as problem:
        log.warning("provider_not_in_force", provider=row.name, reason=problem.message)
        held.problems[row.name] = problem
        studio.providers.drop(row.name)
        return
    if row.known:
        remote.recall(row.known)
    studio.providers.put(remote, enabled=row.enabled)
    log.info("provider_in_force", provider=row.name, kind=row.kind, enabled=row.enabled)
    await _renew(studio, row)


async def _renew(studio: Studio, row: SavedRow) -> None:
    """Once ENCRYPTION_KEY has another first part, keys are encrypted with that."""
    if row.api_key is None:
        return
    try:
        new = await asyncio.to_thread(studio.encryption.renew, row.api_key)
    except CannotOpen:
        return
    if new is not None:
        async with studio.transaction() as work:
            await queries.renew_key(work, row.name, old=row.api_key, new=new)
