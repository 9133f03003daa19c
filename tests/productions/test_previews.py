"""A rough cut of whatever there is of a film."""

from __future__ import annotations

from pathlib import Path

import httpx2
import pytest
from tests.conftest import Until
from tests.productions.filming import ended, make, run, seen

from rushes.media.probe import probe
from rushes.studio import Studio

pytestmark = [pytest.mark.usefixtures("worker"), pytest.mark.timeout(240)]

SCRIPT = {
    "title": "Hills",
    "scenes": [
        {"narration": "A hill.", "frame_prompt": "a hill at noon", "seconds": 1},
        {"narration": "", "frame_prompt": "a boat at night", "seconds": 1.5},
    ],
}


async def previewed(until: Until, client: httpx2.AsyncClient, production_id: str) -> dict[str, object]:
    asked = await client.post(f"/api/productions/{production_id}/preview")
    assert asked.status_code == 202, asked.text
    assert asked.json()["preview"]["status"] == "waiting"

    async def is_there() -> bool:
        return (await seen(client, production_id))["preview"]["status"] not in ("waiting", "running")

    await until(is_there, "the preview", seconds=60)
    found: dict[str, object] = (await seen(client, production_id))["preview"]
    return found


async def test_from_stills_to_clips(
    signed_in: httpx2.AsyncClient, until: Until, studio: Studio, tmp_path: Path
) -> None:
    film = await make(signed_in, script=SCRIPT)
    address = f"/api/productions/{film['id']}/preview"
    assert (await signed_in.get(address)).status_code == 404
    refused = await signed_in.post(address)
    assert (refused.status_code, refused.json()["code"]) == (409, "not_made")

    await run(signed_in, film["id"], through="frames")
    await ended(until, signed_in, film["id"])
    first = await previewed(until, signed_in, film["id"])
    assert (first["status"], first["stale"], first["error"]) == ("done", False, None)
    answer = await signed_in.get(str(first["url"]))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "video/mp4")
    (tmp_path / "first.mp4").write_bytes(answer.content)
    facts = await probe(tmp_path / "first.mp4", expect="video")
    assert (facts.width, facts.height) == (640, 360)
    assert facts.duration == pytest.approx(2.5, abs=0.1)
    part = await signed_in.get(str(first["url"]), headers={"Range": "bytes=0-99"})
    assert (part.status_code, len(part.content)) == (206, 100)

    # Its narration and clips are better to look at; the former file goes.
    await run(signed_in, film["id"], through="clips")
    done = await ended(until, signed_in, film["id"])
    assert done["preview"]["stale"]
    second = await previewed(until, signed_in, film["id"])
    assert second["url"] != first["url"]
    assert second["duration"] == pytest.approx(done["duration"], abs=0.1)
    files = list(Path(studio.settings.videos_dir).rglob("preview_*"))

    async def one_is_left() -> bool:
        return len(list(Path(studio.settings.videos_dir).rglob("preview_*"))) == 1

    await until(one_is_left, f"one of {files} to be left")
    # It is nowhere in the library, and goes with the production.
    found = (await signed_in.get(f"/api/videos?production={film['id']}")).json()["videos"]
    assert {video["kind"] for video in found} == {"image"}
    assert (await signed_in.delete(f"/api/productions/{film['id']}")).status_code == 200

    async def none_is_left() -> bool:
        return not list(Path(studio.settings.videos_dir).rglob("preview_*"))

    await until(none_is_left, "the preview to go")


async def test_a_preview_is_nobody_elses(signed_in: httpx2.AsyncClient, member: object, until: Until) -> None:
    film = await make(signed_in, script=SCRIPT)
    await run(signed_in, film["id"], through="frames")
    await ended(until, signed_in, film["id"])
    await previewed(until, signed_in, film["id"])
    other = await member("other")  # type: ignore[operator]
    address = f"/api/productions/{film['id']}/preview"
    assert (await other.get(address)).status_code == 404
    assert (await other.post(address)).status_code == 404
