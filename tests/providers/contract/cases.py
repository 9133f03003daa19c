"""The adapters that the contract is held against, each with its stand-in. A new adapter is added here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.standins.acme import AcmeWire
from tests.standins.fal import FalWire
from tests.standins.huggingface import HuggingFaceWire
from tests.standins.replicate import ReplicateWire
from tests.standins.runway import RunwayWire
from tests.standins.vendor import VendorJob, VendorWire

from rushes.providers.fal import Fal
from rushes.providers.huggingface import HuggingFace
from rushes.providers.kinds import Setup
from rushes.providers.protocol import RemoteProvider
from rushes.providers.replicate import Replicate
from rushes.providers.runway import Runway
from rushes_acme.adapter import Acme


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
    # Whether a studio knows the kind without installing anything.
    installed: bool = True
    # How a job of the stand-in is named on the vendor's own pages.
    job_id: Callable[[VendorJob], str] = lambda job: job.id
    # Two cases of one kind need names of their own.
    name: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", self.name or self.kind)

    def __str__(self) -> str:
        return self.name


CASES = [
    Case(
        "replicate",
        ReplicateWire,
        Replicate,
        model="acme/waves-1",
        image_model="acme/waves-1",
        base_path="/v1",
    ),
    # The example package in `examples/`.
    Case(
        "acme",
        AcmeWire,
        Acme,
        model="motion-2",
        image_model="motion-2",
        base_path="/v1",
        installed=False,
    ),
    Case("runway", RunwayWire, Runway, model="gen4.5", image_model="gen4.5"),
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
