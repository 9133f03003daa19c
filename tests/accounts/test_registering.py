"""Joining: who may, what names and passwords may be, and one name for one person."""

from __future__ import annotations

import asyncio
import unicodedata
from typing import Any

import httpx2
import pytest
from sqlalchemy import func, select
from tests.accounts.people import PASSWORD, MakeUser, bearer

from rushes.studio import Studio
from rushes.tables import sessions, space_members, spaces, users


@pytest.fixture(autouse=True)
def open_registration(studio: Studio) -> None:
    studio.settings.registration = "open"


async def _register(client: httpx2.AsyncClient, **form: Any) -> httpx2.Response:
    return await client.post("/api/auth/register", json={"password": PASSWORD, **form})


async def test_it_signs_in_at_once(visitor: httpx2.AsyncClient, program: httpx2.AsyncClient) -> None:
    answer = await _register(visitor, username="Ada", email="ada@example.org", display_name=" Ada L. ")
    assert answer.status_code == 201
    found = answer.json()
    assert set(found) == {"token", "refresh_token", "expires_in", "user"}
    assert found["user"]["username"] == "Ada"
    assert found["user"]["display_name"] == "Ada L."
    assert found["user"]["role"] == "member"
    assert (await visitor.get("/api/auth/me")).json()["user"] == found["user"]
    assert (await program.get("/api/auth/me", headers=bearer(found["token"]))).status_code == 200


async def test_everybody_gets_a_personal_space(visitor: httpx2.AsyncClient, studio: Studio) -> None:
    user = (await _register(visitor, username="ada")).json()["user"]
    async with studio.reading() as session:
        member = (await session.execute(select(space_members))).one()
        space = (await session.execute(select(spaces))).one()
    assert (member.space_id, member.user_id, member.personal_of) == (user["space_id"], user["id"], user["id"])
    assert (member.role, space.kind) == ("owner", "personal")


@pytest.mark.parametrize("registration", ["invite", "closed"])
async def test_strangers_stay_out_unless_it_is_open(
    visitor: httpx2.AsyncClient, studio: Studio, registration: Any
) -> None:
    studio.settings.registration = registration
    for form in ({"username": "ada"}, {"username": "ada", "invite": "made-up"}):
        answer = await _register(visitor, **form)
        assert (answer.status_code, answer.json()["code"]) == (403, "registration_closed")
    assert await _count(studio, users) == 0


async def test_a_name_is_taken_once_whatever_its_case(
    visitor: httpx2.AsyncClient, make_user: MakeUser
) -> None:
    await make_user("Ada", email="ada@example.org")
    for name in ("ada", "ADA", "Ada", "\uff21da"):
        answer = await _register(visitor, username=name)
        assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
        assert answer.json()["details"] == {"fields": {"username": "is taken"}}
    answer = await _register(visitor, username="someone", email="ADA@example.org")
    assert answer.status_code == 409
    assert list(answer.json()["details"]["fields"]) == ["email"]


