"""What is seen: each scene in its time, whole and in its shape, held or slowed where it is short."""

import itertools
import subprocess
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image
from tests.media.cut.films import (
    BLACK,
    BLUE,
    GREEN,
    RATE,
    RED,
    WHITE,
    X264,
    Room,
    greys,
    is_near,
    middle,
    pictures,
    stamps,
)
from tests.media.cut.films import (
    sound as film_sound,
)

from rushes.media.cut import CutScene
from rushes.media.faststart import is_faststart
from rushes.media.probe import probe


async def test_scenes_follow_each_other(room: Room) -> None:
    clips = [room.colour("red", rate="30"), room.colour("green", rate="24000/1001"), room.colour("blue")]
    made = await room.cut(
        *(CutScene(clip, seconds) for clip, seconds in zip(clips, (0.7, 0.9, 0.5), strict=True))
    )
    assert made.duration == pytest.approx(2.1, abs=1 / 24)
    assert not made.copied
    assert made.loudness is None
    frames = pictures(room.film)
    assert len(frames) == 50
    for seconds, colour in ((0.35, RED), (1.15, GREEN), (1.85, BLUE)):
        assert is_near(middle(frames[round(seconds * 24)]), colour)
    assert is_near(middle(frames[16]), RED)
    assert is_near(middle(frames[17]), GREEN)
    assert room.left_over() == []


async def test_what_comes_out(room: Room) -> None:
    await room.cut(CutScene(room.colour("red", size="640x640"), 1.0))
    facts = await probe(room.film)
    assert (facts.width, facts.height, facts.pixel_format) == (320, 180, "yuv420p")
    assert (facts.video_codec, facts.audio_codec) == ("h264", "aac")
    assert facts.duration == pytest.approx(1.0, abs=1 / 24)
    assert await is_faststart(room.film)
    with av.open(str(room.film)) as container:
        assert container.streams.video[0].codec_context.profile == "High"
        sound = container.streams.audio[0]
        assert (sound.rate, sound.layout.name) == (48000, "stereo")


@pytest.mark.parametrize("rate", ["24", "24000/1001", "30", "30000/1001"])
async def test_frames_come_at_their_times_to_the_tick(room: Room, rate: str) -> None:
    fps = Fraction(rate)
    scenes = [CutScene(room.colour(name, rate="25"), 0.77) for name in ("red", "green", "blue")]
    made = await room.cut(*scenes, fps=fps)
    found = stamps(room.film)
    assert found == [n / fps for n in range(round(3 * Fraction("0.77") * fps))]
    assert made.duration == pytest.approx(float(len(found) / fps))


@pytest.mark.parametrize(
    ("size", "bars"),
    [("180x320", "sides"), ("320x100", "ends"), ("322x182", "none"), ("641x361", "none")],
)
async def test_other_shapes_get_bars(room: Room, size: str, bars: str) -> None:
    """A round thing stays round, and nothing of it is lost."""
    width, height = (int(side) for side in size.split("x"))
    radius = min(width, height) // 2 - 4
    disc = f"geq=128*lt(hypot(X-{width / 2}\\,Y-{height / 2})\\,{radius})+64*gte(0\\,0):128:128"
    clip = room.make(f"{size}.mkv", f"-f lavfi -i nullsrc=s={size}:r=24:d=0.3 -vf {disc} -c:v ffv1")
    await room.cut(CutScene(clip, 0.3))
    frame = pictures(room.film)[3].mean(axis=2)
    corners = [frame[0, 0], frame[0, -1], frame[-1, 0], frame[-1, -1]]
    if bars == "none":
        assert min(corners) > 30
    else:
        assert max(corners) < 6
        edge = frame[90] if bars == "sides" else frame[:, 160]
        scale = 180 / 320 if bars == "sides" else 1.0
        inside = 180 * scale if bars == "sides" else 100
        assert np.count_nonzero(edge > 30) == pytest.approx(inside, abs=3)
    disc_seen = frame > 160
    across, down = np.count_nonzero(disc_seen.any(axis=0)), np.count_nonzero(disc_seen.any(axis=1))
    assert across == pytest.approx(down, abs=3)
    assert across == pytest.approx(2 * radius * min(320 / width, 180 / height), abs=4)


