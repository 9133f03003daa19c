"""The adapters that the contract is held against, each with its stand-in. A new adapter is added here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.standins.google import InteractionsWire
from tests.standins.replicate import ReplicateWire
from tests.standins.vendor import VendorWire
from tests.standins.vertex import VertexWire

from rushes.providers.google.interactions import Google
from rushes.providers.google.vertex import Vertex
from rushes.providers.kinds import Setup
from rushes.providers.protocol import RemoteProvider
from rushes.providers.replicate import Replicate


@dataclass(frozen=True)
class Case:
    """One adapter. `model` makes videos from text at `size` and `seconds`, `image_model` takes a picture.

    `base_path` follows the stand-in's URL in the adapter's base URL. `tells_progress` says that its jobs
    come with a percentage, `moderates_jobs` that one that was accepted may fail for its content.
    `picture_as` is how a PNG looks in the request.
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
    picture_as: str = "data:image/png;base64,"

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
]