async def test_one_name_at_once_goes_to_one_person(visitor: httpx2.AsyncClient, studio: Studio) -> None:
    answers = await asyncio.gather(*(_register(visitor, username="ada") for _ in range(10)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 9
    for table in (users, spaces, space_members, sessions):
        assert await _count(studio, table) == 1


@pytest.mark.parametrize(
    "name", ["zoë", "Ωmega", "анна", "李小龍", "नमस्ते", "a.b_c-d", "007", "ＡＢＣ", "e\u0301toile"]
)
async def test_names_may_be_in_any_script(visitor: httpx2.AsyncClient, name: str) -> None:
    answer = await _register(visitor, username=name)
    assert answer.status_code == 201, answer.text
    kept = answer.json()["user"]["username"]
    assert kept == unicodedata.normalize("NFKC", name)
    again = await visitor.post("/api/auth/login", json={"username": name.upper(), "password": PASSWORD})
    assert again.json()["user"]["username"] == kept


@pytest.mark.parametrize(
    "name",
    ["", "ab", "x" * 41, "a b", "a/b", "a@b.c", "<script>", "a\tb", "a\u200bb", "a\u202eb", "½½½", "🎬🎬🎬",
     "ﷺ" * 5, "../x", "a\nb"],
)  # fmt: skip
async def test_other_names_are_refused(visitor: httpx2.AsyncClient, name: str) -> None:
    answer = await _register(visitor, username=name)
    assert answer.status_code == 422, answer.text
    assert list(answer.json()["details"]["fields"]) == ["username"]


async def test_a_name_is_derived_from_an_address(visitor: httpx2.AsyncClient, make_user: MakeUser) -> None:
    await make_user("grace")
    names = []
    for address in ("grace@a.example", "grace@b.example", "g@c.example", "grace+film@d.example"):
        answer = await _register(visitor, email=address)
        assert answer.status_code == 201, answer.text
        names.append(answer.json()["user"]["username"])
    assert names == ["grace-2", "grace-3", "g-user", "gracefilm"]


async def test_derived_names_do_not_collide(visitor: httpx2.AsyncClient) -> None:
    answers = await asyncio.gather(*(_register(visitor, email=f"ada@{i}.example") for i in range(14)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["user"]["username"] for answer in answers}) == 14


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({}, "username"),
        ({"username": "ada", "password": "short"}, "password"),
        ({"username": "ada", "password": "x" * 73}, "password"),
        ({"username": "ada", "password": "é" * 37}, "password"),
        ({"username": "adalovelace", "password": "AdaLovelace"}, "password"),
        ({"email": "adalovelace@example.org", "password": "adalovelace"}, "password"),
        ({"username": "ada", "email": "no address"}, "email"),
        ({"username": "ada", "email": "a@" + "b" * 300}, "email"),
        ({"username": "ada", "email": "a\u202e@b.c"}, "email"),
        ({"username": "ada", "display_name": "x" * 81}, "display_name"),
        ({"username": "ada", "display_name": "a\nb"}, "display_name"),
        ({"username": "ada", "role": "admin"}, "role"),
        ({"username": "ada", "password": None}, "password"),
    ],
)
async def test_what_is_wrong_is_named(
    visitor: httpx2.AsyncClient, studio: Studio, form: dict[str, Any], field: str
) -> None:
    answer = await _register(visitor, **form)
    assert answer.status_code == 422, answer.text
    assert list(answer.json()["details"]["fields"]) == [field]
    assert await _count(studio, users) == 0


async def test_72_bytes_are_enough(visitor: httpx2.AsyncClient) -> None:
    password = "é" * 36
    assert (await _register(visitor, username="ada", password=password)).status_code == 201
    entered = await visitor.post("/api/auth/login", json={"username": "ada", "password": password})
    assert entered.status_code == 200
    nearly = await visitor.post("/api/auth/login", json={"username": "ada", "password": "é" * 35 + "e"})
    assert nearly.status_code == 401


async def test_a_nul_character_is_refused(visitor: httpx2.AsyncClient, studio: Studio) -> None:
    answer = await _register(visitor, username="ada", password="long enough\0but not a password")
    assert answer.status_code in (400, 422)
    assert "NUL" in answer.json()["error"]
    assert await _count(studio, users) == 0


async def test_attempts_are_limited(visitor: httpx2.AsyncClient, studio: Studio) -> None:
    studio.settings.register_limit = "2/hour"
    # What is refused anyway does not count.
    assert (await _register(visitor, username="x")).status_code == 422
    for name in ("ada", "bob"):
        assert (await _register(visitor, username=name)).status_code == 201
    answer = await _register(visitor, username="cyd")
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_requests")
    assert 0 < int(answer.headers["retry-after"]) <= 3600


async def _count(studio: Studio, table: Any) -> int:
    async with studio.reading() as session:
        return await session.scalar(select(func.count()).select_from(table)) or 0
