"""Refresh tokens rotate; a used one works 30 seconds more for a second tab, and then gives a thief away."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx2
from sqlalchemy import select
from tests.accounts.people import MakeUser, MovableClock, SignIn, bearer

from rushes.studio import Studio
from rushes.tables import sessions


async def _refresh(program: httpx2.AsyncClient, refresh_token: str) -> httpx2.Response:
    return await program.post("/api/auth/refresh", json={"refresh_token": refresh_token})


async def test_rotation_answers_new_tokens(
    program: httpx2.AsyncClient, make_user: MakeUser, sign_in: SignIn
) -> None:
    await make_user("ada")
    first = await sign_in("ada")
    answer = await _refresh(program, first["refresh_token"])
    assert answer.status_code == 200
    second = answer.json()
    assert set(second) == {"token", "refresh_token", "expires_in", "user"}
    assert second["refresh_token"] != first["refresh_token"]
    assert second["token"] != first["token"]
    for token in (first["token"], second["token"]):
        assert (await program.get("/api/auth/me", headers=bearer(token))).status_code == 200
    assert (await _refresh(program, second["refresh_token"])).status_code == 200


async def test_two_tabs_at_once_get_the_same_successor(
    program: httpx2.AsyncClient, make_user: MakeUser, sign_in: SignIn
) -> None:
    await make_user("ada")
    first = await sign_in("ada")
    answers = await asyncio.gather(*(_refresh(program, first["refresh_token"]) for _ in range(8)))
    assert {answer.status_code for answer in answers} == {200}
    successors = {answer.json()["refresh_token"] for answer in answers}
    assert len(successors) == 1
    assert (await _refresh(program, successors.pop())).status_code == 200


async def test_reuse_ends_the_session(
    program: httpx2.AsyncClient, studio: Studio, clock: MovableClock, make_user: MakeUser, sign_in: SignIn
) -> None:
    await make_user("ada")
    first = await sign_in("ada")
    second = (await _refresh(program, first["refresh_token"])).json()
    assert (await program.get("/api/auth/me", headers=bearer(second["token"]))).status_code == 200
    ended: set[str] = set()

    async def end(session_ids: set[str]) -> None:
        ended.update(session_ids)

    studio.end_sessions = end
    clock.ahead += 31
    reused = await _refresh(program, first["refresh_token"])
    assert (reused.status_code, reused.json()["code"]) == (401, "unauthorized")
    assert len(ended) == 1
    assert (await program.get("/api/auth/me", headers=bearer(second["token"]))).status_code == 401
    assert (await _refresh(program, second["refresh_token"])).status_code == 401


async def test_the_previous_token_works_within_the_overlap(
    program: httpx2.AsyncClient, clock: MovableClock, make_user: MakeUser, sign_in: SignIn
) -> None:
    await make_user("ada")
    first = await sign_in("ada")
    second = (await _refresh(program, first["refresh_token"])).json()
    clock.ahead += 25
    again = await _refresh(program, first["refresh_token"])
    assert again.status_code == 200
    assert again.json()["refresh_token"] == second["refresh_token"]


async def test_one_from_two_rotations_ago_is_reuse_even_at_once(
    program: httpx2.AsyncClient, make_user: MakeUser, sign_in: SignIn
) -> None:
    await make_user("ada")
    first = await sign_in("ada")
    second = (await _refresh(program, first["refresh_token"])).json()
    third = (await _refresh(program, second["refresh_token"])).json()
    assert (await _refresh(program, first["refresh_token"])).status_code == 401
    assert (await _refresh(program, third["refresh_token"])).status_code == 401


async def test_garbage_ends_nothing(
    program: httpx2.AsyncClient, make_user: MakeUser, sign_in: SignIn
) -> None:
    await make_user("ada")
    first = await sign_in("ada")
    good: str = first["refresh_token"]
    session_id = good.removeprefix("rr_").rpartition("_")[0]
    for bad in (
        "",
        "x",
        good[:-1],
        good + "0",
        f"rr_{session_id}_{'0' * 64}",
        good.upper(),
        "rr__",
        "é",
        first["token"],
    ):
        assert (await _refresh(program, bad)).status_code == 401, bad
    assert (await _refresh(program, good)).status_code == 200


async def test_a_browser_refreshes_by_its_cookie(
    visitor: httpx2.AsyncClient, program: httpx2.AsyncClient, make_user: MakeUser, sign_in: SignIn
) -> None:
    await make_user("ada")
    await sign_in("ada", visitor=visitor)
    answers: list[httpx2.Response] = await asyncio.gather(
        *(visitor.post("/api/auth/refresh") for _ in range(4))
    )
    assert {answer.status_code for answer in answers} == {200}
    tokens: list[dict[str, Any]] = [answer.json() for answer in answers]
    assert len({found["refresh_token"] for found in tokens}) == 1
    assert (await program.get("/api/auth/me", headers=bearer(tokens[0]["token"]))).status_code == 200
    assert answers[0].headers["set-cookie"].startswith("session=ey")


async def test_an_access_token_refreshes_nothing(
    program: httpx2.AsyncClient, make_user: MakeUser, sign_in: SignIn
) -> None:
    await make_user("ada")
    first = await sign_in("ada")
    answer = await program.post("/api/auth/refresh", headers=bearer(first["token"]))
    assert answer.status_code == 401


async def test_refreshing_keeps_the_session_alive(
    program: httpx2.AsyncClient, clock: MovableClock, make_user: MakeUser, sign_in: SignIn
) -> None:
    await make_user("ada")
    refresh_token = (await sign_in("ada"))["refresh_token"]
    for _ in range(3):
        clock.ahead += 6 * 86400
        answer = await _refresh(program, refresh_token)
        assert answer.status_code == 200
        refresh_token = answer.json()["refresh_token"]
    clock.ahead += 8 * 86400
    assert (await _refresh(program, refresh_token)).status_code == 401


async def test_only_hashes_are_kept(studio: Studio, make_user: MakeUser, sign_in: SignIn) -> None:
    await make_user("ada")
    found = await sign_in("ada")
    async with studio.reading() as session:
        row = (await session.execute(select(sessions))).one()
    kept = " ".join(map(str, row))
    assert found["refresh_token"] not in kept
    assert found["token"] not in kept
