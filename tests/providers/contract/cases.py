"""The adapters that the contract is held against, each with its stand-in. A new adapter is added here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.standins.fal import FalWire
from tests.standins.huggingface import HuggingFaceWire
from tests.standins.replicate import ReplicateWire
from tests.standins.vendor import VendorWire

from rushes.providers.fal import Fal
from rushes.providers.huggingface import HuggingFace
from rushes.providers.kinds import Setup
from rushes.providers.protocol import RemoteProvider
from rushes.providers.replicate import Replicate


@dataclass(frozen=True)
class Case:
    """One adapter. `model` makes videos from text at `size` and `seconds`, `image_model` takes a picture.

    `base_path` follows the stand-in's URL in the adapter's base URL. `tells_progress` says that its jobs
    come with a percentage, `moderates_jobs` that one that was accepted may fail for its content.
    """

    kind: str
    wire: type[VendorWire]
    open: Callable[[Setup], RemoteProvider]
    model: str
    image_model: str | None
    size: tuple[int, int] = (1280, 720)
    seconds: float = 5.0
    base_path: str = ""
    tells_progress: bool = True
    moderates_jobs: bool = True

    def __str__(self) -> str:
        return self.kind


CASES = [
    Case(
        "replicate",
        ReplicateWire,
        Replicate,
        model="acme/waves-1",
        image_model="acme/waves-1",
        base_path="/v1",
    ),
    Case(
        "fal",
        FalWire,
        Fal,
        model="fal-ai/veo3.1",
        image_model="fal-ai/veo3.1",
        seconds=8.0,
        # The queue tells a place in line, and nothing of how far a running one is.
        tells_progress=False,
    ),
    Case(
        "huggingface",
        HuggingFaceWire,
        HuggingFace,
        model="Wan-AI/Wan2.2-T2V-A14B",
        image_model="Wan-AI/Wan2.2-I2V-A14B",
        tells_progress=False,
    ),
]
