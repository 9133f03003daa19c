"""How it goes: followed to its end, ended at once, and with a reason where it cannot be."""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from tests.media.cut.films import Room, order_of, pictures

from rushes.media.cut import CutFailed, CutScene, Music, cut
from rushes.media.probe import probe


@pytest.mark.parametrize("transition", ["none", "dissolve"])
@pytest.mark.parametrize("copied", [True, False])
async def test_progress_grows_from_nothing_to_all(room: Room, transition: str, copied: bool) -> None:
    told: list[float] = []
    scene = CutScene(room.sounding(), 2.0)
    order = order_of(scene, scene, scene, transition=transition, label=None if copied else "a")
    await room.cut_order(order, on_progress=told.append)
    assert told[0] == 0.0
    assert told[-1] == 1.0
    assert told == sorted(set(told))
    assert len(told) >= 4


async def test_cancelling_ends_everything_and_leaves_nothing(room: Room) -> None:
    watched, record = _recorded(room)
    begun = asyncio.Event()
    endless = CutScene(room.make("noise.mp4", _NOISE), 600.0, narration=room.tone(0.5))
    cutting = asyncio.create_task(
        cut(
            order_of(endless, endless, width=1280, height=720),
            room.film,
            ffmpeg=watched,
            scratch=room.scratch,
            on_progress=lambda share: begun.set() if share > 0.001 else None,
        )
    )
    await asyncio.wait_for(begun.wait(), 60)
    pids = [int(line) for line in record.read_text().split()]
    assert any(_is_alive(pid) for pid in pids)
    cutting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await cutting
    pids = [int(line) for line in record.read_text().split()]
    assert not any(_is_alive(pid) for pid in pids)
    assert not room.film.exists()
    assert [path for path in room.left_over() if path not in (watched, str(record))] == []


async def test_a_listener_that_fails_ends_it(room: Room) -> None:
    def fail(share: float) -> None:
        if share > 0:
            raise LookupError("nobody listens")

    with pytest.raises(LookupError):
        await room.cut_order(order_of(CutScene(room.colour("red"), 2.0)), on_progress=fail)
    assert room.left_over() == []
    assert not room.film.exists()


async def test_a_film_that_was_there_stays_until_there_is_another(room: Room) -> None:
    room.film.write_bytes(b"the film before")
    with pytest.raises(CutFailed):
        await room.cut(CutScene(room.folder / "nothing.mp4", 1.0))
    assert room.film.read_bytes() == b"the film before"


def _broken(room: Room) -> Path:
    path = room.folder / "clips" / "broken.mp4"
    path.write_bytes(b"no video at all")
    return path


def _truncated(room: Room) -> Path:
    whole = room.make("whole.mp4", "-f lavfi -i testsrc2=s=320x180:d=2 -movflags +faststart")
    path = whole.with_name("truncated.mp4")
    path.write_bytes(whole.read_bytes()[: whole.stat().st_size * 2 // 3])
    return path


def _soundless(room: Room) -> Path:
    return room.make("soundless.mp3", "-f lavfi -i anullsrc -t 2")


def _list(room: Room) -> Path:
    """One that would make ffmpeg open another file."""
    path = room.folder / "clips" / "list.mp4"
    path.write_text(f"ffconcat version 1.0\nfile '{room.colour('red')}'\n")
    return path


def _tiny(room: Room) -> Path:
    path = room.folder / "clips" / "tiny.png"
    Image.new("RGB", (4, 4)).save(path)
    return path


@pytest.mark.parametrize(
    ("code", "fields"),
    [
        ("missing_clip", {"clip": lambda room: room.folder / "nothing.mp4"}),
        ("unreadable_clip", {"clip": _broken}),
        ("unreadable_clip", {"clip": _truncated}),
        ("unreadable_clip", {"clip": _list}),
        ("unreadable_clip", {"clip": _tiny}),
        ("unreadable_clip", {"clip": lambda room: room.tone(1.0)}),
        ("empty_range", {"start": lambda room: 1.0}),
        ("missing_narration", {"narration": lambda room: room.folder / "nothing.mp3"}),
        ("unreadable_narration", {"narration": _broken}),
        ("unreadable_narration", {"narration": lambda room: room.colour("blue")}),
        ("narration_too_long", {"narration": lambda room: room.tone(1.2)}),
    ],
)
async def test_it_is_said_which_scene_is_at_fault(
    room: Room, code: str, fields: dict[str, Callable[[Room], Any]]
) -> None:
    good = CutScene(room.colour("red"), 1.0)
    found: dict[str, Any] = {name: make(room) for name, make in fields.items()}
    bad = CutScene(**{"clip": room.colour("red"), "seconds": 1.0, **found})
    with pytest.raises(CutFailed) as caught:
        await room.cut(good, bad, good)
    assert (caught.value.code, caught.value.scene) == (code, 2)
    assert "cene 2" in caught.value.message
    assert room.left_over() == []
    assert not room.film.exists()


@pytest.mark.parametrize(
    ("code", "music"),
    [
        ("missing_music", lambda room: room.folder / "nothing.mp3"),
        ("unreadable_music", _broken),
        ("music_too_short", lambda room: room.tone(0.9)),
        ("silent_music", _soundless),
    ],
)
async def test_music_that_cannot_be(room: Room, code: str, music: Callable[[Room], Path]) -> None:
    scene = CutScene(room.colour("red"), 1.0)
    with pytest.raises(CutFailed) as caught:
        await room.cut(scene, music=Music(music(room)))
    assert (caught.value.code, caught.value.scene) == (code, None)


async def test_a_film_needs_a_scene(room: Room) -> None:
    with pytest.raises(CutFailed) as caught:
        await room.cut()
    assert caught.value.code == "nothing_to_cut"


@pytest.mark.parametrize(
    ("size", "small"), [((1280, 720), (640, 360)), ((720, 1280), (360, 640)), ((320, 180), (320, 180))]
)
async def test_a_preview_is_small(room: Room, size: tuple[int, int], small: tuple[int, int]) -> None:
    scene = CutScene(room.sounding(), 1.0)
    made = await room.cut(scene, scene, width=size[0], height=size[1], transition="wipe", preview=True)
    facts = await probe(room.film)
    assert (facts.width, facts.height) == small
    assert made.duration == pytest.approx(2.0)
    assert len(pictures(room.film)) == 48
    assert not made.copied
    assert made.loudness == pytest.approx(-16, abs=1)


_NOISE = "-f lavfi -i nullsrc=s=640x360:r=24:d=3 -vf geq=random(1)*255:128:128 -c:v libx264 -preset ultrafast"


def _recorded(room: Room) -> tuple[str, Path]:
    """An ffmpeg that writes down its process ids."""
    script, record = room.folder / "ffmpeg", room.folder / "pids"
    script.write_text(f'#!/bin/sh\necho $$ >> "{record}"\nexec "{room.ffmpeg}" "$@"\n')
    script.chmod(0o755)
    return str(script), record


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
