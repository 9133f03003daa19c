"""Assets: brought, recognised by what is in them, listed, renamed, reused, and deleted when unused."""

from __future__ import annotations

import asyncio
import errno
import io
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest
from PIL import Image
from sqlalchemy import text
from tests.conftest import MakeMember
from tests.videos.making import belongings, files_of, make
from tests.videos.test_creating import picture

from rushes.actor import Actor
from rushes.media.ffmpeg import find_ffmpeg
from rushes.studio import Studio
from rushes.uploads import service
from rushes.uploads.names import name_key
from rushes.uploads.present import file_name
from rushes.uploads.tasks import sweep_loose_files

_X264 = "-c:v libx264 -preset ultrafast -pix_fmt yuv420p"
_FILM = f"-f lavfi -i testsrc2=s=320x180:r=12:d=1 {_X264}"
_TONE = "-f lavfi -i sine=d=1"
_RECIPES = {
    "film.mp4": _FILM,
    "film.mov": _FILM,
    "film.mkv": _FILM,
    "film.webm": "-f lavfi -i testsrc2=s=160x90:r=6:d=1 -c:v libvpx-vp9 -cpu-used 8 -deadline realtime",
    "tone.mp3": f"{_TONE} -c:a libmp3lame",
    "tone.m4a": f"{_TONE} -c:a aac",
    "tone.wav": _TONE,
    "tone.flac": _TONE,
    "tone.ogg": f"{_TONE} -c:a libvorbis",
    "silence.wav": "-f lavfi -i anullsrc=d=1",
}
Media = Callable[[str], bytes]


@pytest.fixture(scope="session")
def media(tmp_path_factory: pytest.TempPathFactory) -> Media:
    """The bytes of a small real file, made once."""
    folder = tmp_path_factory.mktemp("media")

    def bytes_of(name: str) -> bytes:
        path = folder / name
        if not path.exists():
            command = [find_ffmpeg(), "-loglevel", "error", "-y", *_RECIPES[name].split(), str(path)]
            subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
        return path.read_bytes()

    return bytes_of


async def send(
    client: httpx2.AsyncClient, data: bytes, name: str = "a.png", **fields: str
) -> httpx2.Response:
    return await client.post(
        "/api/assets", data=fields, files={"file": (name, data, "application/octet-stream")}
    )


async def brought(
    client: httpx2.AsyncClient, data: bytes, name: str = "a.png", **fields: str
) -> dict[str, Any]:
    answer = await send(client, data, name, **fields)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def names(client: httpx2.AsyncClient, **query: Any) -> list[str]:
    answer = await client.get("/api/assets", params=query)
    assert answer.status_code == 200, answer.text
    return [asset["name"] for asset in answer.json()["assets"]]


async def test_a_picture_becomes_an_asset(signed_in: httpx2.AsyncClient) -> None:
    asset = await brought(signed_in, picture(1200, 800), "Harbour.png", purpose="still")
    expected = {
        "kind": "image",
        "purpose": "still",
        "name": "Harbour.png",
        "content_type": "image/png",
        "width": 1200,
        "height": 800,
        "duration": None,
        "used": 0,
    }
    assert {name: asset[name] for name in expected} == expected
    assert (await signed_in.get(f"/api/assets/{asset['id']}")).json() == asset
    small = await signed_in.get(asset["thumbnail_url"])
    assert small.headers["content-type"] == "image/jpeg"
    assert Image.open(io.BytesIO(small.content)).size == (640, 427)
    whole = await signed_in.get(asset["content_url"])
    assert Image.open(io.BytesIO(whole.content)).size == (1200, 800)
    assert len(whole.content) == asset["file_size"]
    again = await signed_in.get(asset["thumbnail_url"], headers={"If-None-Match": small.headers["etag"]})
    assert again.status_code == 304
    assert small.headers["etag"] != whole.headers["etag"]


