"""References as vendors take them: the file's bytes, or a `data:` URL in the JSON."""

from __future__ import annotations

import asyncio
import base64

from rushes.providers.protocol import Reference, Refused


async def read_reference(reference: Reference) -> bytes:
    """The whole file. Raises Refused when it is gone."""
    try:
        return await asyncio.to_thread(reference.path.read_bytes)
    except OSError as error:
        raise _gone() from error


async def data_url(reference: Reference, *, max_bytes: int | None = None) -> str:
    """The file as `data:image/png;base64,…`, at most `max_bytes` long. Raises Refused."""
    return await asyncio.to_thread(_encoded, reference, max_bytes)


def _encoded(reference: Reference, max_bytes: int | None) -> str:
    head = f"data:{reference.content_type};base64,"
    try:
        size = reference.path.stat().st_size
        # Nothing large is read only to be refused.
        if max_bytes is not None and len(head) + 4 * -(-size // 3) > max_bytes:
            raise Refused(
                f"The reference is too large for the provider: it takes {max_bytes / 1e6:.0f} MB at most.",
                code="payload_too_large",
            )
        return head + base64.b64encode(reference.path.read_bytes()).decode("ascii")
    except OSError as error:
        raise _gone() from error


def _gone() -> Refused:
    return Refused("The reference image is no longer there.", code="invalid_image")
