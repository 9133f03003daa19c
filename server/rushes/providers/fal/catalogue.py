"""What is offered of fal unless an operator names models, and what it costs.

Names and prices are those of the models' own pages (fal.ai/models/<id>/llms.txt). A price that no page states
for both endpoints of a model is left open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rushes.providers.model import Model, Price, Rate


@dataclass(frozen=True, slots=True)
class Tariff:
    """USD a second, silent and with sound, by the lines of the picture's shorter side; None is any size.
    `per_video` is for a video as a whole."""

    lines: Mapping[int | None, tuple[float, float]]
    as_of: str = "2026-10-04"
    per_video: float = 0.0
    source: str | None = None

    def price(self, model: Model, endpoint: str) -> Price:
        """The price table of a model that runs there."""
        rates = []
        for line, (silent, sounding) in self.lines.items():
            sizes = [None] if line is None else [size for size in model.sizes if _line_of(size) == line]
            for size in sizes:
                if silent == sounding:
                    rates.append(Rate(silent, self.per_video, size=size))
                else:
                    rates.append(Rate(silent, self.per_video, size=size, audio=False))
                    rates.append(Rate(sounding, self.per_video, size=size, audio=True))
        return Price(
            tuple(rates), as_of=self.as_of, source=self.source or f"https://fal.ai/models/{endpoint}"
        )


@dataclass(frozen=True, slots=True)
class Family:
    """One model: `text` and `image` are its endpoints. `sizes` and `seconds` are for endpoints whose schema
    says neither."""

    name: str
    label: str
    text: str | None
    image: str | None
    sizes: tuple[str, ...] = ()
    seconds: float | None = None


def _both(name: str, label: str) -> Family:
    return Family(name, label, f"{name}/text-to-video", f"{name}/image-to-video")


STABLE_VIDEO = Family(
    "fal-ai/stable-video",
    "Stable Video Diffusion",
    None,
    "fal-ai/stable-video",
    # 25 frames at its own rate of 6 or 7 a second.
    sizes=("1024x576", "576x1024"),
    seconds=4.0,
)

FAMILIES = (
    Family("fal-ai/veo3.1", "Veo 3.1", "fal-ai/veo3.1", "fal-ai/veo3.1/image-to-video"),
    Family("fal-ai/veo3.1/fast", "Veo 3.1 Fast", "fal-ai/veo3.1/fast", "fal-ai/veo3.1/fast/image-to-video"),
    Family("fal-ai/veo3.1/lite", "Veo 3.1 Lite", "fal-ai/veo3.1/lite", "fal-ai/veo3.1/lite/image-to-video"),
    _both("kling/v4", "Kling 4.0"),
    _both("fal-ai/kling-video/v3/pro", "Kling 3.0 Pro"),
    _both("fal-ai/kling-video/v3/standard", "Kling 3.0 Standard"),
    _both("bytedance/seedance-2.0", "Seedance 2.0"),
    _both("google/gemini-omni-flash/v1.1", "Gemini Omni Flash 1.1"),
    _both("alibaba/wan-3.0", "Wan 3.0"),
    _both("minimax/h3", "MiniMax H3"),
    Family(
        "lightricks/ltx-2.5/fast",
        "LTX 2.5 Fast",
        "lightricks/ltx-2.5/text-to-video/fast",
        "lightricks/ltx-2.5/image-to-video/fast",
    ),
    _both("fal-ai/wan/v2.2-a14b", "Wan 2.2"),
    STABLE_VIDEO,
)

_VEO = Tariff({720: (0.20, 0.40), 1080: (0.20, 0.40), 2160: (0.40, 0.60)})
_VEO_FAST = Tariff({720: (0.10, 0.15), 1080: (0.10, 0.15), 2160: (0.30, 0.35)})
_VEO_LITE = Tariff({720: (0.03, 0.05), 1080: (0.05, 0.08)})
_KLING_4 = Tariff(
    {720: (0.157, 0.157), 1080: (0.235, 0.235)},
    as_of="2026-11-27",
    source="https://fal.ai/learn/tools/kling-api",
)
_KLING_PRO = Tariff({None: (0.112, 0.168)})
_KLING_STANDARD = Tariff({None: (0.084, 0.126)})
_OMNI = Tariff({360: (0.03, 0.03), 720: (0.10, 0.10), 1080: (0.15, 0.15), 2160: (0.30, 0.30)})
_WAN_3 = Tariff({480: (0.05, 0.05), 720: (0.10, 0.10), 1080: (0.20, 0.20)})
_H3 = Tariff({480: (0.05, 0.05), 768: (0.06, 0.06), 1440: (0.13, 0.13), 2160: (0.16, 0.16)})
_LTX = Tariff({720: (0.09, 0.09), 1080: (0.13, 0.13), 1440: (0.19, 0.19), 2160: (0.30, 0.30)})

_TARIFFS = {
    "fal-ai/veo3.1": _VEO,
    "fal-ai/veo3.1/image-to-video": _VEO,
    "fal-ai/veo3.1/fast": _VEO_FAST,
    "fal-ai/veo3.1/fast/image-to-video": _VEO_FAST,
    "fal-ai/veo3.1/lite": _VEO_LITE,
    "fal-ai/veo3.1/lite/image-to-video": _VEO_LITE,
    "kling/v4/text-to-video": _KLING_4,
    "kling/v4/image-to-video": _KLING_4,
    "fal-ai/kling-video/v3/pro/text-to-video": _KLING_PRO,
    "fal-ai/kling-video/v3/pro/image-to-video": _KLING_PRO,
    "fal-ai/kling-video/v3/standard/text-to-video": _KLING_STANDARD,
    "fal-ai/kling-video/v3/standard/image-to-video": _KLING_STANDARD,
    "google/gemini-omni-flash/v1.1/text-to-video": _OMNI,
    "google/gemini-omni-flash/v1.1/image-to-video": _OMNI,
    "alibaba/wan-3.0/text-to-video": _WAN_3,
    "alibaba/wan-3.0/image-to-video": _WAN_3,
    "minimax/h3/text-to-video": _H3,
    "minimax/h3/image-to-video": _H3,
    "lightricks/ltx-2.5/text-to-video/fast": _LTX,
    "lightricks/ltx-2.5/image-to-video/fast": _LTX,
    "fal-ai/wan/v2.2-a14b/image-to-video": Tariff(
        {480: (0.04, 0.04), 580: (0.06, 0.06), 720: (0.08, 0.08)}, as_of="2026-11-27"
    ),
    "fal-ai/stable-video": Tariff({None: (0.0, 0.0)}, as_of="2026-11-27", per_video=0.075),
}


def family_of(name: str) -> Family:
    """The family of that name; any other name is an endpoint that stands alone."""
    for family in FAMILIES:
        if family.name == name:
            return family
    label = name.rsplit("/", 1)[-1] if name.count("/") == 1 else "/".join(name.split("/")[1:])
    return Family(name, label.replace("-", " "), name, None)


def price_of(model: Model, *endpoints: str) -> Price | None:
    """What the model costs, if it is known and the same wherever it runs."""
    tariffs = [_TARIFFS.get(endpoint) for endpoint in endpoints]
    first = tariffs[0] if tariffs else None
    if first is None or any(tariff is not first for tariff in tariffs):
        return None
    return first.price(model, endpoints[0])


def _line_of(size: str) -> int:
    return min(int(side) for side in size.split("x"))
