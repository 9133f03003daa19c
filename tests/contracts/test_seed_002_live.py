"""The WebSocket of seed 002 exactly as documented, by the real socket.io-client from npm."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from tests.videos.making import make, seen, working

from rushes.serving import Serving
from rushes.studio import Studio

_HERE = Path(__file__).parent
LIBRARY = _HERE.parents[1] / "web/node_modules/socket.io-client/build/esm-debug/index.js"

Message = dict[str, Any]


class NodeClient:
    """The documented client in a Node of its own. `said` waits for the next line that has this event."""

    def __init__(self, lines: asyncio.StreamReader) -> None:
        self._lines = lines
        self.heard: list[Message] = []

    async def said(self, event: str) -> Any:
        async with asyncio.timeout(60):
            while line := await self._lines.readline():
                message = json.loads(line)
                self.heard.append(message)
                if message["event"] == event:
                    return message["data"]
        pytest.fail(f"it ended without {event}: {self.heard}")

    async def rest(self) -> list[Message]:
        """Everything, once it has ended."""
        async with asyncio.timeout(60):
            while line := await self._lines.readline():
                self.heard.append(json.loads(line))
        return self.heard


@asynccontextmanager
async def node_client(url: str, token: str, video_id: str = "") -> AsyncIterator[NodeClient]:
    running = await asyncio.create_subprocess_exec(
        *("node", str(_HERE / "live_client.mjs"), str(LIBRARY), url, token, video_id),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=1_000_000,
    )
    assert running.stdin is not None
    assert running.stdout is not None
    try:
        yield NodeClient(running.stdout)
    finally:
        running.stdin.close()
        await running.wait()


def token_of(client: httpx2.AsyncClient) -> str:
    return client.headers["authorization"].removeprefix("Bearer ")


async def test_updates_arrive_until_it_is_done(
    signed_in: httpx2.AsyncClient, server: Serving, studio: Studio
) -> None:
    async with node_client(server.url, token_of(signed_in)) as client:
        await client.said("ready")
        async with working(studio):
            video = await make(signed_in, "a paper boat")
            heard = await client.rest()
    updates = [message["data"] for message in heard if message["event"] == "video_update"]
    assert {update["video_id"] for update in updates} == {video["id"]}
    for update in updates:
        assert isinstance(update["updates"]["status"], str)
        assert isinstance(update["updates"]["progress"], int)
    statuses = [update["updates"]["status"] for update in updates]
    assert statuses[0] == "queued"
    assert "in_progress" in statuses
    assert (statuses[-1], updates[-1]["updates"]["progress"]) == ("completed", 100)
    assert heard[-1]["event"] == "disconnect"


async def test_a_status_is_asked_for(signed_in: httpx2.AsyncClient, server: Serving) -> None:
    video = await make(signed_in)
    async with node_client(server.url, token_of(signed_in), video["id"]) as client:
        update = await client.said("video_update")
    assert update["video_id"] == video["id"]
    assert update["updates"] == await seen(signed_in, video["id"])


@pytest.mark.parametrize("token", ["", "your_jwt_token"])
async def test_a_bad_token_is_refused(server: Serving, token: str) -> None:
    async with node_client(server.url, token) as client:
        refusal = await client.said("connect_error")
        heard = await client.rest()
    assert refusal["message"]
    assert refusal["data"]["code"] == "unauthorized"
    assert "ready" not in {message["event"] for message in heard}
