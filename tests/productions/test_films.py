"""What a film is: as long as its scenes, heard, captioned where it is spoken, each scene another picture."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import av
import httpx2
import numpy as np
import opentimelineio as otio
import pytest
from tests.conftest import Until
from tests.productions.filming import ended, make, run

from rushes.media.ffmpeg import find_ffmpeg, read

pytestmark = [pytest.mark.usefixtures("worker"), pytest.mark.timeout(240)]

_SCRIPT = {
    "title": "The harbour",
    "scenes": [
        {"narration": "Every morning the boats go out.", "frame_prompt": "boats in a harbour at dawn"},
        {"narration": "Snow falls on the mountains.", "frame_prompt": "snowy mountains at noon"},
        {"narration": "", "frame_prompt": "a city at night", "seconds": 2},
    ],
}


@pytest.fixture(params=["alone"])
def standing() -> dict[str, Any]:
    """What is seen and heard does not depend on the database."""
    return {}


@pytest.fixture
async def film(signed_in: httpx2.AsyncClient, until: Until) -> dict[str, Any]:
    made = await make(signed_in, script=_SCRIPT, run=True)
    done = await ended(until, signed_in, made["id"], seconds=120)
    assert done["status"] == "completed", done["error"]
    return done


async def export(client: httpx2.AsyncClient, film: dict[str, Any], kind: str) -> httpx2.Response:
    answer = await client.get(f"/api/productions/{film['id']}/export?format={kind}")
    assert answer.status_code == 200, answer.text
    return answer


async def test_the_film(
    signed_in: httpx2.AsyncClient, film: dict[str, Any], tmp_path: Path, subtests: pytest.Subtests
) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes((await signed_in.get(film["cut"]["url"])).content)
    with av.open(str(path)) as container:
        with subtests.test("it is as long as its scenes"):
            assert container.duration is not None
            assert container.duration / av.time_base == pytest.approx(film["duration"], abs=0.05)
        with subtests.test("each scene is another picture"):
            frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
            middles = [
                frames[int((scene["starts_at"] + scene["length"] / 2) * 24)] for scene in film["scenes"]
            ]
            for one, other in ((0, 1), (1, 2), (0, 2)):
                apart = np.abs(middles[one].astype(int) - middles[other].astype(int)).mean()
                assert apart > 12, (one, other, apart)
        with subtests.test("captions can be switched on"):
            assert len(container.streams.subtitles) == 1
    with subtests.test("it is as loud as films on the net are, and silent where nobody speaks"):
        told = await _loudness(path)
        assert told == pytest.approx(-16, abs=1)
        loud = [await _level(path, scene["starts_at"], scene["length"]) for scene in film["scenes"]]
        assert loud[0] > -35 and loud[1] > -35 > loud[2]


async def test_captions_are_read_when_they_are_heard(
    signed_in: httpx2.AsyncClient, film: dict[str, Any]
) -> None:
    """To the word: espeak tells when each is heard, and a scene begins a quarter of a second before it."""
    told = (await export(signed_in, film, "srt")).text
    found = re.findall(r"(\d\d):(\d\d):(\d\d),(\d\d\d) --> [\d:,]+\n((?:.+\n?)+)", told)
    assert " ".join(text.replace("\n", " ").strip() for *_, text in found) == (
        "Every morning the boats go out. Snow falls on the mountains."
    )
    starts = [int(h) * 3600 + int(m) * 60 + int(s) + int(ms) / 1000 for h, m, s, ms, _ in found]
    spoken = [scene["starts_at"] + 0.25 for scene in film["scenes"][:2]]
    assert starts == pytest.approx(spoken, abs=0.2)
    vtt = (await export(signed_in, film, "vtt")).text
    assert vtt.startswith("WEBVTT")
    assert "Snow falls" in vtt


async def test_timelines_for_other_programs(signed_in: httpx2.AsyncClient, film: dict[str, Any]) -> None:
    timeline = otio.adapters.read_from_string((await export(signed_in, film, "otio")).text, "otio_json")
    assert timeline.name == "The harbour"
    assert timeline.duration().to_seconds() == pytest.approx(film["duration"], abs=1 / 24)
    [pictures] = timeline.video_tracks()
    assert len(list(pictures.find_clips())) == 3
    xml = (await export(signed_in, film, "fcp7xml")).text
    assert "<!DOCTYPE xmeml>" in xml
    for kind in ("edit", "otioz"):
        answer = await export(signed_in, film, kind)
        assert int(answer.headers["content-length"]) == len(answer.content)
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            assert archive.testzip() is None
            assert sum(name.endswith(".mp4") for name in archive.namelist()) >= 3


async def test_the_manifest(signed_in: httpx2.AsyncClient, film: dict[str, Any]) -> None:
    told = (await signed_in.get(f"/api/productions/{film['id']}/manifest")).json()
    stages = {stage["stage"]: stage for stage in told["stages"]}
    assert list(stages) == ["story", "frames", "voices", "clips", "captions", "cut"]
    assert {stage["status"] for stage in stages.values()} == {"done"}
    assert [artifact["scene"] for artifact in stages["voices"]["artifacts"]] == [1, 2]
    for stage in stages.values():
        for artifact in stage["artifacts"]:
            assert (await signed_in.get(artifact["url"])).status_code == 200, artifact
    assert json.dumps(told)


async def test_cut_in_another_way(signed_in: httpx2.AsyncClient, film: dict[str, Any], until: Until) -> None:
    """Nothing but the cut is made anew, and it keeps its length."""
    wanted = {"transition": "dissolve", "captions": {"style": "boxed", "burn": True}, "label": True}
    answer = await signed_in.post(f"/api/productions/{film['id']}/cut", json=wanted)
    assert answer.status_code == 202, answer.text
    done = await ended(until, signed_in, film["id"], seconds=120)
    assert done["status"] == "completed", done["error"]
    assert done["scenes"] == film["scenes"]
    assert done["cut"]["video_id"] != film["cut"]["video_id"]
    assert done["cut"]["settings"]["transition"] == "dissolve"
    video = (await signed_in.get(f"/api/videos/{done['cut']['video_id']}")).json()
    assert video["duration"] == pytest.approx(film["duration"], abs=0.06)
    refused = await signed_in.post(f"/api/videos/{done['cut']['video_id']}/retry")
    assert refused.status_code == 409


async def test_a_short_of_a_minute(signed_in: httpx2.AsyncClient, until: Until) -> None:
    """Platforms cut off what is longer, and a short that is much shorter wastes the minute."""
    made = await make(signed_in, seconds=60, aspect_ratio="9:16")
    await run(signed_in, made["id"], through="voices")
    done = await ended(until, signed_in, made["id"])
    assert done["status"] == "paused", done["error"]
    assert 57 <= done["duration"] <= 60
    assert all(scene["length"] > scene["voice"]["duration"] for scene in done["scenes"])
    size = (await signed_in.get(f"/api/assets/{done['scenes'][0]['frame']['asset_id']}")).json()
    assert (size["width"], size["height"]) == (720, 1280)


async def _loudness(path: Path) -> float:
    measured = [
        "-i",
        str(path),
        "-af",
        "ebur128=metadata=1,ametadata=print:key=lavfi.r128.I:file=-",
        "-f",
        "null",
        "-",
    ]
    told = (await read(find_ffmpeg(), measured, timeout=60)).decode()
    return float(re.findall(r"lavfi\.r128\.I=(-?[\d.]+)", told)[-1])


async def _level(path: Path, start: float, length: float) -> float:
    """dBFS of what is heard in the scene."""
    cut = ["-ss", f"{start:.3f}", "-t", f"{length:.3f}", "-i", str(path)]
    raw = await read(find_ffmpeg(), [*cut, "-vn", "-ac", "1", "-f", "f32le", "pipe:1"], timeout=60)
    heard = np.frombuffer(raw, np.float32)
    return float(20 * np.log10(max(1e-9, np.sqrt(np.mean(heard**2)))))
