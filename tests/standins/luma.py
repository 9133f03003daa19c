"""A stand-in for the Luma Agents API: generations by id, addresses that expire, errors as `detail`.

Its shapes follow docs.agents.lumalabs.ai and the vendor's own SDK (luma-agents 0.3).
"""

from __future__ import annotations

import time
import uuid
from datetime import UTC, datetime
from typing import Any, ClassVar

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from tests.standins.vendor import Failure, Refusal, VendorAsked, VendorJob, VendorWire

_RATIOS = ("9:16", "3:4", "1:1", "4:3", "16:9", "21:9")
_RESOLUTIONS = ("360p", "540p", "720p", "1080p")


class LumaWire(VendorWire):
    """See `VendorWire`."""

    key: ClassVar[str] = "luma-api-standin"

    def read_path(self, method: str, parts: list[str]) -> tuple[str, str | None]:
        match method, parts:
            case "POST", ["v1", "generations"]:
                return "create", None
            case "GET", ["v1", "generations", job_id]:
                return "retrieve", job_id
        return "unknown", None

    def is_signed(self, request: Request) -> bool:
        return request.headers.get("authorization") == f"Bearer {self.key}"

    def refusal(self, kind: Refusal) -> Response:
        match kind:
            case "key":
                return _detail(401, "Invalid API key")
            case "credit":
                return _detail(402, "Insufficient balance. Add funds to continue.")
            case "moderation":
                return _detail(422, "Prompt was moderated: it violates the content guidelines")
            case "model":
                return _detail(400, "Unknown model")
            case "busy":
                return _detail(429, "Too many concurrent jobs", {"retry-after": "5"})
            case "size":
                return _invalid(["aspect_ratio"], "Input should be '9:16', '3:4', '1:1', '4:3' or '16:9'")
        return _detail(422, "Could not decode base64 data of video.start_frame")

    def check(self, asked: VendorAsked) -> Response | None:
        body = asked.body if isinstance(asked.body, dict) else {}
        video = body.get("video", {})
        frames = [video[name] for name in ("start_frame", "end_frame") if name in video]
        if body.get("model") != "ray-3.2":
            return self.refusal("model")
        if body.get("type") != "video" or not 1 <= len(body.get("prompt", "")) <= 6000:
            return _invalid(["prompt"], "String should have at least 1 character")
        if body.get("aspect_ratio") not in _RATIOS or video.get("resolution") not in _RESOLUTIONS:
            return self.refusal("size")
        if video.get("duration") not in ("5s", "10s"):
            return _invalid(["video", "duration"], "Input should be '5s' or '10s'")
        if video["duration"] == "10s" and (frames or video.get("loop") or video.get("hdr")):
            return _detail(422, "duration 10s does not support keyframes, loop or hdr")
        if any(set(frame) != {"data", "media_type"} and set(frame) != {"url"} for frame in frames):
            return self.refusal("image")
        return None

    def new_id(self) -> str:
        return str(uuid.uuid4())

    def created(self, job: VendorJob) -> Response:
        return JSONResponse(self.describe(job), 201)

    async def do(self, verb: str, job: VendorJob | None, asked: VendorAsked, request: Request) -> Response:
        if verb != "retrieve" or job is None:
            return _detail(404, "Generation not found" if verb == "retrieve" else "Not Found")
        return JSONResponse(self.describe(job))

    def describe(self, job: VendorJob) -> dict[str, Any]:
        """The generation."""
        state = job.state()
        failed = state == "failed"
        return {
            "id": job.id,
            "type": "video",
            "state": "processing" if state == "running" else state,
            "model": job.body["model"],
            "created_at": datetime.fromtimestamp(job.made_at, UTC).isoformat().replace("+00:00", "Z"),
            "output": [{"type": "video", "url": self.file_url(job)}] if state == "completed" else None,
            "failure_code": _FAILURES[job.fails][0] if failed and job.fails else None,
            "failure_reason": _FAILURES[job.fails][1] if failed and job.fails else None,
        }

    def file_url(self, job: VendorJob) -> str:
        """An address with a query, as bucket signatures are, that must stay as it is quoted."""
        return f"{self.base}/files/{job.id}/{time.time():.3f}.mp4?X-Amz-Signature=a%2Fb%3D"


_FAILURES: dict[Failure, tuple[str, str]] = {
    "moderation": ("content_moderated", "The prompt or input image violated content guidelines."),
    "quality": ("output_not_found", "The generated output could not be retrieved."),
    "internal": ("generation_failed", "Internal model error during generation."),
}


def _detail(status: int, text: str, headers: dict[str, str] | None = None) -> Response:
    return JSONResponse({"detail": text}, status, headers)


def _invalid(where: list[str], text: str) -> Response:
    error = {"type": "literal_error", "loc": ["body", *where], "msg": text}
    return JSONResponse({"detail": [error]}, 422)
