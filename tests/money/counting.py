"""What the tests of money share: asking for paid videos, reading budgets and the ledger."""

from __future__ import annotations

from typing import Any

import httpx2
from sqlalchemy import Row, select
from tests.videos.making import make

from rushes.actor import Actor
from rushes.studio import Studio
from rushes.tables import ledger

PAID = "gpu/wan-2.2"
UNPRICED = "dark/mystery"
# A video of one second.
PRICE = 0.5


async def make_paid(client: httpx2.AsyncClient, prompt: str = "a lighthouse", **more: Any) -> dict[str, Any]:
    return await make(client, prompt, model=PAID, **more)


async def ask(client: httpx2.AsyncClient, *, model: str = PAID, **more: Any) -> httpx2.Response:
    """The answer to a request for a video of one second."""
    body = {"prompt": "a lighthouse", "model": model, "size": "128x128", "seconds": 1, **more}
    return await client.post("/api/videos", json=body)


async def budget(client: httpx2.AsyncClient) -> dict[str, Any]:
    answer = await client.get("/api/budget")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def used(client: httpx2.AsyncClient) -> tuple[float, float, float]:
    """What is reserved, spent and lost this month."""
    found = await budget(client)
    return found["reserved_usd"], found["spent_usd"], found["lost_usd"]


async def entries(studio: Studio, *video_ids: str) -> list[Row[Any]]:
    """The ledger, or what it has of these videos, in the order of attempts."""
    query = select(ledger).order_by(ledger.c.subject_id, ledger.c.attempt)
    if video_ids:
        query = query.where(ledger.c.subject_id.in_(video_ids))
    async with studio.reading() as session:
        return list((await session.execute(query)).all())


def actor_of(me: dict[str, Any]) -> Actor:
    return Actor(me["id"], me["username"], me["role"], me["space_id"])
