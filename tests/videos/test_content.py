"""The files: whole, in parts, conditionally, as downloads, and when there is none."""

from __future__ import annotations

import io
from urllib.parse import quote

import httpx2
import pytest
from PIL import Image
from tests.videos.conftest import Completed
from tests.videos.making import make, put_in_stage

from rushes.studio import Studio
from rushes.videos.lifecycle import STAGES


@pytest.fixture
async def url(signed_in: httpx2.AsyncClient, completed: Completed) -> str:
    """The address of a finished video's file."""
    return f"/api/videos/{(await completed(signed_in))['id']}/content"


@pytest.fixture
async def whole(signed_in: httpx2.AsyncClient, url: str) -> httpx2.Response:
    answer = await signed_in.get(url)
    assert answer.status_code == 200
    return answer


async def test_the_whole_file(whole: httpx2.Response) -> None:
    assert whole.content[4:8] == b"ftyp"
    assert whole.headers["content-type"] == "video/mp4"
    assert whole.headers["accept-ranges"] == "bytes"
    assert whole.headers["content-length"] == str(len(whole.content))
    assert whole.headers["etag"].startswith('"')
    assert whole.headers["content-disposition"].startswith("inline")
    assert "private" in whole.headers["cache-control"]
    assert whole.headers["x-content-type-options"] == "nosniff"


async def test_ranges(
    signed_in: httpx2.AsyncClient, url: str, whole: httpx2.Response, subtests: pytest.Subtests
) -> None:
    data = whole.content
    size = len(data)
    for wanted, start, end in (
        ("bytes=0-0", 0, 1),
        ("bytes=0-99", 0, 100),
        ("bytes=100-", 100, size),
        ("bytes=-10", size - 10, size),
        (f"bytes=-{size * 2}", 0, size),
        (f"bytes={size - 1}-{size * 9}", size - 1, size),
    ):
        with subtests.test(wanted):
            answer = await signed_in.get(url, headers={"Range": wanted})
            assert answer.status_code == 206
            assert answer.content == data[start:end]
            assert answer.headers["content-range"] == f"bytes {start}-{end - 1}/{size}"
            assert answer.headers["content-length"] == str(end - start)
    for wanted in (f"bytes={size}-", f"bytes={size * 5}-{size * 6}", "bytes=-0", f"bytes={'9' * 40}-"):
        with subtests.test(wanted[:30]):
            answer = await signed_in.get(url, headers={"Range": wanted})
            assert (answer.status_code, answer.json()["code"]) == (416, "range_not_satisfiable")
            assert answer.headers["content-range"] == f"bytes */{size}"
    for wanted in ("bytes=0-9,20-29", "bytes=9-3", "bytes=a-b", "items=0-5", "bytes=", "bytes=-", ""):
        with subtests.test(wanted):
            answer = await signed_in.get(url, headers={"Range": wanted})
            assert (answer.status_code, answer.content) == (200, data)


async def test_conditions(signed_in: httpx2.AsyncClient, url: str, whole: httpx2.Response) -> None:
    tag = whole.headers["etag"]
    for same in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        answer = await signed_in.get(url, headers={"If-None-Match": same})
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["etag"] == tag
    assert (await signed_in.get(url, headers={"If-None-Match": '"other"'})).status_code == 200
    part = {"Range": "bytes=0-9"}
    assert (await signed_in.get(url, headers={**part, "If-Range": tag})).status_code == 206
    assert (await signed_in.get(url, headers={**part, "If-Range": '"other"'})).content == whole.content
    assert (await signed_in.get(url, headers={**part, "If-Range": f"W/{tag}"})).status_code == 200


async def test_head(signed_in: httpx2.AsyncClient, url: str, whole: httpx2.Response) -> None:
    answer = await signed_in.head(url)
    assert (answer.status_code, answer.content) == (200, b"")
    for name in ("content-length", "content-type", "etag", "accept-ranges"):
        assert answer.headers[name] == whole.headers[name]


async def test_a_download_has_a_name_in_any_script(
    signed_in: httpx2.AsyncClient, completed: Completed
) -> None:
    video = await completed(signed_in, title='Füchse "im" Wald/狐')
    answer = await signed_in.get(f"/api/videos/{video['id']}/content?download=1")
    disposition = answer.headers["content-disposition"]
    assert disposition.startswith("attachment; filename=")
    assert quote("Füchse _im_ Wald_狐.mp4", safe="") in disposition
    plain = await completed(signed_in)
    answer = await signed_in.get(f"/api/videos/{plain['id']}/content?download=true")
    assert answer.headers["content-disposition"] == f'attachment; filename="{plain["code"]}.mp4"'


@pytest.mark.parametrize("variant", ["thumbnail", "spritesheet"])
async def test_pictures(signed_in: httpx2.AsyncClient, url: str, variant: str) -> None:
    answer = await signed_in.get(f"{url}?variant={variant}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
    assert Image.open(io.BytesIO(answer.content)).format == "JPEG"
    tag = answer.headers["etag"]
    again = await signed_in.get(f"{url}?variant={variant}", headers={"If-None-Match": tag})
    assert again.status_code == 304
    part = await signed_in.get(f"{url}?variant={variant}", headers={"Range": "bytes=0-1"})
    assert (part.status_code, part.content) == (206, b"\xff\xd8")


async def test_what_makes_no_sense_is_refused(signed_in: httpx2.AsyncClient, url: str) -> None:
    for query, field in (("variant=poster", "variant"), ("download=perhaps", "download"), ("x=1", "x")):
        answer = await signed_in.get(f"{url}?{query}")
        assert answer.status_code == 422
        assert list(answer.json()["details"]["fields"]) == [field]


async def test_before_it_is_completed_there_is_no_file(
    signed_in: httpx2.AsyncClient, studio: Studio, subtests: pytest.Subtests
) -> None:
    for stage in STAGES:
        if stage == "completed":
            continue
        with subtests.test(stage):
            video = await make(signed_in)
            await put_in_stage(studio, video["id"], stage)
            for variant in ("video", "thumbnail", "spritesheet"):
                answer = await signed_in.get(f"/api/videos/{video['id']}/content?variant={variant}")
                assert (answer.status_code, answer.json()["code"]) == (409, "conflict")


async def test_a_file_that_has_vanished_is_not_found(
    signed_in: httpx2.AsyncClient, completed: Completed, studio: Studio
) -> None:
    video = await completed(signed_in)
    (studio.settings.videos_dir / video["file_path"]).unlink()
    answer = await signed_in.get(f"/api/videos/{video['id']}/content")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_the_owner_still_sees_it_in_the_trash(signed_in: httpx2.AsyncClient, url: str) -> None:
    await signed_in.delete(url.removesuffix("/content"))
    assert (await signed_in.get(url)).status_code == 200
