"""Files that nginx sends by itself, once the studio has said who may have which."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx2
import pytest
from tests.conftest import MakeMember
from tests.live.listening import listening
from tests.servers import nginx
from tests.videos.conftest import Completed

from rushes.serving import Serving
from rushes.settings import Settings
from rushes.studio import Studio


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(
        update={"x_accel_redirect": "/files-of-rushes/", "trusted_proxies": ["127.0.0.1"]}
    )


@pytest.fixture
async def through(
    settings: Settings, server: Serving, signed_in: httpx2.AsyncClient
) -> AsyncIterator[httpx2.AsyncClient]:
    """The client `signed_in`, by way of nginx."""
    with nginx(studio=server.url, files=settings.videos_dir) as url:
        headers = {"authorization": signed_in.headers["authorization"]}
        async with httpx2.AsyncClient(base_url=url, headers=headers, timeout=30) as client:
            yield client


@pytest.fixture
async def video_url(signed_in: httpx2.AsyncClient, completed: Completed) -> str:
    return f"/api/videos/{(await completed(signed_in, 'Über den Dächern'))['id']}/content"


async def test_the_file_is_the_same_and_protected_as_well(
    through: httpx2.AsyncClient, signed_in: httpx2.AsyncClient, video_url: str
) -> None:
    straight, got = await signed_in.get(video_url), await through.get(video_url)
    assert (got.status_code, got.content) == (200, straight.content)
    assert "x-accel-redirect" not in got.headers
    for name in (
        "content-type",
        "content-disposition",
        "cache-control",
        "content-security-policy",
        "x-content-type-options",
        "cross-origin-resource-policy",
        "vary",
    ):
        assert got.headers[name] == straight.headers[name], name


async def test_it_comes_in_part_and_not_again(through: httpx2.AsyncClient, video_url: str) -> None:
    whole = await through.get(video_url)
    part = await through.get(video_url, headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, whole.content[10:20])
    assert part.headers["content-range"] == f"bytes 10-19/{len(whole.content)}"
    known = await through.get(video_url, headers={"If-None-Match": whole.headers["etag"]})
    assert (known.status_code, known.content) == (304, b"")
    beyond = await through.get(video_url, headers={"Range": f"bytes={len(whole.content)}-"})
    assert beyond.status_code == 416


async def test_nginx_is_told_where_the_file_is_and_nobody_else(
    through: httpx2.AsyncClient, signed_in: httpx2.AsyncClient, video_url: str
) -> None:
    told = await signed_in.get(video_url, headers={"X-Forwarded-For": "192.0.2.1"})
    assert told.headers["x-accel-redirect"].startswith("/files-of-rushes/")
    assert told.content == b""
    assert (await through.get(told.headers["x-accel-redirect"])).status_code == 404


async def test_who_may_not_see_it_gets_nothing(
    through: httpx2.AsyncClient, member: MakeMember, video_url: str
) -> None:
    stranger = await member("mallory")
    answer = await through.get(video_url, headers={"authorization": stranger.headers["authorization"]})
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_a_file_that_is_gone_is_a_404(
    through: httpx2.AsyncClient, signed_in: httpx2.AsyncClient, studio: Studio, video_url: str
) -> None:
    video = (await signed_in.get(video_url.removesuffix("/content"))).json()
    await studio.storage.delete(video["file_path"])
    answer = await through.get(video_url)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_sockets_pass_through_the_documented_proxy(through: httpx2.AsyncClient) -> None:
    token = through.headers["authorization"].removeprefix("Bearer ")
    async with listening(str(through.base_url).rstrip("/"), auth={"token": token}) as listener:
        assert listener.socket.transport() == "websocket"
