"""Pictures that people bring: made harmless, kept with their row, and served to their owner alone."""

from __future__ import annotations

import errno
import io
import os
from pathlib import Path
from typing import Any

import httpx2
import pytest
from PIL import Image
from tests.videos.making import belongings, files_of
from tests.videos.test_creating import picture

from rushes.studio import Studio


async def bring(client: httpx2.AsyncClient, data: bytes, name: str = "a.png") -> httpx2.Response:
    return await client.post(
        "/api/videos", data={"prompt": "it moves"}, files={"input_reference": (name, data, "image/png")}
    )


async def shown(client: httpx2.AsyncClient, answer: httpx2.Response) -> httpx2.Response:
    assert answer.status_code == 201, answer.text
    return await client.get(answer.json()["reference"]["url"])


def photograph() -> bytes:
    """A JPEG that lies on its side and says where it was taken."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turn a quarter to the right
    exif[0x010F] = "Secret Camera"
    exif.get_ifd(0x8825)[1] = "N"
    buffer = io.BytesIO()
    Image.new("RGB", (200, 100), "orange").save(buffer, "JPEG", exif=exif)
    return buffer.getvalue()


async def test_what_is_kept_is_upright_and_tells_nothing(signed_in: httpx2.AsyncClient) -> None:
    assert b"Secret Camera" in photograph()
    answer = await shown(signed_in, await bring(signed_in, photograph(), "IMG_1.jpg"))
    assert answer.headers["content-type"] == "image/jpeg"
    assert b"Secret Camera" not in answer.content
    kept = Image.open(io.BytesIO(answer.content))
    assert kept.size == (100, 200)
    assert not kept.getexif()


async def test_bytes_after_the_picture_are_not_kept(signed_in: httpx2.AsyncClient) -> None:
    answer = await shown(signed_in, await bring(signed_in, picture() + b"<script>alert(1)</script>"))
    assert b"script" not in answer.content


async def test_see_through_stays_so(signed_in: httpx2.AsyncClient) -> None:
    buffer = io.BytesIO()
    Image.new("RGBA", (80, 80), (255, 0, 0, 100)).save(buffer, "WEBP")
    answer = await shown(signed_in, await bring(signed_in, buffer.getvalue(), "a.webp"))
    assert answer.headers["content-type"] == "image/png"
    assert Image.open(io.BytesIO(answer.content)).getpixel((5, 5))[3] == 100  # type: ignore[index]


async def test_it_is_served_as_a_file_and_nothing_else(signed_in: httpx2.AsyncClient) -> None:
    made = await bring(signed_in, picture())
    answer = await shown(signed_in, made)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    url = made.json()["reference"]["url"]
    same = await signed_in.get(url, headers={"If-None-Match": answer.headers["etag"]})
    assert same.status_code == 304
    part = await signed_in.get(url, headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.content) == (206, b"\x89PNG")
    beyond = await signed_in.get(url, headers={"Range": "bytes=999999-"})
    assert beyond.status_code == 416


async def test_no_asset_no_answer(signed_in: httpx2.AsyncClient, client: httpx2.AsyncClient) -> None:
    made = await bring(signed_in, picture())
    assert (await client.get(made.json()["reference"]["url"])).status_code == 401
    for asset_id in ("asset_none", "..", "%2e%2e%2fetc", "x" * 5000):
        answer = await signed_in.get(f"/api/assets/{asset_id}/content")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_a_video_deleted_for_good_leaves_the_picture_to_its_relatives(
    signed_in: httpx2.AsyncClient, studio: Studio
) -> None:
    first = (await bring(signed_in, picture())).json()
    body = {"prompt": "again", "references": [{"asset_id": first["reference"]["asset_id"]}]}
    second = (await signed_in.post("/api/videos", json=body)).json()
    await signed_in.delete(f"/api/videos/{first['id']}?permanent=true")
    assert (await signed_in.get(second["reference"]["url"])).status_code == 200
    # The picture, and the small one that stands for it.
    assert len(files_of(studio)) == 2


@pytest.mark.parametrize("where", ["while it comes in", "when it is kept"])
async def test_a_full_disk_is_said_plainly_and_leaves_nothing(
    signed_in: httpx2.AsyncClient, studio: Studio, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    """The operating system says that there is no room: before the picture is stored nothing of it exists."""

    def full(*_arguments: Any, **_more: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    before, data = await belongings(studio), picture()
    if where == "while it comes in":
        monkeypatch.setattr(Image.Image, "save", full)
    else:
        monkeypatch.setattr(os, "fsync", full)
    answer = await bring(signed_in, data)
    assert (answer.status_code, answer.json()["code"]) == (503, "disk_full")
    assert answer.json()["retryable"] is True
    after = await belongings(studio)
    assert after["files"] == before["files"] == []
    assert (after["videos"], after["assets"]) == (0, 0)
    monkeypatch.undo()
    assert (await bring(signed_in, picture())).status_code == 201


async def test_a_file_that_is_gone_is_not_found(signed_in: httpx2.AsyncClient, studio: Studio) -> None:
    made = await bring(signed_in, picture())
    Path(studio.settings.videos_dir, files_of(studio)[0]).unlink()
    answer = await signed_in.get(made.json()["reference"]["url"])
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
