"""A disk without room: a clear answer, nothing half stored, and what was paid for is fetched once there is
room again."""

from __future__ import annotations

import io
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from tests.faults.conftest import NewStudio
from tests.faults.gate import Gate
from tests.faults.small_disk import SmallDisks
from tests.faults.studio_process import StandInProcess, StudioProcess, wait_for
from tests.faults.whole import check_left_whole

pytestmark = pytest.mark.xdist_group("studio processes")


def test_no_room(far_provider: StandInProcess, new_studio: NewStudio, tmp_path: Path) -> None:
    gate = Gate(tmp_path)
    studio = new_studio(FFMPEG_PATH=str(gate.ffmpeg))
    disks = SmallDisks(studio, size=8 << 20)
    studio.start()
    wait_for(studio.knows_gpu, "the provider's models")

    # Both are begun while there is room; the first is made, and not fetched yet.
    far_provider.control(duration=0)
    far_provider.fault("content", "status", status=500, times=None)
    paid = studio.make("paid for", size="640x480", seconds=4)
    studio.wait_until(paid, "downloading")
    gate.close()
    drawn = studio.draw("no room for this", size="640x360", seconds=2)
    wait_for(gate.is_waited_at, "the drawing's ffmpeg")
    disks.fill(studio.videos, leave=16 << 10)
    _more_is_refused(studio)
    gate.open()
    failed = studio.wait_until(drawn, "failed")
    assert (failed["error"]["code"], failed["error"]["charged"]) == ("disk_full", "no")
    far_provider.control(clear_faults=True)
    _waits_for_room(studio, paid, "downloading")
    assert studio.unfinished() == []
    disks.clear(studio.videos)
    studio.wait_until(paid, "completed")
    studio.client.post(f"/api/videos/{drawn['id']}/retry")
    wait_for(lambda: studio.look(drawn["id"])["stage"] == "completed", "the second drawing")

    gate.close()
    late = studio.make("full at the end", size="640x480", seconds=4)
    studio.wait_until(late, "finishing")
    wait_for(gate.is_waited_at, "the thumbnail's ffmpeg")
    disks.fill(studio.videos)
    gate.open()
    _waits_for_room(studio, late, "finishing")
    disks.clear(studio.videos)
    assert studio.wait_until(late, "completed")["thumbnail_url"]

    disks.fill(studio.data)
    body = {"prompt": "no room for a row", "size": "128x128", "seconds": 1}
    wait_for(lambda: studio.client.post("/api/videos", json=body).status_code == 503, "the refusal")
    refusal = studio.client.post("/api/videos", json=body)
    assert (refusal.status_code, refusal.json()["code"]) == (503, "disk_full")
    disks.clear(studio.data)
    studio.wait_until(studio.draw("room again"), "completed")

    assert far_provider.counts()["creates"] == 2
    copy = _copied(studio, tmp_path / "copy")
    assert studio.stop() == 0
    check_left_whole(copy.settings())


def _more_is_refused(studio: StudioProcess) -> None:
    """Before anything is begun, drawn or paid for; a picture too."""
    before = len(studio.client.get("/api/videos").json()["videos"])
    for model in (None, "gpu/wan-2.2"):
        body = {"prompt": "no room", "model": model, "size": "640x480", "seconds": 4}
        answer = studio.client.post("/api/videos", json=body)
        assert (answer.status_code, answer.json()["code"]) == (503, "disk_full")
    buffer = io.BytesIO()
    Image.frombytes("RGB", (256, 256), os.urandom(256 * 256 * 3)).save(buffer, "PNG")
    answer = studio.client.post(
        "/api/videos",
        data={"prompt": "from a picture", "size": "128x128", "seconds": "1"},
        files={"input_reference": ("noise.png", buffer.getvalue(), "image/png")},
    )
    assert (answer.status_code, answer.json()["code"]) == (503, "disk_full")
    assert answer.json()["retryable"] is True
    assert len(studio.client.get("/api/videos").json()["videos"]) == before


def _waits_for_room(studio: StudioProcess, video: dict[str, Any], stage: str) -> None:
    def waits() -> bool:
        seen = studio.look(video["id"])
        return seen["stage"] == stage and (seen["error"] or {}).get("code") == "disk_full"

    wait_for(waits, f"{video['prompt']!r} to say that the disk is full")


def _copied(studio: StudioProcess, target: Path) -> StudioProcess:
    """The disks go with the studio, so they are looked at elsewhere."""
    for folder in (studio.data, studio.videos):
        shutil.copytree(studio.inside(folder), target / folder.name)
    return StudioProcess(target, "http://127.0.0.1:1")
