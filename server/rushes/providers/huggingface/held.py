"""Results that came with the answer itself, kept on this machine until they are downloaded.

Hugging Face's own servers know no jobs: the POST is answered with the file. It is written to a folder of this
user's before the job is told of, and its id names the machine, so that a worker elsewhere leaves the download
to one that is here. What is lost with the machine is lost; nobody else has it.
"""

from __future__ import annotations

import asyncio
import os
import re
import secrets
import socket
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path

from rushes.providers.protocol import Down, Gone, Job

_ID = re.compile(r"held/([\w.-]{1,100})/([0-9a-f]{32})")
_CHUNK = 256 << 10
# A download is tried for a day at least.
_KEEP = 3 * 24 * 3600.0


class Held:
    """A folder of results. `folder` and `host` are this machine's own unless given."""

    def __init__(self, *, folder: Path | None = None, host: str | None = None) -> None:
        self._folder = folder or Path(tempfile.gettempdir()) / f"rushes-results-{os.getuid()}"
        self._host = re.sub(r"[^\w.-]", "-", host or socket.gethostname())[:100] or "here"

    async def keep(self, content: bytes) -> Job:
        """The job whose result it is. Raises OSError."""
        token = secrets.token_hex(16)
        await asyncio.to_thread(self._write, token, content)
        return Job(id=f"held/{self._host}/{token}", state="completed", progress=100)

    def knows(self, job_id: str) -> bool:
        """Whether it is an id of this kind, kept on whatever machine."""
        return _ID.fullmatch(job_id) is not None

    def job(self, job_id: str) -> Job:
        """A result on another machine is as complete as one here. Raises Gone."""
        path = self._path(job_id)
        if path is not None and not path.exists():
            raise Gone("The result is no longer on this machine, and nobody else has it.", code="result_gone")
        return Job(id=job_id, state="completed", progress=100)

    async def stream(self, job_id: str) -> AsyncIterator[bytes]:
        """The file. Raises Gone, and Down when it lies on another machine."""
        path = self._path(job_id)
        if path is None:
            raise Down("The result lies on the machine that asked for it.", code="result_elsewhere")
        try:
            file = await asyncio.to_thread(path.open, "rb")
        except OSError as error:
            raise Gone(
                "The result is no longer on this machine, and nobody else has it.", code="result_gone"
            ) from error
        with file:
            while chunk := await asyncio.to_thread(file.read, _CHUNK):
                yield chunk

    def _path(self, job_id: str) -> Path | None:
        match = _ID.fullmatch(job_id)
        return self._folder / f"{match[2]}.mp4" if match and match[1] == self._host else None

    def _write(self, token: str, content: bytes) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self._folder.stat().st_uid != os.getuid():
            raise PermissionError(f"{self._folder} belongs to somebody else")
        self._sweep()
        path = self._folder / f"{token}.mp4"
        unfinished = path.with_suffix(".part")
        try:
            with unfinished.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            unfinished.rename(path)
        except OSError:
            unfinished.unlink(missing_ok=True)
            raise

    def _sweep(self) -> None:
        limit = time.time() - _KEEP
        for path in self._folder.iterdir():
            if path.suffix in (".mp4", ".part") and path.stat().st_mtime < limit:
                path.unlink(missing_ok=True)
