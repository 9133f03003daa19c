"""The real curl, which is how the documents' requests are sent."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Got:
    """What curl got: the status, the answer's type and its bytes."""

    status: int
    content_type: str
    body: bytes

    def json(self) -> Any:
        assert self.content_type == "application/json", self.content_type
        return json.loads(self.body)


async def curl(*arguments: str) -> Got:
    """`await curl(url, "-H", …)`. Fails when curl itself does."""
    running = await asyncio.create_subprocess_exec(
        *("curl", "--silent", "--show-error", "--max-time", "30"),
        *("--write-out", "\n%{http_code} %{content_type}", *arguments),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await running.communicate()
    assert running.returncode == 0, err.decode()
    body, _, last = out.rpartition(b"\n")
    status, _, content_type = last.decode().partition(" ")
    return Got(int(status), content_type, body)
