"""Wrong passwords are limited by address and by name; right ones lock nobody out."""

from __future__ import annotations

import asyncio

import httpx2
import pytest
from tests.accounts.people import PASSWORD, MakeUser

from rushes.passwords import Passwords
from rushes.settings import Settings
from rushes.studio import Studio


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Behind a proxy of this machine, so that a test can come from many addresses."""
    settings.trusted_proxies = ["127.0.0.1/32"]
    settings.signin_limit = "3/minute"
    return settings


async def _attempt(
    client: httpx2.AsyncClient, name: str, password: str, *, address: str = "203.0.113.1", **headers: str
) -> httpx2.Response:
    client.cookies.clear()
    return await client.post(
        "/api/auth/login",
        json={"username": name, "password": password},
        headers={"X-Forwarded-For": address, **headers},
    )


async def test_by_address(visitor: httpx2.AsyncClient, make_user: MakeUser) -> None:
    await make_user("ada")
    codes = [(await _attempt(visitor, f"nobody{i}", "wrong password")).status_code for i in range(4)]
    assert codes == [401, 401, 401, 429]
    refused = await _attempt(visitor, "ada", PASSWORD)
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_requests")
    assert 0 < int(refused.headers["retry-after"]) <= 60
    assert (await _attempt(visitor, "ada", PASSWORD, address="203.0.113.2")).status_code == 200


async def test_by_name_from_many_addresses(visitor: httpx2.AsyncClient, make_user: MakeUser) -> None:
    await make_user("ada", email="ada@example.org")
    await make_user("bob")
    # The name and the address of one person are counted together.
    tried = ["ada", "ADA", "ada@example.org", "ada"]
    codes = [
        (await _attempt(visitor, name, "wrong password", address=f"203.0.113.{i}")).status_code
        for i, name in enumerate(tried)
    ]
    assert codes == [401, 401, 401, 429]
    assert (await _attempt(visitor, "bob", PASSWORD, address="203.0.113.9")).status_code == 200


async def test_names_that_do_not_exist_are_limited_alike(visitor: httpx2.AsyncClient) -> None:
    codes = [
        (await _attempt(visitor, "nobody", "wrong password", address=f"203.0.113.{i}")).status_code
        for i in range(4)
    ]
    assert codes == [401, 401, 401, 429]


async def test_signing_in_rightly_does_not_count(visitor: httpx2.AsyncClient, make_user: MakeUser) -> None:
    await make_user("ada")
    codes = [(await _attempt(visitor, "ada", PASSWORD)).status_code for _ in range(8)]
    assert codes == [200] * 8


async def test_a_right_one_does_not_forgive_the_wrong_ones(
    visitor: httpx2.AsyncClient, make_user: MakeUser
) -> None:
    await make_user("ada")
    await make_user("mallory")
    codes = []
    for i in range(4):
        codes.append((await _attempt(visitor, f"nobody{i}", "wrong password")).status_code)
        await _attempt(visitor, "mallory", PASSWORD)
    assert codes == [401, 401, 401, 429]


class _Counting(Passwords):
    """Counts how often a password was really compared."""

    compared = 0

    async def matches(self, password: str, hashed: str | None) -> bool:
        self.compared += 1
        return await super().matches(password, hashed)


async def test_many_at_once_are_counted_too(
    visitor: httpx2.AsyncClient, studio: Studio, make_user: MakeUser
) -> None:
    await make_user("ada")
    studio.passwords = counting = _Counting(rounds=4)
    answers = await asyncio.gather(*(_attempt(visitor, "ada", f"wrong password {i}") for i in range(20)))
    assert sorted(answer.status_code for answer in answers) == [401] * 3 + [429] * 17
    assert counting.compared == 3


async def test_one_customer_has_many_ipv6_addresses(visitor: httpx2.AsyncClient) -> None:
    codes = [
        (
            await _attempt(visitor, f"nobody{i}", "wrong password", address=f"2001:db8:1:2::{i + 1:x}")
        ).status_code
        for i in range(4)
    ]
    assert codes == [401, 401, 401, 429]
    other = await _attempt(visitor, "nobody9", "wrong password", address="2001:db8:1:3::1")
    assert other.status_code == 401


async def test_limits_can_be_off(visitor: httpx2.AsyncClient, studio: Studio) -> None:
    studio.settings.signin_limit = "off"
    codes = [(await _attempt(visitor, "nobody", "wrong password")).status_code for _ in range(12)]
    assert codes == [401] * 12


async def test_the_cookie_is_secure_over_https(visitor: httpx2.AsyncClient, make_user: MakeUser) -> None:
    await make_user("ada")
    answer = await _attempt(visitor, "ada", PASSWORD, **{"X-Forwarded-Proto": "https"})
    assert answer.headers["set-cookie"].endswith("; HttpOnly; SameSite=Lax; Secure")
