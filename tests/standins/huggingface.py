"""A stand-in for Hugging Face: router before fal's queue, Hub, and its own servers that answer with a file.

Its shapes follow the client library (huggingface_hub 2.4, inference/_providers).
"""

from __future__ import annotations

from typing import Any, ClassVar

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from tests.standins.clips import make_clip
from tests.standins.fal import FalWire
from tests.standins.vendor import Refusal, VendorAsked, VendorJob

STABLE_VIDEO = "stabilityai/stable-video-diffusion-img2vid-xt"
_FAL_TEXT = {
    "status": "live",
    "providerId": "fal-ai/wan/v2.2-a14b/text-to-video",
    "task": "text-to-video",
}
_REPLICATE = {"status": "live", "providerId": "wan-video/wan-2.2-t2v-fast", "task": "text-to-video"}
_FAL_IMAGE = {
    "status": "live",
    "providerId": "fal-ai/wan/v2.2-a14b/image-to-video",
    "task": "image-to-video",
}
MAPPINGS: dict[str, Any] = {
    "Wan-AI/Wan2.2-T2V-A14B": {"replicate": _REPLICATE, "fal-ai": _FAL_TEXT},
    "Wan-AI/Wan2.2-I2V-A14B": {"fal-ai": _FAL_IMAGE},
    STABLE_VIDEO: {},
    "somebody/only-elsewhere": {"replicate": _REPLICATE},
}


class HuggingFaceWire(FalWire):
    """See `VendorWire`. A create at its own servers has the verb `create` too; a clip is its answer."""

    key: ClassVar[str] = "hf_standin"
    prefix: ClassVar[tuple[str, ...]] = ("fal-ai",)

    def read_path(self, method: str, parts: list[str]) -> tuple[str, str | None]:
        if parts[:2] == ["api", "models"]:
            return "mapping", None
        if parts == ["api", "whoami-v2"]:
            return "whoami", None
        if method == "POST" and parts[:2] == ["hf-inference", "models"]:
            self._app = "hf-inference/models"
            return "create", None
        return super().read_path(method, parts)

    def is_signed(self, request: Request) -> bool:
        path = request.url.path
        if path.startswith("/fal-ai/") and request.query_params.get("_subdomain") != "queue":
            return False
        is_open = path.startswith("/api/openapi")
        return is_open or request.headers.get("authorization") == f"Bearer {self.key}"

    def refusal(self, kind: Refusal) -> Response:
        match kind:
            case "key":
                return JSONResponse({"error": "Invalid username or password."}, 401)
            case "credit":
                text = "You have exceeded your monthly included credits for Inference Providers."
                return JSONResponse({"error": text}, 402)
            case "model":
                return JSONResponse({"error": "Model x is not supported by provider fal-ai."}, 400)
        return super().refusal(kind)

    def check(self, asked: VendorAsked) -> Response | None:
        if asked.path.startswith("/hf-inference/"):
            if not asked.path.endswith(STABLE_VIDEO):
                return Response("Not Found", 404)
            return None if asked.body.get("inputs") else JSONResponse({"error": "no inputs"}, 400)
        return super().check(asked)

    def prompt_of(self, body: Any, path: str) -> str | None:
        return STABLE_VIDEO if path.startswith("/hf-inference/") else super().prompt_of(body, path)

    def created(self, job: VendorJob) -> Response:
        if job.path.startswith("/hf-inference/"):
            clip = make_clip(self.behaviour.size, self.behaviour.seconds)
            return Response(clip, media_type="video/mp4")
        return super().created(job)

    async def do(self, verb: str, job: VendorJob | None, asked: VendorAsked, request: Request) -> Response:
        if verb == "whoami":
            return JSONResponse({"type": "user", "name": "standin"})
        if verb == "mapping":
            name = asked.path.removeprefix("/api/models/")
            if name not in MAPPINGS:
                return JSONResponse({"error": "Repository not found"}, 404)
            return JSONResponse({"id": name, "inferenceProviderMapping": MAPPINGS[name]})
        return await super().do(verb, job, asked, request)
