"""Puts files end to end by a list, without encoding them again.

ffmpeg's lists can name any file or address, which is why `media.ffmpeg` lets none in. These are our own:
every clip in them was opened before as a video, so that none is a list itself, and only formats that hold
videos and sounds are let in.
"""

from collections.abc import Sequence
from pathlib import Path

from rushes.media.ffmpeg import PROTOCOLS

_FORMATS = "concat,mov,mp4,m4a,3gp,3g2,mj2,flac"


def joined(
    files: Sequence[Path],
    edges: Sequence[float],
    into: Path,
    *,
    parts: Sequence[tuple[float, float]] = (),
) -> Path:
    """Write the list `into`: file n comes from second `edges[n]` to `edges[n + 1]`. Of `parts[n]`, on its own
    clock, the first is when its first packet is shown, the second when the first packet is decoded that is
    left out. Raises ValueError."""
    lines = ["ffconcat version 1.0"]
    for n, file in enumerate(files):
        lines.append(f"file {_quoted(file)}")
        if parts:
            lines += [f"inpoint {parts[n][0]:.6f}", f"outpoint {parts[n][1]:.6f}"]
        # From rounded sums, so that what is lost by rounding does not add up.
        lines.append(f"duration {round(edges[n + 1], 6) - round(edges[n], 6):.6f}")
    into.write_text("\n".join([*lines, ""]), encoding="utf-8", errors="surrogateescape")
    return into


def reading_list(path: Path) -> list[str]:
    """The arguments that open a list. Without conversion, packets stay bit for bit what they are."""
    guard = ["-protocol_whitelist", PROTOCOLS, "-format_whitelist", _FORMATS]
    # "Safe" names could have no folders: those beside the list, which break where its own has a ? or a #.
    return [*guard, "-f", "concat", "-safe", "0", "-auto_convert", "0", "-i", f"file:{path}"]


def _quoted(file: Path) -> str:
    name = str(file.absolute())
    if "\n" in name or "\r" in name:  # would begin a line of the list
        raise ValueError("a file whose name goes over several lines cannot be listed")
    return "'file:" + name.replace("'", r"'\''") + "'"
