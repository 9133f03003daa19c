"""On a phone, by touch: everything within reach of a thumb, and nothing wider than the window."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect
from tests.journeys.conftest import Visit
from tests.journeys.studio import StudioProcess
from tests.journeys.visitor import Visitor, named

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("queue")]

_PHONE = {"width": 390, "height": 844, "touch": True}

# A hidden radio or file input is pressed by its label. Links in a sentence are part of the text (WCAG 2.5.8).
_SMALL_TARGETS = """() => {
  const pressed = 'a[href], button, input, select, textarea, summary, [role=slider], [role=menuitem]';
  const inSentence = (each) => each.matches('a') && each.parentElement.matches('p, dd, span')
    && getComputedStyle(each).display.startsWith('inline');
  return [...document.querySelectorAll(pressed)]
    .filter((each) => each.checkVisibility({opacityProperty: true, visibilityProperty: true}))
    .filter((each) => each.tabIndex >= 0 && !each.disabled && !inSentence(each) && !each.matches('.skip'))
    .map((each) => [each, (each.matches('.sr-only') ? each.closest('label') : each)])
    .filter(([each, area]) => area !== null)
    .map(([each, area]) => [each, area.getBoundingClientRect()])
    .filter(([each, {width, height}]) => width > 0 && Math.min(width, height) < 43.5)
    .map(([each, {width, height}]) =>
      `${Math.round(width)}x${Math.round(height)} ${each.outerHTML.slice(0, 160)}`);
}"""
_TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


async def assert_handy(page: Page, what: str) -> None:
    """Everything can be hit by a finger, and nothing is wider than the window."""
    small = await page.evaluate(_SMALL_TARGETS)
    assert not small, f"{what} has targets under 44 px:\n" + "\n".join(small)
    assert await page.evaluate(_TOO_WIDE) <= 0, f"{what} scrolls sideways"


async def _tab(page: Page, name: str) -> None:
    await page.get_by_role("navigation", name="Main").get_by_role("link", name=name).tap()


async def test_a_studio_in_the_hand(enter: Visit, studio: StudioProcess) -> None:
    ada = studio.join()
    visitor: Visitor = await enter(ada, **_PHONE)
    page = await visitor.open("/videos")
    await expect(page.get_by_role("heading", name="Nothing in the library yet")).to_be_visible()
    await assert_handy(page, "the empty library")

    await _tab(page, "Create")
    await page.get_by_role("textbox", name="Prompt").tap()
    await page.get_by_role("textbox", name="Prompt").fill("A paper boat on a puddle")
    await page.get_by_text("Custom", exact=True).tap()
    await page.get_by_label("Width in pixels").fill("256")
    await page.get_by_label("Height in pixels").fill("144")
    await page.get_by_text("Advanced").tap()
    await assert_handy(page, "create")
    await page.get_by_role("button", name="Make it").tap()
    frame = page.get_by_role("link", name=named("RX-0001", "Done"))
    await expect(frame).to_be_visible(timeout=60_000)
    await assert_handy(page, "create with a video")

    bar = await page.get_by_role("navigation", name="Main").bounding_box()
    assert bar
    assert bar["y"] + bar["height"] == pytest.approx(844, abs=1), "the tabs are at the foot of the window"
    await _tab(page, "Queue")
    await expect(page.get_by_role("region", name="Done").get_by_role("listitem")).to_have_count(1)
    await assert_handy(page, "the queue")
    await _tab(page, "Library")
    await expect(page.get_by_role("grid").get_by_role("link")).to_have_count(1)
    await page.get_by_role("button", name="Filters", exact=True).tap()
    sheet = page.get_by_role("dialog", name="Filters")
    await sheet.get_by_label("Kind").select_option("image")
    await assert_handy(page, "the filters")
    await sheet.get_by_role("button", name="Done").tap()
    await expect(page.get_by_role("heading", name="Nothing matches")).to_be_visible()
    await page.get_by_role("button", name="Filters, 1 in use").tap()
    await sheet.get_by_role("button", name="Clear the filter").tap()
    await sheet.get_by_role("button", name="Done").tap()
    await page.get_by_role("button", name="Select", exact=True).tap()
    await page.get_by_role("grid").get_by_role("link").tap()
    await expect(page.get_by_role("region", name="Selection")).to_be_visible()
    await assert_handy(page, "the library with a selection")
    await page.get_by_role("button", name="Done selecting").tap()

    await page.get_by_role("grid").get_by_role("link").tap()
    await expect(page.get_by_role("heading", level=1)).to_have_text("RX-0001")
    await page.get_by_role("button", name="Play").tap()
    await visitor.until("document.querySelector('video').currentTime > 0.1")
    await assert_handy(page, "the video")
    await page.get_by_role("button", name="Remix").tap()
    dialog = page.get_by_role("dialog", name="Remix RX-0001")
    await dialog.get_by_role("textbox", name="Prompt").fill("A paper boat on a lake")
    await assert_handy(page, "the remix dialog")
    await dialog.get_by_role("button", name="Remix it").tap()
    await expect(page.get_by_role("heading", level=1)).to_have_text("RX-0002")
    await expect(page.get_by_role("button", name="Play")).to_be_visible(timeout=60_000)
    await page.get_by_text("The whole family").tap()
    await assert_handy(page, "the remix")

    for section in ("profile", "password", "devices", "appearance"):
        await page.goto(f"{studio.url}/settings/{section}")
        await expect(page.get_by_role("heading", level=2)).to_be_visible()
        await assert_handy(page, section)


async def test_the_door_of_it(enter: Visit) -> None:
    visitor = await enter(**_PHONE)
    page = await visitor.open("/login")
    await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    await assert_handy(page, "sign-in")
