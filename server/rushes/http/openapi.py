"""Writes the OpenAPI 3.1 document from the declared endpoints: what validates is what is documented.

    document = build_document([*accounts.ROUTES, *videos.ROUTES])

spectree writes the paths and schemas. It never validates here (`http/body.py` does), so the functions it
documents are stand-ins that carry an endpoint's name and docstring and are never called.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import orjson
from pydantic import BaseModel, Field
from spectree import Response as Responses
from spectree import SpecTree
from spectree.models import Tag
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from rushes import __version__
from rushes.errors import Charged
from rushes.http.endpoint import SESSION_COOKIE, Endpoint
from rushes.http.files import FILE_HEADERS

# With what a file is answered, beside the errors.
_FILE_STATUS = {
    200: "The whole file.",
    206: "The part that `Range` names.",
    304: "The copy that `If-None-Match` names is the present one.",
}

_STATUS = {
    400: "The request could not be read.",
    401: "Nobody is signed in, or the token is no longer good.",
    402: "A budget or a provider's cap refuses it before anything is spent.",
    403: "Not allowed.",
    404: "There is no such thing, or it is somebody else's.",
    409: "The thing is in a state that does not allow this.",
    413: "The body or file is too large.",
    415: "The Content-Type is not read here.",
    416: "The range lies beyond the end of the file.",
    422: "Validation failed; `details.fields` names each field.",
    429: "Too many requests; see Retry-After.",
    502: "The provider answered with garbage.",
    503: "A part that this needs is away; see Retry-After.",
    504: "The provider did not answer in time.",
}


class Error(BaseModel):
    """What every error looks like."""

    success: bool = False
    error: str = Field(description="A sentence for people.")
    code: str = Field(description="Never changes; for programs.")
    details: dict[str, Any] = Field(description="For `validation_failed`: `fields`, by their dotted paths.")
    retryable: bool = Field(description="Whether trying again can help.")
    charged: Charged = Field(description="Whether it has cost money.")


def document_route(endpoints: Iterable[Endpoint]) -> BaseRoute:
    """GET /openapi.json. The document is written at the first request for it."""
    declared = list(endpoints)
    written: list[bytes] = []

    async def openapi(_request: Request) -> Response:
        if not written:
            written.append(orjson.dumps(build_document(declared)))
        return Response(written[0], media_type="application/json", headers={"Cache-Control": "no-cache"})

    return Route("/openapi.json", openapi, methods=["GET"])


def build_document(endpoints: Iterable[Endpoint]) -> dict[str, Any]:
    """The whole document as plain data, in a stable order. Hidden endpoints are left out."""
    shown = [endpoint for endpoint in endpoints if not endpoint.hidden]
    tree = SpecTree(
        "starlette",
        title="Rushes",
        version=__version__,
        description="A self-hosted studio for AI video. Times are Unix seconds; errors look like `Error`.",
        openapi_version="3.1.0",
        annotations=False,
        validation_error_model=Error,
        # Its own ways of naming show module paths, and prefix nested models with their parents.
        naming_strategy=_class_names(),
        nested_naming_strategy=lambda _parent, child: child,
    )
    described = [(endpoint, _described(tree, endpoint)) for endpoint in shown]
    tree.register(
        Starlette(routes=[Route(each.path, stand_in, methods=[each.method]) for each, stand_in in described])
    )
    document: dict[str, Any] = tree.spec
    for endpoint in shown:
        operation = document["paths"][_plain_path(endpoint.path)][endpoint.method.lower()]
        _finish(operation, endpoint, document["components"]["schemas"])
    document.pop("security", None)
    document["components"]["securitySchemes"] = {
        "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
        "cookie": {"type": "apiKey", "in": "cookie", "name": SESSION_COOKIE},
    }
    return document


def _class_names() -> Callable[[Any], str]:
    """The class's name. Raises ValueError for a second class of that name: it would replace the first."""
    known: dict[str, Any] = {}

    def name(model: Any) -> str:
        if known.setdefault(model.__name__, model) is not model:
            raise ValueError(f"two models are called {model.__name__}")
        return str(model.__name__)

    return name


