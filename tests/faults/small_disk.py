"""Gives a studio process small disks of its own, real ones, which tests fill up and clear.

They are mounted in a mount namespace that only the studio is in, so they go when it ends. Without being root
that takes a user namespace, which Linux gives to everybody.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from tests.faults.studio_process import StudioProcess


class SmallDisks:
    """`videos` and `data` of a studio that was not started yet, `size` bytes each."""

    def __init__(self, studio: StudioProcess, *, size: int) -> None:
        self._studio = studio
        for folder in (studio.videos, studio.data):
            folder.mkdir()
        may_mount = subprocess.run(["unshare", "--mount", "true"], capture_output=True).returncode == 0
        mine = [] if may_mount else ["--user", "--map-root-user"]
        mount = f'mount -t tmpfs -o size={size} tmpfs "$0" && mount -t tmpfs -o size={size} tmpfs "$1"'
        studio.launcher = ["unshare", *mine, "--mount", "sh", "-c", f'{mount} && shift && exec "$@"']
        studio.launcher += [str(studio.videos), str(studio.data)]

    def fill(self, folder: Path, *, leave: int = 0) -> None:
        """Until only `leave` bytes are free."""
        disk = self._studio.inside(folder)
        with (disk / "filler").open("wb", buffering=0) as filler:
            state = os.statvfs(disk)
            os.posix_fallocate(filler.fileno(), 0, max(1, state.f_bavail * state.f_frsize - leave))

    def clear(self, folder: Path) -> None:
        (self._studio.inside(folder) / "filler").unlink()
