"""Providers as administrators see them: from the environment and from here, what is set and how they are."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from rushes.errors import NotFound
from rushes.money.reading import ProviderMonth, provider_months
from rushes.provider_settings import queries
from rushes.provider_settings.in_force import InForce
from rushes.provider_settings.opening import Problem, key_of, masked
from rushes.provider_settings.queries import SavedRow
from rushes.providers.kinds import kinds
from rushes.providers.registry import configured
from rushes.settings import ProviderSettings
from rushes.studio import Studio
from rushes.videos.reading import provider_views
from rushes.watching import queue_depth

# How a provider is of which nobody knows anything.
_UNKNOWN: dict[str, Any] = {
    "models": [],
    "health": "unknown",
    "circuit": "closed",
    "retry_at": None,
    "last_error": None,
    "paused": False,
}
_NOTHING_SPENT = ProviderMonth()
_SHOWN = ("health", "circuit", "retry_at", "last_error", "paused", "running", "waiting")


async def views(studio: Studio) -> list[dict[str, Any]]:
    """`models.AdminProviders.providers`: those of the environment first."""
    async with studio.reading() as session:
        rows = await queries.saved(session)
        known = await _states(studio, session)
        months = await provider_months(session, now=studio.clock.now())
    labels = await asyncio.to_thread(_labels)
    named = configured(studio.settings)
    found = [_embedded(studio, known)]
    found += [_from_environment(studio, name, wanted, known, labels) for name, wanted in named.items()]
    found += [await _saved(studio, row, known, labels) for row in rows]
    return [{**view, **_money(months.get(view["name"], _NOTHING_SPENT))} for view in found]


async def one(studio: Studio, name: str) -> dict[str, Any]:
    """The saved provider, else the one in force. Raises `NotFound`."""
    named = [view for view in await views(studio) if view["name"] == name]
    if not named:
        raise NotFound("provider")
    return named[-1]


async def _states(studio: Studio, session: AsyncConnection) -> Mapping[str, dict[str, Any]]:
    """How each provider is, and how much is its to do; also of those that are not in force."""
    found: dict[str, dict[str, Any]] = {}
    for name, stage, count in (await session.execute(queue_depth())).all():
        state = found.setdefault(name, {**_UNKNOWN, "running": 0, "waiting": 0})
        state["waiting" if stage == "waiting" else "running"] += count
    for view in await provider_views(studio, session):
        found[view["id"]] = view
    return found


def _money(month: ProviderMonth) -> dict[str, Any]:
    """The same for two of one name: what is spent is counted by that."""
    return {
        "monthly_cap_usd": month.cap,
        "spent_this_month_usd": month.spent,
        "reserved_usd": month.reserved,
        "near_cap": month.is_near,
    }


def _labels() -> dict[str, str]:
    return {name: kind.label for name, kind in kinds().items()}


def _embedded(studio: Studio, known: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    view = _view(studio, "animatic", known)
    return {
        **view,
        "kind": "animatic",
        "label": "Animatic",
        "source": "embedded",
        "state": "on",
    }


def _from_environment(
    studio: Studio,
    name: str,
    wanted: ProviderSettings,
    known: Mapping[str, dict[str, Any]],
    labels: Mapping[str, str],
) -> dict[str, Any]:
    key = wanted.api_key.get_secret_value() if wanted.api_key else None
    return {
        **_view(studio, name, known),
        "kind": wanted.kind,
        "label": labels.get(wanted.kind, wanted.kind),
        "source": "environment",
        "state": "on",
        "base_url": wanted.base_url,
        "key": masked(key),
        "concurrency": wanted.concurrency,
        "models_chosen": wanted.models,
        "price_per_second": wanted.price_per_second,
    }


async def _saved(
    studio: Studio, row: SavedRow, known: Mapping[str, dict[str, Any]], labels: Mapping[str, str]
) -> dict[str, Any]:
    problem = studio.shared(InForce).problems.get(row.name)
    try:
        key = masked(await key_of(row, studio.encryption))
    except Problem as unreadable:
        key, problem = "…", problem or unreadable
    is_hidden = problem is not None and problem.code == "provider_hidden"
    return {
        **_view(studio, row.name, {} if is_hidden else known),
        "kind": row.kind,
        "label": labels.get(row.kind, row.kind),
        "source": "settings",
        "state": "hidden" if is_hidden else "broken" if problem else "on" if row.enabled else "off",
        "problem": {"code": problem.code, "message": problem.message} if problem else None,
        "base_url": row.base_url,
        "key": key,
        "concurrency": row.concurrency,
        "models_chosen": row.models,
        "price_per_second": row.price_per_second,
        "created_at": int(row.created_at),
        "updated_at": int(row.updated_at),
    }


def _view(studio: Studio, name: str, known: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    """What is the same wherever a provider comes from, and nothing where it does not say."""
    state = known.get(name, {**_UNKNOWN, "running": 0, "waiting": 0})
    provider = next((each for each in studio.providers.all() if each.name == name), None)
    return {
        "name": name,
        "problem": None,
        "base_url": None,
        "key": None,
        "concurrency": None,
        "concurrency_in_force": provider.capabilities.concurrency if provider else None,
        "models_chosen": [],
        "models": [model.name for model in provider.capabilities.models] if provider else [],
        "price_per_second": None,
        "created_at": None,
        "updated_at": None,
        **{field: state[field] for field in _SHOWN},
    }
