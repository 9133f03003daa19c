"""Mixes a film's sound and brings it to the loudness at which people expect it.

First each scene's narration and clip sound are brought to their places, a dozen scenes at a time; these two
tracks and the music become the mix; what came of it is measured and encoded, and measured again: an encoder
and a limiter both change a little of what was asked for.
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rushes.media.cut.joining import joined, reading_list
from rushes.media.cut.listening import SoundFacts
from rushes.media.cut.order import CutFailed, CutOrder, CutScene, Music
from rushes.media.cut.picture import Shown, seeking
from rushes.media.cut.timeline import Timeline
from rushes.media.ffmpeg import FfmpegFailed, read, reading

LOUDNESS = -16.0  # LUFS, of the whole
_HIGHEST = -1.0  # dBTP
_RESERVE = 0.5  # dB between what is aimed at and the highest: the encoder overshoots
_CLOSE = 0.5  # LU within which it is right
_TRIES = 4
_SILENT = -60.0  # LUFS; raising this would make a film of noise
_RATE = 48_000
_AT_ONCE = 12  # scenes in one graph
_SPEECH = 0.1  # the level to which narrations and music are brought before they are mixed: -20 dB
_MOST_GAIN = 24.0  # dB, for either
_HEADROOM = 12.0  # dB under full scale that the mix is kept, where adding up would clip
_CLICK = 0.008  # seconds of fade where a sound is cut: what starts at full strength clicks
_DUCK = "sidechaincompress=threshold=0.02:ratio=6:attack=30:release=450"
_STEREO = f"aformat=sample_fmts=fltp:sample_rates={_RATE}:channel_layouts=stereo"
_FLAC = ("-c:a", "flac", "-sample_fmt", "s32", "-compression_level", "0", "-f", "flac")


@dataclass(frozen=True, slots=True)
class Sounds:
    """What is to be heard: each scene's clip and narration facts (None: no narration), and the music's."""

    shown: list[Shown]
    narrations: list[SoundFacts | None]
    music: SoundFacts | None


async def make_sound(
    order: CutOrder,
    timeline: Timeline,
    sounds: Sounds,
    folder: Path,
    *,
    ffmpeg: str,
    bitrate: int,
    on_share: Callable[[float], None],
) -> tuple[Path, float | None]:
    """The film's sound as AAC in an MP4 in `folder`, and its loudness in LUFS; silence has none.

    Raises CutFailed.
    """
    try:
        stems = await _stems(order, timeline, sounds, folder, ffmpeg)
        on_share(0.4)
        if not stems and order.music is None:
            return await _silence(timeline, folder, ffmpeg), None
        mix, loudness, peak = await _mix(order, timeline, sounds, stems, folder, ffmpeg)
        on_share(0.7)
        if loudness < _SILENT:
            return await _silence(timeline, folder, ffmpeg), None
        made = await _master(mix, loudness, peak, folder, ffmpeg, bitrate)
        on_share(1.0)
        return made
    except FfmpegFailed as error:
        raise CutFailed("encoding_failed", f"The sound cannot be mixed: {error}") from error


async def _stems(
    order: CutOrder, timeline: Timeline, sounds: Sounds, folder: Path, ffmpeg: str
) -> dict[str, list[str]]:
    """Arguments that open what was made of the film's narration ("voice") and its clips' sound ("clips");
    only what is heard at all."""
    count = len(order.scenes)
    heard = {"voice": any(sounds.narrations), "clips": any(_is_heard(order, sounds, n) for n in range(count))}
    wanted = [name for name in heard if heard[name]]
    files: dict[str, list[Path]] = {name: [] for name in wanted}
    for first in range(0, count if wanted else 0, _AT_ONCE):
        scenes = range(first, min(count, first + _AT_ONCE))
        into = {name: folder / f"{name}-{first:05}.flac" for name in wanted}
        await read(ffmpeg, _stem_args(order, timeline, sounds, scenes, into))
        for name in wanted:
            files[name].append(into[name])
    opening = {}
    for name, made in files.items():
        spans = [(path, _AT_ONCE * n) for n, path in enumerate(made)]
        edges = [timeline.edges[min(count, scene)] for _, scene in spans] + [timeline.frames]
        opening[name] = (
            reading(made[0])
            if len(made) == 1
            else reading_list(joined(made, [timeline.seconds_at(edge) for edge in edges], folder / name))
        )
    return opening


def _is_heard(order: CutOrder, sounds: Sounds, n: int) -> bool:
    return order.scenes[n].clip_audio != "mute" and sounds.shown[n].facts.has_sound


def _stem_args(
    order: CutOrder, timeline: Timeline, sounds: Sounds, scenes: range, into: dict[str, Path]
) -> list[str]:
    inputs: list[str] = []
    graph: list[str] = []
    opened = 0
    for n in scenes:
        scene, narration = order.scenes[n], sounds.narrations[n]
        length = _samples(timeline, n + 1) - _samples(timeline, n)
        if "voice" in into:
            if narration is not None and scene.narration is not None:
                inputs += reading(scene.narration)
                graph.append(_placed(f"[{opened}:a:0]", _voice(scene, narration), length, f"[voice{n}]"))
                opened += 1
            else:
                graph.append(_nothing(length, f"[voice{n}]"))
        if "clips" in into:
            if _is_heard(order, sounds, n):
                clip, use = sounds.shown[n], sounds.shown[n].use
                inputs += reading(clip.path, *seeking(clip.facts, use.start))
                chain = _clip_sound(order, timeline, sounds, n)
                graph.append(_placed(f"[{opened}:a:0]", chain, length, f"[clips{n}]"))
                opened += 1
                if scene.clip_audio == "duck" and narration is not None:
                    graph.append(f"[voice{n}]asplit[voice{n}][key{n}]")
                    graph.append(f"[clips{n}][key{n}]{_DUCK}[clips{n}]")
            else:
                graph.append(_nothing(length, f"[clips{n}]"))
    outputs: list[str] = []
    for name, path in into.items():
        heard = "".join(f"[{name}{n}]" for n in scenes)
        graph.append(f"{heard}concat=n={len(scenes)}:v=0:a=1[{name}]")
        outputs += ["-map", f"[{name}]", *_FLAC, f"file:{path}"]
    return ["-copyts", *inputs, "-filter_complex", ";".join(graph), *outputs]


def _placed(source: str, chain: str, length: int, name: str) -> str:
    return f"{source}{chain},apad=whole_len={length},atrim=end_sample={length}{name}"


def _nothing(length: int, name: str) -> str:
    return f"anullsrc=r={_RATE}:cl=stereo,{_STEREO},atrim=end_sample={length}{name}"


def _voice(scene: CutScene, facts: SoundFacts) -> str:
    delay = round(scene.narration_at * _RATE)
    shift = f",adelay=delays={delay}S:all=1" if delay else ""
    return f"asetpts=N/SR/TB,aresample={_RATE},{_STEREO},volume={_levelling(facts):.2f}dB{shift}"


def _clip_sound(order: CutOrder, timeline: Timeline, sounds: Sounds, n: int) -> str:
    """Where pictures dissolve, their sounds come and go with them, each in its own scene's time."""
    use, origin = sounds.shown[n].use, sounds.shown[n].facts.origin
    length = min(use.length * use.pace, timeline.seconds_at(timeline.frames_of(n)))
    come, go = (max(_CLICK, timeline.seconds_at(timeline.halves[edge])) for edge in (n, n + 1))
    pace = f",atempo={1 / use.pace:.9f}" if use.pace != 1.0 else ""
    return (
        f"atrim={origin + use.start:.6f}:{origin + use.start + use.length:.6f}"
        f",asetpts=PTS-{origin + use.start:.6f}/TB"
        # async and first_pts put silence where the clip's sound starts late or has gaps
        f",aresample={_RATE}:async=1:first_pts=0,{_STEREO}{pace}"
        f",afade=t=in:d={come:.6f},afade=t=out:st={max(0.0, length - go):.6f}:d={go:.6f}"
    )


