"""The jobs that were accepted, kept in memory, and in a file too if they are to survive the stand-in."""

from __future__ import annotations

import base64
import json
import os
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.standins.openai_videos.behaviour import Behaviour


@dataclass
class Job:
    """`ends` is completed, failed or never; what it is now follows from the time."""

    id: str
    prompt: str
    model: str
    size: str
    seconds: str
    made_at: float
    duration: float
    ends: str = "completed"
    error: Any = None
    word: str | None = None
    remix_of: str | None = None

    def share(self) -> float:
        """How much of it is done, 0…1."""
        return min(1.0, (time.time() - self.made_at) / self.duration) if self.duration > 0 else 1.0

    def status(self) -> str:
        share = self.share()
        if share >= 1 and self.ends != "never":
            return self.ends
        return self.word or ("queued" if share < 0.1 else "in_progress")


class Jobs:
    """All jobs, oldest first."""

    def __init__(self, behaviour: Behaviour, file: Path | None) -> None:
        self._behaviour = behaviour
        self._file = file
        self._jobs: dict[str, Job] = {}
        if file is not None and file.exists():
            self._jobs = {entry["id"]: Job(**entry) for entry in json.loads(file.read_text())}

    def make(self, fields: dict[str, str], *, remix_of: Job | None = None) -> Job:
        name = f"video_{len(self._jobs)}_{os.urandom(8).hex()}"
        if self._behaviour.opaque_ids:
            # The last bytes make base64 end in the characters that a path must have quoted.
            name = base64.b64encode(
                f"litellm:custom_llm_provider:openai;{name}".encode() + b"\xff\xfe\xfb"
            ).decode()
        job = Job(
            id=name,
            prompt=fields.get("prompt", ""),
            model=fields.get("model") or (remix_of.model if remix_of else self._behaviour.models[0]),
            size=fields.get("size") or (remix_of.size if remix_of else "720x1280"),
            seconds=str(fields.get("seconds") or (remix_of.seconds if remix_of else "4")),
            made_at=time.time(),
            duration=self._behaviour.duration,
            remix_of=remix_of.id if remix_of else None,
        )
        self._jobs[name] = job
        self.save()
        return job

    def get(self, job_id: str) -> Job | None:
        return self._jobs.get(job_id)

    def all(self) -> list[Job]:
        return list(self._jobs.values())

    def remove(self, job_id: str) -> None:
        self._jobs.pop(job_id, None)
        self.save()

    def finish(self) -> None:
        """As if all of them had had the time that they take."""
        for job in self._jobs.values():
            job.duration = 0.0
        self.save()

    def lose(self) -> None:
        """As after a restart of a server that keeps its jobs in memory."""
        self._jobs.clear()
        self.save()

    def save(self) -> None:
        if self._file is not None:
            new = self._file.with_suffix(".new")
            new.write_text(json.dumps([asdict(job) for job in self._jobs.values()]))
            new.replace(self._file)

    def describe(self, job: Job) -> dict[str, Any]:
        """The video object."""
        status = job.status()
        shown: dict[str, Any] = {
            "id": job.id,
            "object": "video",
            "model": job.model,
            "status": status,
            "created_at": self._time(job.made_at),
            "completed_at": int(job.made_at + job.duration) if status == "completed" else None,
            "expires_at": int(job.made_at + 86400),
            "size": job.size,
            "seconds": job.seconds,
            "remixed_from_video_id": job.remix_of,
            "error": job.error if status == "failed" else None,
        }
        if self._behaviour.echoes_prompt:
            shown["prompt"] = job.prompt
        progress = job.share() * 100
        match self._behaviour.progress:
            case "float":
                shown["progress"] = round(progress, 2)
            case "null":
                shown["progress"] = None
            case "over":
                shown["progress"] = int(progress) + 100
            case "int":
                shown["progress"] = int(progress)
        return shown

    def _time(self, at: float) -> int | float | str:
        match self._behaviour.created_at:
            case "float":
                return at
            case "iso":
                return datetime.fromtimestamp(at, UTC).isoformat()
        return int(at)
