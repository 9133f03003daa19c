"""Hugging Face's Inference Providers, by their router.

Models that fal runs are submitted to its queue (`?_subdomain=queue`), which gives a durable id; the client
library only ever waits for them. Stable Video Diffusion has no such provider (people ask for one at
huggingface.co/spaces/huggingface/InferenceSupport/discussions/5), so it is asked of Hugging Face's own
servers in one long POST, whose answer is the file: if that is lost, nobody knows whether it was made.
"""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import orjson

from rushes.providers.fal.catalogue import Family
from rushes.providers.fal.queue import FalQueue
from rushes.providers.fal.schemas import Offered
from rushes.providers.huggingface.held import Held
from rushes.providers.huggingface.mapping import parse_mapping
from rushes.providers.kinds import Setup
from rushes.providers.model import Model
from rushes.providers.protocol import (
    Ambiguous,
    Busy,
    Capabilities,
    Down,
    Job,
    ProviderError,
    Refused,
    Submission,
)
from rushes.providers.wire.address import bearer, read_address
from rushes.providers.wire.answers import Answer, question_error, read_refusal
from rushes.providers.wire.pictures import read_reference
from rushes.providers.wire.questions import Questions
from rushes.providers.wire.reading import Unreadable, read_number

_ROUTER = "https://router.huggingface.co"
_HUB = "https://huggingface.co"

STABLE_VIDEO = "stabilityai/stable-video-diffusion-img2vid-xt"
# Recommended by its documents (huggingface.co/docs/inference-providers/tasks), or mapped to fal there.
_MODELS = (
    "Wan-AI/Wan2.2-T2V-A14B",
    "Wan-AI/Wan2.2-I2V-A14B",
    "Wan-AI/Wan2.2-TI2V-5B",
    "tencent/HunyuanVideo-1.5",
    "tencent/HunyuanVideo",
    "Lightricks/LTX-2",
    "Lightricks/LTX-Video-0.9.8-13B-distilled",
    "meituan-longcat/LongCat-Video",
    STABLE_VIDEO,
)
# What runs on its own servers. 25 frames, and the pace at which they last for four seconds.
_AT_ONCE = {
    STABLE_VIDEO: Model(
        name=STABLE_VIDEO,
        label="Stable Video Diffusion XT",
        description="Moves a picture for four seconds and reads no prompt. Hugging Face's own servers run it "
        "only while they have it loaded.",
        sizes=("1024x576", "576x1024"),
        default_size="1024x576",
        seconds_values=("4",),
        default_seconds=4.0,
        references=("first_frame",),
        needs_image=True,
        options={
            "type": "object",
            "properties": {
                "motion_bucket_id": {"type": "integer", "minimum": 1, "maximum": 255, "default": 127},
                "noise_aug_strength": {"type": "number", "minimum": 0, "maximum": 1, "default": 0.02},
            },
            "additionalProperties": False,
        },
    )
}
_FRAMES = {"num_frames": 25, "fps": 6}
_LARGEST_INLINE = 10_000_000
# A model that sleeps takes up to three minutes for its first answer.
_LONGEST = 180.0
_LOADING = "The model might be in sleep mode."
_ADVICE = "Try again after 1–2 minutes or duplicate the model space on Hugging Face."


