"""Google's video models: what they take, what they cost, and which are no more.

Veo left the Gemini API on 2026-10-22 and stays on Vertex AI. Sources: ai.google.dev/gemini-api/docs (omni,
deprecations, pricing), docs.cloud.google.com/gemini-enterprise-agent-platform/models (veo, gemini).
"""

from __future__ import annotations

from dataclasses import dataclass

from rushes.providers.google.sizes import sizes_of
from rushes.providers.model import ImageRule, Lifecycle, Model, Price, Rate, Role
from rushes.providers.protocol import Refused

# A request carries its pictures; 7 MB for one is the lowest limit that Google's pages name.
_IMAGE = ImageRule(max_bytes=7_000_000)
_NOTHING = {"type": "object", "properties": {}, "additionalProperties": False}


@dataclass(frozen=True, slots=True)
class TokenPrice:
    """USD for a million tokens: of the prompt, of text and thoughts, of video."""

    prompt: float
    text: float
    video: float


# Gemini Omni is billed by tokens: 17.50 USD a million, 5,792 of them for a second of 720p, a third as many
# for 360p, one and a half times and three times as many for 1080p and 4k.
_OMNI_TOKENS = TokenPrice(prompt=1.5, text=9.0, video=17.5)
TOKEN_PRICES = {"gemini-omni-1.1-flash": _OMNI_TOKENS, "gemini-omni-flash-preview": _OMNI_TOKENS}
_OMNI_PRICING = "https://ai.google.dev/gemini-api/docs/pricing"
_VEO_PRICING = "https://cloud.google.com/vertex-ai/generative-ai/pricing"


def _rates(per_second: dict[str, float], *, audio: bool | None = None) -> tuple[Rate, ...]:
    return tuple(
        Rate(per_second=price, size=size, audio=audio)
        for resolution, price in per_second.items()
        for size in sizes_of(resolution)
    )


def _omni(
    name: str,
    label: str,
    *,
    longest: int,
    resolutions: tuple[str, ...],
    price: Price | None,
    seed: bool = False,
    lifecycle: Lifecycle,
) -> Model:
    return Model(
        name=name,
        label=label,
        description="Video with sound from text and pictures; a remix changes what you name, no more.",
        sizes=sizes_of(*resolutions),
        seconds=(3, longest),
        seconds_step=1,
        references=("first_frame", "subject"),
        image=_IMAGE,
        audio="always",
        options=_NOTHING,
        seed=seed,
        remix=True,
        price=price,
        lifecycle=lifecycle,
    )


def _veo(
    name: str,
    label: str,
    *,
    resolutions: tuple[str, ...],
    references: tuple[Role, ...],
    with_sound: dict[str, float],
    silent: dict[str, float],
) -> Model:
    return Model(
        name=name,
        label=label,
        description="Video from text and pictures, with sound if you want it.",
        sizes=sizes_of(*resolutions),
        seconds_values=("4", "6", "8"),
        references=references,
        image=_IMAGE,
        audio="optional",
        options={
            "type": "object",
            "properties": {
                "negative_prompt": {"type": "string", "maxLength": 2000, "title": "What to leave out"},
                "person_generation": {
                    "type": "string",
                    "enum": ["allow_adult", "allow_all", "dont_allow"],
                    "title": "People",
                },
            },
            "additionalProperties": False,
        },
        seed=True,
        price=Price(
            _rates(with_sound, audio=True) + _rates(silent, audio=False),
            as_of="2026-09-08",
            source=_VEO_PRICING,
        ),
    )


def _retired(name: str, label: str, ended: str, replacement: str) -> Model:
    return Model(
        name=name,
        label=label,
        sizes=("1280x720",),
        seconds_values=("8",),
        options=_NOTHING,
        lifecycle=Lifecycle("retired", ends_on=ended, replacement=replacement),
    )


