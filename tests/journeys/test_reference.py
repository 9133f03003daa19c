"""The API reference at /docs: drawn from our own document, by our own scripts, from no other host."""

from __future__ import annotations

import pytest
from playwright.async_api import expect
from tests.journeys.accessibility import assert_accessible
from tests.journeys.conftest import Visit

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("accessibility")]


async def test_the_reference_shows_every_part_of_the_api(enter: Visit) -> None:
    visitor = await enter(still=True)
    page = await visitor.open("/docs")
    for path in ("/api/videos", "/api/auth/login", "/api/queue"):
        summary = page.locator(".opblock-summary-path").filter(has_text=path).first
        # Swagger UI is large, and a busy machine takes its time to run it.
        await expect(summary).to_be_visible(timeout=30_000)
    await page.locator(".opblock-summary-control").filter(has_text="/api/videos").first.click(timeout=60_000)
    await expect(page.locator(".opblock-body").first).to_be_visible(timeout=30_000)
    assert any(url.endswith("/openapi.json") for url in visitor.requested)
    # Swagger UI has colours of its own, and puts a link inside the button that unfolds an endpoint.
    await assert_accessible(page, "the reference", without=("color-contrast", "nested-interactive"))
