"""Who may call what is settled before a byte of the body is read."""

from __future__ import annotations

import httpx2
import pytest
from pydantic import BaseModel
from starlette.responses import Response
from tests.http.conftest import Served, identify, signed

from rushes.http.answers import answer
from rushes.http.edge import Edge
from rushes.http.endpoint import Call, Endpoint, Who, endpoint
from rushes.settings import Settings
from rushes.studio import Studio


class Anything(BaseModel):
    pass


async def _handler(call: Call) -> Response:
    """Says who asked."""
    return answer({"who": call.known_actor.username if call.known_actor else None})


def at(path: str, who: Who, method: str = "POST") -> Endpoint:
    return Endpoint(method, path, _handler, who=who, body=Anything if method == "POST" else None)


ALL = [
    at("/anyone", "anyone"),
    at("/newcomer", "newcomer"),
    at("/user", "user"),
    at("/admin", "admin"),
    at("/user", "user", "GET"),
    at("/things/{thing_id}", "user", "GET"),
    at("/things/mine", "user", "GET"),
]


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/anyone", {None, "nonsense", "newcomer", "member", "admin"}),
        ("/newcomer", {"newcomer", "member", "admin"}),
        ("/user", {"member", "admin"}),
        ("/admin", {"admin"}),
    ],
)
async def test_each_kind_of_person_at_each_kind_of_door(
    served: Served, path: str, allowed: set[str | None]
) -> None:
    client = await served(*ALL)
    expected = {
        (None, False): (401, "unauthorized"),
        ("nonsense", False): (401, "unauthorized"),
        ("newcomer", False): (403, "password_change_required"),
        ("member", False): (403, "forbidden"),
    }
    for person in (None, "nonsense", "newcomer", "member", "admin"):
        # The body is nonsense: who is refused hears about themselves, not about the body.
        got = await client.post(path, content=b"{", headers=signed(person) if person else {})
        if person in allowed:
            assert got.status_code == 415, (person, got.text)
        else:
            assert (got.status_code, got.json()["code"]) == expected[person, False]
    assert "www-authenticate" in (await client.post("/user", json={})).headers


async def test_an_old_cookie_does_not_keep_anybody_from_public_doors(served: Served) -> None:
    client = await served(*ALL)
    got = await client.post("/anyone", json={}, headers={"Cookie": "session=expired"})
    assert got.json() == {"who": None}


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        (None, True),
        ("own", True),
        ("https://app.example", True),
        ("https://evil.example", False),
        ("http://app.example", False),
        ("https://app.example.evil.example", False),
        ("null", False),
        ("", False),
        ("http://[", False),
    ],
)
async def test_a_cookie_changes_things_only_from_our_own_pages(
    served: Served, studio: Studio, settings: Settings, origin: str | None, allowed: bool
) -> None:
    settings.allowed_origins = ["https://app.example"]
    client = await served(*ALL)
    headers = {"Cookie": "session=member"}
    if origin is not None:
        headers["Origin"] = str(client.base_url).rstrip("/") if origin == "own" else origin
    changing = await client.post("/user", json={}, headers=headers)
    assert changing.status_code == (200 if allowed else 403), changing.text
    if not allowed:
        assert changing.json()["code"] == "forbidden_origin"
    assert (await client.get("/user", headers=headers)).status_code == 200
    del headers["Cookie"]
    assert (await client.post("/user", json={}, headers=headers | signed("member"))).status_code == 200


async def test_a_path_that_is_another_ones_example_comes_first(served: Served) -> None:
    @endpoint("GET", "/things/mine", who="anyone")
    async def mine(call: Call) -> Response:
        """The fixed one."""
        return answer({"fixed": True})

    client = await served(at("/things/{thing_id}", "anyone", "GET"), mine)
    assert (await client.get("/things/mine")).json() == {"fixed": True}
    assert (await client.get("/things/other")).json() == {"who": None}


async def test_every_method_of_an_address_is_named(served: Served) -> None:
    client = await served(*ALL)
    wrong = await client.delete("/user", headers=signed("member"))
    assert wrong.status_code == 405
    assert wrong.json()["code"] == "method_not_allowed"
    assert wrong.headers["allow"] == "GET, HEAD, OPTIONS, POST"
    assert (await client.options("/user")).headers["allow"] == "GET, HEAD, OPTIONS, POST"


async def test_head_answers_like_get_without_a_body(served: Served) -> None:
    client = await served(*ALL)
    head = await client.head("/user", headers=signed("member"))
    got = await client.get("/user", headers=signed("member"))
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == got.headers["content-length"]


async def test_a_nul_in_the_path_is_no_such_thing(served: Served) -> None:
    client = await served(*ALL)
    assert (await client.get("/things/%00", headers=signed("member"))).status_code == 404


async def test_two_endpoints_cannot_share_an_address(studio: Studio) -> None:
    with pytest.raises(ValueError, match="POST /user is declared twice"):
        Edge(studio, identify).routes([at("/user", "user"), at("/user", "admin")])


async def test_an_allowed_origin_may_read_answers_and_errors(served: Served, settings: Settings) -> None:
    settings.allowed_origins = ["https://app.example"]
    client = await served(*ALL)
    headers = {"Origin": "https://app.example"}
    refused: httpx2.Response = await client.get("/user", headers=headers)
    assert refused.status_code == 401
    assert refused.headers["access-control-allow-origin"] == "https://app.example"
    assert refused.headers["access-control-allow-credentials"] == "true"
    preflight = await client.options(
        "/user",
        headers=headers
        | {"Access-Control-Request-Method": "PATCH", "Access-Control-Request-Headers": "idempotency-key"},
    )
    assert preflight.status_code == 200
    stranger = await client.get("/user", headers={"Origin": "https://evil.example"})
    assert "access-control-allow-origin" not in stranger.headers


async def test_requests_are_limited_by_person_then_by_address(served: Served, settings: Settings) -> None:
    settings.api_limit = "2/minute"
    client = await served(*ALL)
    first = await client.get("/user", headers=signed("member"))
    assert first.headers["ratelimit-remaining"] == "1"
    await client.get("/user", headers=signed("member"))
    refused = await client.get("/user", headers=signed("member"))
    assert refused.status_code == 429
    assert refused.json()["code"] == "too_many_requests"
    assert refused.json()["retryable"] is True
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert (await client.get("/user", headers=signed("admin"))).status_code == 200
    for expected in (401, 401, 429):
        assert (await client.get("/user", headers=signed("nonsense"))).status_code == expected


def test_an_address_for_nobody_known_is_refused_when_it_is_declared() -> None:
    with pytest.raises(ValueError, match="'admn', which is nobody"):
        endpoint("GET", "/api/secret", who="admn")(_handler)
