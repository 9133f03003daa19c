"""What the stages of productions do, as JSON lines: `ts job_id stage action success info`.

They go to the log, where whoever keeps logs finds them by `job_id`, the production's id.
"""

from __future__ import annotations

import time
from typing import Any

import structlog

log = structlog.get_logger("rushes.productions.stages")


def journal(step: Any, action: str, *, success: bool, info: str | None = None) -> None:
    """Notes one action at one step. `info` is a sentence, where there is something to say."""
    log.info(
        "stage",
        ts=round(time.time(), 3),
        job_id=step.production_id,
        stage=step.stage,
        action=action,
        success=success,
        info=info,
        scene_id=step.scene_id or None,
        attempt=step.attempt,
    )
