"""Clips that match follow each other as they are, to the bit."""

import hashlib
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import pytest
from tests.media.cut.films import X264, Room, greys, order_of, stamps

from rushes.media.cut import CutOrder, CutScene, Music
from rushes.media.probe import probe

# As providers encode: with frames that depend on later ones, and sound.
MEDIUM = "-c:v libx264 -preset medium -pix_fmt yuv420p"


def provided(room: Room, number: int, *, seconds: float = 1.0, rate: str = "24", sound: bool = True) -> Path:
    source = f"-f lavfi -i testsrc2=s=320x180:r={rate}:d={seconds},hue=h={number * 40}"
    tone = f" -f lavfi -i sine=f={300 + 100 * number}:d={seconds}" if sound else ""
    return room.make(f"p{number}-{seconds}-{rate.replace('/', '_')}-{sound}.mp4", f"{source}{tone} {MEDIUM}")


def packets(path: Path, most: int | None = None) -> list[str]:
    """What is in a video's packets, without their times."""
    with av.open(str(path)) as container:
        found = [bytes(packet) for packet in container.demux(video=0) if packet.size]
    return [hashlib.sha256(data).hexdigest() for data in found[:most]]


def decoded(path: Path) -> list[str]:
    with av.open(str(path)) as container:
        return [hashlib.sha256(frame.to_ndarray()).hexdigest() for frame in container.decode(video=0)]


@pytest.mark.parametrize("rate", ["24", "24000/1001", "30"])
async def test_matching_clips_are_copied(room: Room, rate: str) -> None:
    fps = Fraction(rate)
    clips = [provided(room, number, rate=rate) for number in range(3)]
    seconds = float(len(packets(clips[0])) / fps)
    made = await room.cut(*(CutScene(clip, seconds) for clip in clips), fps=fps)
    assert made.copied
    assert made.duration == pytest.approx(3 * seconds, abs=0.001)
    assert packets(room.film) == [packet for clip in clips for packet in packets(clip)]
    assert decoded(room.film) == [frame for clip in clips for frame in decoded(clip)]
    # A tick of the container's clock is the most that rounding may move a frame.
    for n, stamp in enumerate(stamps(room.film)):
        assert float(stamp) == pytest.approx(float(n / fps), abs=1e-4)
    assert (await probe(room.film)).duration == pytest.approx(3 * seconds, abs=float(1 / fps))
    assert room.left_over() == []


async def test_sound_is_made_anew_beside_copied_pictures(room: Room) -> None:
    scenes = [CutScene(provided(room, number), 1.0, narration=room.tone(0.8)) for number in range(2)]
    made = await room.cut(*scenes, music=Music(room.tone(1.5, hertz=200)))
    assert made.copied
    assert made.loudness == pytest.approx(-16, abs=1)


async def test_an_end_is_cut_where_nothing_before_it_depends_on_it(room: Room) -> None:
    clips = [provided(room, number) for number in range(2)]
    with av.open(str(clips[0])) as container:
        order = [packet.pts for packet in container.demux(video=0) if packet.pts is not None]
    places = [sorted(order).index(pts) for pts in order]
    clean = [n for n in range(12, 24) if max(places[:n]) == n - 1]
    unclean = [n for n in range(12, 24) if n not in clean]
    assert clean
    assert unclean
    for count, copied in ((clean[0], True), (unclean[0], False)):
        made = await room.cut(CutScene(clips[0], count / 24), CutScene(clips[1], 1.0))
        assert made.copied is copied
        found = decoded(room.film)
        assert len(found) == count + 24
        if copied:
            assert found == decoded(clips[0])[:count] + decoded(clips[1])


async def test_a_frame_too_few_stays_on_for_longer(room: Room) -> None:
    """A clip is called as long as its sound, which seldom ends with its pictures."""
    clips = [provided(room, number) for number in range(2)]
    made = await room.cut(CutScene(clips[0], 1.06), CutScene(clips[1], 1.0))
    assert made.copied
    found = stamps(room.film)
    assert len(found) == 48
    assert found[24] == Fraction(25, 24)
    made = await room.cut(CutScene(clips[0], 1.2), CutScene(clips[1], 1.0))
    assert not made.copied


@pytest.mark.parametrize(
    "change",
    [
        {"transition": "dissolve"},
        {"label": "AI-generated"},
        {"fps": Fraction(30)},
        {"width": 160},
        {"height": 160},
    ],
)
async def test_what_changes_pictures_encodes_them(room: Room, change: dict[str, Any]) -> None:
    scenes = [CutScene(provided(room, number), 1.0) for number in range(2)]
    assert not (await room.cut(*scenes, **change)).copied
    assert (await room.cut(*scenes)).copied


@pytest.mark.parametrize("fields", [{"start": 0.2}, {"seconds": 1.5, "fit": "slow"}, {"seconds": 1.5}])
async def test_so_do_scenes_that_change_their_clips(room: Room, fields: dict[str, Any]) -> None:
    scene = replace(CutScene(provided(room, 1), 0.75), **fields)
    assert not (await room.cut(CutScene(provided(room, 0), 1.0), scene)).copied


async def test_one_clip_of_another_make_is_enough(room: Room) -> None:
    other = room.make("other.mp4", f"-f lavfi -i testsrc2=s=320x180:r=24:d=1 -f lavfi -i sine=d=1 {X264}")
    order: CutOrder = order_of(CutScene(provided(room, 0), 1.0), CutScene(other, 1.0))
    assert not (await room.cut_order(order)).copied
    varied = room.make(
        "varied.mp4",
        "-f lavfi -i testsrc2=s=320x180:r=24:d=1 -f lavfi -i sine=d=1 -vf select='not(eq(n,5))' "
        f"-fps_mode vfr {MEDIUM}",
    )
    assert not (await room.cut(CutScene(varied, 1.0))).copied


async def test_copied_pictures_are_those_of_their_scenes(room: Room) -> None:
    clips = [room.counting(24), room.counting(24)]
    made = await room.cut(*(CutScene(clip, 1.0) for clip in clips), width=64, height=64)
    assert made.copied
    assert greys(room.film) == greys(clips[0]) + greys(clips[1])
