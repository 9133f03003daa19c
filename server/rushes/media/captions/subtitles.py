"""Captions as files that players show by themselves: SubRip and WebVTT."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rushes.media.captions.cues import Cue

_WORD_JOINER = "\u2060"


def srt(cues: Sequence[Cue]) -> str:
    """SubRip as it is commonly read: a number, `HH:MM:SS,mmm --> HH:MM:SS,mmm`, the lines, an empty line.

    It knows no escapes, but players take `<i>` and `{\\an8}` for markup and `-->` for a line of times: an
    unseen sign keeps these apart.
    """
    return "".join(
        f"{number}\n{_time(cue.start, ',')} --> {_time(cue.end, ',')}\n{_plain(cue.text)}\n\n"
        for number, cue in enumerate(cues, 1)
    )


def webvtt(cues: Sequence[Cue]) -> str:
    """WebVTT (W3C, https://www.w3.org/TR/webvtt1/): `&`, `<` and `>` are written as character references, so
    that no text holds markup or `-->`."""
    blocks = [
        f"{number}\n{_time(cue.start, '.')} --> {_time(cue.end, '.')}\n{_referenced(cue.text)}\n"
        for number, cue in enumerate(cues, 1)
    ]
    return "\n".join(["WEBVTT\n", *blocks])


def _time(seconds: float, point: str) -> str:
    thousandths = round(max(0.0, seconds) * 1000)
    minutes, rest = divmod(thousandths, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}{point}{rest % 1000:03}"


def _plain(text: str) -> str:
    text = text.replace("-->", f"--{_WORD_JOINER}>")
    return re.sub(r"<(?=[/a-zA-Z])|\{(?=\\)", lambda match: match.group() + _WORD_JOINER, text)


def _referenced(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
