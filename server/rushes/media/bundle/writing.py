"""Makes a bundle while it is read, like any zip of ours. The manifest comes last, with all hashes."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from contextlib import aclosing

from pydantic import JsonValue

from rushes.media.bundle.entries import key_of
from rushes.media.bundle.manifest import MANIFEST, Listed, written
from rushes.media.zipping import Member, Reader, Zip, data, zip_size, zipped


def bundle(files: Sequence[Member], content: dict[str, JsonValue], *, made_at: float | None = None) -> Zip:
    """A bundle of the files with the caller's `content`; `made_at` in Unix seconds. Its size is exact.

    Hashes are of what is really read. Raises ValueError for a name that `read_bundle` would refuse, and
    TypeError for content that is no JSON. Reading it raises SourceChanged when a file is not as long as said.
    """
    keys = [key_of(file.name) for file in files]
    if None in keys or len({*keys, MANIFEST}) != len(files) + 1:
        raise ValueError("the files of a bundle have plain names, each its own")
    unknown = "0" * 64
    listed = [Listed(name=file.name, size=file.size, sha256=unknown) for file in files]
    sizes = [(file.name, file.size) for file in files]
    size = zip_size([*sizes, (MANIFEST, len(written(listed, content)))])
    return Zip(size, _chunks(files, content, made_at))


async def _chunks(
    files: Sequence[Member], content: dict[str, JsonValue], made_at: float | None
) -> AsyncGenerator[bytes]:
    listed: list[Listed] = []

    def members() -> Iterator[Member]:
        for file in files:
            digest = hashlib.sha256()
            yield Member(file.name, file.size, _hashed(file.open, digest))
            listed.append(Listed(name=file.name, size=file.size, sha256=digest.hexdigest()))
        yield data(MANIFEST, written(listed, content))

    async with aclosing(zipped(members(), made_at=made_at)) as chunks:
        async for chunk in chunks:
            yield chunk


def _hashed(reader: Reader, digest: hashlib._Hash) -> Reader:
    async def read() -> AsyncIterator[bytes]:
        async with aclosing(reader()) as chunks:  # type: ignore[type-var]  # generators
            async for chunk in chunks:
                # Slower than a checksum by far where the processor has no instructions for it.
                await asyncio.to_thread(digest.update, chunk)
                yield chunk

    return read
