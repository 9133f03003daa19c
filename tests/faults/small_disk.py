"""Gives a studio process small disks of its own, real ones, which tests fill up and clear.

They are mounted in a mount namespace that only the studio is in, so they go when it ends. Without being root
that takes a user namespace, which Linux gives to everybody.
"""

from __future__ import annotations

import errno
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
        self._namespaces = ["--mount"] if may_mount else ["--user", "--preserve-credentials", "--mount"]
        mine = [] if may_mount else ["--user", "--map-root-user"]
        mount = f'mount -t tmpfs -o size={size} tmpfs "$0" && mount -t tmpfs -o size={size} tmpfs "$1"'
        studio.launcher = ["unshare", *mine, "--mount", "sh", "-c", f'{mount} && shift && exec "$@"']
        studio.launcher += [str(studio.videos), str(studio.data)]

    def fill(self, folder: Path, *, leave: int = 0) -> None:
        """Until only `leave` bytes are free."""
        disk = self._studio.inside(folder)
        with (disk / "filler").open("wb", buffering=0) as filler:
            for _ in range(100):
                state = os.statvfs(disk)
                try:
                    os.posix_fallocate(filler.fileno(), 0, max(1, state.f_bavail * state.f_frsize - leave))
                except OSError as error:
                    # The studio has just written something itself.
                    if error.errno != errno.ENOSPC:
                        raise
                else:
                    return
        raise AssertionError("the studio fills its disk by itself")

    def lock(self, folder: Path) -> None:
        """It can be read and no longer written to."""
        self._remount(folder, "ro")

    def unlock(self, folder: Path) -> None:
        self._remount(folder, "rw")

    def _remount(self, folder: Path, how: str) -> None:
        assert self._studio.process is not None
        enter = ["nsenter", "--target", str(self._studio.process.pid), *self._namespaces]
        subprocess.run([*enter, "mount", "-o", f"remount,{how}", str(folder)], check=True)

    def clear(self, folder: Path) -> None:
        (self._studio.inside(folder) / "filler").unlink()
