"""How the servers that speak `/v1/videos` differ, as far as they say who they are.

Facts, read in November 2026: vLLM-Omni's docs/serving/videos_api.md and entrypoints/openai/api_server.py;
SGLang's multimodal_gen/runtime/entrypoints/openai/video_api.py and common_api.py; LiteLLM's
proxy/video_endpoints/endpoints.py. What names a file or a folder on the server is no option here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from rushes.providers.protocol import Job, Refused, Submission

Encoding = Literal["multipart", "json"]

_COUNT = {"type": "integer", "minimum": 1}
_SCALE = {"type": "number", "minimum": 0, "maximum": 20}
_SHARED: dict[str, Any] = {
    "negative_prompt": {"type": "string", "title": "What to avoid", "maxLength": 5000},
    "num_inference_steps": {**_COUNT, "maximum": 200, "title": "Steps"},
    "guidance_scale": {**_SCALE, "title": "Guidance"},
    "guidance_scale_2": {**_SCALE, "title": "Guidance while it is noise", "description": "Wan 2.2"},
    "true_cfg_scale": {**_SCALE, "title": "True guidance"},
    "flow_shift": {"type": "number", "title": "Flow shift"},
    "fps": {**_COUNT, "maximum": 120, "title": "Frames a second"},
    "enable_frame_interpolation": {"type": "boolean", "title": "Smoother motion"},
    "frame_interpolation_exp": {**_COUNT, "maximum": 4, "title": "Times the frames are doubled"},
}


@dataclass(frozen=True, slots=True)
class Dialect:
    """The habits of one server.

    `encoding` is how it reads a create without a picture. `cancels`: DELETE ends the work. `tells_progress`:
    its percentage moves before the end. `tells_start`: `queued` ends when the work begins. `whole_seconds`:
    it refuses half ones. `sound` is its field that asks for sound. `options` are the fields that it takes
    beyond OpenAI's, as JSON Schemas.
    """

    name: Literal["vllm-omni", "sglang", "litellm", "rushes", "unknown"]
    encoding: Encoding = "multipart"
    cancels: bool = True
    tells_progress: bool = True
    tells_start: bool = True
    whole_seconds: bool = False
    sound: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def schema(self) -> dict[str, Any]:
        """`Model.options`; empty where nothing is taken."""
        if not self.options:
            return {}
        return {"type": "object", "properties": dict(self.options), "additionalProperties": False}

    def extras(self, submission: Submission) -> dict[str, Any]:
        """The fields beyond OpenAI's that a submission asks for. Raises Refused for one that has no place."""
        if strange := sorted(submission.options.keys() - self.options.keys()):
            # Left out in silence, the video would be paid for and not be what was asked for.
            raise Refused(f"The provider takes no option {', '.join(strange)}.", code="unsupported_option")
        extras = dict(submission.options)
        if self.sound is not None and submission.audio is not None:
            extras[self.sound] = submission.audio
        return extras

    def understood(self, job: Job) -> Job:
        """The job as its server means it: a standing 0 is no progress, a standing `queued` no waiting."""
        if job.state not in ("queued", "in_progress"):
            return job
        progress = job.progress if self.tells_progress or job.progress else None
        return replace(job, progress=progress, state=job.state if self.tells_start else "in_progress")


UNKNOWN = Dialect("unknown")

# DELETE aborts, best effort. Its progress is 0 until it is 100.
VLLM_OMNI = Dialect(
    "vllm-omni",
    tells_progress=False,
    whole_seconds=True,
    sound="generate_sound",
    options={
        **_SHARED,
        "boundary_ratio": {"type": "number", "minimum": 0, "maximum": 1, "title": "Where the stages meet"},
        "frame_interpolation_scale": {
            "type": "number",
            "exclusiveMinimum": 0,
            "title": "Interpolation scale",
        },
        "extra_params": {"type": "object", "title": "More, as the model itself names it"},
    },
)

# Old builds refuse a form without a picture. DELETE only drops the record, and the file could never be
# fetched; nothing but the end is ever told, so `queued` covers the work.
SGLANG = Dialect(
    "sglang",
    encoding="json",
    cancels=False,
    tells_progress=False,
    tells_start=False,
    whole_seconds=True,
    sound="generate_sound",
    options={
        **_SHARED,
        "enable_teacache": {"type": "boolean", "title": "Faster, less exact"},
        "enable_upscaling": {"type": "boolean", "title": "Larger afterwards"},
        "upscaling_scale": {**_COUNT, "maximum": 4, "title": "Times larger"},
    },
)

# A gateway to others' accounts: it has no DELETE, and each of its providers has other fields.
LITELLM = Dialect("litellm", encoding="json", cancels=False)

RUSHES = Dialect("rushes")

_BY_OWNER = {
    "vllm": VLLM_OMNI,
    "vllm-omni": VLLM_OMNI,
    "vllm_omni": VLLM_OMNI,
    "sglang": SGLANG,
    "rushes": RUSHES,
}


def model_owners(data: object) -> frozenset[str]:
    """Who owns the models in an answer of `/v1/models`: servers put their own name there."""
    listed = data.get("data") if isinstance(data, Mapping) else data
    entries = listed if isinstance(listed, list) else []
    owners = (entry.get("owned_by") for entry in entries if isinstance(entry, Mapping))
    return frozenset(owner.lower() for owner in owners if isinstance(owner, str) and owner)


def dialect_of_owners(owners: frozenset[str]) -> Dialect | None:
    """The dialect of the one owner of all models. Several stand behind a gateway, whose own habits count."""
    return _BY_OWNER.get(next(iter(owners))) if len(owners) == 1 else None
