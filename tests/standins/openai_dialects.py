"""Stand-ins for the servers that speak `/v1/videos` each in their own way: vLLM-Omni, SGLang, LiteLLM.

Their shapes follow vLLM-Omni's docs/serving/videos_api.md and entrypoints/openai/api_server.py, SGLang's
multimodal_gen/runtime/entrypoints/openai/video_api.py and LiteLLM's proxy/video_endpoints/endpoints.py.
`openai_videos` is the stand-in for one that does not say who it is.
"""

from __future__ import annotations

import base64
import json
import os
import re
from dataclasses import replace
from typing import Any, ClassVar

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from tests.standins.faults import Fault
from tests.standins.vendor import Failure, Refusal, VendorAsked, VendorJob, VendorWire

MODEL = "Wan-AI/Wan2.2-TI2V-5B-Diffusers"


class OpenAIWire(VendorWire):
    """What they share. A picture in a form is kept as a `data:` URL."""

    owner: ClassVar[str]

    def read_path(self, method: str, parts: list[str]) -> tuple[str, str | None]:
        match method, parts:
            case "GET", ["v1", "models"]:
                return "models", None
            case "POST", ["v1", "videos"]:
                return "create", None
            case "GET", ["v1", "videos"]:
                return "list", None
            case "GET", ["v1", "videos", job_id]:
                return "retrieve", job_id
            case "DELETE", ["v1", "videos", job_id]:
                return "cancel", job_id
            case "GET", ["v1", "videos", job_id, "content"]:
                return "content", job_id
            case "GET", ["health", "liveliness"]:
                return "health", None
        return "unknown", None

    def is_signed(self, request: Request) -> bool:
        return request.headers.get("authorization") == f"Bearer {self.key}"

    async def read_body(self, request: Request) -> Any:
        if not request.headers.get("content-type", "").startswith("multipart/form-data"):
            return await super().read_body(request)
        fields: dict[str, Any] = {}
        async with request.form() as form:
            for name, value in form.multi_items():
                if isinstance(value, UploadFile):
                    content = base64.b64encode(await value.read()).decode()
                    fields[name] = f"data:{value.content_type};base64,{content}"
                else:
                    fields[name] = value
        return fields

    def refusal(self, kind: Refusal) -> Response:
        match kind:
            case "key":
                return _error(401, "Incorrect API key provided.", code="invalid_api_key")
            case "credit":
                return _error(429, "You exceeded your current quota.", code="insufficient_quota")
            case "moderation":
                return _error(400, "Blocked by the content filter.", code="content_policy_violation")
            case "model":
                return _error(404, "The model does not exist.", code="model_not_found")
            case "busy":
                return _error(429, "Too many requests.", headers={"retry-after": "2"})
            case "size":
                return _error(400, "It must be a multiple of 16.", param="size")
        return _error(400, "It could not be decoded.", param="input_reference")

    def created(self, job: VendorJob) -> Response:
        return JSONResponse(self.describe(job))

    def missing(self) -> Response:
        """The answer about a job that is not there."""
        return JSONResponse({"detail": "Video not found"}, 404)

    def describe(self, job: VendorJob) -> dict[str, Any]:
        """The video object."""
        raise NotImplementedError

    def delete(self, job: VendorJob) -> Response:
        """What DELETE does and answers."""
        raise NotImplementedError

    async def do(self, verb: str, job: VendorJob | None, asked: VendorAsked, request: Request) -> Response:
        if verb == "models":
            listed = [{"id": MODEL, "object": "model", "owned_by": self.owner}]
            return JSONResponse({"object": "list", "data": listed})
        if verb == "list":
            jobs = sorted(self.jobs.values(), key=lambda job: -job.made_at)
            return JSONResponse({"object": "list", "data": [self.describe(job) for job in jobs[:100]]})
        if verb in ("unknown", "health"):
            return JSONResponse({"detail": "Not Found"}, 404)
        if job is None:
            return self.missing()
        return self.delete(job) if verb == "cancel" else self.retrieved(job)

    def retrieved(self, job: VendorJob) -> Response:
        """The answer to a question for one job."""
        return JSONResponse(self.describe(job))

    async def _content(self, job: VendorJob | None, asked: VendorAsked, fault: Fault | None) -> Response:
        if job is None:
            return self.missing()
        if job.state() != "completed":
            return JSONResponse({"detail": "Generation is still in-progress"}, 404)
        return await super()._content(job, replace(asked, path=self.file_url(job)), fault)


