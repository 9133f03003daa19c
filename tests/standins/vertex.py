"""A stand-in for Vertex AI's Veo: long-running operations, results in a bucket or in the answer, sign-in.

Its shapes are those between which and its own types the SDK converts (google-genai 3.6, `models.py` and
`operations.py`).
"""

from __future__ import annotations

import base64
import json
import time
import uuid
from typing import Any, ClassVar

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from tests.standins.clips import make_clip
from tests.standins.faults import Fault
from tests.standins.vendor import Refusal, VendorAsked, VendorJob, VendorWire

MODELS = ("veo-3.1-generate-001", "veo-3.1-fast-generate-001", "veo-3.1-lite-generate-001")
_PARENT = "projects/p1/locations/us-central1/publishers/google/models/veo-3.1-fast-generate-001/operations/"


class VertexWire(VendorWire):
    """See `VendorWire`. Its key is an access token, which `/token` hands out for a service account, too."""

    key: ClassVar[str] = "ya29.standin"

    def read_path(self, method: str, parts: list[str]) -> tuple[str, str | None]:
        if method == "POST" and parts == ["token"]:
            return "keys", None
        if method == "POST" and parts[-1].endswith(":predictLongRunning"):
            return "create", None
        if method == "POST" and parts[-1].endswith(":fetchPredictOperation"):
            return "retrieve", None
        return "unknown", None

    def job_of(self, body: Any, path: str) -> str | None:
        return body.get("operationName") if isinstance(body, dict) else None

    def is_signed(self, request: Request) -> bool:
        if request.url.path == "/token":
            return True
        return request.headers.get("authorization") == f"Bearer {self.key}"

    def refusal(self, kind: Refusal) -> Response:
        match kind:
            case "key":
                text = "Request had invalid authentication credentials."
                return _status(401, "UNAUTHENTICATED", text, reason="ACCESS_TOKEN_TYPE_UNSUPPORTED")
            case "credit":
                text = "This API method requires billing to be enabled: billing is disabled."
                return _status(403, "PERMISSION_DENIED", text, reason="BILLING_DISABLED")
            case "busy":
                return _status(429, "RESOURCE_EXHAUSTED", "Quota exceeded for online prediction requests.")
            case "moderation":
                text = (
                    "Veo could not generate videos because the input prompt violates Vertex AI's usage"
                    " guidelines. Support codes: 58061214"
                )
                return _status(400, "INVALID_ARGUMENT", text)
            case "model":
                text = "Publisher Model `projects/p1/…/models/veo-9` was not found."
                return _status(404, "NOT_FOUND", text)
            case "size":
                return _status(400, "INVALID_ARGUMENT", "Unsupported aspectRatio: 4:3.")
        return _status(400, "INVALID_ARGUMENT", "Failed to decode the input image.")

    def check(self, asked: VendorAsked) -> Response | None:
        model = asked.path.rsplit("/", 1)[-1].partition(":")[0]
        if model not in MODELS:
            return self.refusal("model")
        parameters = asked.body.get("parameters", {}) if isinstance(asked.body, dict) else {}
        if not self.prompt_of(asked.body, "") or parameters.get("sampleCount") != 1:
            return _status(400, "INVALID_ARGUMENT", "instances and sampleCount are required.")
        if parameters.get("aspectRatio") not in ("16:9", "9:16"):
            return self.refusal("size")
        if parameters.get("durationSeconds") not in (4, 6, 8):
            return _status(400, "INVALID_ARGUMENT", "Unsupported durationSeconds.")
        return None

    def prompt_of(self, body: Any, path: str) -> str | None:
        instances = body.get("instances") if isinstance(body, dict) else None
        return instances[0].get("prompt") if instances else None

    def new_id(self) -> str:
        return f"{_PARENT}{uuid.uuid4()}"

    def created(self, job: VendorJob) -> Response:
        return JSONResponse({"name": job.id})

    async def do(self, verb: str, job: VendorJob | None, asked: VendorAsked, request: Request) -> Response:
        if verb == "keys":
            return JSONResponse({"access_token": self.key, "expires_in": 3599, "token_type": "Bearer"})
        if verb == "unknown" or job is None:
            return _status(404, "NOT_FOUND", "The operation does not exist.")
        # Long answers of Google's come indented.
        return Response(json.dumps(self.describe(job), indent=2), media_type="application/json")

    def describe(self, job: VendorJob) -> dict[str, Any]:
        """The operation."""
        state = job.state()
        if state in ("queued", "running"):
            return {"name": job.id}
        kind = "type.googleapis.com/cloud.ai.large_models.vision.GenerateVideoResponse"
        if state == "failed" and job.fails == "moderation":
            reasons = ["Veo could not generate videos as its words were blocked by safety filters."]
            response = {"@type": kind, "raiMediaFilteredCount": 1, "raiMediaFilteredReasons": reasons}
            return {"name": job.id, "done": True, "response": response}
        if state == "failed":
            return {"name": job.id, "done": True, "error": {"code": 13, "message": "Internal error."}}
        videos = [self._video(job)]
        response = {"@type": kind, "raiMediaFilteredCount": 0, "videos": videos}
        return {"name": job.id, "done": True, "response": response}

    def _video(self, job: VendorJob) -> dict[str, Any]:
        bucket = job.body["parameters"].get("storageUri")
        if bucket is None:
            clip = make_clip(self.behaviour.size, self.behaviour.seconds)
            return {"bytesBase64Encoded": base64.b64encode(clip).decode(), "mimeType": "video/mp4"}
        name = job.id.removeprefix(_PARENT)
        return {"gcsUri": f"{bucket}{name}/{time.time():.3f}.mp4", "mimeType": "video/mp4"}

    async def _content(self, job: VendorJob | None, asked: VendorAsked, fault: Fault | None) -> Response:
        if asked.headers.get("authorization") != f"Bearer {self.key}":
            return Response(b"<Error><Code>AccessDenied</Code></Error>", 403, media_type="application/xml")
        return await super()._content(self.jobs.get(f"{_PARENT}{asked.job}"), asked, fault)


def _status(code: int, word: str, message: str, *, reason: str | None = None) -> Response:
    """google.rpc.Status."""
    error: dict[str, Any] = {"code": code, "message": message, "status": word}
    if reason:
        error["details"] = [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason}]
    return JSONResponse({"error": error}, code)
