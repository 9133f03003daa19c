"""What the recovery inbox takes and shows."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, StringConstraints

from rushes.http.fields import has_no_nul
from rushes.videos.models import Request, Video


class RecoveryAnswer(Request):
    """What is to become of a video whose job nobody knows."""

    action: Literal["check", "attach", "resubmit", "write_off"]
    # The job's id at the provider, to attach.
    provider_video_id: (
        Annotated[
            str,
            StringConstraints(strip_whitespace=True, min_length=1, max_length=512),
            AfterValidator(has_no_nul),
        ]
        | None
    ) = None


class Inbox(BaseModel):
    """Videos that wait for a decision of their owner's."""

    videos: list[Video]