class HuggingFace(FalQueue):
    """See `RemoteProvider`. `setup.models` are models of the Hub, `setup.bill_to` an organisation that pays.

    With a base URL of one's own, the Hub and fal's descriptions are looked for there as well.
    """

    kind = "huggingface"

    def __init__(self, setup: Setup, *, held: Held | None = None) -> None:
        headers = bearer(setup.api_key)
        super().__init__(
            setup,
            base_url=_ROUTER,
            headers={**headers, "X-HF-Bill-To": setup.bill_to} if setup.bill_to else headers,
            capabilities=Capabilities(models=(), concurrency=4, cancel="charged", output_lifetime=3600.0),
            submit_timeout=_LONGEST,
        )
        hub = read_address(_HUB if self._is_vendor else self._address.base)
        self._hub = Questions(hub, headers=headers, timeout=self._questions.timeout)
        self._held = held or Held()

    async def close(self) -> None:
        await super().close()
        await self._hub.close()

    async def submit(self, submission: Submission) -> Job:
        offered = await self._offered_for(submission)
        if offered.has_queue:
            return await self._enqueue(offered, submission)
        return await self._make_at_once(submission)

    async def download(self, job_id: str) -> AsyncIterator[bytes]:
        found = self._held.stream(job_id) if self._held.knows(job_id) else super().download(job_id)
        async for chunk in found:
            yield chunk

    async def probe(self) -> None:
        """Asks the Hub whose token it is, and the router about a job that cannot exist."""
        self._check_key(await self._hub.ask("/api/whoami-v2"))
        answer = await self._questions.ask(self._job_path("00000000-0000-4000-8000-000000000000"))
        if answer.status >= 500:
            raise question_error(answer)

    def _route(self, path: str) -> str:
        return f"/fal-ai/{path}?_subdomain=queue"

    def _names(self) -> tuple[str, ...]:
        return self._named or _MODELS

    async def _learn(self, name: str) -> Offered:
        endpoint = await self._ask_mapping(name)
        if endpoint is not None:
            # It may take either words or a picture: its schema tells, and its place is the same.
            offered = await self._learn_family(Family(name, _label(name), endpoint, None))
            description = f"Run by fal as {endpoint}."
            return replace(offered, model=replace(offered.model, description=description))
        if name in _AT_ONCE:
            return Offered(_AT_ONCE[name], None, None)
        raise Refused(f"No provider of Hugging Face's with a queue runs {name}.", code="unknown_model")

    async def _ask_mapping(self, name: str) -> str | None:
        answer = await self._hub.ask(f"/api/models/{quote(name)}?expand=inferenceProviderMapping")
        if answer.status == 404 and answer.json() is not None:
            raise Refused(f"Hugging Face has no model {name}.", code="unknown_model")
        self._check_key(answer)
        try:
            return parse_mapping(answer.json())
        except Unreadable as error:
            raise Down("The provider's answer makes no sense.", code="provider_garbage") from error

    async def _make_at_once(self, submission: Submission) -> Job:
        """One long POST. Raises Refused, Busy or Ambiguous."""
        picture = submission.first_frame
        if picture is None:
            raise Refused(f"{submission.model} needs a picture to start from.", code="invalid_image")
        content = await read_reference(picture)
        if len(content) > _LARGEST_INLINE:
            raise Refused("The picture is too large: it takes 10 MB at most.", code="payload_too_large")
        parameters: dict[str, Any] = {
            **_FRAMES,
            "target_size": {"width": submission.width, "height": submission.height},
            **submission.options,
        }
        if submission.seed is not None:
            parameters["seed"] = submission.seed
        answer = await self._posting.post(
            f"/hf-inference/models/{submission.model}",
            json={"inputs": base64.b64encode(content).decode("ascii"), "parameters": parameters},
            headers={"Accept": "video/mp4, application/json"},
            timeout=self.submit_timeout,
        )
        if not answer.ok:
            raise self._submit_error(answer, submission)
        if not _is_video(answer.body):
            raise Ambiguous("Hugging Face said that it is done, but its answer holds no video.")
        try:
            return await self._held.keep(answer.body)
        except OSError as error:
            text = "The video was made but could not be kept: this machine's temporary folder takes no files."
            raise Refused(text, code="result_lost", retryable=True, charged="yes") from error

    async def _ask(self, job_id: str) -> Job:
        if self._held.knows(job_id):
            return self._held.job(job_id)
        return await super()._ask(job_id)

    def _submit_error(self, answer: Answer, submission: Submission) -> ProviderError:
        said = read_refusal(answer)
        if answer.status == 503 and "loading" in said.message.lower():
            wait = answer.retry_after or _estimated(answer) or 60.0
            return Busy(f"{_LOADING} {_ADVICE}", retry_after=wait, code="model_loading")
        if answer.status in (400, 404) and _is_not_served(said.message, answer):
            text = f"Hugging Face does not run {submission.model} just now. {_LOADING} {_ADVICE}"
            return Refused(text, code="unknown_model", retryable=True)
        return super()._submit_error(answer, submission)


def _is_not_served(message: str, answer: Answer) -> bool:
    return "not supported by provider" in message or (answer.status == 404 and answer.json() is None)


def _estimated(answer: Answer) -> float | None:
    """Seconds until a model is loaded, as the server guesses."""
    try:
        data = orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        return None
    seconds = read_number(data.get("estimated_time")) if isinstance(data, dict) else None
    return min(600.0, max(1.0, seconds)) if seconds is not None else None


def _is_video(content: bytes) -> bool:
    """MP4 and its kin, or WebM."""
    return content[4:8] == b"ftyp" or content[:4] == b"\x1a\x45\xdf\xa3"


def _label(name: str) -> str:
    return name.rsplit("/", 1)[-1].replace("-", " ")