_NEWEST_OMNI = "gemini-omni-1.2-flash"
_NEWEST_VEO, _NEWEST_FAST = "veo-3.1-generate-001", "veo-3.1-fast-generate-001"

GEMINI_MODELS = (
    _omni(
        _NEWEST_OMNI,
        "Gemini Omni 1.2 Flash",
        longest=15,
        resolutions=("720p", "1080p", "4k", "360p"),
        # Out since 2026-11-05, at a price of its own that none of the documents at hand states.
        price=None,
        seed=True,
        lifecycle=Lifecycle(),
    ),
    _omni(
        "gemini-omni-1.1-flash",
        "Gemini Omni 1.1 Flash",
        longest=10,
        resolutions=("720p", "1080p", "4k", "360p"),
        price=Price(
            _rates({"360p": 0.0338, "720p": 0.1014, "1080p": 0.1521, "4k": 0.3041}),
            as_of="2026-08-28",
            source=_OMNI_PRICING,
        ),
        lifecycle=Lifecycle(replacement=_NEWEST_OMNI),
    ),
    _retired("gemini-omni-flash-preview", "Gemini Omni Flash (preview)", "2026-09-30", _NEWEST_OMNI),
    _retired("veo-3.1-generate-preview", "Veo 3.1 (preview)", "2026-10-22", _NEWEST_OMNI),
    _retired("veo-3.1-fast-generate-preview", "Veo 3.1 Fast (preview)", "2026-10-22", _NEWEST_OMNI),
    _retired("veo-3.1-lite-generate-preview", "Veo 3.1 Lite (preview)", "2026-10-22", _NEWEST_OMNI),
    _retired("veo-3.0-generate-001", "Veo 3", "2026-06-30", _NEWEST_OMNI),
    _retired("veo-3.0-fast-generate-001", "Veo 3 Fast", "2026-06-30", _NEWEST_OMNI),
    _retired("veo-2.0-generate-001", "Veo 2", "2026-06-30", _NEWEST_OMNI),
)

VERTEX_MODELS = (
    _veo(
        _NEWEST_VEO,
        "Veo 3.1",
        resolutions=("720p", "1080p", "4k"),
        references=("first_frame", "last_frame", "subject"),
        with_sound={"720p": 0.40, "1080p": 0.40, "4k": 0.60},
        silent={"720p": 0.20, "1080p": 0.20, "4k": 0.40},
    ),
    _veo(
        _NEWEST_FAST,
        "Veo 3.1 Fast",
        resolutions=("720p", "1080p", "4k"),
        references=("first_frame", "last_frame", "subject"),
        with_sound={"720p": 0.10, "1080p": 0.12, "4k": 0.30},
        silent={"720p": 0.08, "1080p": 0.10, "4k": 0.25},
    ),
    _veo(
        "veo-3.1-lite-generate-001",
        "Veo 3.1 Lite",
        resolutions=("720p", "1080p"),
        references=("first_frame",),
        with_sound={"720p": 0.05, "1080p": 0.08},
        silent={"720p": 0.03, "1080p": 0.05},
    ),
    _retired("veo-3.1-generate-preview", "Veo 3.1 (preview)", "2026-04-02", _NEWEST_VEO),
    _retired("veo-3.1-fast-generate-preview", "Veo 3.1 Fast (preview)", "2026-04-02", _NEWEST_FAST),
    _retired("veo-3.0-generate-001", "Veo 3", "2026-06-30", _NEWEST_VEO),
    _retired("veo-3.0-fast-generate-001", "Veo 3 Fast", "2026-06-30", _NEWEST_FAST),
    _retired("veo-2.0-generate-001", "Veo 2", "2026-06-30", _NEWEST_VEO),
)


def check_alive(model: Model) -> None:
    """Raises Refused for a model that Google has shut down: no need to ask."""
    ended = model.lifecycle
    if ended.state == "retired":
        raise Refused(
            f"Google shut {model.name} down on {ended.ends_on}: use {ended.replacement} instead.",
            code="unknown_model",
        )
