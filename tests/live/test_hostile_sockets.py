"""Sockets that try to slip out of their session, or to keep the studio busy."""

from __future__ import annotations

import asyncio

import aiohttp
import httpx2
import pytest
from tests.live.conftest import Listen
from tests.videos.making import make

from rushes.serving import Serving

_FORGED = (("disconnect",), ("connect",), ("connect", {}), ("connect", {}, {"token": "somebody else's"}))


@pytest.mark.parametrize("forged", _FORGED)
async def test_the_servers_own_events_cannot_be_forged(
    signed_in: httpx2.AsyncClient, listen: Listen, forged: tuple[object, ...]
) -> None:
    listener = await listen(signed_in)
    name, *arguments = forged
    await listener.socket.call(name, tuple(arguments) or None, timeout=10)
    made = await make(signed_in)
    assert (await listener.said("video_update"))["video_id"] == made["id"]
    assert (await signed_in.post("/api/auth/logout")).status_code == 200
    async with asyncio.timeout(10):
        await listener.closed.wait()


async def test_a_socket_that_asks_without_end_is_sent_away(
    signed_in: httpx2.AsyncClient, listen: Listen, server: Serving
) -> None:
    for number in range(3):
        await make(signed_in, f"video {number}")
    listener, patient = await listen(signed_in), await listen(signed_in)
    for _ in range(400):
        await listener.socket.emit("resume", {"since": 0})
    async with asyncio.timeout(10):
        await listener.closed.wait()
    assert await patient.ask("resume", {"since": 0}) == {"seq": 3, "count": 3}
    assert (await signed_in.get("/api/videos")).status_code == 200


async def test_several_at_once_are_answered_one_after_the_other(
    signed_in: httpx2.AsyncClient, listen: Listen
) -> None:
    await make(signed_in)
    listener = await listen(signed_in)
    answers = await asyncio.gather(*(listener.ask("resume", {"since": 0}) for _ in range(8)))
    assert answers == [{"seq": 1, "count": 1}] * 8


async def test_an_event_whose_name_is_no_text_is_answered(
    signed_in: httpx2.AsyncClient, listen: Listen, caplog: pytest.LogCaptureFixture
) -> None:
    listener = await listen(signed_in)
    for name in ({"a": 1}, ["resume"], 7, None):
        answer = await listener.socket.call(name, timeout=10)
        assert answer["code"] == "validation_failed"
    assert (await listener.ask("resume", {"since": 0}))["count"] == 0
    assert "never retrieved" not in caplog.text


@pytest.mark.parametrize("frame", ["", "7", "99999999999999999999", "x", "\x00"])
async def test_a_frame_that_is_no_packet_ends_its_connection_alone(
    signed_in: httpx2.AsyncClient,
    listen: Listen,
    server: Serving,
    caplog: pytest.LogCaptureFixture,
    frame: str,
) -> None:
    patient = await listen(signed_in)
    address = server.url.replace("http", "ws") + "/socket.io/?EIO=4&transport=websocket"
    async with aiohttp.ClientSession() as session, session.ws_connect(address) as junk:
        assert (await junk.receive(timeout=10)).data[0] == "0"
        await junk.send_str(frame)
        while not (await junk.receive(timeout=10)).type.name.startswith("CLOS"):
            pass
    assert await patient.ask("resume", {"since": 0}) == {"seq": 0, "count": 0}
    assert "Traceback" not in caplog.text
