"""Turns SubRip captions into WebVTT."""

from __future__ import annotations

import re

_TIMING = re.compile(r"^\s*(\d+:\d\d:\d\d)[,.](\d{3})\s*-->\s*(\d+:\d\d:\d\d)[,.](\d{3}).*$")
# What both have, and the only tags that SubRip has beside colours.
_TAG = re.compile(r"&lt;(/?[biu])&gt;")


def webvtt(srt: str) -> str:
    """The same captions as WebVTT (https://www.w3.org/TR/webvtt1/): points in times, `&` and `<` escaped."""
    lines = ["WEBVTT", ""]
    for line in srt.removeprefix("\ufeff").splitlines():
        if timing := _TIMING.match(line):
            lines.append(f"{timing[1]}.{timing[2]} --> {timing[3]}.{timing[4]}")
        else:
            escaped = line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
            lines.append(_TAG.sub(r"<\1>", escaped))
    return "\n".join(lines) + "\n"
