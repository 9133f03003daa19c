"""What administrators do with providers: connect, change, switch off, remove, and choose the default model.

Keys come encrypted already; who calls has opened the provider once to see that it can be made at all.
"""

from __future__ import annotations

from typing import Any

import structlog
from sqlalchemy.exc import IntegrityError

from rushes.actor import Actor
from rushes.errors import Conflict, NotFound
from rushes.money import service as money
from rushes.provider_settings import queries
from rushes.provider_settings.in_force import CHANGED
from rushes.provider_settings.models import ProviderChange, ProviderCreate
from rushes.tables import new_id
from rushes.transaction import Transaction

log = structlog.get_logger(__name__)

_PLAIN = ("base_url", "concurrency", "models", "price_per_second", "enabled")


async def connect(
    work: Transaction,
    actor: Actor,
    *,
    wanted: ProviderCreate,
    sealed_key: str | None,
    reserved: set[str],
    now: float,
) -> str:
    """Saves a provider; its name. Raises `Conflict` for a name that another has."""
    taken = {*reserved, *(row.name for row in await queries.saved(work.session))}
    name = wanted.name or _free(wanted.kind, taken)
    if name in taken:
        raise _name_taken(name)
    values = {
        "name": name,
        "kind": wanted.kind,
        "base_url": wanted.base_url or None,
        "api_key": sealed_key,
        "concurrency": wanted.concurrency,
        "models": wanted.models,
        "price_per_second": wanted.price_per_second,
        "enabled": wanted.enabled,
        "created_at": now,
        "updated_at": now,
        "version": new_id("version"),
    }
    try:
        await queries.add(work, values)
    except IntegrityError as error:
        raise _name_taken(name) from error
    # One of that name may have been here before.
    await queries.forget_troubles(work, name, models=None, paused=False)
    await money.set_cap(work, provider=name, usd=wanted.monthly_cap_usd, now=now)
    work.wake(CHANGED)
    log.info("provider_connected", provider=name, kind=wanted.kind, user_id=actor.user_id)
    return name


async def change(
    work: Transaction, actor: Actor, *, name: str, wanted: ProviderChange, sealed_key: str | None, now: float
) -> None:
    """Writes what the request names. Raises `NotFound`."""
    row = await queries.one(work.session, name, locked=True)
    given = wanted.model_fields_set
    values: dict[str, Any] = {field: getattr(wanted, field) for field in _PLAIN if field in given}
    if "base_url" in values:
        values["base_url"] = values["base_url"] or None
    if "api_key" in given:
        values["api_key"] = sealed_key
    values = {field: value for field, value in values.items() if value != getattr(row, field)}
    if values:
        await _change(work, actor, name=name, values=values, now=now)
    if "monthly_cap_usd" in given:
        # Nothing has to be opened anew for it.
        await _set_cap(work, actor, name=name, usd=wanted.monthly_cap_usd, now=now)


async def _change(work: Transaction, actor: Actor, *, name: str, values: dict[str, Any], now: float) -> None:
    if "base_url" in values:
        await _check_nothing_is_there(work, name)
    await queries.change(work, name, {**values, "updated_at": now, "version": new_id("version")})
    if "base_url" in values:
        await queries.forget_troubles(work, name, models=None)
    elif "api_key" in values:
        await queries.forget_troubles(work, name)
    work.wake(CHANGED)
    log.info("provider_changed", provider=name, fields=sorted(values), user_id=actor.user_id)


async def _check_nothing_is_there(work: Transaction, name: str) -> None:
    """Jobs are asked about at the provider's address: at another they would be unknown, and lost."""
    underway = await queries.underway(work, name)
    if underway:
        what = "1 video is" if underway == 1 else f"{underway} videos are"
        raise Conflict(
            f"{what} being made there, and could not be fetched from another address. "
            "Wait for them, or connect the new address as a provider of its own.",
            code="provider_in_use",
        )


async def set_cap(
    work: Transaction, actor: Actor, *, name: str, usd: float | None, in_environment: bool, now: float
) -> None:
    """The most that everybody together may spend at a provider in a calendar month. Raises `NotFound`, also
    for the embedded one, which costs nothing."""
    # Locked, so that it is not removed meanwhile and leaves its cap behind.
    if not in_environment and not await queries.is_there(work, name):
        raise NotFound("provider that costs anything")
    await _set_cap(work, actor, name=name, usd=usd, now=now)


async def _set_cap(work: Transaction, actor: Actor, *, name: str, usd: float | None, now: float) -> None:
    await money.set_cap(work, provider=name, usd=usd, now=now)
    log.info("provider_cap_set", provider=name, usd=usd, user_id=actor.user_id)


async def remove(work: Transaction, actor: Actor, *, name: str, reserved: set[str], now: float) -> None:
    """Forgets the provider, its key and its cap; what was spent there stays. Raises `NotFound`, and
    `Conflict` while videos are not finished that are its to make: nobody could fetch them."""
    # Whoever asks for a video of it locks the same row (`videos.provider_state.must_be_there`).
    await queries.one(work.session, name, locked=True)
    left = await queries.unfinished(work, name)
    if left:
        what = "1 video is" if left == 1 else f"{left} videos are"
        raise Conflict(
            f"{what} still {name}'s to make. Wait or cancel; switched off, it takes no new ones.",
            code="provider_in_use",
            details={"videos": left},
        )
    await queries.remove(work, name)
    await queries.ensure(work, name)
    gone_since = None if name in reserved else now
    await queries.forget_troubles(work, name, models=None, paused=False, removed_at=gone_since)
    chosen = await queries.default_video_model(work.session)
    if chosen is not None and chosen.partition("/")[0] == name:
        await queries.choose_default_video_model(work, None, now=now)
    # One of the environment goes on under that name, and the money of both was counted together.
    if name not in reserved:
        await money.set_cap(work, provider=name, usd=None, now=now)
    work.wake(CHANGED)
    log.info("provider_removed", provider=name, user_id=actor.user_id)


async def choose_default(work: Transaction, actor: Actor, *, model: str | None, now: float) -> None:
    """`model` is `provider/model`; None goes back to what the environment says."""
    await queries.choose_default_video_model(work, model, now=now)
    work.wake(CHANGED)
    log.info("default_model_chosen", model=model, user_id=actor.user_id)


async def answered(work: Transaction, *, name: str, now: float) -> None:
    """The provider has just answered a question: whoever waits for its circuit may try."""
    await queries.note_answer(work, name, now=now)
    work.wake(name)


def _free(kind: str, taken: set[str]) -> str:
    """The kind's name, with the first number that makes it free."""
    number = 1
    while (name := kind if number == 1 else f"{kind[:36]}-{number}") in taken:
        number += 1
    return name


def _name_taken(name: str) -> Conflict:
    return Conflict(f"There is a provider called {name!r} already.", code="name_taken")
