"""A stand-in for Replicate: predictions, models with their schemas, collections, signed webhooks.

Its shapes follow the vendor's HTTP reference.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from datetime import UTC, datetime
from typing import Any, ClassVar

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from tests.standins.vendor import Refusal, VendorAsked, VendorJob, VendorWire

SECRET = "whsec_" + base64.b64encode(b"the stand-in signs with this key").decode()

_ENUMS = {
    "aspect_ratio": {"type": "string", "enum": ["16:9", "9:16", "1:1"], "title": "aspect_ratio"},
    "resolution": {"type": "string", "enum": ["480p", "720p"], "title": "resolution"},
}
_INPUT = {
    "type": "object",
    "title": "Input",
    "required": ["prompt"],
    "properties": {
        "prompt": {"type": "string", "title": "Prompt", "maxLength": 2500, "x-order": 0},
        "image": {"type": "string", "title": "Image", "format": "uri", "nullable": True, "x-order": 1},
        "aspect_ratio": {"allOf": [{"$ref": "#/components/schemas/aspect_ratio"}], "default": "16:9"},
        "resolution": {"allOf": [{"$ref": "#/components/schemas/resolution"}], "default": "720p"},
        "duration": {"type": "integer", "minimum": 2, "maximum": 10, "default": 5},
        "seed": {"type": "integer", "title": "Seed", "nullable": True},
        "camera_fixed": {"type": "boolean", "default": False, "description": "Hold the camera still."},
        "guidance": {"type": "number", "minimum": 1, "maximum": 20, "default": 5},
    },
}
_FRAMES_INPUT = {
    "type": "object",
    "required": ["prompt", "start_image"],
    "properties": {
        "prompt": {"type": "string"},
        "start_image": {"type": "string", "format": "uri"},
        "num_frames": {"type": "integer", "minimum": 17, "maximum": 121, "default": 81},
        "frames_per_second": {"type": "integer", "default": 16},
        "width": {"type": "integer", "minimum": 256, "maximum": 1280, "multipleOf": 16, "default": 832},
        "height": {"type": "integer", "minimum": 256, "maximum": 1280, "multipleOf": 16, "default": 480},
    },
}


def model(owner: str, name: str, schema: dict[str, Any], *, official: bool) -> dict[str, Any]:
    """A model as the catalogue tells it."""
    return {
        "url": f"https://replicate.com/{owner}/{name}",
        "owner": owner,
        "name": name,
        "description": f"The stand-in's {name}.",
        "visibility": "public",
        "is_official": official,
        "run_count": 1000 if official else 10,
        "latest_version": {
            "id": hashlib.sha256(name.encode()).hexdigest(),
            "created_at": "2026-06-01T00:00:00.000000Z",
            "openapi_schema": {"components": {"schemas": {"Input": schema, **_ENUMS}}},
        },
    }


MODELS = {
    "acme/waves-1": model("acme", "waves-1", _INPUT, official=True),
    "somebody/frames": model("somebody", "frames", _FRAMES_INPUT, official=False),
}


class ReplicateWire(VendorWire):
    """See `VendorWire`."""

    key: ClassVar[str] = "r8_standin"

    def read_path(self, method: str, parts: list[str]) -> tuple[str, str | None]:
        match method, parts[1:]:
            case ("POST", ["predictions"]) | ("POST", ["models", _, _, "predictions"]):
                return "create", None
            case ("GET", ["predictions"]):
                return "list", None
            case ("GET", ["predictions", job_id]):
                return "retrieve", job_id
            case ("POST", ["predictions", job_id, "cancel"]):
                return "cancel", job_id
            case ("GET", ["models", _, _]) | ("GET", ["collections", _]):
                return "models", None
            case ("GET", ["webhooks", "default", "secret"]) | ("GET", ["account"]):
                return "keys", None
        return "unknown", None

    def is_signed(self, request: Request) -> bool:
        return request.headers.get("authorization") == f"Bearer {self.key}"

    def refusal(self, kind: Refusal) -> Response:
        match kind:
            case "key":
                return _problem(401, "Unauthenticated", "You did not pass a valid authentication token")
            case "credit":
                text = "You have insufficient credit to run this model. Go to replicate.com/account/billing."
                return _problem(402, "Insufficient credit", text)
            case "moderation":
                text = "The prompt was flagged as sensitive by the content policy. (E005)"
                return _problem(422, "Input validation failed", text)
            case "model":
                return _problem(404, "Not found", "The requested model could not be found.")
            case "busy":
                detail = "Request was throttled. Expected available in 2 seconds."
                return _problem(429, "Too many requests", detail, {"retry-after": "2"})
            case "size":
                return _invalid("aspect_ratio", "size must be one of the following: 16:9, 9:16, 1:1")
        return _invalid("image", "input_reference could not be read as an image")

    def check(self, asked: VendorAsked) -> Response | None:
        given = asked.body.get("input") if isinstance(asked.body, dict) else None
        if not isinstance(given, dict) or not given.get("prompt"):
            return _invalid("prompt", "prompt is required")
        name = _model_of(asked.path, asked.body)
        if name not in MODELS:
            return self.refusal("model")
        known = MODELS[name]["latest_version"]["openapi_schema"]["components"]["schemas"]["Input"][
            "properties"
        ]
        if unknown := given.keys() - known.keys():
            return _invalid(sorted(unknown)[0], "Additional property is not allowed")
        return None

    def prompt_of(self, body: Any, path: str) -> str | None:
        given = body.get("input") if isinstance(body, dict) else None
        return given.get("prompt") if isinstance(given, dict) else None

    def webhook_of(self, asked: VendorAsked, request: Request) -> str | None:
        webhook = asked.body.get("webhook")
        return webhook if isinstance(webhook, str) else None

    def created(self, job: VendorJob) -> Response:
        return JSONResponse(self.describe(job), 201)

    async def do(self, verb: str, job: VendorJob | None, asked: VendorAsked, request: Request) -> Response:
        parts = [part for part in asked.path.split("/") if part][1:]
        if verb == "keys":
            is_account = parts == ["account"]
            return JSONResponse({"type": "user", "username": "standin"} if is_account else {"key": SECRET})
        if verb == "models" and parts[0] == "collections":
            return JSONResponse({"slug": parts[1], "name": parts[1], "models": list(MODELS.values())})
        if verb == "models":
            entry = MODELS.get("/".join(parts[1:]))
            return JSONResponse(entry) if entry else self.refusal("model")
        if verb == "list":
            return self._list(request)
        if job is None:
            return _problem(404, "Not found", "The requested resource could not be found.")
        if verb == "cancel" and job.state() in ("queued", "running"):
            job.cancelled = True
        return JSONResponse(self.describe(job))

    def describe(self, job: VendorJob) -> dict[str, Any]:
        """The prediction."""
        state = job.state()
        words = {"queued": "starting", "running": "processing", "completed": "succeeded"}
        percent = int(job.share() * 100)
        name = _model_of(job.path, job.body)
        return {
            "id": job.id,
            "model": name,
            "version": MODELS[name]["latest_version"]["id"],
            "input": job.body["input"],
            "logs": f"Using seed: 7\n  0%|          | 0/10\n{percent:3d}%|###       | {percent // 10}/10",
            "output": self.file_url(job) if state == "completed" else None,
            "data_removed": False,
            "error": _ERRORS[job.fails] if state == "failed" and job.fails else None,
            "source": "api",
            "status": "canceled" if state == "cancelled" else words.get(state, state),
            "created_at": _iso(job.made_at),
            "started_at": _iso(job.made_at) if state != "queued" else None,
            "completed_at": _iso(job.made_at + job.duration) if state in ("completed", "failed") else None,
            "urls": {
                "cancel": f"{self.base}/v1/predictions/{job.id}/cancel",
                "get": f"{self.base}/v1/predictions/{job.id}",
            },
            "metrics": {"predict_time": job.duration} if state == "completed" else {},
        }

    def sign(self, job: VendorJob) -> tuple[dict[str, str], bytes]:
        body = json.dumps(self.describe(job)).encode()
        return standard_headers(SECRET, body, message_id=f"msg_{job.id}"), body

    def _list(self, request: Request) -> Response:
        jobs = sorted(self.jobs.values(), key=lambda job: -job.made_at)
        start = int(request.query_params.get("cursor", 0))
        page = jobs[start : start + 100]
        following = f"{self.base}/v1/predictions?cursor={start + 100}" if start + 100 < len(jobs) else None
        return JSONResponse(
            {"previous": None, "next": following, "results": [self.describe(job) for job in page]}
        )


def standard_headers(secret: str, body: bytes, *, message_id: str, at: float | None = None) -> dict[str, str]:
    """Headers by Standard Webhooks, written out after its text."""
    timestamp = str(int(time.time() if at is None else at))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    mac = hmac.new(key, f"{message_id}.{timestamp}.".encode() + body, hashlib.sha256)
    return {
        "content-type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": "v1," + base64.b64encode(mac.digest()).decode(),
    }


_ERRORS = {
    "moderation": "The input or output was flagged as sensitive. Please try again. (E005)",
    "quality": "Prediction failed: the model produced no frames.",
    "internal": "Service is temporarily unavailable. Please try again later. (E004)",
}


def _model_of(path: str, body: dict[str, Any]) -> str:
    parts = [part for part in path.split("/") if part]
    if parts[1] == "models":
        return f"{parts[2]}/{parts[3]}"
    version = body.get("version")
    return next((name for name, one in MODELS.items() if one["latest_version"]["id"] == version), "")


def _problem(status: int, title: str, detail: str, headers: dict[str, str] | None = None) -> Response:
    """RFC 7807."""
    return JSONResponse({"title": title, "detail": detail, "status": status}, status, headers)


def _invalid(field: str, text: str) -> Response:
    entry = {"type": "invalid", "field": f"input.{field}", "description": text}
    body = {"title": "Input validation failed", "detail": f"- input.{field}: {text}\n", "status": 422}
    return JSONResponse({**body, "invalid_fields": [entry]}, 422)


def _iso(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat().replace("+00:00", "Z")
