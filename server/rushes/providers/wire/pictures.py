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
        raise Refused("The reference image is no longer there.", code="invalid_image") from error


async def data_url(reference: Reference, *, max_bytes: int | None = None) -> str:
    """The file as `data:image/png;base64,…`, at most `max_bytes` long. Raises Refused."""
    content = await read_reference(reference)
    url = f"data:{reference.content_type};base64,{base64.b64encode(content).decode('ascii')}"
    if max_bytes is not None and len(url) > max_bytes:
        raise Refused(
            f"The reference is too large for the provider: it takes {max_bytes / 1e6:.0f} MB at most.",
            code="payload_too_large",
        )
    return url