@pytest.mark.parametrize(
    ("name", "kind", "content_type"),
    [
        ("film.mp4", "video", "video/mp4"),
        ("film.mov", "video", "video/quicktime"),
        ("film.mkv", "video", "video/x-matroska"),
        ("film.webm", "video", "video/webm"),
        ("tone.mp3", "audio", "audio/mpeg"),
        ("tone.m4a", "audio", "audio/mp4"),
        ("tone.wav", "audio", "audio/wav"),
        ("tone.flac", "audio", "audio/flac"),
        ("tone.ogg", "audio", "audio/ogg"),
        ("silence.wav", "audio", "audio/wav"),
    ],
)
async def test_what_it_is_is_found_by_decoding_it(
    signed_in: httpx2.AsyncClient, media: Media, name: str, kind: str, content_type: str
) -> None:
    """Its name says something else."""
    asset = await brought(signed_in, media(name), "report.pdf")
    assert (asset["kind"], asset["content_type"]) == (kind, content_type)
    assert asset["duration"] == pytest.approx(1, abs=0.2)
    served = await signed_in.get(asset["content_url"], headers={"Range": "bytes=4-11"})
    assert (served.status_code, served.content) == (206, media(name)[4:12])
    assert served.headers["content-type"] == content_type
    small = Image.open(io.BytesIO((await signed_in.get(asset["thumbnail_url"])).content))
    if kind == "video":
        assert (asset["width"], asset["height"]) == (small.width, small.height)
        assert small.format == "JPEG"
    else:
        assert (asset["width"], asset["height"]) == (None, None)
        # Bars on nothing; silence has the smallest of them.
        alpha = small.getchannel("A")
        box = alpha.getbbox()
        assert box is not None
        assert (box[3] - box[1] < 10) == (name == "silence.wav")