async def test_clips_are_stood_upright(room: Room) -> None:
    """Red over blue when shown; the pixels lie on their side."""
    lying = room.make(
        "lying.mp4",
        f"-f lavfi -i color=red:s=160x180:r=24:d=0.5 -f lavfi -i color=blue:s=160x180:r=24:d=0.5 "
        f"-filter_complex [0][1]hstack {X264}",
    )
    upright = lying.with_name("upright.mp4")
    turn = ["-display_rotation", "-90", "-i", str(lying), "-c", "copy", str(upright)]
    subprocess.run([room.ffmpeg, "-loglevel", "error", "-y", *turn], check=True)
    await room.cut(CutScene(upright, 0.5))
    frame = pictures(room.film)[5]
    assert is_near(tuple(frame[30, 160]), RED)
    assert is_near(tuple(frame[150, 160]), BLUE)
    assert is_near(tuple(frame[90, 40]), BLACK)


async def test_wide_pixels_are_squared(room: Room) -> None:
    clip = room.make("wide.mp4", f"-f lavfi -i color=red:s=160x180:r=24:d=0.5 -vf setsar=2 {X264}")
    await room.cut(CutScene(clip, 0.5))
    frame = pictures(room.film)[5]
    assert is_near(tuple(frame[90, 2]), RED)
    assert is_near(tuple(frame[90, 317]), RED)


async def test_stills_stand_for_their_time(room: Room) -> None:
    picture = room.folder / "still.jpg"
    Image.new("RGB", (300, 300), RED).save(picture, exif=_on_its_side())
    await room.cut(CutScene(picture, 1.0), CutScene(room.colour("blue"), 0.5), CutScene(picture, 0.5))
    frames = pictures(room.film)
    assert len(frames) == 48
    assert all(is_near(middle(frames[n]), RED) for n in (0, 12, 23, 36, 47))
    assert is_near(middle(frames[30]), BLUE)
    assert is_near(tuple(frames[12][90, 10]), BLACK)


async def test_a_varying_rate_is_evened_out(room: Room) -> None:
    """A second of white at 30 frames, two of black at three: each is shown as long as it was."""
    clip = room.make(
        "varied.mp4",
        "-f lavfi -i color=white:s=320x180:r=30:d=3 -vf "
        f"drawbox=t=fill:color=black:enable=gte(t\\,1),select='lt(n,30)+not(mod(n,10))' -fps_mode vfr {X264}",
    )
    await room.cut(CutScene(clip, 3.0))
    frames = pictures(room.film)
    assert len(frames) == 72
    assert sum(is_near(middle(frame), WHITE) for frame in frames) == pytest.approx(24, abs=1)


@pytest.mark.parametrize("rate", ["24", "24000/1001"])
async def test_frames_are_neither_lost_nor_doubled(room: Room, rate: str) -> None:
    """Through seeking, cutting into pieces and dissolving, every frame comes in its place."""
    clip = room.counting(60, rate)
    scenes = [CutScene(clip, 1.0), CutScene(clip, 1.0, start=1.0)]
    await room.cut(*scenes, width=64, height=64, fps=Fraction(rate), transition="dissolve")
    # The second scene goes on where the first one stops: the dissolve blends a frame with itself.
    found = [(grey - 20) / 2 for grey in greys(room.film)]
    whole = len(found)
    outside = [n for n in range(whole) if abs(n - 24) > 6]
    assert [found[n] for n in outside] == [pytest.approx(n, abs=0.6) for n in outside]
    assert all(one <= other + 0.5 for one, other in itertools.pairwise(found))


async def test_the_last_frame_is_held(room: Room) -> None:
    await room.cut(CutScene(room.counting(24), 2.0, fit="hold"), width=64, height=64)
    found = greys(room.film)
    assert len(found) == 48
    assert found[23] > found[22]
    assert {abs(grey - found[23]) <= 1 for grey in found[23:]} == {True}


