"""The invented vendor that the example package in `examples/` speaks to."""

from __future__ import annotations

from typing import Any, ClassVar

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from tests.standins.vendor import Refusal, VendorAsked, VendorJob, VendorWire

_WORDS = {
    "queued": "waiting",
    "running": "drawing",
    "completed": "ready",
    "failed": "broken",
    "cancelled": "stopped",
}
_PROBLEMS = {
    "credit": (402, "empty_purse"),
    "moderation": (400, "bad_taste"),
    "size": (400, "odd_format"),
    "image": (400, "odd_image"),
    "model": (404, "no such model"),
    "key": (401, "who are you?"),
    "busy": (429, "too much"),
}


class AcmeWire(VendorWire):
    """See `VendorWire`."""

    key: ClassVar[str] = "acme-key"

    def read_path(self, method: str, parts: list[str]) -> tuple[str, str | None]:
        match method, parts[1:]:
            case ("POST", ["jobs"]):
                return "create", None
            case ("GET", ["jobs", job_id]):
                return "retrieve", job_id
            case ("DELETE", ["jobs", job_id]):
                return "cancel", job_id
        return "unknown", None

    def is_signed(self, request: Request) -> bool:
        return request.headers.get("authorization") == f"Bearer {self.key}"

    def refusal(self, kind: Refusal) -> Response:
        status, problem = _PROBLEMS[kind]
        return JSONResponse({"problem": problem}, status)

    def prompt_of(self, body: Any, path: str) -> str | None:
        return body.get("text") if isinstance(body, dict) else None

    def check(self, asked: VendorAsked) -> Response | None:
        fine = isinstance(asked.body, dict) and asked.body.get("format") in ("wide", "tall", "square")
        return None if fine else self.refusal("size")

    def created(self, job: VendorJob) -> Response:
        return JSONResponse(self.describe(job), 201)

    async def do(self, verb: str, job: VendorJob | None, asked: VendorAsked, request: Request) -> Response:
        if job is None:
            return JSONResponse({"problem": "no such job"}, 404)
        if verb == "cancel":
            if job.state() not in ("queued", "running"):
                return JSONResponse({"problem": "it is over"}, 409)
            job.cancelled = True
            return Response(status_code=204)
        return JSONResponse(self.describe(job))

    def describe(self, job: VendorJob) -> dict[str, Any]:
        """The job as Acme tells it."""
        state = job.state()
        shown = {"job": job.id, "state": _WORDS[state], "percent": int(job.share() * 100)}
        if state == "completed":
            shown |= {"file": self.file_url(job), "dollars": 0.4}
        if state == "failed":
            shown["problem"] = "bad_taste" if job.fails == "moderation" else "bad_luck"
        return shown
