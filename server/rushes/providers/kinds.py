"""The kinds of provider that there are: the studio's own, and those that installed packages add.

A package adds one by the entry-point group `rushes.providers`, whose entries are `Kind`s:

    [project.entry-points."rushes.providers"]
    acme = "acme_rushes:KIND"

docs/providers.md shows how.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points

from rushes.extras import need
from rushes.providers.protocol import RemoteProvider

_GROUP = "rushes.providers"


@dataclass(frozen=True, slots=True)
class Setup:
    """What a provider is opened with: what an operator has chosen for it. Timeouts are in seconds; None and
    empty leave the choice to the adapter. `bill_to` is an organisation that pays, where there can be one.
    `key_place` ends a sentence that says where the key is set."""

    name: str
    base_url: str | None = None
    api_key: str | None = None
    concurrency: int | None = None
    models: tuple[str, ...] = ()
    price_per_second: float | None = None
    submit_timeout: float | None = None
    poll_timeout: float | None = None
    stall_timeout: float | None = None
    bill_to: str | None = None
    key_place: str | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of provider. `open` makes one, asks nothing of the world and raises ValueError for a setup
    that cannot be, `MissingExtra` for a package that is not there.

    `key_variable` is the vendor's own name for its key's variable, `key_page` where people get one,
    `needs_address` says that it has no address of its own, `address_example` shows what one looks like.
    """

    name: str
    label: str
    open: Callable[[Setup], RemoteProvider]
    needs_key: bool = True
    needs_address: bool = False
    key_variable: str | None = None
    key_page: str | None = None
    address_example: str | None = None


def kinds() -> dict[str, Kind]:
    """All kinds by name. One whose package is broken is there too, and says so when it is opened."""
    found = {kind.name: kind for kind in _OWN}
    for entry in entry_points(group=_GROUP):
        # Nobody takes the place of one that people's settings mean already.
        if entry.name not in found:
            found[entry.name] = _added(entry)
    return found


def _added(entry: EntryPoint) -> Kind:
    try:
        kind = entry.load()
        if not isinstance(kind, Kind):
            raise TypeError(f"{entry.value} is no Kind")
        return kind
    except Exception as error:  # noqa: BLE001  told when it is opened
        # Importing a package runs what is in it, and the other kinds do not need it.
        reason = error

    def broken(_setup: Setup) -> RemoteProvider:
        raise RuntimeError(f"the package of {entry.name} cannot be imported") from reason

    return Kind(entry.name, entry.name, broken, needs_key=False)


# Each adapter is imported when one is opened: some stand on an SDK that takes a second to import.
def _openai(setup: Setup) -> RemoteProvider:
    from rushes.providers.openai_shaped import OpenAIShaped

    return OpenAIShaped(
        name=setup.name,
        base_url=setup.base_url,
        api_key=setup.api_key,
        concurrency=setup.concurrency or 4,
        models=setup.models,
        price_per_second=setup.price_per_second,
        submit_timeout=setup.submit_timeout or 60.0,
        poll_timeout=setup.poll_timeout or 15.0,
        stall_timeout=setup.stall_timeout or 60.0,
    )


def _luma(setup: Setup) -> RemoteProvider:
    from rushes.providers.luma import Luma

    return Luma(setup)


def _replicate(setup: Setup) -> RemoteProvider:
    from rushes.providers.replicate import Replicate

    return Replicate(setup)


def _runway(setup: Setup) -> RemoteProvider:
    need("runwayml", extra="runway", purpose="The provider Runway")
    from rushes.providers.runway import Runway

    return Runway(setup)


def _fal(setup: Setup) -> RemoteProvider:
    from rushes.providers.fal import Fal

    return Fal(setup)


def _huggingface(setup: Setup) -> RemoteProvider:
    from rushes.providers.huggingface import HuggingFace

    return HuggingFace(setup)


def _google(setup: Setup) -> RemoteProvider:
    need("google.genai", extra="google", purpose="Google")
    from rushes.providers.google.interactions import Google

    return Google(setup)


def _vertex(setup: Setup) -> RemoteProvider:
    need("google.genai", extra="google", purpose="Vertex AI")
    from rushes.providers.google.vertex import Vertex

    return Vertex(setup)


_OWN = (
    Kind(
        "openai",
        "OpenAI-shaped server",
        _openai,
        needs_key=False,
        key_variable="OPENAI_API_KEY",
        address_example="http://gpu:8000/v1",
    ),
    Kind(
        "replicate",
        "Replicate",
        _replicate,
        key_variable="REPLICATE_API_TOKEN",
        key_page="https://replicate.com/account/api-tokens",
    ),
    Kind(
        "runway",
        "Runway",
        _runway,
        key_variable="RUNWAYML_API_SECRET",
        key_page="https://dev.runwayml.com/",
    ),
    Kind(
        "fal",
        "fal",
        _fal,
        key_variable="FAL_KEY",
        key_page="https://fal.ai/dashboard/keys",
    ),
    Kind(
        "huggingface",
        "Hugging Face",
        _huggingface,
        key_variable="HF_TOKEN",
        key_page="https://huggingface.co/settings/tokens",
    ),
    Kind(
        "google",
        "Google",
        _google,
        key_variable="GEMINI_API_KEY",
        key_page="https://aistudio.google.com/apikey",
    ),
    Kind(
        "vertex",
        "Google Vertex AI",
        _vertex,
        needs_address=True,
        key_page="https://console.cloud.google.com/iam-admin/serviceaccounts",
        address_example="https://europe-west4-aiplatform.googleapis.com/v1/projects/PROJECT/locations/europe-west4",
    ),
    Kind(
        "luma",
        "Luma",
        _luma,
        key_variable="LUMA_API_KEY",
        key_page="https://platform.lumalabs.ai",
    ),
)