async def test_out_points_are_kept(room: Room) -> None:
    """Nothing that lies outside of them is ever seen."""
    scenes = [
        CutScene(room.counting(60), 1.0, start=0.5, end=1.0),
        CutScene(room.counting(60), 1.0, start=0.5),
    ]
    await room.cut(*scenes, width=64, height=64, transition="dissolve")
    found = [(grey - 20) / 2 for grey in greys(room.film)]
    assert found[0] == pytest.approx(12, abs=1)
    assert found[11] == pytest.approx(23, abs=1)
    assert found[17] == pytest.approx(23, abs=1)
    assert min(found[18:30]) >= 11
    assert max(found[18:30]) <= 24


async def test_slowing_is_at_most_a_tenth(room: Room) -> None:
    await room.cut(CutScene(room.counting(24), 1.5, fit="slow"), width=64, height=64)
    found = [(grey - 20) / 2 for grey in greys(room.film)]
    assert len(found) == 36
    assert found[11] == pytest.approx(10, abs=1)
    assert found[25] == pytest.approx(23, abs=1)
    assert found[24] < 23 - 0.1
    assert found[26:] == [pytest.approx(23, abs=0.6)] * 10


async def test_slowing_just_as_much_as_is_needed(room: Room) -> None:
    await room.cut(CutScene(room.counting(24), 1.05, fit="slow"), width=64, height=64)
    found = [(grey - 20) / 2 for grey in greys(room.film)]
    assert len(found) == 25
    assert found[-1] == pytest.approx(23, abs=0.6)
    assert found[-2] <= found[-1]


async def test_a_film_of_many_scenes(room: Room) -> None:
    clips = [room.colour(name, 0.5) for name in ("red", "green", "blue")]
    scenes = [CutScene(clips[n % 3], 0.137, clip_audio="mute") for n in range(30)]
    made = await room.cut(*scenes, label="many")
    frames = pictures(room.film)
    assert len(frames) / 24 == pytest.approx(30 * 0.137, abs=1 / 24)
    assert made.duration == pytest.approx(30 * 0.137, abs=1 / 24)
    for n in range(30):
        at = round((n + 0.5) * 0.137 * 24)
        assert is_near(middle(frames[at]), (RED, GREEN, BLUE)[n % 3])


async def test_scenes_of_single_frames(room: Room) -> None:
    clips = [room.colour(name, 0.5) for name in ("red", "green", "blue")]
    scenes = [CutScene(clips[n % 3], (1 + n % 2) / 24) for n in range(9)]
    await room.cut(*scenes, label="short")
    frames = pictures(room.film)
    wanted = [(RED, GREEN, BLUE)[n % 3] for n in range(9) for _ in range(1 + n % 2)]
    assert len(frames) == len(wanted)
    assert all(is_near(middle(frame), colour) for frame, colour in zip(frames, wanted, strict=True))
    assert stamps(room.film) == [Fraction(n, 24) for n in range(len(wanted))]


def _on_its_side() -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = 6
    return exif


@pytest.mark.parametrize("transition", ["fade", "dissolve", "wipe"])
async def test_transitions_take_no_time(room: Room, transition: str) -> None:
    scenes = [CutScene(room.colour(name), 1.0) for name in ("red", "blue", "red")]
    made = await room.cut(*scenes, transition=transition)
    frames = pictures(room.film)
    assert len(frames) == 72
    assert made.duration == pytest.approx(3.0)
    for n in (0, 17, 31, 40, 55, 71):
        assert is_near(middle(frames[n]), BLUE if 24 <= n < 48 else RED), n
    at_boundary = frames[24]
    if transition == "dissolve":
        assert is_near(middle(at_boundary), (128, 0, 128), by=24)
        assert frames[21][90, 160, 0] > frames[24][90, 160, 0] > frames[27][90, 160, 0]
    elif transition == "fade":
        assert at_boundary[90, 160].sum() < 160
    else:
        assert is_near(tuple(at_boundary[90, 20]), RED)
        assert is_near(tuple(at_boundary[90, 300]), BLUE)


