"""What the tests of seed 001 stand on."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from tests.conftest import MakeMember
from tests.contracts.clip_making import Post
from tests.contracts.curl import curl
from tests.videos.making import working

from rushes.serving import Serving
from rushes.studio import Studio


@pytest.fixture
async def user(member: MakeMember) -> httpx2.AsyncClient:
    """Whom the document's bodies name."""
    return await member("user123")


@pytest.fixture
async def worker(studio: Studio, server: Serving) -> AsyncIterator[None]:
    async with working(studio):
        yield


@pytest.fixture
def post(server: Serving, tmp_path: Path) -> Post:
    async def ask(client: httpx2.AsyncClient, name: str, body: Any, *more: str) -> Any:
        # A picture does not fit into a command's arguments.
        file = tmp_path / "body.json"
        file.write_text(body if isinstance(body, str) else json.dumps(body))
        return await curl(
            *("-X", "POST", f"{server.url}/api/{name}"),
            *("-H", "Content-Type: application/json"),
            *("-H", f"Authorization: {client.headers['Authorization']}"),
            *("--data-binary", f"@{file}", "--max-time", "120", *more),
        )

    return ask
