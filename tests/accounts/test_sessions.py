"""Where one is signed in, and signing out there."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import httpx2
from sqlalchemy import select
from tests.accounts.people import MakeUser, MovableClock, NewBrowser, SignIn, run_task

from rushes.accounts.sessions import live_among
from rushes.studio import Studio
from rushes.tables import sessions


async def test_the_list_shows_each_place(
    new_browser: NewBrowser, clock: MovableClock, make_user: MakeUser, sign_in: SignIn
) -> None:
    await make_user("ada")
    await make_user("bob")
    phone, desk = await new_browser(), await new_browser()
    phone.headers["User-Agent"] = "Phone/1.0 " + "x" * 500
    desk.headers["User-Agent"] = "Desk/2.0"
    await sign_in("ada", visitor=phone)
    clock.ahead += 10
    await sign_in("ada", visitor=desk)
    await sign_in("bob")
    found = (await desk.get("/api/auth/sessions")).json()["sessions"]
    assert [entry["user_agent"][:8] for entry in found] == ["Desk/2.0", "Phone/1."]
    assert len(found[1]["user_agent"]) == 300
    assert [entry["current"] for entry in found] == [True, False]
    assert {entry["address"] for entry in found} == {"127.0.0.1"}
    assert set(found[0]) == {"id", "current", "created_at", "last_seen_at", "address", "user_agent"}


async def test_one_place_is_signed_out(new_browser: NewBrowser, make_user: MakeUser, sign_in: SignIn) -> None:
    await make_user("ada")
    phone, desk = await new_browser(), await new_browser()
    await sign_in("ada", visitor=phone)
    await sign_in("ada", visitor=desk)
    assert (await phone.get("/api/auth/me")).status_code == 200
    (other,) = [
        entry["id"]
        for entry in (await desk.get("/api/auth/sessions")).json()["sessions"]
        if not entry["current"]
    ]
    answer = await desk.delete(f"/api/auth/sessions/{other}")
    assert (answer.status_code, answer.json()) == (200, {"success": True, "ended": 1})
    assert (await phone.get("/api/auth/me")).status_code == 401
    assert (await desk.delete(f"/api/auth/sessions/{other}")).status_code == 404
    assert len((await desk.get("/api/auth/sessions")).json()["sessions"]) == 1


async def test_somebody_elses_session_does_not_exist(
    visitor: httpx2.AsyncClient, new_browser: NewBrowser, make_user: MakeUser, sign_in: SignIn
) -> None:
    await make_user("admin", role="admin")
    await make_user("ada")
    theirs = await new_browser()
    await sign_in("ada", visitor=theirs)
    await sign_in("admin", visitor=visitor)
    session_id = (await theirs.get("/api/auth/me")).json()["session_id"]
    answer = await visitor.delete(f"/api/auth/sessions/{session_id}")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert (await theirs.get("/api/auth/me")).status_code == 200


async def test_ending_the_present_one_signs_out(
    visitor: httpx2.AsyncClient, make_user: MakeUser, sign_in: SignIn
) -> None:
    await make_user("ada")
    await sign_in("ada", visitor=visitor)
    session_id = (await visitor.get("/api/auth/me")).json()["session_id"]
    answer = await visitor.delete(f"/api/auth/sessions/{session_id}")
    assert answer.status_code == 200
    assert "Max-Age=0" in answer.headers["set-cookie"]
    assert (await visitor.get("/api/auth/me")).status_code == 401


async def test_all_others_are_signed_out(
    new_browser: NewBrowser, make_user: MakeUser, sign_in: SignIn
) -> None:
    await make_user("ada")
    browsers = [await new_browser() for _ in range(4)]
    for visitor in browsers:
        await sign_in("ada", visitor=visitor)
    answer = await browsers[0].delete("/api/auth/sessions")
    assert answer.json() == {"success": True, "ended": 3}
    codes = [(await visitor.get("/api/auth/me")).status_code for visitor in browsers]
    assert codes == [200, 401, 401, 401]


async def test_when_it_was_last_seen_is_noted_once_a_minute(
    visitor: httpx2.AsyncClient, studio: Studio, clock: MovableClock, make_user: MakeUser, sign_in: SignIn
) -> None:
    await make_user("ada")
    await sign_in("ada", visitor=visitor)
    (first,) = (await visitor.get("/api/auth/sessions")).json()["sessions"]
    clock.ahead += 30
    await run_task(studio, "session_seen", first["id"])
    (early,) = (await visitor.get("/api/auth/sessions")).json()["sessions"]
    clock.ahead += 31
    await run_task(studio, "session_seen", first["id"])
    (later,) = (await visitor.get("/api/auth/sessions")).json()["sessions"]
    assert early["last_seen_at"] == first["last_seen_at"]
    assert later["last_seen_at"] >= first["last_seen_at"] + 60


async def test_using_it_is_noted_by_a_worker(
    visitor: httpx2.AsyncClient,
    studio: Studio,
    clock: MovableClock,
    make_user: MakeUser,
    sign_in: SignIn,
    until: Callable[..., Awaitable[None]],
) -> None:
    await make_user("ada")
    await sign_in("ada", visitor=visitor)
    (first,) = (await visitor.get("/api/auth/sessions")).json()["sessions"]
    clock.ahead += 61
    working = asyncio.create_task(studio.background.work(studio.stopping))

    async def noted() -> bool:
        (entry,) = (await visitor.get("/api/auth/sessions")).json()["sessions"]
        return bool(entry["last_seen_at"] > first["last_seen_at"] + 59)

    await until(noted, "the session to be seen")
    studio.stopping.set()
    await working


async def test_what_keeps_connections_open_can_ask_which_sessions_are_good(
    new_browser: NewBrowser, studio: Studio, make_user: MakeUser, sign_in: SignIn
) -> None:
    await make_user("ada")
    here, there = await new_browser(), await new_browser()
    await sign_in("ada", visitor=here)
    await sign_in("ada", visitor=there)
    ids = [(await each.get("/api/auth/me")).json()["session_id"] for each in (here, there)]
    await there.post("/api/auth/logout")
    async with studio.reading() as session:
        assert await live_among(session, [*ids, "session_made_up"], now=studio.clock.now()) == {ids[0]}


async def test_ended_sessions_are_cleared_away(
    new_browser: NewBrowser, studio: Studio, clock: MovableClock, make_user: MakeUser, sign_in: SignIn
) -> None:
    await make_user("ada")
    gone, kept = await new_browser(), await new_browser()
    await sign_in("ada", visitor=gone)
    await sign_in("ada", visitor=kept)
    await gone.post("/api/auth/logout")
    await run_task(studio, "purge_sessions")
    async with studio.reading() as session:
        assert len((await session.execute(select(sessions))).all()) == 2
    clock.ahead += 86400 + 60
    await run_task(studio, "purge_sessions")
    async with studio.reading() as session:
        (left,) = (await session.execute(select(sessions))).all()
    assert left.revoked_at is None