async def test_colours_stay_what_they_are(room: Room, tmp_path: Path) -> None:
    """Whether they are said to be those of television or of computers, new or old."""
    for matrix in ("bt709", "smpte170m"):
        chain = f"scale=out_color_matrix={matrix}:out_range=tv,format=yuv420p"
        tags = f"setparams=colorspace={matrix}:range=tv"
        source = f"-f lavfi -i color=0x30C040:s=640x360:r=24:d=0.3,format=rgb24,{chain},{tags}"
        clip = room.make(f"{matrix}.mp4", f"{source} {X264}")
        await room.cut(CutScene(clip, 0.3))
        with av.open(str(room.film)) as container:
            frame = next(container.decode(video=0))
            assert frame.colorspace == 1
        assert is_near(middle(pictures(room.film)[3]), (0x30, 0xC0, 0x40), by=6)


@pytest.mark.parametrize("sound", ["-c:a aac", "-c:a libmp3lame", "-c:a libopus -ar 48000 -strict -2"])
@pytest.mark.parametrize("rate", ["24", "25", "30"])
async def test_what_encoders_of_sound_put_before_it_shifts_no_frame(
    room: Room, sound: str, rate: str
) -> None:
    """Neither where pictures are copied nor where they are encoded again: flash and click stay together."""
    half = int(rate) // 2
    flash = f"drawbox=t=fill:color=white:enable=gte(n\\,{half})"
    clip = room.make(
        f"flash-{rate}-{sound[5:9].strip()}.mp4",
        f"-f lavfi -i color=black:s=320x180:r={rate}:d=1,{flash} "
        f"-f lavfi -i aevalsrc=0.5*sin(880*PI*t)*gte(t\\,0.5):d=1:s=48000 {X264} {sound}",
    )
    for label in (None, "a"):
        scene = CutScene(clip, 1.0, clip_audio="keep")
        made = await room.cut(scene, scene, fps=Fraction(rate), label=label)
        assert made.copied is (label is None)
        seen = [middle(frame)[0] > 128 for frame in pictures(room.film)]
        assert seen == ([False] * half + [True] * (int(rate) - half)) * 2
        heard = np.abs(film_sound(room.film)) > 0.05
        assert np.argmax(heard) / RATE == pytest.approx(0.5, abs=0.012)
        second = np.argmax(heard[int(1.1 * RATE) :]) / RATE + 1.1
        assert second == pytest.approx(1.5, abs=0.012)


@pytest.mark.parametrize(
    ("name", "recipe", "first"),
    [
        ("a.mkv", "-c copy", 0),
        ("late.mkv", "-c copy -output_ts_offset 7", 0),
        ("fragmented.mp4", "-c copy -movflags frag_keyframe+empty_moov", 0),
        ("a.mov", "-c copy", 0),
        ("a.webm", "-c:v libvpx-vp9 -lossless 1 -cpu-used 8", 0),
        ("hevc.mp4", "-c:v libx265 -x265-params lossless=1:log-level=none", 0),
        ("edited.mp4", "-c copy -ss 0.5", 12),
    ],
)
@pytest.mark.parametrize("start", [None, 0.5])
async def test_clips_of_every_kind(
    room: Room, name: str, recipe: str, first: int, start: float | None
) -> None:
    """An edited one holds frames that its table says not to show."""
    source = room.counting(60)
    clip = source.with_name(name)
    seek = recipe.split()[-2:] if "-ss" in recipe else []
    rest = recipe.split()[: -2 if seek else None]
    subprocess.run(
        [room.ffmpeg, "-loglevel", "error", "-y", *seek, "-i", str(source), *rest, str(clip)], check=True
    )
    await room.cut(CutScene(clip, 0.5, start=start), CutScene(clip, 0.5, start=start), width=96, height=64)
    found = [(grey - 20) / 2 for grey in greys(room.film)]
    begin = first + (12 if start else 0)
    assert found == [pytest.approx(begin + n, abs=0.6) for n in range(12)] * 2
