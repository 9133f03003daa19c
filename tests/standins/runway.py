"""A stand-in for Runway: creates at three endpoints, tasks, the organisation, ephemeral uploads.

Its shapes follow the SDK's types, the vendor's pages on errors and task failures, and answers of the real one
that were written down by others.
"""

from __future__ import annotations

import time
import uuid
from datetime import UTC, datetime
from typing import Any, ClassVar

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from tests.standins.vendor import Refusal, VendorAsked, VendorJob, VendorWire

_ENDPOINTS = ("text_to_video", "image_to_video", "video_to_video")
_DOCS = "https://docs.dev.runwayml.com/api"
_ONLY_FROM_PICTURES = ("gen4_turbo",)
_TEXT_RATIOS = {"gen4.5": ("1280:720", "720:1280")}
CREDITS_A_SECOND = 12
BALANCE = 4321

_FAILURES = {
    "moderation": ("SAFETY.INPUT.TEXT", "The prompt did not pass our content moderation.", True),
    "quality": ("INTERNAL.BAD_OUTPUT.CODE01", "An unexpected error occurred.", False),
    "internal": ("INTERNAL", "An unexpected error occurred.", False),
}


class RunwayWire(VendorWire):
    """See `VendorWire`. `kept` are the files that were uploaded, as the bytes of their forms."""

    key: ClassVar[str] = "key_standin"

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[str, int] = {}

    def read_path(self, method: str, parts: list[str]) -> tuple[str, str | None]:
        match method, parts:
            case ("POST", ["v1", endpoint]) if endpoint in _ENDPOINTS:
                return "create", None
            case ("GET", ["v1", "tasks", job_id]):
                return "retrieve", job_id
            case ("DELETE", ["v1", "tasks", job_id]):
                return "cancel", job_id
            case ("POST", ["v1", "uploads"]) | ("POST", ["bucket", _]):
                return "upload", None
            case ("GET", ["v1", "organization"]):
                return "keys", None
        return "unknown", None

    def is_signed(self, request: Request) -> bool:
        if request.url.path.startswith("/bucket/"):
            # Somebody else's server, which must not be shown the key.
            return "authorization" not in request.headers
        return (
            request.headers.get("authorization") == f"Bearer {self.key}"
            and request.headers.get("x-runway-version") == "2024-11-06"
        )

    def refusal(self, kind: Refusal) -> Response:
        match kind:
            case "key":
                return _error(401, "The provided API key is not valid.")
            case "credit":
                return _error(400, "You do not have enough credits to run this task.")
            case "moderation":
                return _error(400, "The prompt was rejected by content moderation.")
            case "busy":
                return JSONResponse({"error": "Too many requests."}, 429, {"retry-after": "2"})
            case "model":
                return _invalid("model", "Invalid input", code="invalid_union")
            case "size":
                return _invalid("ratio", 'Invalid option: expected one of "1280:720"|"720:1280"')
        return _invalid("promptImage", "Invalid asset aspect ratio. width / height ratio must be at most 2.")

    def check(self, asked: VendorAsked) -> Response | None:
        body, endpoint = asked.body, asked.path.rsplit("/", 1)[-1]
        if not isinstance(body, dict) or not isinstance(body.get("model"), str):
            return self.refusal("model")
        if not body.get("promptText"):
            return _invalid("promptText", "Invalid input: expected string, received undefined")
        if not isinstance(body.get("duration"), int):
            return _invalid("duration", "Invalid input: expected int")
        if endpoint == "text_to_video":
            if body["model"] in _ONLY_FROM_PICTURES:
                return self.refusal("model")
            if body.get("ratio") not in _TEXT_RATIOS.get(body["model"], (body.get("ratio"),)):
                return self.refusal("size")
        needed = {"image_to_video": "promptImage", "video_to_video": "promptVideo"}.get(endpoint)
        for field in ("promptImage", "promptVideo"):
            if (field in body) != (field == needed):
                return _invalid(field, f"Unrecognized or missing key: {field!r}")
        return None

    def prompt_of(self, body: Any, path: str) -> str | None:
        return body.get("promptText") if isinstance(body, dict) else None

    def new_id(self) -> str:
        return str(uuid.uuid4())

    def created(self, job: VendorJob) -> Response:
        return JSONResponse({"id": job.id, "estimatedCost": {"credits": _credits(job)}})

    async def do(self, verb: str, job: VendorJob | None, asked: VendorAsked, request: Request) -> Response:
        if verb == "keys":
            return JSONResponse(_organization())
        if verb == "upload":
            return self._upload(asked)
        if job is None:
            return _error(404, "The requested task was not found.")
        if verb == "cancel":
            # Cancelled ones cannot be fetched again, and finished ones are deleted.
            del self.jobs[job.id]
            return Response(status_code=204)
        return JSONResponse(self.describe(job))

    def describe(self, job: VendorJob) -> dict[str, Any]:
        """The task."""
        state = job.state()
        words = {"queued": "PENDING", "running": "RUNNING", "completed": "SUCCEEDED", "failed": "FAILED"}
        created = datetime.fromtimestamp(job.made_at, UTC).isoformat(timespec="milliseconds")
        task: dict[str, Any] = {
            "id": job.id,
            "status": words.get(state, "CANCELLED"),
            "createdAt": created.replace("+00:00", "Z"),
        }
        if state in ("queued", "running"):
            task["estimatedCost"] = {"credits": _credits(job)}
        if state == "running":
            task["progress"] = round(job.share(), 4)
        if state == "completed":
            task |= {"output": [self.file_url(job)], "cost": {"credits": _credits(job)}}
        if state == "failed" and job.fails:
            code, text, is_charged = _FAILURES[job.fails]
            cost = {"credits": _credits(job) if is_charged else 0}
            task |= {"failure": text, "failureCode": code, "cost": cost}
        return task

    def _upload(self, asked: VendorAsked) -> Response:
        name = asked.path.rsplit("/", 1)[-1]
        if asked.path.startswith("/bucket/"):
            self.kept[name] = int(asked.body["bytes"])
            return Response(status_code=204)
        if asked.body.get("type") != "ephemeral" or not asked.body.get("filename"):
            return _invalid("filename", "Invalid input: expected string, received undefined")
        token = f"{time.time_ns():x}"
        return JSONResponse(
            {
                "uploadUrl": f"{self.base}/bucket/{token}",
                "fields": {"key": f"ephemeral/{token}", "policy": "signed"},
                "runwayUri": f"runway://{token}",
            }
        )


def _credits(job: VendorJob) -> int:
    return int(job.body["duration"]) * CREDITS_A_SECOND


def _organization() -> dict[str, Any]:
    limits = {"maxConcurrentGenerations": 5, "maxDailyGenerations": 1000}
    return {
        "creditBalance": BALANCE,
        "tier": {"maxMonthlyCreditSpend": 100_000, "models": {"gen4.5": limits}},
        "usage": {"models": {"gen4.5": {"dailyGenerations": 3}}},
    }


def _error(status: int, text: str) -> Response:
    return JSONResponse({"error": text, "docUrl": _DOCS}, status)


def _invalid(field: str, text: str, *, code: str = "invalid_value") -> Response:
    issue = {"code": code, "path": [field], "message": text}
    return JSONResponse({"error": "Validation of body failed", "issues": [issue], "docUrl": _DOCS}, 400)
