"""What is asked of Runway for one video: which endpoint, and the fields by the SDK's names. Pure.

A model lives at up to three endpoints, and the wrong one is a 400: a first frame leads to `image_to_video`, a
video to `video_to_video`, all else to `text_to_video`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from rushes.providers.model import Role
from rushes.providers.protocol import Refused, Submission
from rushes.providers.runway.models import Known

Endpoint = Literal["text_to_video", "image_to_video", "video_to_video"]

_HIGHEST_SEED = 2**32
# Between the pixels of its 720p sizes and those of its 1080p sizes.
_OF_720P = 1_500_000


def endpoint_of(known: Known, submission: Submission) -> Endpoint:
    """Where the video is asked for. Raises Refused for what the model cannot do, before anything is sent."""
    model = known.model
    if model.lifecycle.state == "retired":
        instead = f"; use {model.lifecycle.replacement}" if model.lifecycle.replacement else ""
        raise Refused(f"Runway has retired {model.label}{instead}.", code="unknown_model")
    if submission.seconds != int(submission.seconds):
        raise Refused("Runway's videos last whole seconds.", code="unsupported_seconds")
    for name in submission.options:
        if name not in model.options.get("properties", {}):
            raise Refused(f"{model.label} has no option {name}.", code="unsupported_option")
    roles = {reference.role for reference in submission.references}
    for role in roles.difference(model.references):
        raise Refused(f"{model.label} takes no {role.replace('_', ' ')}.", code="invalid_image")
    frames = roles & {"first_frame", "last_frame"}
    if frames == {"last_frame"}:
        raise Refused(f"{model.label} takes a last frame only beside a first one.", code="invalid_image")
    if frames and roles & {"subject", "video"}:
        raise Refused(
            f"{model.label} takes frames, or other pictures and videos to go by, but not both.",
            code="invalid_image",
        )
    if frames:
        return "image_to_video"
    if model.needs_image:
        raise Refused(f"{model.label} makes nothing without a first frame.", code="invalid_image")
    if known.text_sizes is not None and submission.size not in known.text_sizes:
        raise Refused(
            f"{model.label} makes {submission.size} from a picture only; from text it makes "
            f"{' and '.join(known.text_sizes)}.",
            code="unsupported_size",
        )
    return "video_to_video" if "video" in roles else "text_to_video"


def fields_of(
    known: Known, submission: Submission, endpoint: Endpoint, files: Mapping[Role, Sequence[str]]
) -> dict[str, Any]:
    """The fields for `endpoint`. `files` are addresses by role, in their order."""
    model = known.model
    fields: dict[str, Any] = {
        "model": model.name,
        "prompt_text": submission.prompt,
        "duration": int(submission.seconds),
        **_size(known, submission, endpoint),
    }
    if endpoint == "image_to_video":
        frames: tuple[tuple[str, Role], ...] = (("first", "first_frame"), ("last", "last_frame"))
        fields["prompt_image"] = [
            {"position": position, "uri": files[role][0]} for position, role in frames if role in files
        ]
    if "video" in files:
        fields["prompt_video"] = files["video"][0]
    if "subject" in files:
        fields["references"] = [{"uri": uri} for uri in files["subject"]]
    if "audio" in files:
        fields["reference_audio"] = [{"type": "audio", "uri": uri} for uri in files["audio"]]
    if model.audio == "optional":
        # Its default is sound, at up to twice the price that was shown to whoever asked for none.
        fields["audio"] = bool(submission.audio)
    if model.seed and submission.seed is not None:
        fields["seed"] = submission.seed % _HIGHEST_SEED
    return {**fields, **_options(submission.options)}


def _size(known: Known, submission: Submission, endpoint: Endpoint) -> dict[str, str]:
    how = known.beside_picture if endpoint == "image_to_video" else "ratio"
    if how == "ratio":
        return {"ratio": f"{submission.width}:{submission.height}"}
    if how == "resolution":
        return {"resolution": "720p" if submission.width * submission.height < _OF_720P else "1080p"}
    return {}


def _options(options: Mapping[str, Any]) -> dict[str, Any]:
    fields = dict(options)
    if "public_figure_threshold" in fields:
        fields["content_moderation"] = {"public_figure_threshold": fields.pop("public_figure_threshold")}
    return fields
