"""Luma's Ray 3.2: video from text, or between a first and a last picture.

This is the Luma Agents API (docs.agents.lumalabs.ai and its SDK luma-agents 0.3, read in November 2026): the
one with a full reference of limits, failures and prices. The older Dream Machine API
(api.lumalabs.ai/dream-machine/v1, ray-2) has other keys and fields, takes pictures by public address only,
and its callbacks are unsigned. Here pictures go along in the request; there is no list of generations, no
cancel and no callback, so an answer that was lost stays open until a person decides.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from typing import Any

from rushes.providers.hosted import Hosted
from rushes.providers.kinds import Setup
from rushes.providers.model import ImageRule, Model, Price, Rate
from rushes.providers.protocol import (
    Capabilities,
    Job,
    JobError,
    JobState,
    ProviderError,
    Reference,
    Refused,
    Submission,
)
from rushes.providers.wire.address import bearer, quote_id
from rushes.providers.wire.answers import Answer, read_refusal, submit_error
from rushes.providers.wire.pictures import read_reference
from rushes.providers.wire.reading import Unreadable, read_text, read_time

_RATIOS = ((16, 9), (9, 16), (1, 1), (4, 3), (3, 4), (21, 9))
_LINES = (720, 540, 1080, 360)
# The size in pixels that people choose, and the vendor's words for it.
_SIZES = {
    (f"{line * wide // high}x{line}" if wide >= high else f"{line}x{line * high // wide}"): (
        f"{wide}:{high}",
        f"{line}p",
    )
    for line in _LINES
    for wide, high in _RATIOS
}

# USD for 5 s and 10 s, then for 5 s with HDR. Ten seconds cost three times five, so a rate is a straight line
# through both: `per_video` is what remains of it at 0 s, below nothing.
_PRICES = {
    "360p": (0.06, 0.18, None),
    "540p": (0.15, 0.45, None),
    "720p": (0.30, 0.90, 0.60),
    "1080p": (1.20, 3.60, 2.40),
}

_STATES: dict[str, JobState] = {
    "queued": "queued",
    "processing": "in_progress",
    "completed": "completed",
    "failed": "failed",
}
# Its failure codes: the studio's, and whether asking again may help. None of them says what it cost.
_FAILURES = {
    "content_moderated": ("moderation_blocked", False),
    "budget_exhausted": ("no_credit", True),
    "image_too_large": ("payload_too_large", False),
    "unsupported_format": ("invalid_image", False),
    "corrupt_input": ("invalid_image", False),
    "invalid_request": ("provider_refused", False),
    "rate_limited": ("provider_busy", True),
    "output_not_found": ("no_result", True),
    "generation_failed": ("provider_failed", True),
}
# What a refusal's field or words are about.
_ABOUT = (
    (re.compile(r"aspect|ratio|resolution|size", re.IGNORECASE), "unsupported_size"),
    (re.compile(r"duration|seconds", re.IGNORECASE), "unsupported_seconds"),
    (re.compile(r"frame|image|media|base64", re.IGNORECASE), "invalid_image"),
    (re.compile(r"loop|hdr", re.IGNORECASE), "unsupported_option"),
)


def _rates() -> tuple[Rate, ...]:
    rates = []
    for size, (_, line) in _SIZES.items():
        five, ten, hdr = _PRICES[line]
        if hdr is not None:
            rates.append(Rate(per_video=hdr, size=size, options={"hdr": True}))
        rates.append(Rate(per_second=(ten - five) / 5, per_video=2 * five - ten, size=size))
    return tuple(rates)


_RAY_3_2 = Model(
    name="ray-3.2",
    label="Ray 3.2",
    description="Text or a first and a last picture to video. Ten seconds are made from text only.",
    sizes=tuple(_SIZES),
    seconds_values=("5", "10"),
    default_seconds=5,
    references=("first_frame", "last_frame"),
    image=ImageRule(max_bytes=50_000_000),
    options={
        "type": "object",
        "properties": {
            "loop": {"type": "boolean", "title": "Loop", "description": "Its end meets its start; 5 s only."},
            "hdr": {"type": "boolean", "title": "HDR", "description": "720p and 1080p, 5 s only."},
        },
        "additionalProperties": False,
    },
    seed=False,
    prompt_max=6000,
    price=Price(_rates(), as_of="2026-10-08", source="https://docs.agents.lumalabs.ai/guides/pricing/"),
)


class Luma(Hosted):
    """See `RemoteProvider`."""

    kind = "luma"

    def __init__(self, setup: Setup) -> None:
        super().__init__(
            setup,
            base_url="https://agents.lumalabs.ai/v1",
            headers=bearer(setup.api_key),
            capabilities=Capabilities(
                models=(_RAY_3_2,),
                # How many run at once depends on the plan; past it a create is answered with 429.
                concurrency=4,
                output_lifetime=3600.0,
            ),
        )

    async def submit(self, submission: Submission) -> Job:
        model = self._model(submission.model)
        body = _body(submission, model)
        for field, reference in _frames(submission).items():
            body["video"][field] = await _inline(reference, max_bytes=model.image.max_bytes)
        answer = await self._posting.post("/generations", json=body, timeout=self.submit_timeout)
        return self._accepted(answer, submission)

    def _job_path(self, job_id: str) -> str:
        return f"/generations/{quote_id(job_id)}"

    def _read_job(self, data: Any) -> Job:
        return parse_generation(data)

    def _submit_error(self, answer: Answer, submission: Submission) -> ProviderError:
        error = submit_error(answer, model=submission.model)
        if not isinstance(error, Refused) or error.code != "provider_refused":
            return error
        said = read_refusal(answer)
        # Its `detail` is a sentence, or a list of fields below `video`.
        text = said.about if said.about not in (None, "", "video") else said.message
        code = next((code for words, code in _ABOUT if words.search(text or "")), error.code)
        return Refused(error.message, code=code)


def parse_generation(data: object) -> Job:
    """The job in a generation. Raises Unreadable."""
    if not isinstance(data, Mapping) or not isinstance(data.get("id"), str) or not data["id"]:
        raise Unreadable("no generation")
    state = _STATES.get(str(data.get("state")), "in_progress")
    return Job(
        id=data["id"],
        state=state,
        progress=100 if state == "completed" else None,
        error=_read_error(data) if state == "failed" else None,
        created_at=read_time(data.get("created_at")),
        model=read_text(data.get("model")),
        # None for one that is completed: it is asked for again, as the file may come a moment later.
        result_url=_video_url(data.get("output")) if state == "completed" else None,
    )


def _body(submission: Submission, model: Model) -> dict[str, Any]:
    """The request without its pictures. Raises Refused for what the documents say cannot go together: what
    is found out here costs no question."""
    words = _SIZES.get(submission.size)
    if words is None:
        raise Refused(f"{model.label} makes no {submission.size}.", code="unsupported_size")
    seconds = f"{submission.seconds:g}"
    if seconds not in (model.seconds_values or ()):
        raise Refused(f"{model.label} makes 5 or 10 seconds.", code="unsupported_seconds")
    ratio, resolution = words
    loop, hdr = (submission.options.get(name) is True for name in ("loop", "hdr"))
    if seconds == "10" and submission.references:
        text = f"{model.label} makes 10 seconds from text only: take 5 for a picture."
        raise Refused(text, code="unsupported_seconds")
    if seconds == "10" and (loop or hdr):
        what = "loop" if loop else "HDR video"
        raise Refused(f"{model.label} makes no {what} of 10 seconds: take 5.", code="unsupported_seconds")
    if hdr and loop:
        raise Refused(f"{model.label} makes no HDR loop: choose one of them.", code="unsupported_option")
    if hdr and _PRICES[resolution][2] is None:
        text = f"{model.label} makes HDR at 720p and 1080p only."
        raise Refused(text, code="unsupported_size")
    if loop and submission.of_role("last_frame") is not None:
        text = f"{model.label} makes no loop that ends with a picture: leave out one of them."
        raise Refused(text, code="unsupported_option")
    video: dict[str, Any] = {"resolution": resolution, "duration": f"{seconds}s"}
    if loop:
        video["loop"] = True
    if hdr:
        video["hdr"] = True
    return {
        "model": submission.model,
        "type": "video",
        "prompt": submission.prompt,
        "aspect_ratio": ratio,
        "video": video,
    }


def _frames(submission: Submission) -> dict[str, Reference]:
    """The pictures under the fields that they go in."""
    pairs = (
        ("start_frame", submission.first_frame),
        ("end_frame", submission.of_role("last_frame")),
    )
    return {field: reference for field, reference in pairs if reference is not None}


async def _inline(reference: Reference, *, max_bytes: int | None) -> dict[str, str]:
    """A picture as the API takes it within the request. Raises Refused."""
    content = await read_reference(reference)
    if max_bytes is not None and len(content) > max_bytes:
        text = f"The picture is too large for Luma, which takes {max_bytes / 1e6:.0f} MB."
        raise Refused(text, code="payload_too_large")
    return {"data": base64.b64encode(content).decode("ascii"), "media_type": reference.content_type}


def _read_error(data: Mapping[Any, Any]) -> JobError:
    code, retryable = _FAILURES.get(str(data.get("failure_code")), ("provider_failed", False))
    text = read_text(data.get("failure_reason")) or "Luma gave no reason."
    return JobError(code, text, retryable=retryable)


def _video_url(output: object) -> str | None:
    """The first output that is a video; an HDR one may come with other files beside it."""
    for entry in output if isinstance(output, list) else ():
        if isinstance(entry, Mapping) and str(entry.get("type", "video")).startswith("video"):
            return read_text(entry.get("url"))
    return None
