"""A studio with a paid provider, `gpu` ($0.50 a second), and one whose price nobody knows, `dark`.

Neither is ever asked anything: rows move by hand, as in the tests of videos.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
import pytest
from tests.conftest import MakeMember
from tests.videos.making import MovableClock, whoami

from rushes.settings import ProviderSettings, Settings
from rushes.studio import Studio

SetBudget = Callable[[httpx2.AsyncClient, float | None], Awaitable[dict[str, Any]]]

_NOBODY = "http://127.0.0.1:9"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    settings.providers = {
        "gpu": ProviderSettings(base_url=_NOBODY, models=["wan-2.2"], price_per_second=0.5),
        "dark": ProviderSettings(base_url=_NOBODY, models=["mystery"]),
    }
    return settings


@pytest.fixture
def clock(studio: Studio) -> MovableClock:
    """The studio's clock: `clock.ahead += 60` and a minute has passed."""
    studio.clock = MovableClock()
    return studio.clock


@pytest.fixture
async def ada(member: MakeMember) -> httpx2.AsyncClient:
    return await member("ada")


@pytest.fixture
def set_budget(signed_in: httpx2.AsyncClient) -> SetBudget:
    """`await set_budget(ada, 2.0)`: the administrator gives her so many USD a month."""

    async def give(client: httpx2.AsyncClient, usd: float | None) -> dict[str, Any]:
        user_id = (await whoami(client))["id"]
        answer = await signed_in.put(f"/api/admin/budgets/{user_id}", json={"budget_usd": usd})
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    return give