@pytest.mark.parametrize(
    ("data", "code", "says"),
    [
        (b"", "invalid_media", "is empty"),
        (b"%PDF-1.7 and so on", "invalid_media", "no picture, video or sound"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "invalid_image", "SVG"),
        (b"GIF89a" + bytes(60), "invalid_image", "GIF"),
        (b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", "invalid_media", "no picture, video or sound"),
        (picture(96, 96)[:120], "invalid_image", "damaged"),
        (picture(20, 20), "invalid_image", "64"),
    ],
)
async def test_what_cannot_be_used_is_refused_and_leaves_nothing(
    signed_in: httpx2.AsyncClient, studio: Studio, data: bytes, code: str, says: str
) -> None:
    answer = await send(signed_in, data)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert says in answer.json()["details"]["fields"]["file"]
    left = await belongings(studio)
    assert (left["assets"], left["loose_files"], left["files"]) == (0, 0, [])


async def test_a_film_that_was_cut_off_is_refused(
    signed_in: httpx2.AsyncClient, studio: Studio, media: Media
) -> None:
    answer = await send(signed_in, media("film.mp4")[:-400])
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_media")
    assert "cut short" in answer.json()["error"]
    assert files_of(studio) == []


async def test_a_file_is_needed_and_a_fitting_purpose(
    signed_in: httpx2.AsyncClient, studio: Studio, media: Media
) -> None:
    nothing = await signed_in.post("/api/assets", files={"name": (None, "x")})
    assert nothing.json()["details"]["fields"] == {"file": "is required"}
    as_json = await signed_in.post("/api/assets", json={"name": "x"})
    assert as_json.json()["details"]["fields"] == {"file": "is required"}
    unfit = await send(signed_in, media("tone.mp3"), purpose="still")
    assert unfit.status_code == 422
    assert unfit.json()["details"]["fields"] == {"purpose": "can be still only for a picture"}
    assert files_of(studio) == []
    song = await brought(signed_in, media("tone.mp3"), "song.mp3", purpose="music")
    assert song["purpose"] == "music"


async def test_the_same_bytes_make_no_second_asset(
    signed_in: httpx2.AsyncClient, studio: Studio, media: Media, member: MakeMember
) -> None:
    first = await brought(signed_in, media("film.mp4"), "first.mp4")
    again = await send(signed_in, media("film.mp4"), "second.mp4", purpose="upload")
    assert (again.status_code, again.json()) == (200, first)
    answers = await asyncio.gather(*(send(signed_in, picture(100, 100), f"{n}.png") for n in range(6)))
    assert sorted(answer.status_code for answer in answers) == [200] * 5 + [201]
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len(files_of(studio)) == 4
    # To somebody else they are new.
    other = await member("ada")
    assert (await brought(other, media("film.mp4")))["id"] != first["id"]


async def test_a_picture_brought_with_a_video_is_one_too(signed_in: httpx2.AsyncClient) -> None:
    file = {"input_reference": ("cat.png", picture(), "image/png")}
    videos = [
        (await signed_in.post("/api/videos", data={"prompt": prompt}, files=file)).json()
        for prompt in ("it jumps", "it sleeps")
    ]
    assert len({video["reference"]["asset_id"] for video in videos}) == 1
    assert (await send(signed_in, picture())).status_code == 200
    listed = (await signed_in.get("/api/assets")).json()["assets"]
    assert [(asset["name"], asset["used"]) for asset in listed] == [("cat.png", 2)]


async def test_the_list_is_filtered_searched_and_paged(signed_in: httpx2.AsyncClient, media: Media) -> None:
    for n in range(5):
        await brought(signed_in, picture(100 + n, 100), f"Café {n}.png")
    await brought(signed_in, media("tone.mp3"), "Night song.mp3", purpose="music")
    await brought(signed_in, media("film.mp4"), "100% Kite.mp4")
    everything = await names(signed_in)
    assert everything == ["100% Kite.mp4", "Night song.mp3", *(f"Café {n}.png" for n in (4, 3, 2, 1, 0))]
    assert await names(signed_in, sort="old") == everything[::-1]
    assert await names(signed_in, kind="audio") == ["Night song.mp3"]
    assert await names(signed_in, purpose="music") == ["Night song.mp3"]
    assert await names(signed_in, q="CAFE 3") == ["Café 3.png"]
    assert await names(signed_in, q="song night") == ["Night song.mp3"]
    assert await names(signed_in, q="0%") == ["100% Kite.mp4"]
    assert await names(signed_in, q="_") == []
    for sort, expected in (("new", everything), ("old", everything[::-1])):
        seen: list[str] = []
        cursor = None
        while True:
            query = {"limit": 3, "sort": sort, **({"cursor": cursor} if cursor else {})}
            page = (await signed_in.get("/api/assets", params=query)).json()
            seen += [asset["name"] for asset in page["assets"]]
            if (cursor := page["next_cursor"]) is None:
                break
        assert seen == expected


async def test_a_page_is_read_from_an_index_alone(signed_in: httpx2.AsyncClient, studio: Studio) -> None:
    """However many there are: nothing is sorted, and no row is looked at that is not shown."""
    if not studio.database.is_sqlite:
        pytest.skip("what PostgreSQL would do depends on how much there is")
    after = "(created_at < 5.0 OR (created_at = 5.0 AND id < 'a'))"
    seek = f"SELECT * FROM assets WHERE space_id = 's' {{}} AND {after}"
    async with studio.reading() as session:
        for more, index in (
            ("", "space_id_created_at_id"),
            ("AND kind = 'image'", "space_id_kind_created_at_id"),
            ("AND purpose = 'music'", "space_id_purpose_created_at_id"),
        ):
            query = f"EXPLAIN QUERY PLAN {seek.format(more)} ORDER BY created_at DESC, id DESC LIMIT 51"
            plan = " ".join(row.detail for row in (await session.execute(text(query))).all())
            assert f"ix_assets_{index} " in plan
            assert "TEMP B-TREE" not in plan
        plan = "EXPLAIN QUERY PLAN SELECT count(*) FROM video_references WHERE asset_id = 'a'"
        detail = (await session.execute(text(plan))).one().detail
        assert "ix_video_references_asset_id" in detail


async def test_what_makes_no_sense_is_said(signed_in: httpx2.AsyncClient) -> None:
    for query in ("cursor=nonsense", "kind=film", "limit=0", "purpose=x", "sort=up", "unknown=1"):
        answer = await signed_in.get(f"/api/assets?{query}")
        assert answer.status_code == 422
        assert list(answer.json()["details"]["fields"]) == [query.split("=")[0]]
    assert (await signed_in.get("/api/assets?space=space_other")).status_code == 404


async def test_it_can_be_renamed_and_given_a_purpose(signed_in: httpx2.AsyncClient, media: Media) -> None:
    asset = await brought(signed_in, media("tone.mp3"), "x.mp3")
    url = f"/api/assets/{asset['id']}"
    changed = (await signed_in.patch(url, json={"name": "  Ångström ", "purpose": "voice"})).json()
    assert (changed["name"], changed["purpose"]) == ("Ångström", "voice")
    assert await names(signed_in, q="angstrom") == ["Ångström"]
    assert await names(signed_in, q="x.mp3") == []
    assert (await signed_in.patch(url, json={})).json() == changed
    for body in ({"name": " "}, {"name": None}, {"name": "a\nb"}, {"purpose": "still"}, {"kind": "image"}):
        answer = await signed_in.patch(url, json=body)
        assert answer.status_code == 422
        assert list(answer.json()["details"]["fields"]) == list(body)
    assert (await signed_in.get(url)).json() == changed
    saved = await signed_in.get(f"{asset['content_url']}?download=true")
    assert saved.headers["content-disposition"].startswith("attachment")
    assert "%C3%85ngstr%C3%B6m.mp3" in saved.headers["content-disposition"]


async def test_what_is_deleted_is_gone_with_its_files(signed_in: httpx2.AsyncClient, studio: Studio) -> None:
    asset = await brought(signed_in, picture())
    assert (await signed_in.delete(f"/api/assets/{asset['id']}")).json() == {"success": True}
    for url in (f"/api/assets/{asset['id']}", asset["content_url"], asset["thumbnail_url"]):
        assert (await signed_in.get(url)).status_code == 404
    assert (await signed_in.delete(f"/api/assets/{asset['id']}")).status_code == 404
    await sweep_loose_files(studio)
    assert files_of(studio) == []
    # The same bytes are welcome again.
    await brought(signed_in, picture())


async def test_what_a_video_uses_stays(signed_in: httpx2.AsyncClient) -> None:
    asset = await brought(signed_in, picture())
    url, references = f"/api/assets/{asset['id']}", [{"asset_id": asset["id"], "role": "first_frame"}]
    videos = [await make(signed_in, references=references) for _ in range(2)]
    assert (await signed_in.get(url)).json()["used"] == 2
    refused = await signed_in.delete(url)
    assert (refused.status_code, refused.json()["code"]) == (409, "asset_in_use")
    assert refused.json()["details"] == {"used": 2}
    assert refused.json()["error"].startswith("2 videos")
    await signed_in.delete(f"/api/videos/{videos[0]['id']}")
    await signed_in.delete(f"/api/videos/{videos[1]['id']}?permanent=true")
    # One is left, in the trash, from where it can come back.
    assert (await signed_in.delete(url)).json()["details"] == {"used": 1}
    await signed_in.delete(f"/api/videos/{videos[0]['id']}?permanent=true")
    assert (await signed_in.delete(url)).status_code == 200


async def test_only_a_picture_can_be_started_from(signed_in: httpx2.AsyncClient, media: Media) -> None:
    song = await brought(signed_in, media("tone.mp3"))
    body = {"prompt": "x", "references": [{"asset_id": song["id"]}]}
    answer = await signed_in.post("/api/videos", json=body)
    assert answer.status_code == 422
    assert "kind audio" in answer.json()["details"]["fields"]["references"]


async def test_using_and_deleting_at_once_agree(signed_in: httpx2.AsyncClient) -> None:
    """Either there is a video with its picture, or there is neither: never a video without, never a 500."""
    for n in range(12):
        asset = await brought(signed_in, picture(80 + n, 80))
        body = {"prompt": "x", "size": "128x128", "references": [{"asset_id": asset["id"]}]}
        url = f"/api/assets/{asset['id']}"
        requests = [signed_in.post("/api/videos", json=body), signed_in.delete(url)]
        used, deleted = await asyncio.gather(*(requests if n % 2 else requests[::-1]))
        if not n % 2:
            used, deleted = deleted, used
        if used.status_code == 201:
            assert deleted.status_code == 409
            assert (await signed_in.get(url)).json()["used"] == 1
        else:
            assert (used.status_code, used.json()["code"]) == (422, "validation_failed")
            assert deleted.status_code == 200


async def test_who_uses_it_is_waited_for_before_it_is_deleted(
    signed_in: httpx2.AsyncClient, studio: Studio
) -> None:
    """The step between looking and inserting is held open, which is where a race would be lost."""
    asset = await brought(signed_in, picture())
    actor = _actor_of(asset)
    async with studio.transaction() as work:
        assert await service.hold_for_use(work, actor, asset["id"], kind="image") == asset["id"]
        deleting = asyncio.create_task(signed_in.delete(f"/api/assets/{asset['id']}"))
        done, _ = await asyncio.wait([deleting], timeout=0.3)
        assert not done
    assert (await deleting).status_code == 200


async def test_a_picture_that_goes_while_it_comes_again_is_stored_anew(
    signed_in: httpx2.AsyncClient,
) -> None:
    for n in range(8):
        data = picture(90 + n, 90)
        asset = await brought(signed_in, data)
        again, deleted = await asyncio.gather(
            signed_in.post(
                "/api/videos",
                data={"prompt": "x", "size": "128x128"},
                files={"input_reference": ("a.png", data, "image/png")},
            ),
            signed_in.delete(f"/api/assets/{asset['id']}"),
        )
        assert again.status_code == 201, again.text
        assert deleted.status_code in (200, 409)
        assert (await signed_in.get(again.json()["reference"]["url"])).status_code == 200


@pytest.mark.parametrize("where", ["while it is drawn", "when it is kept"])
async def test_a_full_disk_is_said_plainly(
    signed_in: httpx2.AsyncClient, studio: Studio, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    def full(*_arguments: Any, **_more: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    data = picture()
    monkeypatch.setattr(
        *((Image.Image, "save", full) if where == "while it is drawn" else (os, "fsync", full))
    )
    answer = await send(signed_in, data)
    assert (answer.status_code, answer.json()["code"]) == (503, "disk_full")
    left = await belongings(studio)
    assert (left["assets"], left["loose_files"], left["files"]) == (0, 0, [])
    monkeypatch.undo()
    assert (await send(signed_in, data)).status_code == 201


async def test_too_much_is_refused_before_it_is_stored(signed_in: httpx2.AsyncClient, studio: Studio) -> None:
    """A picture above its own limit; the limit of all files is the form's, which has tests of its own."""
    answer = await send(signed_in, picture() + bytes(33 * 1024 * 1024))
    assert (answer.status_code, answer.json()["code"]) == (413, "payload_too_large")
    assert "file is a picture larger than 33.6 MB" in answer.json()["error"]
    assert files_of(studio) == []


async def test_a_film_keeps_its_bytes_and_a_name_cannot_lead_astray(
    signed_in: httpx2.AsyncClient, studio: Studio, media: Media
) -> None:
    asset = await brought(signed_in, media("film.mp4"), "..\\..\\evil\u202egpj.exe")
    assert asset["name"] == "evilgpj.exe"
    assert sorted(Path(file).name for file in files_of(studio)) == ["film.mp4", "thumbnail.jpg"]
    served = await signed_in.get(asset["content_url"])
    assert served.content == media("film.mp4")
    assert 'filename="evilgpj.exe.mp4"' in served.headers["content-disposition"]


def test_names_are_found_without_case_and_accents() -> None:
    assert name_key("ÉTÉ à Zürich") == "ete a zurich"
    assert name_key("STRASSE") == name_key("straße")


@pytest.mark.parametrize(
    ("name", "stored", "saved"),
    [
        ("Cat.webp", "picture.png", "Cat.png"),
        ("Cat.JPEG", "picture.jpg", "Cat.JPEG"),
        ("Version 1.2", "film.mp4", "Version 1.2.mp4"),
        (".png", "picture.png", ".png.png"),
        (None, "picture.png", "picture.png"),
    ],
)
def test_what_is_saved_ends_as_what_it_is(name: str | None, stored: str, saved: str) -> None:
    class Stored:
        def __init__(self) -> None:
            self.name, self.file_path = name, f"user/asset/user-uploads/{stored}"

    row: Any = Stored()
    assert file_name(row) == saved


def _actor_of(asset: dict[str, Any]) -> Actor:
    return Actor(user_id=asset["user_id"], space_id=asset["space_id"], username="boss", role="admin")
