"""Who may connect, what they are told first, and when they are shown out."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx2
import pytest
import socketio
from socketio.exceptions import ConnectionError as NotConnected
from tests.conftest import MakeMember, Until
from tests.live.conftest import Listen
from tests.live.listening import listening
from tests.videos.making import MovableClock, make, whoami

import rushes.hub
from rushes.accounts.first_run import first_run
from rushes.accounts.service import disable_user
from rushes.actor import Actor
from rushes.serving import Serving
from rushes.studio import Studio

PASSWORD = "correct horse battery"


async def refusal(url: str, **how: Any) -> Any:
    """What a client is told that may not connect."""
    client = socketio.AsyncClient(reconnection=False)
    told: list[Any] = []
    client.on("connect_error", lambda data=None: told.append(data))
    try:
        with pytest.raises(NotConnected):
            await client.connect(url, transports=["websocket"], **how)
    finally:
        await client.shutdown()
    return told[0] if told else None


async def test_by_token(signed_in: httpx2.AsyncClient, listen: Listen) -> None:
    await make(signed_in)
    me = await whoami(signed_in)
    listener = await listen(signed_in)
    assert listener.all("ready")[0] == {"seq": 1, "spaces": [{"id": me["space_id"], "seq": 1}]}


async def test_by_the_sessions_cookie(signed_in: httpx2.AsyncClient, server: Serving) -> None:
    answer = await signed_in.post("/api/auth/login", json={"username": "boss", "password": PASSWORD})
    cookie = f"session={answer.cookies['session']}"
    async with listening(server.url, headers={"Cookie": cookie, "Origin": server.url}) as listener:
        assert listener.all("ready")


async def test_by_a_bearer_header(signed_in: httpx2.AsyncClient, server: Serving) -> None:
    headers = {"Authorization": signed_in.headers["authorization"]}
    async with listening(server.url, headers=headers) as listener:
        assert listener.all("ready")


async def test_nobody_and_nonsense_are_refused(
    signed_in: httpx2.AsyncClient, server: Serving, subtests: pytest.Subtests
) -> None:
    token = signed_in.headers["authorization"].removeprefix("Bearer ")
    for auth in (None, {}, {"token": ""}, {"token": "nonsense"}, {"token": token[:-3] + "xxx"}, {"token": 5}):
        with subtests.test(auth=str(auth)[:30]):
            told = await refusal(server.url, auth=auth)
            assert told["data"]["code"] == "unauthorized"
    for auth in ([], ["token"], "token"):
        with subtests.test(auth=str(auth)):
            assert (await refusal(server.url, auth=auth))["data"]["code"] == "unauthorized"


async def test_another_sites_page_is_refused(signed_in: httpx2.AsyncClient, server: Serving) -> None:
    answer = await signed_in.post("/api/auth/login", json={"username": "boss", "password": PASSWORD})
    cookie = f"session={answer.cookies['session']}"
    for origin in ("https://evil.example", "null"):
        await refusal(server.url, headers={"Cookie": cookie, "Origin": origin})


async def test_a_printed_password_must_be_changed_first(
    client: httpx2.AsyncClient, studio: Studio, server: Serving
) -> None:
    welcome = (await first_run(studio))[0]
    answer = await client.post(
        "/api/auth/login", json={"username": welcome.username, "password": welcome.password}
    )
    told = await refusal(server.url, auth={"token": answer.json()["token"]})
    assert told["data"]["code"] == "password_change_required"


async def test_signing_out_closes_ones_sockets_and_no_others(
    signed_in: httpx2.AsyncClient, member: MakeMember, listen: Listen
) -> None:
    ada = await member("ada")
    mine, second, hers = await listen(signed_in), await listen(signed_in), await listen(ada)
    assert (await signed_in.post("/api/auth/logout")).status_code == 200
    async with asyncio.timeout(5):
        await mine.closed.wait()
        await second.closed.wait()
    assert hers.socket.connected
    assert (await hers.ask("resume", {"since": 0}))["count"] == 0


async def test_a_new_password_closes_the_other_devices(
    signed_in: httpx2.AsyncClient, client: httpx2.AsyncClient, listen: Listen, server: Serving
) -> None:
    answer = await client.post("/api/auth/login", json={"username": "boss", "password": PASSWORD})
    here = await listen(signed_in)
    async with listening(server.url, auth={"token": answer.json()["token"]}) as elsewhere:
        changed = await signed_in.post(
            "/api/auth/change-password",
            json={"current_password": PASSWORD, "new_password": "another good one"},
        )
        assert changed.status_code == 200
        async with asyncio.timeout(5):
            await elsewhere.closed.wait()
    assert here.socket.connected


async def test_ending_a_session_closes_its_socket(
    signed_in: httpx2.AsyncClient, client: httpx2.AsyncClient, server: Serving
) -> None:
    answer = await client.post("/api/auth/login", json={"username": "boss", "password": PASSWORD})
    async with listening(server.url, auth={"token": answer.json()["token"]}) as elsewhere:
        assert (await signed_in.delete("/api/auth/sessions")).json()["ended"] == 1
        async with asyncio.timeout(5):
            await elsewhere.closed.wait()


async def test_a_disabled_person_is_shown_out(
    signed_in: httpx2.AsyncClient, member: MakeMember, listen: Listen, studio: Studio
) -> None:
    ada = await member("ada")
    hers = await listen(ada)
    boss, she = await whoami(signed_in), await whoami(ada)
    actor = Actor(boss["id"], "boss", "admin", boss["space_id"])
    async with studio.transaction() as work:
        await disable_user(work, actor, user_id=she["id"], now=studio.clock.now())
    async with asyncio.timeout(5):
        await hers.closed.wait()


async def test_a_session_that_ended_unheard_is_found_by_the_recheck(
    signed_in: httpx2.AsyncClient,
    listen: Listen,
    studio: Studio,
    clock: MovableClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As when another process ended it, or it ran out."""
    listener = await listen(signed_in)
    clock.ahead = 8 * 86400
    async with asyncio.timeout(5):
        await listener.closed.wait()


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sessions are rechecked, and `ready` repeated, at the pace of tests."""
    monkeypatch.setattr(rushes.hub, "_RECHECK_EVERY", 0.05)
    monkeypatch.setattr(rushes.hub, "_READY_EVERY", 0.05)


async def test_ready_repeats_with_the_present_number(
    signed_in: httpx2.AsyncClient, listen: Listen, until: Until
) -> None:
    listener = await listen(signed_in)
    await until(lambda: len(listener.all("ready")) >= 3, "ready to repeat")
    await make(signed_in)
    ready = await listener.said("ready", lambda data: data["seq"] == 1)
    assert ready["spaces"][0]["seq"] == 1
