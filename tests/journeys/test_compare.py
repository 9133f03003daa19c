"""Comparing a remix with what it came from: one press away, in step, the line moved by pointer or keys."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect
from tests.journeys.conftest import Visit
from tests.journeys.studio import StudioProcess

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("compare")]


async def test_the_line_is_dragged_and_keys_move_it_too(enter: Visit, studio: StudioProcess) -> None:
    ada = studio.join()
    kite = await ada.made("A red kite over the dunes")
    remix = ada.ask("POST", f"/api/videos/{kite['id']}/remix", {"prompt": "A blue kite over the dunes"})
    await ada.until(remix, "completed")
    page = await (await enter(ada)).open(f"/videos/{remix['id']}")
    opener = page.get_by_role("button", name=f"Compare with {kite['code']}")
    await opener.click()
    compare = page.get_by_role("region", name="Compare")
    await expect(page).to_have_url(re.compile(kite["id"]))
    await expect(opener).to_have_attribute("aria-pressed", "true")

    await compare.get_by_text("Slider", exact=True).click()
    line = compare.get_by_role("slider", name="Where the line stands")
    await expect(line).to_have_value("50")
    picture = await compare.locator("figure").first.bounding_box()
    assert picture
    middle = picture["y"] + picture["height"] / 2
    await page.mouse.move(picture["x"] + picture["width"] * 0.5, middle)
    await page.mouse.down()
    await page.mouse.move(picture["x"] + picture["width"] * 0.25, middle, steps=3)
    await page.mouse.up()
    await expect(line).to_have_value("25")
    await expect(compare.get_by_role("button", name="Play")).to_be_visible()
    await line.press("ArrowRight")
    await expect(line).to_have_value("26")

    await opener.click()
    await expect(compare).to_be_hidden()
