"""What is heard: narrations in their places, music and clips lowered under them, all of it as loud as it
should be."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.media.cut.films import RATE, Room, level, loudness, sound

from rushes.media.cut import CutFailed, CutScene, Music


def onset(samples: Any, over: float = -30) -> float:
    """The second at which a sound begins."""
    loud = np.abs(samples) > 10 ** (over / 20)
    return float(np.argmax(loud)) / RATE


@pytest.mark.parametrize("parts", ["narration", "music", "clips", "all"])
async def test_the_whole_is_as_loud_as_it_should_be(room: Room, parts: str) -> None:
    narration = room.tone(1.2, level=-33) if parts in ("narration", "all") else None
    music = (
        Music(room.tone(1.5, hertz=300, level=-3, name="music.mp3")) if parts in ("music", "all") else None
    )
    audio: Any = "duck" if parts in ("clips", "all") else "mute"
    scene = CutScene(room.sounding(), 2.0, narration=narration, narration_at=0.3, clip_audio=audio)
    made = await room.cut(scene, scene, music=music)
    found, highest = loudness(room.ffmpeg, room.film)
    assert found == pytest.approx(-16, abs=1)
    assert made.loudness == pytest.approx(found, abs=0.3)
    assert highest <= -1.0


async def test_peaks_are_limited_and_the_rest_is_left_alone(room: Room) -> None:
    """Clicks over a quiet tone: one gain for all would put them far over full scale."""
    clicks = "aevalsrc=0.02*sin(880*PI*t)+0.9*lt(mod(t\\,0.5)\\,0.002):d=3:s=48000"
    narration = room.make("clicks.wav", f"-f lavfi -i {clicks}")
    made = await room.cut(CutScene(room.colour("red"), 3.0, narration=narration))
    found, highest = loudness(room.ffmpeg, room.film)
    assert found == pytest.approx(-16, abs=1)
    assert highest <= -1.0
    assert made.loudness == pytest.approx(found, abs=0.3)


async def test_a_narration_is_heard_in_its_place(room: Room) -> None:
    scenes = [
        CutScene(room.colour("red"), 1.0),
        CutScene(room.colour("green"), 1.0, narration=room.tone(0.4), narration_at=0.35),
    ]
    for transition in ("none", "dissolve"):
        await room.cut(*scenes, transition=transition)
        heard = sound(room.film)
        assert onset(heard) == pytest.approx(1.35, abs=0.01)
        assert len(heard) / RATE == pytest.approx(2.0, abs=1 / 24)
        assert level(heard, 1.4, 1.7) > -25
        assert level(heard, 1.8, 2.0) < -60


async def test_a_narration_may_end_a_moment_late_but_not_more(room: Room) -> None:
    clip = room.colour("red")
    await room.cut(CutScene(clip, 1.0, narration=room.tone(1.04)))
    with pytest.raises(CutFailed) as caught:
        await room.cut(CutScene(clip, 2.0), CutScene(clip, 1.0, narration=room.tone(0.8), narration_at=0.3))
    assert (caught.value.code, caught.value.scene) == ("narration_too_long", 2)
    assert "scene 2" in caught.value.message


@pytest.mark.parametrize("name", ["speech.mp3", "speech.m4a", "speech.ogg", "speech.flac", "speech.wav"])
async def test_narrations_of_every_kind(room: Room, name: str) -> None:
    """What encoders add at the ends does not make one too long."""
    clip = room.colour("red")
    await room.cut(CutScene(clip, 1.0, narration=room.tone(1.0, name=name)))
    heard = sound(room.film)
    assert level(heard, 0.1, 0.9, hertz=1000) == pytest.approx(level(heard, 0.1, 0.9), abs=0.5)


async def test_music_is_lower_while_somebody_speaks(room: Room) -> None:
    scenes = [
        CutScene(room.colour("red"), 2.0),
        CutScene(room.colour("green"), 2.0, narration=room.tone(2.0, hertz=1000)),
        CutScene(room.colour("blue"), 2.0),
    ]
    await room.cut(*scenes, music=Music(room.tone(1.3, hertz=250), fade_in=0.2, fade_out=0.2))
    heard = sound(room.film)
    before, under, after = (level(heard, *span, hertz=250) for span in ((0.5, 1.8), (2.5, 3.9), (5.0, 5.7)))
    assert under < before - 6
    assert under < after - 6
    assert after == pytest.approx(before, abs=1.5)
    assert level(heard, 2.5, 3.9, hertz=1000) > under + 12


async def test_music_is_repeated_and_faded(room: Room) -> None:
    await room.cut(
        CutScene(room.colour("red"), 4.0), music=Music(room.tone(1.1, hertz=250), fade_in=0.5, fade_out=1.0)
    )
    heard = sound(room.film)
    middle = level(heard, 1.0, 2.8)
    assert level(heard, 0.0, 0.1) < middle - 10
    assert level(heard, 3.9, 4.0) < middle - 10
    for second in (0.8, 1.4, 2.0, 2.6):
        assert level(heard, second, second + 0.3) == pytest.approx(middle, abs=1.5)


async def test_how_loud_music_was_recorded_does_not_matter(room: Room) -> None:
    found = []
    for recorded in (-3, -40):
        scene = CutScene(room.colour("red"), 3.0, narration=room.tone(1.0))
        music = Music(room.tone(1.5, hertz=250, level=recorded), gain_db=-12)
        await room.cut(scene, music=music)
        heard = sound(room.film)
        found.append(level(heard, 0.1, 0.9, hertz=1000) - level(heard, 1.8, 2.2, hertz=250))
    assert found == [pytest.approx(12, abs=1.5)] * 2


@pytest.mark.parametrize("clip_audio", ["keep", "duck", "mute"])
async def test_what_becomes_of_a_clips_sound(room: Room, clip_audio: Any) -> None:
    scene = CutScene(
        room.sounding(2.5, hertz=440, level=-20), 2.5, narration=room.tone(1.2), clip_audio=clip_audio
    )
    await room.cut(scene)
    heard = sound(room.film)
    voice = level(heard, 0.3, 1.1, hertz=1000)
    under, alone = level(heard, 0.3, 1.1, hertz=440), level(heard, 1.9, 2.4, hertz=440)
    if clip_audio == "mute":
        assert max(under, alone) < voice - 50
    elif clip_audio == "keep":
        assert under == pytest.approx(alone, abs=1)
    else:
        assert under < alone - 6


async def test_a_clips_sound_keeps_to_its_scene(room: Room) -> None:
    """Trimmed with its pictures, slowed with them, and silent where they are held."""
    tone = room.sounding(2.0)
    scenes = [
        CutScene(tone, 1.0, start=0.5),
        CutScene(room.colour("red"), 1.0),
        CutScene(tone, 3.0, fit="slow"),
    ]
    await room.cut(*scenes)
    heard = sound(room.film)
    assert len(heard) / RATE == pytest.approx(5.0, abs=1 / 24)
    loud = level(heard, 0.2, 0.8)
    assert loud > -25
    assert level(heard, 1.05, 1.95) < -60
    assert level(heard, 2.1, 4.1) == pytest.approx(loud, abs=1)
    # slowed, not lowered
    assert level(heard, 2.2, 3.2, hertz=440) == pytest.approx(loud, abs=1)
    assert level(heard, 4.3, 5.0) < -60


@pytest.mark.parametrize(
    "layout", ["pan=mono|c0=c0", "pan=5.1|c0=c0|c1=c0|c2=c0|c3=0*c0|c4=c0|c5=c0", "aresample=22050"]
)
async def test_sound_of_every_layout(room: Room, layout: str) -> None:
    name = f"{layout[:8].replace('=', '-')}.mp4"
    clip = room.make(
        name, f"-f lavfi -i color=red:s=320x180:r=24:d=1 -f lavfi -i sine=d=1 -af {layout} -c:a aac"
    )
    await room.cut(CutScene(clip, 1.0), CutScene(room.sounding(1.0), 1.0))
    heard = sound(room.film)
    assert level(heard, 0.2, 0.8) > -40
    assert loudness(room.ffmpeg, room.film)[0] == pytest.approx(-16, abs=1)


async def test_sound_that_starts_late_stays_late(room: Room) -> None:
    clip = room.make(
        "late.mkv",
        "-f lavfi -i color=red:s=320x180:r=24:d=1.5 -itsoffset 0.7 -f lavfi -i sine=d=0.8 -c:a pcm_s16le",
    )
    await room.cut(CutScene(clip, 1.5))
    assert onset(sound(room.film)) == pytest.approx(0.7, abs=0.03)


async def test_thirty_scenes_stay_in_step(room: Room) -> None:
    """They are mixed a dozen at a time, and put end to end without a gap."""
    narration = room.tone(0.1, name="tick.wav")
    scenes = [
        CutScene(room.colour("red", 0.5), 0.337, narration=narration, narration_at=0.1) for _ in range(30)
    ]
    await room.cut(*scenes, music=Music(room.tone(1.0, hertz=250), gain_db=-30))
    heard = sound(room.film)
    assert len(heard) / RATE == pytest.approx(30 * 0.337, abs=1 / 24)
    for n in range(30):
        start = n * 0.337 + 0.1
        ticks = level(heard, start + 0.02, start + 0.08, hertz=1000)
        assert ticks > level(heard, start + 0.15, start + 0.21, hertz=1000) + 20, n


async def test_silence_is_silent(room: Room, tmp_path: Path) -> None:
    """Also where clips have sound in which nothing is heard: raised, it would be noise."""
    silent = room.make(
        "silent.mp4", "-f lavfi -i color=red:s=320x180:r=24:d=1 -f lavfi -i anullsrc -t 1 -c:a aac"
    )
    for clip in (room.colour("red"), silent):
        made = await room.cut(CutScene(clip, 1.0, clip_audio="keep"))
        assert made.loudness is None
        heard = sound(room.film)
        assert len(heard) / RATE == pytest.approx(1.0, abs=1 / 24)
        assert level(heard, 0.0, 1.0) < -90
