"""The adapters that the contract is held against, each with its stand-in. A new adapter is added here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.standins.acme import AcmeWire
from tests.standins.fal import FalWire
from tests.standins.google import InteractionsWire
from tests.standins.huggingface import HuggingFaceWire
from tests.standins.luma import LumaWire
from tests.standins.openai_dialects import MODEL, SglangWire, VllmOmniWire
from tests.standins.replicate import ReplicateWire
from tests.standins.runway import RunwayWire
from tests.standins.vendor import VendorJob, VendorWire
from tests.standins.vertex import VertexWire

from rushes.providers.fal import Fal
from rushes.providers.google.interactions import Google
from rushes.providers.google.vertex import Vertex
from rushes.providers.huggingface import HuggingFace
from rushes.providers.kinds import Setup, kinds
from rushes.providers.luma import Luma
from rushes.providers.protocol import RemoteProvider
from rushes.providers.replicate import Replicate
from rushes.providers.runway import Runway
from rushes_acme.adapter import Acme


@dataclass(frozen=True)
class Case:
    """One adapter. `model` makes videos from text at `size` and `seconds`, `image_model` takes a picture.

    `base_path` follows the stand-in's URL in the adapter's base URL. `tells_progress` says that its jobs
    come with a percentage, `files_move` that a file's address changes whenever it is asked for, `webhooks`
    that it sends word. `picture_as` is how a PNG looks in the request.
    """

    kind: str
    wire: type[VendorWire]
    open: Callable[[Setup], RemoteProvider]
    model: str
    image_model: str
    size: tuple[int, int] = (1280, 720)
    seconds: float = 5.0
    base_path: str = ""
    tells_progress: bool = True
    picture_as: str = "iVBORw0KGgo"
    files_move: bool = True
    webhooks: bool = False
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
        webhooks=True,
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
        webhooks=True,
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
    Case(
        "google",
        InteractionsWire,
        Google,
        model="gemini-omni-1.2-flash",
        image_model="gemini-omni-1.2-flash",
        base_path="/v1",
        tells_progress=False,
        picture_as="'mime_type': 'image/png'",
    ),
    Case(
        "vertex",
        VertexWire,
        Vertex,
        model="veo-3.1-fast-generate-001",
        image_model="veo-3.1-fast-generate-001",
        seconds=6.0,
        base_path="/v1/projects/p1/locations/us-central1/buckets/files",
        tells_progress=False,
        picture_as="'mimeType': 'image/png'",
    ),
    Case(
        "luma",
        LumaWire,
        Luma,
        model="ray-3.2",
        image_model="ray-3.2",
        base_path="/v1",
        tells_progress=False,
    ),
    *(
        Case(
            "openai",
            wire,
            kinds()["openai"].open,
            model=MODEL,
            image_model=MODEL,
            base_path="/v1",
            tells_progress=False,
            files_move=False,
            name=name,
        )
        for name, wire in (("vllm-omni", VllmOmniWire), ("sglang", SglangWire))
    ),
]
