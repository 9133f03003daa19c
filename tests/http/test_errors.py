"""Whatever goes wrong has one shape, and nothing of ours shows in it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx2
import pytest
from pydantic import BaseModel
from redis.exceptions import ConnectionError as RedisConnectionError
from sqlalchemy.exc import OperationalError
from starlette.responses import Response, StreamingResponse
from tests.http.conftest import Served

from rushes.errors import Invalid, PaymentRequired, ProviderUnavailable, RushesError, Unavailable
from rushes.http.answers import answer, to_json
from rushes.http.endpoint import Call, Endpoint
from rushes.storage import InvalidKey, MissingFile, StorageFull


def raising(error: Callable[[], Exception]) -> Endpoint:
    async def handler(call: Call) -> Response:
        """Fails."""
        raise error()

    return Endpoint("GET", "/api/fail", handler, who="anyone")


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (lambda: Invalid(size="is not offered"), 422, "validation_failed"),
        (lambda: PaymentRequired("Your budget is used up."), 402, "budget_exceeded"),
        (lambda: ProviderUnavailable("It rests.", retryable=True), 503, "provider_unavailable"),
        (lambda: Unavailable("Full.", code="disk_full"), 503, "disk_full"),
        (lambda: MissingFile("a/b"), 404, "not_found"),
        (lambda: InvalidKey("bad"), 404, "not_found"),
        (StorageFull, 503, "disk_full"),
        (lambda: OperationalError("select 1", {}, Exception("secret host")), 503, "database_unavailable"),
        (lambda: RedisConnectionError("secret host"), 503, "broker_unavailable"),
        (lambda: RuntimeError("secret"), 500, "internal_error"),
        (lambda: KeyError("secret"), 500, "internal_error"),
    ],
)
async def test_every_error_has_the_one_shape(
    served: Served, error: Callable[[], Exception], status: int, code: str
) -> None:
    client = await served(raising(error))
    got = await client.get("/api/fail", headers={"X-Request-ID": "abc-1"})
    body = got.json()
    assert (got.status_code, body["success"], body["code"]) == (status, False, code)
    assert body["error"].endswith(".")
    assert isinstance(body["details"], dict)
    assert "secret" not in got.text
    assert got.headers["x-request-id"] == "abc-1"
    assert (body["retryable"], body["charged"]) == (status == 503, "no")
    if status == 500:
        assert body["details"] == {"request_id": "abc-1"}


async def test_money_and_a_second_try_are_always_spoken_of(served: Served) -> None:
    def error() -> RushesError:
        return RushesError("Lost.", code="outcome_unknown", charged="unknown")

    client = await served(raising(error))
    assert (await client.get("/api/fail")).json() == {
        "success": False,
        "error": "Lost.",
        "code": "outcome_unknown",
        "details": {},
        "retryable": False,
        "charged": "unknown",
    }


async def test_a_wrong_address_of_the_api_is_a_json_404(served: Served) -> None:
    client = await served(raising(RuntimeError))
    for path in ("/api", "/api/nope", "/v1/nope", "/assets/nope.js", "/api/fail/"):
        got = await client.get(path, headers={"Accept": "text/html"})
        assert (got.status_code, got.json()["code"]) == (404, "not_found"), path


async def test_a_dialect_words_errors_its_own_way(served: Served) -> None:
    def openai(error: RushesError) -> Response:
        return answer({"error": {"message": error.message, "code": error.code}}, status=error.status)

    client = await served(raising(RuntimeError), envelopes={"/v1/": openai})
    assert (await client.get("/v1/nope")).json() == {
        "error": {"message": "There is no such page.", "code": "not_found"}
    }
    assert (await client.get("/api/nope")).json()["success"] is False


async def test_an_answer_that_breaks_off_is_cut_so_that_nobody_takes_it_for_whole(served: Served) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b"half"
        raise RuntimeError("gone")

    async def handler(call: Call) -> Response:
        """Breaks off."""
        return StreamingResponse(broken())

    client = await served(Endpoint("GET", "/api/half", handler, who="anyone"))
    with pytest.raises(httpx2.RemoteProtocolError):
        await client.get("/api/half")


async def test_a_client_that_waits_no_longer_is_no_error_of_ours(
    served: Served, capfd: pytest.CaptureFixture[str]
) -> None:
    class Body(BaseModel):
        pass

    async def handler(call: Call) -> Response:
        """Never gets that far."""
        return answer({})

    client = await served(Endpoint("POST", "/api/slow", handler, who="anyone", body=Body))
    assert client.base_url.port is not None
    _, writer = await asyncio.open_connection(client.base_url.host, client.base_url.port)
    writer.write(b"POST /api/slow HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{")
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    assert (await client.post("/api/slow", json={})).status_code == 200
    assert "Traceback" not in capfd.readouterr().err


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {1: {2, 3}}, [None]])
def test_any_answer_is_json(value: Any) -> None:
    json.loads(to_json({"value": value}), parse_constant=lambda name: pytest.fail(name))
