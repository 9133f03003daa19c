"""A stand-in for fal: its queue, models that describe themselves, webhooks that are really signed.

Its shapes follow the vendor's documents (fal.ai/docs/documentation/model-apis) and its models' OpenAPI.
"""

from __future__ import annotations

import base64
import hashlib
import json
import time
import uuid
from typing import Any, ClassVar
from urllib.parse import quote

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from tests.standins.vendor import Refusal, VendorAsked, VendorJob, VendorWire

_SIGNING = Ed25519PrivateKey.from_private_bytes(b"the stand-in signs with this key")
_STATES = {"queued": "IN_QUEUE", "running": "IN_PROGRESS"}

_PROMPT = {"type": "string", "title": "Prompt", "maxLength": 20000, "description": "What to make."}
_IMAGE = {"type": "string", "title": "Image URL", "description": "URL of the input image."}
_SEED = {"anyOf": [{"type": "integer"}, {"type": "null"}], "title": "Seed"}
_VEO: dict[str, Any] = {
    "prompt": _PROMPT,
    "aspect_ratio": {"type": "string", "enum": ["16:9", "9:16"], "default": "16:9"},
    "duration": {"type": "string", "enum": ["4s", "6s", "8s"], "default": "8s"},
    "resolution": {"type": "string", "enum": ["720p", "1080p", "4k"], "default": "720p"},
    "negative_prompt": {"anyOf": [{"type": "string"}, {"type": "null"}]},
    "generate_audio": {"type": "boolean", "default": True},
    "seed": _SEED,
    "auto_fix": {"type": "boolean", "default": True},
    "safety_tolerance": {"type": "string", "enum": ["1", "2", "3", "4", "5", "6"], "default": "4"},
}
_WAN: dict[str, Any] = {
    "prompt": _PROMPT,
    "num_frames": {"type": "integer", "minimum": 17, "maximum": 161, "default": 81},
    "frames_per_second": {"type": "integer", "minimum": 4, "maximum": 60, "default": 16},
    "resolution": {"type": "string", "enum": ["480p", "580p", "720p"], "default": "720p"},
    "aspect_ratio": {"type": "string", "enum": ["16:9", "9:16", "1:1"], "default": "16:9"},
    "seed": _SEED,
    "shift": {"type": "number", "minimum": 1, "maximum": 10, "default": 5},
}
_KLING: dict[str, Any] = {
    "prompt": {"anyOf": [{"type": "string", "maxLength": 2500}, {"type": "null"}]},
    "duration": {"type": "string", "enum": [str(n) for n in range(3, 16)], "default": "5"},
    "generate_audio": {"type": "boolean", "default": True},
    "multi_prompt": {
        "anyOf": [
            {"type": "array", "items": {"$ref": "#/components/schemas/KlingV3MultiPromptElement"}},
            {"type": "null"},
        ]
    },
    "cfg_scale": {"type": "number", "minimum": 0, "maximum": 1, "default": 0.5},
}
_SHOT = {
    "type": "object",
    "required": ["prompt"],
    "properties": {"prompt": {"type": "string"}, "duration": {"type": "string", "default": "5"}},
}
# Each endpoint's fields, and those that must be there.
ENDPOINTS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "fal-ai/veo3.1": (_VEO, ["prompt"]),
    "fal-ai/veo3.1/image-to-video": (
        {
            **_VEO,
            "image_url": _IMAGE,
            "aspect_ratio": {"type": "string", "enum": ["auto", "16:9", "9:16"], "default": "auto"},
        },
        ["prompt", "image_url"],
    ),
    "fal-ai/kling-video/v3/pro/text-to-video": (
        {**_KLING, "aspect_ratio": {"type": "string", "enum": ["16:9", "9:16", "1:1"], "default": "16:9"}},
        [],
    ),
    "fal-ai/kling-video/v3/pro/image-to-video": (
        {**_KLING, "start_image_url": _IMAGE, "end_image_url": {"anyOf": [_IMAGE, {"type": "null"}]}},
        ["start_image_url"],
    ),
    "alibaba/wan-3.0/text-to-video": (
        {
            "prompt": _PROMPT,
            "resolution": {"type": "string", "enum": ["480p", "720p", "1080p"], "default": "1080p"},
            "aspect_ratio": {"type": "string", "enum": ["adaptive", "16:9", "9:16"], "default": "adaptive"},
            "duration": {"anyOf": [{"type": "integer", "minimum": 2, "maximum": 30}, {"type": "null"}]},
            "audio": {"type": "boolean", "default": True},
            "sync_mode": {"type": "boolean", "default": False},
        },
        ["prompt"],
    ),
    "alibaba/wan-3.0/image-to-video": (
        {
            "prompt": _PROMPT,
            "start_image_url": _IMAGE,
            "resolution": {"type": "string", "enum": ["480p", "720p", "1080p"], "default": "1080p"},
            "duration": {"anyOf": [{"type": "integer", "minimum": 2, "maximum": 30}, {"type": "null"}]},
            "audio": {"type": "boolean", "default": True},
        },
        ["start_image_url"],
    ),
    "fal-ai/wan/v2.2-a14b/text-to-video": (_WAN, ["prompt"]),
    "fal-ai/wan/v2.2-a14b/image-to-video": ({**_WAN, "image_url": _IMAGE}, ["prompt", "image_url"]),
    "fal-ai/stable-video": (
        {
            "image_url": _IMAGE,
            "seed": {"type": "integer"},
            "motion_bucket_id": {"type": "integer", "minimum": 1, "maximum": 255, "default": 127},
            "cond_aug": {"type": "number", "minimum": 0, "maximum": 10, "default": 0.02},
            "fps": {"type": "integer", "minimum": 1, "maximum": 100, "default": 25},
        },
        ["image_url"],
    ),
}


