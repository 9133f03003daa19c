"""Captions as files for players, read back by ffmpeg's own readers."""

from __future__ import annotations

from pathlib import Path

import pytest

from rushes.media.captions.cues import Cue
from rushes.media.captions.subtitles import srt, webvtt
from rushes.media.captions.timing import TimedWord
from rushes.media.ffmpeg import find_ffmpeg, read


def cue(text: str, start: float, end: float) -> Cue:
    lines = tuple(tuple(TimedWord(word, start, end) for word in line.split(" ")) for line in text.split("\n"))
    return Cue(start, end, lines)


def test_subrip() -> None:
    assert srt([cue("One lamp,\ntwo lamps.", 0.0, 1.25), cue("Yes.", 3661.5, 3662.9996)]) == (
        "1\n00:00:00,000 --> 00:00:01,250\nOne lamp,\ntwo lamps.\n\n"
        "2\n01:01:01,500 --> 01:01:03,000\nYes.\n\n"
    )


def test_webvtt() -> None:
    assert webvtt([cue("a < b & c --> d", 0.0, 1.25), cue("Yes.", 2, 3)]) == (
        "WEBVTT\n\n"
        "1\n00:00:00.000 --> 00:00:01.250\na &lt; b &amp; c --&gt; d\n\n"
        "2\n00:00:02.000 --> 00:00:03.000\nYes.\n"
    )


def test_nothing_is_still_a_file() -> None:
    assert srt([]) == ""
    assert webvtt([]) == "WEBVTT\n"


@pytest.mark.parametrize(("write", "ending"), [(srt, "srt"), (webvtt, "vtt")])
@pytest.mark.parametrize("text", ["a --> b", "<i>no markup</i>", "{\\an8}top", "1 < 2 & 3 > 2", "五 是\nكل"])
async def test_a_player_shows_the_text_as_it_is(write, ending: str, text: str, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / f"a.{ending}"
    path.write_text(write([cue(text, 0.0, 1.0), cue("after", 2.0, 3.0)]), encoding="utf-8")
    script = (await read(find_ffmpeg(), ["-i", str(path), "-f", "ass", "pipe:1"])).decode()
    shown = [line.split(",,", 2)[-1] for line in script.splitlines() if line.startswith("Dialogue")]
    assert len(shown) == 2
    plain = shown[0].split(",", 3)[-1].replace("\u2060", "").replace("\\N", "\n").replace("\\{", "{")
    # ffmpeg's reader of WebVTT writes a brace as an empty pair within it.
    assert plain.replace("{{}", "{").replace("\\}", "}") == text
