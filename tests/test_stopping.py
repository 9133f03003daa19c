"""Stopping in the same process: what is under way finishes, what would never end is told to."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator

import httpx2
import pytest
import socketio
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route, Router
from starlette.types import ASGIApp
from tests.conftest import MakeMember, Until

from rushes.serving import Serving
from rushes.settings import Settings
from rushes.studio import Studio


async def test_an_answer_under_way_finishes_and_nobody_new_gets_in(
    studio: Studio, listener: socket.socket, settings: Settings
) -> None:
    begun, may_end = asyncio.Event(), asyncio.Event()

    async def slow(_request: Request) -> Response:
        async def chunks() -> AsyncIterator[bytes]:
            begun.set()
            yield b"first "
            await may_end.wait()
            yield b"last"

        return StreamingResponse(chunks())

    async with httpx2.AsyncClient(base_url=settings.effective_public_url, timeout=30) as client:
        async with Serving.start(Router([Route("/slow", slow)]), studio, listener):
            asked = asyncio.create_task(client.get("/slow"))
            await begun.wait()

            async def end_when_stopping() -> None:
                await studio.stopping.wait()
                with pytest.raises(httpx2.TransportError):
                    async with httpx2.AsyncClient(base_url=settings.effective_public_url) as late:
                        await late.get("/slow")
                may_end.set()

            ending = asyncio.create_task(end_when_stopping())
        await ending
        assert (await asked).text == "first last"


async def test_when_it_has_stopped_nobody_listens(
    app: ASGIApp, studio: Studio, listener: socket.socket
) -> None:
    async with Serving.start(app, studio, listener) as serving:
        pass
    assert studio.stopping.is_set()
    with pytest.raises(OSError, match="Connect"):
        await asyncio.open_connection("127.0.0.1", int(serving.url.rsplit(":", 1)[1]))


async def test_a_live_socket_is_told_to_go(
    member: MakeMember, server: Serving, studio: Studio, until: Until
) -> None:
    ada = await member("ada")
    token = ada.headers["Authorization"].removeprefix("Bearer ")
    sockets = [socketio.AsyncClient(reconnection=False) for _ in range(2)]
    for socket_, transport in zip(sockets, ("websocket", "polling"), strict=True):
        await socket_.connect(server.url, auth={"token": token}, transports=[transport])
    studio.stopping.set()
    await until(lambda: not any(each.connected for each in sockets), "the sockets to be closed")
