"""Where a request lies in the queue: a job's id is the path of its answer, so that nothing else need be kept.

    place = place_of("https://queue.fal.run/fal-ai/veo3.1/requests/764cabcf")
    place.id        # fal-ai/veo3.1/requests/764cabcf
    place.status    # fal-ai/veo3.1/requests/764cabcf/status

The queue names these addresses when it takes a request, and asks not to build them from the model's name:
they hold only its first two parts (fal.ai/docs/api-reference/inference-api).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

# What a video's row has room for.
_LONGEST_ID = 512
_PATH = re.compile(r"/?((?:[\w.-]+/)+)requests/([\w-]+)(/response)?(?:/status|/cancel)?/?")
_REQUEST = re.compile(r"[\w-]{1,64}")


@dataclass(frozen=True, slots=True)
class Place:
    """`app` owns the request (`fal-ai/veo3.1`); `tail` ends the answer's path on newer answers."""

    app: str
    request: str
    tail: str = ""

    @property
    def id(self) -> str:
        return f"{self.app}/requests/{self.request}{self.tail}"

    @property
    def status(self) -> str:
        return f"{self.app}/requests/{self.request}/status"

    @property
    def result(self) -> str:
        return self.id

    @property
    def cancel(self) -> str:
        return f"{self.app}/requests/{self.request}/cancel"


def place_of(text: object) -> Place | None:
    """From an address that the queue named, or from a job's id; None for anything else.

    Only the path counts. It is always asked for at the queue's own address, so one that names another host
    leads nobody there.
    """
    if not isinstance(text, str):
        return None
    try:
        path = urlsplit(text).path
    except ValueError:
        return None
    match = _PATH.fullmatch(path)
    if match is None or ".." in path:
        return None
    place = Place(app=match[1].rstrip("/"), request=match[2], tail=match[3] or "")
    return place if len(place.id) <= _LONGEST_ID else None


def is_request_id(text: str) -> bool:
    """Whether it is a request's bare id, which is all that fal's own pages and webhooks show."""
    return _REQUEST.fullmatch(text) is not None


def app_of(endpoint: str) -> str:
    """The app that owns an endpoint's requests: the first two parts of its name."""
    return "/".join(endpoint.split("/")[:2])
