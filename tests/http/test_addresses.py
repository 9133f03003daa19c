"""Who is at the other end, with and without proxies, and who a demonstration talks to."""

from __future__ import annotations

import pytest
from starlette.responses import Response
from tests.http.conftest import Served

from rushes.http.answers import answer
from rushes.http.endpoint import Call, endpoint
from rushes.settings import Settings


@endpoint("GET", "/api/whence", who="anyone")
async def whence(call: Call) -> Response:
    """Says where the request seems to come from."""
    client = call.request.client
    return answer(
        {
            "address": client.host if client else None,
            "scheme": call.request.url.scheme,
            "forwarded": call.request.headers.get("x-forwarded-for"),
        }
    )


async def test_nobody_may_choose_their_own_address(served: Served) -> None:
    client = await served(whence)
    forged = {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "https", "Forwarded": "for=1.2.3.4"}
    got = (await client.get("/api/whence", headers=forged)).json()
    assert got == {"address": "127.0.0.1", "scheme": "http", "forwarded": None}


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("198.51.100.1, 203.0.113.7", "203.0.113.7"),  # the left one is the client's invention
        ("203.0.113.7, 10.1.2.3", "203.0.113.7"),  # the right one is our second proxy
        ("203.0.113.7:5000", "203.0.113.7"),
        ("[2001:db8::1]:5000", "2001:db8::1"),
        ("nonsense", "127.0.0.1"),
        ("", "127.0.0.1"),
    ],
)
async def test_a_trusted_proxy_is_believed(
    served: Served, settings: Settings, forwarded: str, address: str
) -> None:
    settings.trusted_proxies = ["127.0.0.1", "10.0.0.0/8"]
    client = await served(whence)
    headers = {"X-Forwarded-For": forwarded, "X-Forwarded-Proto": "https"}
    got = (await client.get("/api/whence", headers=headers)).json()
    assert (got["address"], got["scheme"]) == (address, "https")


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({}, True),
        ({"Host": "localhost:3000"}, True),
        ({"Host": "[::1]:3000"}, True),
        ({"Host": "rushes.example"}, False),
        ({"Host": "127.0.0.1.evil.example"}, False),
        ({"X-Forwarded-For": "127.0.0.1"}, False),
        ({"Forwarded": "for=127.0.0.1"}, False),
        ({"X-Real-IP": "127.0.0.1"}, False),
        ({"Via": "1.1 tunnel"}, False),
        ({"CF-Connecting-IP": "127.0.0.1"}, False),
    ],
)
async def test_a_demonstration_answers_only_this_machine(
    served: Served, settings: Settings, headers: dict[str, str], allowed: bool
) -> None:
    settings.demo = True
    client = await served(whence)
    got = await client.get("/api/whence", headers=headers)
    assert got.status_code == (200 if allowed else 403)
    if not allowed:
        assert got.json()["code"] == "demo_is_local"
        assert {"x-request-id", "content-security-policy"} <= set(got.headers)


def test_a_proxy_that_is_no_network_is_refused_at_start() -> None:
    with pytest.raises(ValueError, match="proxy"):
        Settings(_env_file=None, trusted_proxies=["proxy.example"])  # type: ignore[call-arg]