def _described(tree: SpecTree, endpoint: Endpoint) -> Callable[..., Awaitable[Any]]:
    async def stand_in(_request: Request) -> None: ...

    stand_in.__name__ = endpoint.handler.__name__
    stand_in.__doc__ = endpoint.handler.__doc__
    statuses = sorted({*endpoint.errors, *_implied_errors(endpoint)})
    answers: dict[int, Any] = {**(endpoint.answers or {200: None})}
    if endpoint.serves_file:
        answers |= {status: (None, words) for status, words in _FILE_STATUS.items()}
    described = tree.validate(
        query=endpoint.query,
        json=endpoint.body,
        headers=endpoint.headers,
        resp=Responses(
            **{f"HTTP_{status}": (Error, _STATUS.get(status, "An error.")) for status in statuses}
            | {f"HTTP_{status}": model for status, model in answers.items()},
        ),
        tags=[Tag(name=endpoint.tag)] if endpoint.tag else [],
        security=[] if endpoint.who == "anyone" else [{"bearer": []}, {"cookie": []}],
        operation_id=_operation_id(endpoint),
        skip_validation=True,
    )
    documented: Callable[..., Awaitable[Any]] = described(stand_in)
    return documented


def _implied_errors(endpoint: Endpoint) -> set[int]:
    statuses = {429, 503}
    if endpoint.who != "anyone":
        statuses |= {401, 403}
    if endpoint.body or endpoint.files:
        statuses |= {400, 413, 415}
    if endpoint.body or endpoint.files or endpoint.query or endpoint.headers:
        statuses |= {422}
    if endpoint.serves_file:
        statuses |= {416}
    if "{" in endpoint.path:
        statuses |= {404}
    return statuses


def _finish(operation: dict[str, Any], endpoint: Endpoint, schemas: dict[str, Any]) -> None:
    """What spectree has no words for: files, other media types, optional bodies, no 422 for nothing."""
    operation["description"] = " ".join(operation["description"].split())
    body = operation.get("requestBody")
    if body is not None:
        body["required"] = not endpoint.body_optional
    if endpoint.files:
        model = schemas[endpoint.body.__name__] if endpoint.body else {}
        files = {name: {"type": "string", "format": "binary"} for name in endpoint.files}
        # Not `allOf`: the model forbids fields that it does not know, and so the files.
        form = {"type": "object", **model, "properties": {**model.get("properties", {}), **files}}
        form["title"] = f"{model.get('title', '')}Form"
        body = operation.setdefault("requestBody", {"content": {}, "required": True})
        body["content"]["multipart/form-data"] = {"schema": form}
    _add_media(operation, endpoint)
    if 422 not in {*endpoint.errors, *_implied_errors(endpoint)}:
        operation["responses"].pop("422", None)
    operation["responses"] = dict(sorted(operation["responses"].items()))


def _add_media(operation: dict[str, Any], endpoint: Endpoint) -> None:
    """What is answered instead of JSON, and for a file the headers by which one asks for less of it."""
    media = (endpoint.media,) if isinstance(endpoint.media, str) else endpoint.media
    for status in ("200", "206") if media else ():
        if status in operation["responses"]:
            operation["responses"][status]["content"] = {
                kind: {"schema": {"type": "string", "format": "binary"}} for kind in media
            }
    if endpoint.serves_file:
        operation["parameters"] += [
            {
                "name": name,
                "in": "header",
                "schema": {"type": "string"},
                "required": False,
                "description": words,
            }
            for name, words in FILE_HEADERS.items()
        ]


def _operation_id(endpoint: Endpoint) -> str:
    """`get_api_videos_video_id_content`: another for each method and path, whatever handlers are called."""
    return re.sub(r"\W+", "_", f"{endpoint.method.lower()}{endpoint.path}").strip("_")


def _plain_path(path: str) -> str:
    """`/files/{key:path}` as OpenAPI writes it: `/files/{key}`."""
    return re.sub(r"\{(\w+):\w+\}", r"{\1}", path)
