"""Who runs a model of the Hub: `inferenceProviderMapping` as its API tells it. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from rushes.providers.wire.reading import Unreadable

_TASKS = ("text-to-video", "image-to-video")


def parse_mapping(data: object) -> str | None:
    """The name of fal's endpoint that runs the model; None if fal does not. Raises Unreadable.

    The Hub answers with an object by provider for one model, and with a list elsewhere. An adapter (a LoRA)
    is no model of its own: it would run its base model without the adapter's weights.
    """
    if not isinstance(data, Mapping):
        raise Unreadable("no model")
    listed = data.get("inferenceProviderMapping")
    if isinstance(listed, Mapping):
        entries = [
            {**entry, "provider": name} for name, entry in listed.items() if isinstance(entry, Mapping)
        ]
    else:
        entries = [dict(entry) for entry in listed or () if isinstance(entry, Mapping)]
    for entry in entries:
        is_fal = entry.get("provider") == "fal-ai" and entry.get("task") in _TASKS
        name = entry.get("providerId")
        if is_fal and isinstance(name, str) and name and not entry.get("adapterWeightsPath"):
            return name
    return None
