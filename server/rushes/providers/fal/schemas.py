"""A fal endpoint by its own OpenAPI document, and a model that is made of one or two of them.

fal has an endpoint for words and another for a picture of most models. The studio offers them as one and
takes the right endpoint by whether a picture is there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from rushes.providers.inputs import Inputs
from rushes.providers.model import Model
from rushes.providers.protocol import Submission
from rushes.providers.wire.reading import Unreadable

# `sync_mode` would put the whole file into the answer instead of an address.
_NOT_OFFERED = ("sync_mode",)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One endpoint: `inputs` writes a body for it, `model` is what it takes."""

    id: str
    inputs: Inputs
    model: Model


@dataclass(frozen=True, slots=True)
class Offered:
    """A model as it is offered, and its endpoints; without any it does not run in the queue."""

    model: Model
    text: Endpoint | None
    image: Endpoint | None

    @property
    def has_queue(self) -> bool:
        return self.text is not None or self.image is not None

    def endpoint(self, submission: Submission) -> Endpoint:
        """Where this generation is made."""
        wanted = (self.image, self.text) if submission.references else (self.text, self.image)
        found = wanted[0] or wanted[1]
        assert found is not None
        return found


def parse_endpoint(endpoint: str, data: object) -> Endpoint | None:
    """The endpoint in its OpenAPI document; None for one that makes no video. Raises Unreadable."""
    components = data.get("components") if isinstance(data, Mapping) else None
    schemas = components.get("schemas") if isinstance(components, Mapping) else None
    paths = data.get("paths") if isinstance(data, Mapping) else None
    if not isinstance(schemas, Mapping) or not isinstance(paths, Mapping):
        raise Unreadable("no OpenAPI document")
    posts = [path["post"] for path in paths.values() if isinstance(path, Mapping) and "post" in path]
    schema = next((found for post in posts if (found := _schema_in(post, "requestBody", schemas))), None)
    if schema is None:
        raise Unreadable("no input schema")
    outputs = [
        found
        for path, methods in paths.items()
        if str(path).endswith("}") and isinstance(methods, Mapping)
        if (found := _schema_in(methods.get("get"), "responses", schemas))
    ]
    if outputs and not any("video" in str(list(one.get("properties") or ())) for one in outputs):
        return None
    inputs = Inputs(schema, schemas)
    model = inputs.model(endpoint, label=endpoint)
    kept = {
        name: field for name, field in model.options.get("properties", {}).items() if name not in _NOT_OFFERED
    }
    return Endpoint(endpoint, inputs, replace(model, options={**model.options, "properties": kept}))


def combine(name: str, label: str, text: Endpoint | None, image: Endpoint | None) -> Offered:
    """One model of both endpoints: it offers what both take, so that a picture changes nothing else."""
    first = text or image
    if first is None:
        raise ValueError("a model has at least one endpoint")
    model = replace(first.model, name=name, label=label)
    if text is None:
        model = replace(model, needs_image=True)
    elif image is not None:
        with_picture = image.model
        model = replace(
            model,
            references=tuple(dict.fromkeys((*with_picture.references, *model.references))),
            image=with_picture.image,
            options=_common_options(model.options, with_picture.options),
            audio=model.audio if model.audio == with_picture.audio else "none",
            seed=model.seed and with_picture.seed,
            prompt_max=_least(model.prompt_max, with_picture.prompt_max),
            **_common_seconds(model, with_picture),
        )
    return Offered(model, text, image)


def _common_options(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    shared = other.get("properties", {})
    kept = {name: field for name, field in one.get("properties", {}).items() if name in shared}
    return {**one, "properties": kept}


def _common_seconds(one: Model, other: Model) -> dict[str, Any]:
    if one.seconds_values and other.seconds_values:
        values = tuple(value for value in one.seconds_values if value in other.seconds_values)
        if values:
            default = one.default_seconds
            known = f"{default:g}" in values
            return {"seconds_values": values, "default_seconds": default if known else float(values[0])}
    if one.seconds and other.seconds:
        low, high = max(one.seconds[0], other.seconds[0]), min(one.seconds[1], other.seconds[1])
        if low <= high:
            return {"seconds": (low, high), "default_seconds": min(max(one.default_seconds, low), high)}
    return {}


def _least(one: int | None, other: int | None) -> int | None:
    known = [value for value in (one, other) if value is not None]
    return min(known) if known else None


def _schema_in(operation: object, where: str, schemas: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The schema that an operation's body, or its answer 200, refers to."""
    found = operation.get(where) if isinstance(operation, Mapping) else None
    if where == "responses" and isinstance(found, Mapping):
        found = found.get("200")
    for name in ("content", "application/json", "schema"):
        found = found.get(name) if isinstance(found, Mapping) else None
    reference = found.get("$ref") if isinstance(found, Mapping) else None
    if isinstance(reference, str):
        found = schemas.get(reference.rsplit("/", 1)[-1])
    return found if isinstance(found, Mapping) else None
