"""*animatic* as a maker of stills: one picture of what it would draw as a video, or of a picture to go by
in the prompt's light."""

from __future__ import annotations

import os
import re
import sys
from asyncio.subprocess import DEVNULL, PIPE
from pathlib import Path

import structlog

from rushes.media.processes import child
from rushes.providers.animatic.brief import LARGEST, SMALLEST, Brief, seed_of
from rushes.providers.makers.leftovers import remove
from rushes.providers.makers.protocol import FREE, ImageModel, ImageOrder, Still, Use
from rushes.providers.model import SizeRule
from rushes.providers.protocol import Refused

log = structlog.get_logger(__name__)

MODEL = ImageModel(
    name="still",
    label="Free sketch",
    description="A storyboard picture drawn on this machine from the prompt or a picture. No AI, no cost.",
    sizes=("1280x720", "720x1280", "1024x1024", "1920x1080", "1080x1920"),
    size_rule=SizeRule(min=SMALLEST, max=LARGEST, step=2),
    references=1,
    seed=True,
    price=FREE,
)

# The shot that the still is taken from, in seconds. Nothing moves far in it.
_SHOT = 4.0


class AnimaticStill:
    """The embedded `ImageMaker`: PNG, deterministic for prompt, seed, size and picture. Unlike a video it
    has no slate, which would be baked into whatever is made from it."""

    name = "animatic"
    embedded = True
    models = (MODEL,)

    async def probe(self) -> None:
        """Nothing can be missing."""
        return

    async def make(self, order: ImageOrder, into: Path) -> Still:
        """Draws in a child process. Raises Refused: `unsupported_size`, `render_failed`, `disk_full`."""
        try:
            brief = Brief(
                prompts=(order.prompt,),
                width=order.width,
                height=order.height,
                seconds=_SHOT,
                seed=order.seed if order.seed is not None else seed_of(order.prompt),
                slate="",
                image=order.references[0].path if order.references else None,
            )
        except ValueError as error:
            raise Refused(
                f"The free sketch cannot have this size: {error}.", code="unsupported_size"
            ) from error
        await _drawn(brief, into)
        return Still(into, "image/png", order.width, order.height, Use(cost=0.0))


async def _drawn(brief: Brief, into: Path) -> None:
    try:
        async with child(
            sys.executable, "-m", "rushes.providers.animatic.still_child", str(into),
            stdin=PIPE, stdout=DEVNULL, stderr=PIPE, niceness=5,
            # The child finds the same package however this process found it; numpy's linear algebra would
            # start a thread for each core, and is not used.
            env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
                 "OPENBLAS_NUM_THREADS": "1"},
        ) as process:  # fmt: skip
            _, complaint = await process.communicate(brief.to_json().encode() + b"\n")
    except OSError as error:
        raise _failed(str(error)) from error
    except BaseException:
        remove(into)
        raise
    if process.returncode:
        remove(into)
        raise _failed(complaint.decode("utf-8", "replace").strip() or f"it ended with {process.returncode}")


def _failed(detail: str) -> Refused:
    if re.search(r"no space left on device|ENOSPC|disk quota exceeded", detail, re.IGNORECASE):
        return Refused(
            "The disk is full, so the drawing could not be saved. Free some space and retry.",
            code="disk_full",
            retryable=True,
        )
    log.error("still_failed", detail=detail[-2000:])
    return Refused(
        "The drawing failed on this machine. Try again; the server's log says more.",
        code="render_failed",
        retryable=True,
    )
