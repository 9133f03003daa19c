"""WAV files that were streamed: their header was written before anybody knew how long they would be."""

from __future__ import annotations

import struct
from pathlib import Path


def mend_wave(path: Path) -> None:
    """Writes the true lengths into the header of a WAV that claims to be longer than it is (streams say
    0xFFFFFFFF, or 0). Anything else is left as it is. Raises OSError."""
    size = path.stat().st_size
    with path.open("r+b") as file:
        head = file.read(12)
        if size < 12 or head[:4] != b"RIFF" or head[8:] != b"WAVE":
            return
        at = 12
        while at + 8 <= size:
            file.seek(at)
            name, length = struct.unpack("<4sI", file.read(8))
            if name == b"data":
                if length == 0 or at + 8 + length > size:
                    file.seek(at + 4)
                    file.write(struct.pack("<I", min(size - at - 8, 0xFFFFFFFE)))
                    file.seek(4)
                    file.write(struct.pack("<I", min(size - 8, 0xFFFFFFFE)))
                return
            at += 8 + length + length % 2