async def _mix(
    order: CutOrder,
    timeline: Timeline,
    sounds: Sounds,
    stems: dict[str, list[str]],
    folder: Path,
    ffmpeg: str,
) -> tuple[Path, float, float]:
    """All of it together, with how loud (LUFS) and how high (dBTP) that is."""
    into, length = folder / "mix.flac", _samples(timeline, len(order.scenes))
    inputs = [argument for opening in stems.values() for argument in opening]
    graph, mixed = [], [f"[{n}:a:0]" for n in range(len(stems))]
    if order.music is not None and sounds.music is not None:
        inputs += reading(order.music.path, "-stream_loop", "-1")
        music = _music(order.music, sounds.music, length)
        graph.append(f"[{len(stems)}:a:0]{music}[music]")
        if "voice" in stems:
            graph += ["[0:a:0]asplit[voice][key]", f"[music][key]{_DUCK}[music]"]
            mixed[0] = "[voice]"
        mixed.append("[music]")
    together = f"amix=inputs={len(mixed)}:normalize=0," if len(mixed) > 1 else ""
    graph.append(
        f"{''.join(mixed)}{together}{_STEREO},apad=whole_len={length},atrim=end_sample={length}"
        f",volume=-{_HEADROOM}dB,{_MEASURING}[mix]"
    )
    args = [*inputs, "-filter_complex", ";".join(graph), "-map", "[mix]", *_FLAC, f"file:{into}"]
    return into, *_measured(await read(ffmpeg, args))


