"""*animatic* as a provider: draws a moving storyboard on this machine, with no key and no network."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import structlog

from rushes.providers.animatic.brief import Brief, seed_of
from rushes.providers.animatic.render import RenderFailed, render
from rushes.providers.model import Model, SizeRule, flat_price
from rushes.providers.protocol import Capabilities, Refused, Submission

log = structlog.get_logger(__name__)

_MODEL = Model(
    name="animatic",
    label="Free sketch",
    description="A moving storyboard drawn on this machine from the prompt or a picture. No AI, no cost.",
    sizes=("1280x720", "720x1280", "1024x1024", "1920x1080", "1080x1920", "1680x720"),
    size_rule=SizeRule(min=128, max=1920, step=2),
    default_size="1280x720",
    seconds=(1, 60),
    default_seconds=8,
    references=("first_frame",),
    remix=True,
    price=flat_price(0.0),
)


class Animatic:
    """The embedded video provider. Deterministic, so doing it again costs only time."""

    name = "animatic"
    kind = "animatic"

    def __init__(self, *, ffmpeg: str) -> None:
        self._ffmpeg = ffmpeg
        self.capabilities = Capabilities(
            models=(_MODEL,),
            concurrency=max(1, os.cpu_count() or 1),
            embedded=True,
            cancel="free",
            resubmit_safe=True,
        )

    async def render(
        self, submission: Submission, into: Path, progress: Callable[[float], Awaitable[None]]
    ) -> None:
        """Writes an H.264 MP4 at `into`. Raises `Refused` when drawing fails."""
        brief = Brief(
            prompts=submission.prompts,
            width=submission.width,
            height=submission.height,
            seconds=submission.seconds,
            seed=submission.seed if submission.seed is not None else seed_of(submission.prompts[0]),
            slate=submission.slate,
            image=submission.first_frame.path if submission.first_frame else None,
        )
        try:
            await render(brief, into, ffmpeg=self._ffmpeg, progress=progress)
        except RenderFailed as error:
            if error.disk_full:
                raise Refused(
                    "The disk is full, so the drawing could not be saved. Free some space and retry.",
                    code="disk_full",
                    retryable=True,
                ) from error
            log.error("render_failed", slate=submission.slate, detail=error.detail)
            raise Refused(
                "The drawing failed on this machine. Try again; the server's log says more.",
                code="render_failed",
                retryable=True,
            ) from error

    async def close(self) -> None:
        """Nothing stays open between drawings."""
