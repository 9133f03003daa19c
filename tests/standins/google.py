"""A stand-in for Google by API key: interactions, files, models.

Its shapes are the SDK's own types (google-genai 3.6, `google.genai.interactions`). That an unknown id is a
400, and a refusal for content a completed interaction of words, was recorded from the real API by others.
"""

from __future__ import annotations

import base64
import os
import time
from datetime import UTC, datetime
from typing import Any, ClassVar

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from tests.standins.clips import make_clip
from tests.standins.vendor import Refusal, VendorAsked, VendorJob, VendorWire

MODELS = ("gemini-omni-1.2-flash", "gemini-omni-1.1-flash")
_RATIOS, _RESOLUTIONS = ("16:9", "9:16"), ("360p", "720p", "1080p", "4k")
_TASKS = ("text_to_video", "image_to_video", "reference_to_video", "edit")
_FRONT_END = {
    "key": (400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.", "API_KEY_INVALID"),
    "credit": (
        429,
        "RESOURCE_EXHAUSTED",
        "Your prepayment credits are depleted. Please go to AI Studio to manage your billing.",
        "RATE_LIMIT_EXCEEDED",
    ),
}


class InteractionsWire(VendorWire):
    """See `VendorWire`. With `inline` its videos come within the answer; while `processing`, no file is
    ready."""

    key: ClassVar[str] = "AIzaStandin"

    def __init__(self) -> None:
        super().__init__()
        self.inline = False
        self.processing = False

    def read_path(self, method: str, parts: list[str]) -> tuple[str, str | None]:
        match method, parts[1:]:
            case ("POST", ["interactions"]):
                return "create", None
            case ("GET", ["interactions", job_id]):
                return "retrieve", job_id
            case ("POST", ["interactions", job_id, "cancel"]):
                return "cancel", job_id
            case ("GET", ["files", name]):
                return "result", name.partition(":")[0]
            case ("GET", ["models"]):
                return "models", None
        return "unknown", None

    def is_signed(self, request: Request) -> bool:
        return request.headers.get("x-goog-api-key") == self.key

    def refusal(self, kind: Refusal) -> Response:
        match kind:
            case "key" | "credit":
                return _front_end(*_FRONT_END[kind])
            case "busy":
                return _front_end(429, "RESOURCE_EXHAUSTED", _QUOTA, "RATE_LIMIT_EXCEEDED", delay="37s")
            case "moderation":
                return _invalid("The prompt was blocked for safety reasons.")
            case "model":
                return _error(404, "not_found", "The model 'gemini-omni-9-flash' was not found.")
            case "size":
                return _invalid("Invalid value for response_format.aspect_ratio: 4:3.")
        return _invalid("Unable to process the input image. Please try another one.")

    def check(self, asked: VendorAsked) -> Response | None:
        body = asked.body
        if not isinstance(body, dict) or not self.prompt_of(body, ""):
            return _invalid("input is required.")
        if body.get("model") not in MODELS:
            return self.refusal("model")
        if body.get("background") is not True:
            return _invalid("background is required by the stand-in: nothing else can be polled.")
        wanted, task = body.get("response_format", {}), body["generation_config"]["video_config"]["task"]
        if wanted.get("type") != "video" or wanted.get("delivery") != "uri" or task not in _TASKS:
            return _invalid("response_format and task must ask for a video.")
        previous = body.get("previous_interaction_id")
        if previous is not None:
            if wanted.keys() & {"aspect_ratio", "duration"}:
                return _invalid("An edit takes neither aspect_ratio nor duration.")
            return None if previous in self.jobs else _invalid("Invalid previous_interaction_id.")
        if wanted.get("aspect_ratio") not in _RATIOS or wanted.get("resolution") not in _RESOLUTIONS:
            return self.refusal("size")
        if not str(wanted.get("duration")).endswith("s"):
            return _invalid("Invalid value for response_format.duration.")
        return None

    def prompt_of(self, body: Any, path: str) -> str | None:
        steps = body.get("input") if isinstance(body, dict) else None
        contents = steps[0].get("content", []) if isinstance(steps, list) and steps else []
        return next((content["text"] for content in contents if content.get("type") == "text"), None)

    def new_id(self) -> str:
        return "v1_" + base64.urlsafe_b64encode(os.urandom(18)).decode()

    def created(self, job: VendorJob) -> Response:
        return JSONResponse({**self.describe(job), "status": "in_progress", "steps": []})

    async def do(self, verb: str, job: VendorJob | None, asked: VendorAsked, request: Request) -> Response:
        if verb == "models":
            return JSONResponse({"models": [{"name": f"models/{MODELS[0]}"}]})
        if verb == "result":
            return self._file(job, asked)
        if verb == "unknown":
            return _front_end(404, "NOT_FOUND", "Requested entity was not found.", "")
        if job is None:
            return _invalid("Invalid interaction name.")
        if verb == "cancel":
            if job.state() not in ("queued", "running"):
                return _invalid("The interaction is not running.")
            job.cancelled = True
        return JSONResponse(self.describe(job))

    def describe(self, job: VendorJob) -> dict[str, Any]:
        """The interaction."""
        state = job.state()
        words = {"queued": "in_progress", "running": "in_progress"}
        told: dict[str, Any] = {
            "id": job.id,
            "object": "interaction",
            "model": job.body["model"],
            "status": words.get(state, state),
            "created": _iso(job.made_at),
            "updated": _iso(time.time()),
            "role": "agent",
            "steps": [],
        }
        if state == "failed" and job.fails == "moderation":
            content = {"type": "text", "text": "I can't make that video because of its content."}
            told |= {"status": "completed", "steps": [{"type": "model_output", "content": [content]}]}
            told["usage"] = {"total_input_tokens": 9, "total_output_tokens": 14}
        elif state == "failed":
            told["errors"] = [
                {"code": "internal", "message": "An internal error occurred. Please try again."}
            ]
        elif state == "completed":
            seconds = float(str(job.body["response_format"].get("duration", "8s")).rstrip("s"))
            told["steps"] = [
                *job.body["input"],
                {"type": "model_output", "content": [self._video(job)]},
            ]
            told["usage"] = {
                "total_input_tokens": 9,
                "total_output_tokens": round(5792 * seconds),
                "output_tokens_by_modality": [{"modality": "video", "tokens": round(5792 * seconds)}],
            }
        return told

    def _video(self, job: VendorJob) -> dict[str, Any]:
        if self.inline:
            data = base64.b64encode(make_clip(self.behaviour.size, self.behaviour.seconds)).decode()
            return {"type": "video", "mime_type": "video/mp4", "data": data}
        uri = f"{self.base}/v1beta/files/{job.id}:download?alt=media"
        return {"type": "video", "mime_type": "video/mp4", "uri": uri}

    def _file(self, job: VendorJob | None, asked: VendorAsked) -> Response:
        if job is None:
            return _front_end(404, "NOT_FOUND", "The file does not exist.", "")
        if asked.path.endswith(":download"):
            # To where it is kept, by an address that lives for a while.
            return RedirectResponse(self.file_url(job), 302)
        state = "PROCESSING" if self.processing else "ACTIVE"
        return JSONResponse({"name": f"files/{job.id}", "mimeType": "video/mp4", "state": state})


_QUOTA = "You exceeded your current quota, please check your plan and billing details."


def _error(status: int, code: str, message: str) -> Response:
    """As the Interactions API says no."""
    return JSONResponse({"error": {"code": code, "message": message}}, status)


def _invalid(message: str) -> Response:
    return _error(400, "invalid_request", message)


def _front_end(status: int, word: str, message: str, reason: str, *, delay: str | None = None) -> Response:
    """As Google's front end says no: google.rpc.Status, in a list."""
    details: list[dict[str, Any]] = [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason}]
    if delay:
        details.append({"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": delay})
    error = {"code": status, "message": message, "status": word, "details": details}
    return JSONResponse([{"error": error}], status)


def _iso(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat().replace("+00:00", "Z")