def openapi(endpoint: str, *, output: str = "video") -> dict[str, Any]:
    """An endpoint's description, as fal serves it."""
    fields, required = ENDPOINTS[endpoint]
    schemas: dict[str, Any] = {
        "QueueStatus": {"type": "object", "properties": {"status": {"type": "string"}}},
        "ModelInput": {"type": "object", "properties": fields, "required": required},
        "ModelOutput": {"type": "object", "properties": {output: {"$ref": "#/components/schemas/File"}}},
        "File": {"type": "object", "properties": {"url": {"type": "string"}}},
        "KlingV3MultiPromptElement": _SHOT,
    }
    return {
        "openapi": "3.0.4",
        "info": {"title": f"Queue OpenAPI for {endpoint}", "version": "1.0.0"},
        "components": {"schemas": schemas},
        "paths": {
            f"/{endpoint}/requests/{{request_id}}/status": {"get": _answers("QueueStatus")},
            f"/{endpoint}/requests/{{request_id}}/cancel": {"put": _answers("QueueStatus")},
            f"/{endpoint}": {
                "post": {
                    "requestBody": {"content": _json("ModelInput"), "required": True},
                    **_answers("QueueStatus"),
                }
            },
            f"/{endpoint}/requests/{{request_id}}": {"get": _answers("ModelOutput")},
        },
    }