class VllmOmniWire(OpenAIWire):
    """Forms only; a failed job is told under the status that it failed with; DELETE ends the work."""

    owner = "vllm"

    def new_id(self) -> str:
        return f"video_gen_{os.urandom(16).hex()}"

    def missing(self) -> Response:
        return _error(404, "Video not found", code=404)

    def check(self, asked: VendorAsked) -> Response | None:
        is_form = asked.headers.get("content-type", "").startswith("multipart/form-data")
        body = asked.body if is_form else {}
        if not body.get("prompt"):
            missing = {"type": "missing", "loc": ["body", "prompt"], "msg": "Field required"}
            return JSONResponse({"detail": [missing]}, 422)
        if body.get("model", MODEL) != MODEL:
            text = f"Model mismatch: request specifies '{body['model']}' but server is running '{MODEL}'."
            return _error(400, text, code=400)
        if not re.fullmatch(r"[1-9]\d*", body.get("seconds", "4")):
            wrong = {"loc": ["body", "seconds"], "msg": "String should match pattern '^[1-9]\\d*$'"}
            return JSONResponse({"detail": [{"type": "string_pattern_mismatch", **wrong}]}, 422)
        try:
            is_object = isinstance(json.loads(body.get("extra_params", "{}")), dict)
        except ValueError:
            is_object = False
        return None if is_object else _error(400, "Invalid JSON in form field.", code=400)

    def describe(self, job: VendorJob) -> dict[str, Any]:
        state = job.state()
        return {
            "model": MODEL,
            "prompt": job.body["prompt"],
            "id": job.id,
            "object": "video",
            "status": "in_progress" if state == "running" else state,
            "size": job.body.get("size"),
            "progress": 100 if state == "completed" else 0,
            "seconds": job.body.get("seconds", "4"),
            "created_at": int(job.made_at),
            "completed_at": int(job.made_at + job.duration) if state in ("completed", "failed") else None,
            "error": _VLLM_ERRORS[job.fails] if state == "failed" and job.fails else None,
            "media_type": "video/mp4",
            "inference_time_s": job.duration if state == "completed" else None,
        }

    def retrieved(self, job: VendorJob) -> Response:
        shown = self.describe(job)
        return JSONResponse(shown, shown["error"]["code"] if shown["error"] else 200)

    def delete(self, job: VendorJob) -> Response:
        del self.jobs[job.id]
        return JSONResponse({"id": job.id, "deleted": True, "object": "video.deleted"})


class SglangWire(OpenAIWire):
    """Forms with a picture, JSON without; tells nothing but the end; DELETE drops the record alone."""

    owner = "sglang"

    def check(self, asked: VendorAsked) -> Response | None:
        is_form = asked.headers.get("content-type", "").startswith("multipart/form-data")
        body = asked.body if isinstance(asked.body, dict) else {}
        if is_form and not body.get("input_reference"):
            return JSONResponse({"detail": "input_reference file is required"}, 400)
        try:
            int(body.get("seconds", 4))
            body["prompt"]
        except (ValueError, KeyError) as error:
            return JSONResponse({"detail": f"Invalid request body: {error}"}, 400)
        return None

    def describe(self, job: VendorJob) -> dict[str, Any]:
        state = job.state()
        is_over = state in ("completed", "failed")
        return {
            "id": job.id,
            "object": "video",
            "model": job.body.get("model", MODEL),
            "status": state if is_over else "queued",
            "progress": 100 if state == "completed" else 0,
            "created_at": int(job.made_at),
            "size": job.body.get("size", ""),
            "seconds": str(job.body.get("seconds", "4")),
            "quality": "standard",
            "url": None,
            "completed_at": int(job.made_at + job.duration) if state == "completed" else None,
            "expires_at": None,
            "error": {"message": _MESSAGES[job.fails]} if state == "failed" and job.fails else None,
        }

    def delete(self, job: VendorJob) -> Response:
        del self.jobs[job.id]
        return JSONResponse({**self.describe(job), "status": "deleted"})


class LiteLLMWire(OpenAIWire):
    """A gateway: opaque ids, no DELETE, and a word of life that needs no key."""

    owner = "openai"

    def new_id(self) -> str:
        inner = f"litellm:custom_llm_provider:openai;model_id:wan;video_id:{os.urandom(8).hex()}"
        return "video_" + base64.b64encode(inner.encode()).decode()

    def is_signed(self, request: Request) -> bool:
        return request.url.path == "/health/liveliness" or super().is_signed(request)

    async def do(self, verb: str, job: VendorJob | None, asked: VendorAsked, request: Request) -> Response:
        if verb == "health":
            return JSONResponse("I'm alive!")
        if verb == "cancel":
            return JSONResponse({"detail": "Method Not Allowed"}, 405)
        return await super().do(verb, job, asked, request)

    def describe(self, job: VendorJob) -> dict[str, Any]:
        state = job.state()
        return {
            "id": job.id,
            "object": "video",
            "status": "processing" if state == "running" else state,
            "created_at": int(job.made_at),
            "progress": int(job.share() * 100),
            "model": job.body["model"],
            "seconds": job.body["seconds"],
            "size": job.body["size"],
            "error": {"code": "server_error", "message": _MESSAGES[job.fails]} if job.fails else None,
        }


_MESSAGES: dict[Failure, str] = {
    "moderation": "The prompt was rejected by the safety checker.",
    "quality": "The pipeline returned no frames.",
    "internal": "Internal error: the worker is unavailable.",
}
_VLLM_ERRORS: dict[Failure, dict[str, Any]] = {
    "moderation": {"code": 400, "message": _MESSAGES["moderation"]},
    "quality": {"code": 404, "message": _MESSAGES["quality"]},
    "internal": {"code": 500, "message": "Engine core initialization failed."},
}


def _error(
    status: int,
    message: str,
    *,
    code: str | int | None = None,
    param: str | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    error = {"message": message, "type": "invalid_request_error", "param": param, "code": code}
    return JSONResponse({"error": error}, status, headers)
