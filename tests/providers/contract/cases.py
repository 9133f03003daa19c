"""The adapters that the contract is held against, each with its stand-in. A new adapter is added here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.standins.luma import LumaWire
from tests.standins.openai_dialects import MODEL, SglangWire, VllmOmniWire
from tests.standins.replicate import ReplicateWire
from tests.standins.vendor import VendorWire

from rushes.providers.kinds import Setup, kinds
from rushes.providers.luma import Luma
from rushes.providers.protocol import RemoteProvider
from rushes.providers.replicate import Replicate


@dataclass(frozen=True)
class Case:
    """One adapter. `model` makes videos from text at `size` and `seconds`, `image_model` takes a picture.

    `base_path` follows the stand-in's URL in the adapter's base URL. `tells_progress` says that its jobs
    come with a percentage, `moderates_jobs` that one that was accepted may fail for its content,
    `files_move` that a file's address changes whenever it is asked for.
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
    files_move: bool = True

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
            f"openai ({name})",
            wire,
            kinds()["openai"].open,
            model=MODEL,
            image_model=MODEL,
            base_path="/v1",
            tells_progress=False,
            files_move=False,
        )
        for name, wire in (("vllm-omni", VllmOmniWire), ("sglang", SglangWire))
    ),
]
