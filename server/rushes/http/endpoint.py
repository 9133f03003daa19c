"""How a route is declared: what it reads, what it answers and who may call it, in one place.

    @endpoint("PATCH", "/api/videos/{video_id}", body=VideoChange, answers={200: Video}, tag="Videos")
    async def change(call: Call) -> Response:
        \"\"\"Change a video's title, tags or favourite mark.\"\"\"
        async with call.studio.transaction() as work:
            ...

The declaration is enforced before the handler runs and is what OpenAPI is written from, so neither the check
nor the document can be forgotten.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from rushes.actor import Actor
from rushes.errors import Unauthorized
from rushes.studio import Studio

# The cookie that browsers are signed in with.
SESSION_COOKIE = "session"

# `anyone`: no sign-in. `newcomer`: signed in, even before the forced password change. `user`: signed in.
Who = Literal["anyone", "newcomer", "user", "admin"]


@dataclass(slots=True)
class Call:
    """One request, checked: `body`, `query` and `headers` are instances of the declared models."""

    request: Request
    studio: Studio
    known_actor: Actor | None
    body: Any = None
    query: Any = None
    headers: Any = None
    # Uploaded files of a multipart body by field name; deleted when the request ends.
    files: Mapping[str, Any] = field(default_factory=dict)

    @property
    def actor(self) -> Actor:
        if self.known_actor is None:
            raise Unauthorized()
        return self.known_actor

    @property
    def path(self) -> dict[str, str]:
        return self.request.path_params


Handler = Callable[[Call], Awaitable[Response]]


@dataclass(frozen=True)
class Endpoint:
    """A declared route. `files` names the multipart fields that carry a file; without them the body is JSON
    (where `form` is set, a form as well). `answers` maps a status to its model, None for no JSON body."""

    method: str
    path: str
    handler: Handler
    who: Who = "user"
    body: type[BaseModel] | None = None
    body_optional: bool = False
    query: type[BaseModel] | None = None
    # What it reads of the headers, by the model's aliases. Those of `serves_file` go without saying.
    headers: type[BaseModel] | None = None
    files: tuple[str, ...] = ()
    answers: Mapping[int, type[BaseModel] | None] = field(default_factory=dict)
    errors: tuple[int, ...] = ()
    tag: str = ""
    # The largest body in bytes, and the largest file in it (else the same).
    limit: int = 1_000_000
    file_limit: int | None = None
    # The largest JSON body in bytes where that may carry a picture; it is read and looked at as a whole.
    json_limit: int | None = None
    # What it answers with instead of JSON: a media type, or several.
    media: str | tuple[str, ...] = ()
    # Whether it answers with `file_response`, and so in part or not at all to those who ask for that.
    serves_file: bool = False
    hidden: bool = False
    # Whether API_LIMIT counts it.
    limited: bool = True
    # Whether it is found out who asks. That takes the database: what is to answer without it says no.
    identified: bool = True

    def __post_init__(self) -> None:
        # A word that nobody knows would let every signed-in person in.
        if self.who not in get_args(Who):
            raise ValueError(f"{self.method} {self.path} is for {self.who!r}, which is nobody")


def endpoint(method: str, path: str, **declared: Any) -> Callable[[Handler], Endpoint]:
    """Declares the decorated handler; the arguments are `Endpoint`'s fields."""

    def declare(handler: Handler) -> Endpoint:
        return Endpoint(method=method, path=path, handler=handler, **declared)

    return declare
