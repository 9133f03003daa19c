"""A provider whose models take and refuse what a test says, and which remembers what it was given.

provider = Choosy("cloud", Model("plain", "Plain"), Model("picky", "Picky", needs_image=True))
studio.providers = Providers({..., "cloud": provider}, default=None, aliases={})
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx2

from rushes.providers.model import Model
from rushes.providers.protocol import Capabilities, Gone, Job, Submission


@dataclass(frozen=True)
class Given:
    """A submission as the provider got it; files as (role, type, bytes)."""

    submission: Submission
    files: list[tuple[str, str, bytes]]


class Choosy:
    """A `RemoteProvider` whose jobs are accepted at once and never end."""

    kind = "choosy"
    submit_timeout = 5.0

    def __init__(self, name: str, *models: Model) -> None:
        self.name = name
        self.capabilities = Capabilities(models=models, concurrency=50)
        self.given: list[Given] = []

    async def close(self) -> None: ...

    async def submit(self, submission: Submission) -> Job:
        files = [(each.role, each.content_type, each.path.read_bytes()) for each in submission.references]
        self.given.append(Given(submission, files))
        return Job(id=f"job-{len(self.given)}", state="queued")

    async def poll(self, ids: Sequence[str]) -> dict[str, Job]:
        return {job_id: Job(id=job_id, state="in_progress") for job_id in ids}

    async def find(self, since: float) -> list[Job]:
        return []

    async def download(self, job_id: str) -> AsyncIterator[bytes]:
        raise Gone("There is none.")
        yield b""

    async def cancel(self, job_id: str) -> None: ...

    async def verify_webhook(self, headers: Mapping[str, str], body: bytes, *, now: float) -> str | None:
        return None

    async def probe(self) -> None: ...

    def recall(self, models: Sequence[str]) -> None: ...

    async def refresh(self) -> None: ...


async def bring(client: httpx2.AsyncClient, name: str, data: bytes) -> dict[str, Any]:
    """A file of the client's, as an asset."""
    answer = await client.post("/api/assets", files={"file": (name, data)})
    assert answer.status_code in (200, 201), answer.text
    asset: dict[str, Any] = answer.json()
    return asset
