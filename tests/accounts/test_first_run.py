"""The first start makes an administrator once, whoever else starts at the same time."""

from __future__ import annotations

import asyncio
import re

import httpx2
import pytest
from pydantic import SecretStr
from sqlalchemy import func, select
from tests.accounts.people import PASSWORD, MakeUser, SignIn

from rushes.accounts.first_run import BadAdminPassword, first_run
from rushes.serving import Serving
from rushes.studio import Studio
from rushes.tables import space_members, users


async def _people(studio: Studio) -> dict[str, str]:
    async with studio.reading() as session:
        return {row.username: row.role for row in await session.execute(select(users))}


async def test_a_password_is_told_once_and_must_be_changed(
    studio: Studio, server: Serving, sign_in: SignIn
) -> None:
    (welcome,) = await first_run(studio)
    assert welcome.username == "admin"
    assert welcome.must_change
    assert welcome.password is not None
    assert re.fullmatch(r"([2-9a-hj-km-np-z]{4}-){3}[2-9a-hj-km-np-z]{4}", welcome.password)
    found = await sign_in("admin", password=welcome.password)
    assert (found["user"]["role"], found["user"]["must_change_password"]) == ("admin", True)
    assert await first_run(studio) == []


async def test_a_chosen_password_is_not_told(studio: Studio, server: Serving, sign_in: SignIn) -> None:
    studio.settings.admin_password = SecretStr(PASSWORD)
    (welcome,) = await first_run(studio)
    assert (welcome.username, welcome.password, welcome.must_change) == ("admin", None, False)
    assert (await sign_in("admin"))["user"]["must_change_password"] is False
    studio.settings.admin_password = SecretStr("chosen later, too late")
    assert await first_run(studio) == []
    await sign_in("admin")


@pytest.mark.parametrize("password", ["x" * 73, "nul\0nul\0", "7 chars"])
async def test_a_chosen_password_that_cannot_be_one_is_refused(studio: Studio, password: str) -> None:
    studio.settings.admin_password = SecretStr(password)
    with pytest.raises(BadAdminPassword, match="ADMIN_PASSWORD must"):
        await first_run(studio)
    assert await _people(studio) == {}


async def test_of_several_that_start_at_once_one_is_told(studio: Studio) -> None:
    told = await asyncio.gather(*(first_run(studio) for _ in range(5)))
    assert sorted(len(welcomes) for welcomes in told) == [0, 0, 0, 0, 1]
    assert await _people(studio) == {"admin": "admin"}


async def test_people_without_an_administrator_get_one(studio: Studio, make_user: MakeUser) -> None:
    await make_user("ada")
    (welcome,) = await first_run(studio)
    assert welcome.username == "admin"
    assert await _people(studio) == {"ada": "member", "admin": "admin"}


async def test_another_administrator_is_enough(studio: Studio, make_user: MakeUser) -> None:
    await make_user("boss", role="admin")
    assert await first_run(studio) == []
    assert await _people(studio) == {"boss": "admin"}


async def test_a_member_called_admin_is_not_promoted(studio: Studio, make_user: MakeUser) -> None:
    await make_user("Admin")
    assert await first_run(studio) == []
    assert await _people(studio) == {"Admin": "member"}


async def test_a_demonstration_has_known_passwords(studio: Studio, server: Serving, sign_in: SignIn) -> None:
    studio.settings.demo = True
    welcomes = await first_run(studio)
    assert [(each.username, each.password) for each in welcomes] == [("admin", "admin"), ("demo", "demo123")]
    assert (await sign_in("admin", password="admin"))["user"]["role"] == "admin"
    demo = await sign_in("demo", password="demo123")
    assert (demo["user"]["role"], demo["user"]["must_change_password"]) == ("member", False)
    assert await first_run(studio) == []


async def test_a_real_studio_gets_no_known_passwords(studio: Studio, make_user: MakeUser) -> None:
    await make_user("boss", role="admin")
    studio.settings.demo = True
    assert await first_run(studio) == []
    assert await _people(studio) == {"boss": "admin"}


async def test_known_passwords_are_taken_back_when_it_is_no_demonstration_any_more(
    studio: Studio, visitor: httpx2.AsyncClient, sign_in: SignIn
) -> None:
    studio.settings.demo = True
    await first_run(studio)
    before = await sign_in("admin", password="admin", visitor=visitor)
    studio.settings.demo = False
    (welcome,) = await first_run(studio)
    assert welcome.password is not None
    assert welcome.must_change
    assert (await visitor.get("/api/auth/me")).status_code == 401
    for name, password in (("admin", "admin"), ("demo", "demo123")):
        refused = await visitor.post("/api/auth/login", json={"username": name, "password": password})
        assert refused.status_code == 401
    after = await sign_in("admin", password=welcome.password)
    assert after["user"]["id"] == before["user"]["id"]
    assert after["user"]["must_change_password"] is True
    assert await first_run(studio) == []


async def test_a_password_chosen_in_a_demonstration_stays(
    studio: Studio, visitor: httpx2.AsyncClient, sign_in: SignIn
) -> None:
    studio.settings.demo = True
    await first_run(studio)
    await sign_in("admin", password="admin", visitor=visitor)
    changed = await visitor.post(
        "/api/auth/change-password", json={"current_password": "admin", "new_password": PASSWORD}
    )
    assert changed.status_code == 200
    studio.settings.demo = False
    assert await first_run(studio) == []
    await sign_in("admin")


async def test_everybody_has_one_space(studio: Studio) -> None:
    studio.settings.demo = True
    await first_run(studio)
    async with studio.reading() as session:
        counted = await session.scalar(select(func.count()).select_from(space_members))
    assert counted == 2
