"""The models that Runway offers, as its SDK 5.24 types them (runwayml/types/*_to_video_create_params.py).

Left out are those that cannot be described truthfully: editors whose video is as long as what they are given
(aleph2), and models whose sizes or lengths are nowhere written in pixels and seconds (hailuo3, h3_max, wan3,
grok_imagine_1_5, gemini_omni_flash, kling_4). An operator may name them all the same.

A credit is $0.01. Rates are those of the vendor's price page, each with the day for which it is attested;
sizes for which none is known have no price.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from rushes.providers.model import ImageRule, Lifecycle, Model, Price, Rate, Role

CREDIT = 0.01
_PRICES = "https://docs.dev.runwayml.com/guides/pricing/"
# Uploads may be as large, and pictures as wide or tall (docs.dev.runwayml.com/assets/inputs/).
LARGEST_UPLOAD = 200_000_000
_IMAGE = ImageRule(max_bytes=LARGEST_UPLOAD, aspect=(0.5, 2.0))

_GEN4 = ("1280x720", "720x1280", "1104x832", "832x1104", "960x960", "1584x672")
_VEO = ("1280x720", "720x1280", "1920x1080", "1080x1920")
_SEEDANCE_480 = ("864x496", "496x864", "640x640", "752x560", "560x752", "992x432")
_SEEDANCE_720 = ("1280x720", "720x1280", "960x960", "1112x834", "834x1112", "1470x630")
_SEEDANCE_1080 = ("1920x1080", "1080x1920", "1440x1440", "1664x1248", "1248x1664", "2206x946")
_SEEDANCE_4K = ("3840x2160", "2160x3840", "3840x3840", "3840x2880", "2880x3840", "3840x1646")
_SEEDANCE_25_480 = ("854x480", "480x854", "640x640", "752x560", "560x752", "992x432")
_HAPPYHORSE_720 = ("1280x720", "720x1280", "960x960", "1108x832", "832x1108")
_HAPPYHORSE_1080 = ("1920x1080", "1080x1920", "1440x1440", "1662x1248", "1248x1662")
_KLING_720 = ("1280x720", "720x1280", "960x960")
_KLING_1080 = ("1920x1080", "1080x1920", "1440x1440")
_KLING_4K = ("3840x2160", "2160x3840", "2880x2880")

_PUBLIC_FIGURES = {
    "public_figure_threshold": {
        "type": "string",
        "enum": ["auto", "low"],
        "title": "Public figures",
        "description": "`low` is less strict about pictures and prompts of well-known people.",
    }
}
_NEGATIVE = {
    "negative_prompt": {
        "type": "string",
        "title": "What to leave out",
        "description": "What should not appear in the video.",
    }
}
_CFG = {
    "cfg_scale": {
        "type": "number",
        "minimum": 0,
        "maximum": 1,
        "default": 0.5,
        "title": "Closeness to the prompt",
        "description": "0 leaves the model the most freedom, 1 keeps it closest to the prompt.",
    }
}


@dataclass(frozen=True, slots=True)
class Known:
    """A model and how it is asked.

    `text_sizes` are the sizes that it makes from text alone, None for all of them. `beside_picture` says how
    a size is named beside a first frame; `none` where the video takes after the picture.
    """

    model: Model
    text_sizes: tuple[str, ...] | None = None
    beside_picture: Literal["ratio", "resolution", "none"] = "ratio"


def _options(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": dict(properties), "additionalProperties": False}


def _price(as_of: str, *rates: Rate) -> Price:
    return Price(rates, as_of=as_of, source=_PRICES)


def _rate(credits: float, **where: Any) -> Rate:
    return Rate(per_second=round(credits * CREDIT, 4), **where)


def _by_size(credits: Mapping[int, tuple[str, ...]]) -> list[Rate]:
    return [_rate(rate, size=size) for rate, sizes in credits.items() for size in sizes]


def _by_sound(with_sound: float, without: float) -> tuple[Rate, Rate]:
    return _rate(with_sound, audio=True), _rate(without, audio=False)


_FRAMES: tuple[Role, ...] = ("first_frame", "last_frame")
_GEN = Model(
    "gen4.5",
    "Gen-4.5",
    "Runway's own best: from text, or from a first frame.",
    sizes=_GEN4,
    seconds=(2, 10),
    seconds_step=1,
    default_seconds=5,
    references=("first_frame",),
    image=_IMAGE,
    options=_options(_PUBLIC_FIGURES),
    prompt_max=1000,
    price=_price("2026-09-09", _rate(12)),
)
_VEO31 = Model(
    "veo3.1",
    "Veo 3.1",
    "Google's, with sound; it can be given its first and its last frame.",
    sizes=_VEO,
    seconds_values=("4", "6", "8"),
    default_seconds=8,
    references=_FRAMES,
    image=_IMAGE,
    audio="optional",
    options=_options(_NEGATIVE),
    prompt_max=1000,
    price=_price("2026-09-30", *_by_sound(40, 20)),
)
_SEEDANCE2 = Model(
    "seedance2",
    "Seedance 2.0",
    "ByteDance's: from text, frames, reference pictures, a video or sounds, up to 4K.",
    sizes=(*_SEEDANCE_720, *_SEEDANCE_1080, *_SEEDANCE_480, *_SEEDANCE_4K),
    seconds=(4, 15),
    seconds_step=1,
    default_seconds=5,
    references=("first_frame", "last_frame", "subject", "video", "audio"),
    image=_IMAGE,
    audio="optional",
    options=_options({}),
    prompt_max=3500,
    price=_price(
        "2026-08-13",
        *_by_size({36: _SEEDANCE_480 + _SEEDANCE_720, 40: _SEEDANCE_1080, 150: _SEEDANCE_4K}),
    ),
)
_KLING3 = Model(
    "kling3.0_pro",
    "Kling 3.0 Pro",
    "Kuaishou's, in 1080p, with sound if wanted.",
    sizes=_KLING_1080,
    default_size="1920x1080",
    # The SDK bounds the shots of a video, together, to 3 to 15 seconds.
    seconds=(3, 15),
    seconds_step=1,
    default_seconds=5,
    references=_FRAMES,
    image=_IMAGE,
    audio="optional",
    options=_options(_CFG),
    seed=False,
    prompt_max=2500,
    price=_price("2026-05-31", *_by_sound(17, 12)),
)
_KLING_O3 = replace(
    _KLING3,
    name="klingO3_pro",
    label="Kling O3 Pro",
    options=_options({}),
    # Nowhere attested.
    price=None,
)

KNOWN: tuple[Known, ...] = (
    Known(_GEN, text_sizes=("1280x720", "720x1280")),
    Known(
        replace(
            _GEN,
            name="gen4_turbo",
            label="Gen-4 Turbo",
            description="Runway's own fastest; it needs a first frame.",
            needs_image=True,
            price=_price("2026-09-06", _rate(5)),
        )
    ),
    Known(_VEO31),
    Known(
        replace(
            _VEO31,
            name="veo3.1_fast",
            label="Veo 3.1 Fast",
            description="Veo 3.1, quicker and cheaper.",
            price=_price("2026-09-30", *_by_sound(15, 10)),
        )
    ),
    Known(_SEEDANCE2),
    Known(
        replace(
            _SEEDANCE2,
            name="seedance2_fast",
            label="Seedance 2.0 Fast",
            description="Seedance 2.0, quicker, up to 720p.",
            sizes=_SEEDANCE_720 + _SEEDANCE_480,
            price=_price("2026-09-30", _rate(29)),
        )
    ),
    Known(
        replace(
            _SEEDANCE2,
            name="seedance2_mini",
            label="Seedance 2.0 Mini",
            description="Seedance 2.0, cheapest, up to 720p.",
            sizes=_SEEDANCE_720 + _SEEDANCE_480,
            # At least 64 credits, which is what four seconds come to.
            price=_price("2026-09-30", _rate(16)),
        )
    ),
    Known(
        replace(
            _SEEDANCE2,
            name="seedance2_5",
            label="Seedance 2.5",
            description="ByteDance's newest: up to 30 seconds.",
            sizes=_SEEDANCE_720 + _SEEDANCE_1080 + _SEEDANCE_25_480,
            seconds=(4, 30),
            # It takes videos too, and charges for their seconds as well, which no price here could tell.
            references=("first_frame", "last_frame", "subject", "audio"),
            prompt_max=15_000,
            # At least 80 credits, which is what four seconds of the smallest come to.
            price=_price("2026-08-13", *_by_size({30: _SEEDANCE_720, 20: _SEEDANCE_25_480})),
        )
    ),
    Known(
        replace(
            _KLING3,
            name="kling3.0_standard",
            label="Kling 3.0 Standard",
            description="Kuaishou's, in 720p, with sound if wanted.",
            sizes=_KLING_720,
            default_size="1280x720",
            price=_price("2026-05-31", *_by_sound(13, 9)),
        )
    ),
    Known(_KLING3),
    Known(
        replace(
            _KLING3,
            name="kling3.0_4k",
            label="Kling 3.0 4K",
            description="Kuaishou's, in 4K, with sound if wanted.",
            sizes=_KLING_4K,
            default_size="3840x2160",
            price=None,
        )
    ),
    Known(
        replace(
            _KLING_O3,
            name="klingO3_standard",
            label="Kling O3 Standard",
            description="Kuaishou's, in 720p, with sound if wanted.",
            sizes=_KLING_720,
            default_size="1280x720",
        )
    ),
    Known(_KLING_O3),
    Known(
        replace(
            _KLING_O3,
            name="klingO3_4k",
            label="Kling O3 4K",
            description="Kuaishou's, in 4K, with sound if wanted.",
            sizes=_KLING_4K,
            default_size="3840x2160",
        )
    ),
    Known(
        replace(
            _KLING3,
            name="kling2.5_turbo_pro",
            label="Kling 2.5 Turbo Pro",
            description="Kuaishou's former one, silent; beside a picture its shape is the picture's.",
            sizes=("1280x720", "720x1280", "720x720", "1920x1080", "1080x1920", "1440x1440"),
            default_size="1280x720",
            seconds=None,
            seconds_step=None,
            seconds_values=("5", "10"),
            audio="none",
            price=None,
        ),
        beside_picture="none",
    ),
    Known(
        Model(
            "happyhorse_1_0",
            "Happyhorse 1.0",
            "Alibaba's; beside a picture its shape is the picture's.",
            sizes=_HAPPYHORSE_720 + _HAPPYHORSE_1080,
            seconds=(3, 15),
            seconds_step=1,
            default_seconds=5,
            references=("first_frame",),
            image=_IMAGE,
            options=_options({}),
            seed=False,
            prompt_max=2500,
            price=_price("2026-08-13", *_by_size({15: _HAPPYHORSE_720, 30: _HAPPYHORSE_1080})),
        ),
        beside_picture="resolution",
    ),
)

# The SDK knows them no more. They are offered only where an operator still names them, and say what to use.
RETIRED: tuple[Known, ...] = tuple(
    Known(
        replace(
            base,
            name=name,
            label=label,
            description=f"Retired; {successor} took its place.",
            price=None,
            lifecycle=Lifecycle("retired", replacement=successor),
        )
    )
    for base, name, label, successor in (
        (_VEO31, "veo3", "Veo 3", "veo3.1"),
        (_GEN, "gen3a_turbo", "Gen-3 Alpha Turbo", "gen4_turbo"),
    )
)
