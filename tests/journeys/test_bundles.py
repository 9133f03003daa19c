"""Bundles: a production of one person's becomes another one's, by button and by drop."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import Page, expect
from tests.journeys.accessibility import assert_accessible
from tests.journeys.conftest import Visit
from tests.journeys.filming import made
from tests.journeys.studio import Person, StudioProcess

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.xdist_group("productions"),
    pytest.mark.timeout(180),
]


def _taken_out(person: Person, film: dict[str, Any]) -> bytes:
    answer = person.client.get(f"/api/productions/{film['id']}/export?format=bundle")
    assert answer.is_success, answer.text
    return answer.content


async def _choose(page: Page, name: str, body: bytes) -> None:
    async with page.expect_file_chooser() as choosing:
        await page.get_by_role("button", name="Import a bundle").click()
    file = {"name": name, "mimeType": "application/zip", "buffer": body}
    await (await choosing.value).set_files(file)  # type: ignore[arg-type]


async def test_a_film_of_somebody_else_becomes_ones_own(enter: Visit, studio: StudioProcess) -> None:
    bundle = _taken_out(bob := studio.join("bob"), await made(bob))
    ada = studio.join()
    visitor = await enter(ada)
    visitor.expect(r"422 .*\(/api/productions/import\)")
    page = await visitor.open("/productions")

    await _choose(page, "holiday.jpg", b"a picture")
    refusal = page.get_by_role("alert")
    await expect(refusal).to_contain_text("ends in .rushes.zip")
    changed = bytearray(bundle)
    changed[len(changed) // 2] ^= 1
    await _choose(page, "The harbour.rushes.zip", bytes(changed))
    await expect(refusal).to_contain_text("was changed after it was made")
    await assert_accessible(page, "a bundle that was refused")
    await page.get_by_role("button", name="Dismiss").click()
    await expect(refusal).to_have_count(0)

    await _choose(page, "The harbour.rushes.zip", bundle)
    await expect(page).to_have_url(re.compile("/productions/production_"), timeout=60_000)
    await expect(page.get_by_role("heading", level=1)).to_contain_text("The harbour")
    scenes = page.get_by_role("list", name="Scenes", exact=True).locator("[data-scene]")
    await expect(scenes).to_have_count(3)
    for step in ("Still", "Narration", "Clip"):
        chip = page.get_by_role("button", name=f"{step} Done, scene 3", exact=True)
        await expect(chip).to_be_visible()
