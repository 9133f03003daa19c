"""Two windows of one person: what is done in one is seen in the other, without a reload."""

from __future__ import annotations

import pytest
from playwright.async_api import expect
from tests.journeys.conftest import Visit
from tests.journeys.studio import StudioProcess
from tests.journeys.visitor import named

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("settings")]


async def test_what_one_does_the_other_shows(enter: Visit, studio: StudioProcess) -> None:
    ada = studio.join()
    video = await ada.made("A kite over the dunes")
    here, there = await enter(ada), await enter(ada)
    page = await here.open(f"/videos/{video['id']}")
    other = await there.open("/videos")
    frames = other.get_by_role("grid").get_by_role("link")
    await expect(frames).to_have_count(1)

    await page.get_by_role("button", name="Give it a title").click()
    await page.get_by_role("textbox", name="Title").fill("High above")
    await page.keyboard.press("Enter")
    await expect(frames).to_have_accessible_name(named("High above"))
    await page.get_by_role("textbox", name="Add a tag").fill("wind")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("link", name="wind")).to_be_visible()
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Favourite").click()
    await expect(other.get_by_role("gridcell").get_by_title("Favourite")).to_be_visible()

    await page.goto(studio.url + "/new?prompt=Made+over+here&size=128x128&seconds=1")
    await expect(page.get_by_role("textbox", name="Prompt")).to_have_value("Made over here")
    await page.get_by_role("button", name="Make it").click()
    await expect(
        other.get_by_role("grid").get_by_role("link", name=named("Made over here", "Done"))
    ).to_be_visible(timeout=30_000)

    await page.goto(f"{studio.url}/videos/{video['id']}")
    await page.get_by_role("button", name="Move to the trash").click()
    await expect(frames).to_have_count(1)
    await other.get_by_role("link", name="Trash", exact=True).click()
    await expect(frames).to_have_accessible_name(named("High above"))
    await page.get_by_role("button", name="Restore").first.click()
    await expect(other.get_by_role("heading", name="The trash is empty")).to_be_visible()
