"""A studio with a worker beside its server."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from tests.videos.making import working

from rushes.serving import Serving
from rushes.studio import Studio


@pytest.fixture
async def worker(studio: Studio, server: Serving) -> AsyncIterator[None]:
    """The studio's worker."""
    async with working(studio):
        yield