class FalWire(VendorWire):
    """See `VendorWire`. Jobs are known by their whole path, as the queue names them."""

    key: ClassVar[str] = "fal-standin:secret"
    prefix: ClassVar[tuple[str, ...]] = ()

    def __init__(self) -> None:
        super().__init__()
        self._app = ""

    def read_path(self, method: str, parts: list[str]) -> tuple[str, str | None]:
        if parts[:2] == ["api", "openapi"] or parts == [".well-known", "jwks.json"]:
            return "describe", None
        if parts[:3] == ["v1", "models", "pricing"]:
            return "account", None
        if tuple(parts[: len(self.prefix)]) != self.prefix:
            return "unknown", None
        parts = parts[len(self.prefix) :]
        match method, parts:
            case ("GET", [owner, app, "requests", request, "status"]):
                return "status", f"{owner}/{app}/requests/{request}"
            case ("GET", [owner, app, "requests", request]):
                return "result", f"{owner}/{app}/requests/{request}"
            case ("PUT", [owner, app, "requests", request, "cancel"]):
                return "cancel", f"{owner}/{app}/requests/{request}"
            case ("POST", [owner, app, *_]):
                self._app = f"{owner}/{app}"
                return "create", None
        return "unknown", None

    def is_signed(self, request: Request) -> bool:
        path = request.url.path
        is_open = path.startswith("/api/openapi") or path.startswith("/.well-known")
        return is_open or request.headers.get("authorization") == f"Key {self.key}"

    def new_id(self) -> str:
        return f"{self._app}/requests/{uuid.uuid4()}"

    def file_url(self, job: VendorJob) -> str:
        return f"{self.base}/files/{quote(job.id, safe='')}/{time.time():.3f}.mp4"

    def refusal(self, kind: Refusal) -> Response:
        match kind:
            case "key":
                return JSONResponse({"detail": "Cannot access application. Authentication is required."}, 401)
            case "credit":
                text = "User is locked. Reason: Exhausted balance. Top up your balance."
                return JSONResponse({"detail": text}, 403)
            case "moderation":
                text = "The content was flagged by a content checker."
                return typed("content_policy_violation", text, "prompt")
            case "model":
                return JSONResponse({"detail": f"Application '{self._app}' not found"}, 404)
            case "busy":
                return JSONResponse({"detail": "Too many requests"}, 429, {"retry-after": "2"})
            case "size":
                return typed("literal_error", "Input should be '16:9' or '9:16'", "aspect_ratio")
        return typed("image_load_error", "Failed to load the image. Please ensure it is valid.", "image_url")

    def check(self, asked: VendorAsked) -> Response | None:
        endpoint = self.endpoint_of(asked.path)
        if endpoint not in ENDPOINTS:
            return self.refusal("model")
        fields, required = ENDPOINTS[endpoint]
        for name in required:
            if not asked.body.get(name):
                return typed("missing", "Field required", name)
        if unknown := asked.body.keys() - fields.keys():
            return typed("extra_forbidden", "Extra inputs are not permitted", sorted(unknown)[0])
        return None

    def endpoint_of(self, path: str) -> str:
        """The endpoint that a create's path names."""
        return "/".join([part for part in path.split("/") if part][len(self.prefix) :])

    def webhook_of(self, asked: VendorAsked, request: Request) -> str | None:
        return request.query_params.get("fal_webhook")

    def created(self, job: VendorJob) -> Response:
        # The queue names its own host, whatever router the request came through.
        base = f"https://queue.fal.run/{job.id}"
        return JSONResponse(
            {
                "status": "IN_QUEUE",
                "request_id": job.id.rsplit("/", 1)[-1],
                "response_url": base,
                "status_url": f"{base}/status",
                "cancel_url": f"{base}/cancel",
                "queue_position": 0,
            }
        )

    async def do(self, verb: str, job: VendorJob | None, asked: VendorAsked, request: Request) -> Response:
        if verb == "describe":
            return self._describe(request)
        if verb == "account":
            price = {"unit_price": 0.4, "unit": "seconds", "currency": "USD"}
            return JSONResponse({"prices": [{"endpoint_id": "fal-ai/veo3.1", **price}]})
        if job is None:
            status = {"status": "NOT_FOUND"} if verb == "cancel" else {"detail": "Request not found"}
            return JSONResponse(status, 404)
        if verb == "cancel":
            if job.state() not in ("queued", "running"):
                return JSONResponse({"status": "ALREADY_COMPLETED"}, 400)
            job.cancelled = True
            return JSONResponse({"status": "CANCELLATION_REQUESTED"}, 202)
        return self._status(job) if verb == "status" else self._result(job)

    def sign(self, job: VendorJob) -> tuple[dict[str, str], bytes]:
        request = job.id.rsplit("/", 1)[-1]
        failed = job.state() != "completed"
        told = {
            "request_id": request,
            "gateway_request_id": request,
            "status": "ERROR" if failed else "OK",
            "payload": None if failed else self._output(job),
        }
        body = json.dumps(told).encode()
        return signed_headers(body, request=request), body

    def _describe(self, request: Request) -> Response:
        if request.url.path.endswith("jwks.json"):
            return JSONResponse({"keys": [public_key()]})
        endpoint = request.query_params.get("endpoint_id", "")
        if endpoint not in ENDPOINTS:
            return JSONResponse({"error": "Not found"}, 404)
        return JSONResponse(openapi(endpoint))

    def _status(self, job: VendorJob) -> Response:
        state = job.state()
        base = f"https://queue.fal.run/{job.id}"
        told: dict[str, Any] = {
            "status": _STATES.get(state, "COMPLETED"),
            "request_id": job.id.rsplit("/", 1)[-1],
            "response_url": base,
            "status_url": f"{base}/status",
            "cancel_url": f"{base}/cancel",
        }
        if state == "queued":
            told["queue_position"] = 3
        else:
            told["logs"] = None
        if state == "completed":
            told["metrics"] = {"inference_time": job.duration}
        if state == "cancelled":
            told |= {"error": "Request was cancelled", "error_type": "client_cancelled"}
        if state == "failed":
            told["error"] = "Invalid status code"
        return JSONResponse(told, 202 if state in _STATES else 200)

    def _result(self, job: VendorJob) -> Response:
        if job.state() == "failed":
            match job.fails:
                case "moderation":
                    return self.refusal("moderation")
                case "quality":
                    return typed("no_media_generated", "The model did not generate the expected media.", "")
            return typed("downstream_service_error", "Downstream service error", "", status=500)
        if job.state() != "completed":
            return JSONResponse({"detail": "Request is still in progress"}, 400)
        return JSONResponse(self._output(job))

    def _output(self, job: VendorJob) -> dict[str, Any]:
        return {"video": {"url": self.file_url(job), "content_type": "video/mp4"}, "seed": 7}


def typed(kind: str, message: str, field: str, *, status: int = 422) -> Response:
    """A model's error."""
    where = ["body", field] if field else ["body"]
    entry = {"loc": where, "msg": message, "type": kind, "url": f"https://docs.fal.ai/errors#{kind}"}
    return JSONResponse({"detail": [entry]}, status, {"x-fal-retryable": str(status >= 500).lower()})


def public_key() -> dict[str, str]:
    """The key that its webhooks are signed with, as its list has it."""
    raw = _SIGNING.public_key().public_bytes_raw()
    return {"kty": "OKP", "crv": "Ed25519", "x": base64.urlsafe_b64encode(raw).decode().rstrip("=")}


def signed_headers(body: bytes, *, request: str, at: float | None = None) -> dict[str, str]:
    """The headers of a webhook, written out after fal's page about them."""
    timestamp = str(int(time.time() if at is None else at))
    message = "\n".join((request, "user-1", timestamp, hashlib.sha256(body).hexdigest()))
    return {
        "content-type": "application/json",
        "x-fal-webhook-request-id": request,
        "x-fal-webhook-user-id": "user-1",
        "x-fal-webhook-timestamp": timestamp,
        "x-fal-webhook-signature": _SIGNING.sign(message.encode()).hex(),
    }


def _json(name: str) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}


def _answers(name: str) -> dict[str, Any]:
    return {"responses": {"200": {"description": "It is so.", "content": _json(name)}}}
