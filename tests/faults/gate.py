"""Holds a studio at the moment at which it starts ffmpeg, for as long as a test likes."""

from __future__ import annotations

from pathlib import Path

from rushes.media.ffmpeg import find_ffmpeg


class Gate:
    """An ffmpeg that waits at a closed gate before it begins."""

    def __init__(self, folder: Path) -> None:
        self.ffmpeg = folder / "ffmpeg"
        self._closed = folder / "closed"
        self._waiting = folder / "waiting"
        self.ffmpeg.write_text(
            "#!/bin/sh\n"
            f'if [ -e "{self._closed}" ]; then touch "{self._waiting}"; fi\n'
            f'while [ -e "{self._closed}" ]; do sleep 0.05; done\n'
            f'exec "{find_ffmpeg(None)}" "$@"\n'
        )
        self.ffmpeg.chmod(0o755)

    def close(self) -> None:
        self._closed.touch()

    def open(self) -> None:
        self._closed.unlink()

    def is_waited_at(self) -> bool:
        return self._waiting.exists()
