"""What others show of money: each provider's month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from rushes.money import queries


@dataclass(frozen=True, slots=True)
class ProviderMonth:
    """What everybody together may spend at a provider this month (None: as much as they like), has spent and
    has reserved, in USD. `is_near` from 80 % on."""

    cap: float | None = None
    spent: float = 0.0
    reserved: float = 0.0
    is_near: bool = False


async def provider_months(session: AsyncConnection, *, now: float) -> Mapping[str, ProviderMonth]:
    """All providers at which anything was ever spent or that have a cap, by name."""
    found = await queries.providers(session, now=now)
    return {
        name: ProviderMonth(month["budget_usd"], month["spent_usd"], month["reserved_usd"], month["near"])
        for name, month in found.items()
    }