def _music(music: Music, facts: SoundFacts, length: int) -> str:
    seconds = length / _RATE
    come, go = min(music.fade_in, seconds / 4), min(music.fade_out, seconds / 4)
    fades = f",afade=t=in:d={come:.6f}" if come else ""
    fades += f",afade=t=out:st={seconds - go:.6f}:d={go:.6f}" if go else ""
    gain = _levelling(facts) + music.gain_db
    return f"aresample={_RATE}:async=1,{_STEREO},volume={gain:.2f}dB,atrim=end_sample={length}{fades}"


async def _master(
    mix: Path, loudness: float, peak: float, folder: Path, ffmpeg: str, bitrate: int
) -> tuple[Path, float]:
    """Encode the mix at its loudness: by one gain for the whole where its peaks allow that, else with a
    limiter, which leaves everything but those peaks alone."""
    into = folder / "sound.m4a"
    gain, ceiling = LOUDNESS - loudness, _HIGHEST - _RESERVE
    for _ in range(_TRIES):
        limits = peak + gain > ceiling
        # At four times the rate, where the peaks between the samples are samples as well.
        limiter = (
            f",aresample={_RATE * 4},alimiter=limit={10 ** (ceiling / 20):.6f}:level=0:attack=5:release=60"
            f":latency=1,aresample={_RATE}"
        )
        chain = f"volume={gain:.3f}dB{limiter if limits else ''},{_STEREO}"
        await read(ffmpeg, [*reading(mix), "-map", "0:a:0", "-af", chain, *_aac(bitrate), f"file:{into}"])
        listening = ["-map", "0:a:0", "-af", _MEASURING, "-f", "null", "-"]
        found, highest = _measured(await read(ffmpeg, [*reading(into), *listening]))
        if abs(found - LOUDNESS) <= _CLOSE and highest <= _HIGHEST:
            break
        gain += LOUDNESS - found
        ceiling -= max(0.0, highest - _HIGHEST + 0.1)
    return into, found


async def _silence(timeline: Timeline, folder: Path, ffmpeg: str) -> Path:
    into = folder / "sound.m4a"
    source = ["-f", "lavfi", "-i", f"anullsrc=r={_RATE}:cl=stereo", "-t", f"{timeline.duration:.6f}"]
    await read(ffmpeg, [*source, *_aac(32), f"file:{into}"])
    return into


def _aac(bitrate: int) -> list[str]:
    return ["-c:a", "aac", "-b:a", f"{bitrate}k", "-ar", str(_RATE), "-ac", "2", "-f", "mp4"]


# Tells what it has measured so far ten times a second; the last of it counts.
_MEASURING = "ebur128=metadata=1:peak=true:framelog=quiet,ametadata=mode=print:file=-"


def _measured(told: bytes) -> tuple[float, float]:
    """Integrated loudness in LUFS and true peak in dBTP."""
    text = told.decode(errors="replace")
    loudness = re.findall(r"r128\.I=(\S+)", text)
    peaks = [float(peak) for peak in re.findall(r"r128\.true_peaks_ch\d+=(\S+)", text)]
    return float(loudness[-1]) if loudness else -70.0, 20 * math.log10(max(1e-6, *peaks, 0.0))


def _levelling(facts: SoundFacts) -> float:
    """The gain in dB that brings a sound to the level at which everything is mixed."""
    return max(-_MOST_GAIN, min(_MOST_GAIN, 20 * math.log10(_SPEECH / max(1e-6, facts.level))))


def _samples(timeline: Timeline, scene: int) -> int:
    return round(timeline.edges[scene] / timeline.fps * _RATE)
