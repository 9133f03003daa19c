"""Films that somebody has brought as takes."""

from __future__ import annotations

from pathlib import Path

import httpx2
import pytest
from tests.conftest import Until
from tests.productions.filming import ended, make, run, seen

from rushes.media.ffmpeg import find_ffmpeg
from rushes.media.ffmpeg import run as ffmpeg
from rushes.media.probe import probe

pytestmark = [pytest.mark.usefixtures("worker"), pytest.mark.timeout(240)]

SCRIPT = {
    "title": "Hills",
    "scenes": [
        {"narration": "", "frame_prompt": "a hill at noon", "seconds": 1},
        {"narration": "", "frame_prompt": "a boat at night", "seconds": 1},
    ],
}
_CODECS = {
    "webm": ["-c:v", "libvpx", "-c:a", "libopus"],
    "mp4": ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "aac"],
}


async def brought(client: httpx2.AsyncClient, folder: Path, ending: str) -> str:
    """The asset that a film of two seconds becomes, of an odd size where its codec allows that."""
    path = folder / f"film.{ending}"
    size = "321x181" if ending == "webm" else "320x180"
    inputs = ["-f", "lavfi", "-i", f"testsrc=size={size}:rate=24:duration=2"]
    sound = ["-f", "lavfi", "-i", "sine=frequency=440:duration=2"]
    await ffmpeg(find_ffmpeg(), [*inputs, *sound, *_CODECS[ending], str(path)])
    answer = await client.post(
        "/api/assets", files={"file": (path.name, path.read_bytes(), f"video/{ending}")}
    )
    assert answer.status_code == 201, answer.text
    asset_id: str = answer.json()["id"]
    return asset_id


@pytest.mark.parametrize("ending", ["webm", "mp4"])
async def test_a_film_that_was_brought_becomes_a_take(
    signed_in: httpx2.AsyncClient, until: Until, tmp_path: Path, ending: str
) -> None:
    film = await make(signed_in, script=SCRIPT)
    asset_id = await brought(signed_in, tmp_path, ending)
    scene = f"/api/productions/{film['id']}/scenes/1"
    asked = await signed_in.post(f"{scene}/takes", json={"asset_id": asset_id})
    assert asked.status_code == 202, asked.text
    assert asked.json()["scenes"][0]["own_clip"]["status"] == "waiting"

    async def is_taken() -> bool:
        return bool((await seen(signed_in, film["id"]))["scenes"][0]["own_clip"]["status"] == "done")

    await until(is_taken, "the take", seconds=60)
    first = (await seen(signed_in, film["id"]))["scenes"][0]
    [take] = first["takes"]
    assert (take["circled"], take["own"], take["status"], take["stale"]) == (True, True, "completed", False)
    assert take["seconds"] == pytest.approx(2.0, abs=0.1)
    (tmp_path / "take.mp4").write_bytes((await signed_in.get(take["url"])).content)
    facts = await probe(tmp_path / "take.mp4", expect="video")
    assert (facts.video_codec, facts.audio_codec) == ("h264", "aac")
    assert (facts.width, facts.height) == (320, 180)
    assert (await signed_in.get(f"/api/videos/{take['video_id']}")).json()["kind"] == "upload"

    # A run leaves it alone, and the film shows it.
    await run(signed_in, film["id"])
    done = await ended(until, signed_in, film["id"], seconds=120)
    assert (done["status"], done["error"]) == ("completed", None)
    assert [len(each["takes"]) for each in done["scenes"]] == [1, 1]
    # What was brought may go: the take has bytes of its own.
    assert (await signed_in.delete(f"/api/assets/{asset_id}")).status_code == 200


async def test_what_is_no_film_is_refused(signed_in: httpx2.AsyncClient, tmp_path: Path) -> None:
    film = await make(signed_in, script=SCRIPT)
    takes = f"/api/productions/{film['id']}/scenes/1/takes"
    sound = tmp_path / "sound.wav"
    await ffmpeg(find_ffmpeg(), ["-f", "lavfi", "-i", "sine=duration=1", str(sound)])
    answer = await signed_in.post("/api/assets", files={"file": ("s.wav", sound.read_bytes(), "audio/wav")})
    for body, message in (
        ({"asset_id": answer.json()["id"]}, "must be a video"),
        ({"asset_id": "asset_none"}, "is not one of your assets"),
        ({"asset_id": "asset_none", "video_id": "video_none"}, "cannot be given together with video_id"),
    ):
        refused = await signed_in.post(takes, json=body)
        assert (refused.status_code, refused.json()["details"]["fields"]) == (422, {"asset_id": message})
    assert await seen(signed_in, film["id"]) == film
