"""What the tests of productions share: asking for one and waiting for what becomes of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import httpx2

STORY = "A lighthouse keeper finds a bottle with a letter in it."


async def make(client: httpx2.AsyncClient, **wanted: Any) -> dict[str, Any]:
    body = {"prompt": STORY, **wanted} if "script" not in wanted else wanted
    answer = await client.post("/api/productions", json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def seen(client: httpx2.AsyncClient, production_id: str) -> dict[str, Any]:
    answer = await client.get(f"/api/productions/{production_id}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def run(client: httpx2.AsyncClient, production_id: str, **wanted: Any) -> dict[str, Any]:
    answer = await client.post(f"/api/productions/{production_id}/run", json=wanted)
    assert answer.status_code == 202, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def ended(
    until: Callable[..., Awaitable[None]],
    client: httpx2.AsyncClient,
    production_id: str,
    *,
    seconds: float = 60,
) -> dict[str, Any]:
    """The production, once its run is over."""
    last: dict[str, Any] = {}

    async def over() -> bool:
        nonlocal last
        last = await seen(client, production_id)
        return last["status"] != "running"

    await until(over, "the run to end", seconds=seconds)
    return last
