"""Measures every request to the storage: how long, how it ended, how many bytes went and came.

    storage = WatchedStorage(LocalStorage(…), metrics)

It stands around a `Storage` and is one itself, so neither stores nor their callers know of it.
"""

import time
from collections.abc import AsyncIterable, AsyncIterator, Iterator
from contextlib import AsyncExitStack, aclosing, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, cast

from rushes.observe.metrics import Metrics
from rushes.storage.base import MissingFile, Storage, StorageAway, StorageFull, Stored

_OUTCOMES: tuple[tuple[type[Exception], str], ...] = (
    (MissingFile, "missing"),
    (StorageFull, "full"),
    (StorageAway, "away"),
)


class WatchedStorage:
    """A `Storage`, measured. What is not measured is the store's own."""

    def __init__(self, storage: Storage, metrics: Metrics) -> None:
        self._storage = storage
        self._metrics = metrics
        self._written = metrics.storage_bytes.labels("written")
        self._read = metrics.storage_bytes.labels("read")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._storage, name)

    async def put(self, key: str, source: AsyncIterable[bytes] | Path) -> Stored:
        """See `Storage.put`. What `source` takes counts as well."""
        with self._request("put"):
            stored = await self._storage.put(key, source)
        self._written.inc(stored.size)
        return stored

    async def open(self, key: str, *, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """See `Storage.open`. Measured until the first chunk: after that it is the reader who is slow."""
        async with aclosing(cast(Any, self._storage.open(key, start=start, end=end))) as chunks:
            with self._request("open"):
                chunk = await anext(chunks, None)
            while chunk is not None:
                self._read.inc(len(chunk))
                yield chunk
                chunk = await anext(chunks, None)

    async def size(self, key: str) -> int:
        """See `Storage.size`."""
        with self._request("size"):
            return await self._storage.size(key)

    async def delete(self, key: str) -> None:
        """See `Storage.delete`."""
        with self._request("delete"):
            await self._storage.delete(key)

    async def exists(self, key: str) -> bool:
        """See `Storage.exists`."""
        with self._request("exists"):
            return await self._storage.exists(key)

    async def signed_url(self, key: str, seconds: int) -> str:
        """See `Storage.signed_url`."""
        return await self._storage.signed_url(key, seconds)

    @asynccontextmanager
    async def local_copy(self, key: str) -> AsyncIterator[Path]:
        """See `Storage.local_copy`."""
        async with AsyncExitStack() as stack:
            with self._request("copy"):
                path = await stack.enter_async_context(self._storage.local_copy(key))
            yield path

    def scratch(self) -> Path:
        """See `Storage.scratch`."""
        return self._storage.scratch()

    async def free_bytes(self) -> int | None:
        """See `Storage.free_bytes`."""
        return await self._storage.free_bytes()

    async def check(self) -> None:
        """See `Storage.check`."""
        with self._request("check"):
            await self._storage.check()

    async def sweep(self, older_than: float) -> int:
        """See `Storage.sweep`."""
        with self._request("sweep"):
            return await self._storage.sweep(older_than)

    @contextmanager
    def _request(self, operation: str) -> Iterator[None]:
        began, outcome = time.perf_counter(), "cancelled"
        try:
            yield
            outcome = "ok"
        except Exception as error:
            outcome = next((word for kind, word in _OUTCOMES if isinstance(error, kind)), "error")
            raise
        finally:
            self._metrics.storage_requests.of(operation, outcome).add(time.perf_counter() - began)
