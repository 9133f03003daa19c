"""Every request has an id and leaves one line, without anything secret in it."""

from __future__ import annotations

import pytest
import structlog
from starlette.responses import Response
from structlog.testing import LogCapture
from tests.http.conftest import Served, signed

from rushes.http.answers import answer
from rushes.http.endpoint import Call, endpoint

log = structlog.get_logger(__name__)


@endpoint("GET", "/api/thing")
async def thing(call: Call) -> Response:
    """Says something while it works."""
    log.info("working")
    return answer({"id": call.request.state.request_id})


@pytest.fixture
def lines() -> LogCapture:
    capture = LogCapture()
    before = structlog.get_config()
    structlog.configure(processors=[structlog.contextvars.merge_contextvars, capture])
    yield capture
    structlog.configure(**before)


async def test_the_id_of_the_client_is_kept_when_it_is_sane(served: Served, lines: LogCapture) -> None:
    client = await served(thing)
    got = await client.get("/api/thing?token=hush", headers=signed("member") | {"X-Request-ID": "trace-7/a"})
    assert got.headers["x-request-id"] == got.json()["id"] == "trace-7/a"
    working = next(line for line in lines.entries if line["event"] == "working")
    done = next(line for line in lines.entries if line["event"] == "request")
    assert working["request_id"] == done["request_id"] == "trace-7/a"
    assert (done["method"], done["path"], done["status"], done["user_id"]) == (
        "GET",
        "/api/thing",
        200,
        "user_2",
    )
    assert done["ms"] >= 0
    assert "hush" not in str(lines.entries)


@pytest.mark.parametrize("given", ["", "a b", "x" * 101, "a\tb", '"quoted"', "ä"])
async def test_any_other_gets_a_new_one(served: Served, given: str) -> None:
    client = await served(thing)
    got = await client.get("/api/thing", headers={**signed("member"), "X-Request-ID": given.encode()})
    assert got.headers["x-request-id"] == got.json()["id"]
    assert got.headers["x-request-id"] != given


async def test_the_lines_of_one_request_do_not_name_another(served: Served, lines: LogCapture) -> None:
    client = await served(thing)
    for request_id in ("one", "two"):
        await client.get("/api/thing", headers=signed("member") | {"X-Request-ID": request_id})
    assert [line["request_id"] for line in lines.entries if line["event"] == "working"] == ["one", "two"]
