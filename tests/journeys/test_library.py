"""The library: keys, search and filters in the address, the trash, an empty one, and a long one."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect
from tests.journeys.conftest import Visit
from tests.journeys.studio import Person, StudioProcess, wait_for
from tests.journeys.visitor import named

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("library")]

_PROMPTS = ("A red kite over dunes", "A paper boat in the rain", "A fox in the snow", "A tram at night")


async def _fill(ada: Person) -> list[dict[str, Any]]:
    """Four finished videos, the newest first."""
    asked = [ada.make(prompt) for prompt in _PROMPTS]
    return [await ada.until(video, "completed") for video in reversed(asked)]


def _frame(page: Page, video: dict[str, Any]) -> Locator:
    return page.get_by_role("grid").get_by_role("link", name=named(video["code"]))


def _cell(page: Page, video: dict[str, Any]) -> Locator:
    return page.get_by_role("gridcell").filter(has=page.get_by_role("link", name=named(video["code"])))


async def test_keys_do_everything(enter: Visit, studio: StudioProcess) -> None:
    ada = studio.join()
    tram, fox, _boat, kite = await _fill(ada)
    visitor = await enter(ada)
    page = await visitor.open("/videos")
    await expect(_frame(page, kite)).to_be_visible()

    await page.keyboard.press("ArrowDown")
    await expect(_frame(page, tram)).to_be_focused()
    await page.keyboard.press("ArrowRight")
    await expect(_frame(page, fox)).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text(fox["code"])
    await page.go_back()
    await expect(_frame(page, fox)).to_be_visible()

    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Home")
    await page.keyboard.press("x")
    bar = page.get_by_role("region", name="Selection")
    await expect(bar.get_by_role("status")).to_have_text("1 selected")
    await page.keyboard.press("Shift+ArrowRight")
    await page.keyboard.press("Shift+ArrowRight")
    await expect(bar.get_by_role("status")).to_have_text("3 selected")
    await page.keyboard.press("Control+a")
    await expect(bar.get_by_role("status")).to_have_text("4 selected")
    await page.keyboard.press("Escape")
    await expect(bar).to_be_hidden()

    await page.keyboard.press("Home")
    await page.keyboard.press("f")
    await expect(_cell(page, tram).get_by_title("Favourite")).to_be_visible()
    assert ada.look(tram["id"])["favourite"]

    await page.keyboard.press("x")
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("x")
    await expect(bar.get_by_role("status")).to_have_text("2 selected")
    await page.keyboard.press("Delete")
    await expect(_frame(page, tram)).to_be_hidden()
    await expect(_frame(page, fox)).to_be_hidden()
    await expect(page.locator("[data-id] a:focus")).to_have_count(1)
    await page.get_by_role("button", name="Undo").click()
    await expect(_frame(page, tram)).to_be_visible()
    await expect(_frame(page, fox)).to_be_visible()
    assert ada.look(tram["id"])["trashed_at"] is None


async def test_several_get_a_tag_at_once(enter: Visit, studio: StudioProcess) -> None:
    ada = studio.join()
    tram, fox, *_rest = await _fill(ada)
    ada.ask("PATCH", f"/api/videos/{fox['id']}", {"tags": ["winter"]})
    visitor = await enter(ada)
    page = await visitor.open("/videos")
    await expect(_frame(page, tram)).to_be_visible()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("x")
    await page.keyboard.press("Shift+ArrowRight")
    await page.get_by_role("button", name="Tag", exact=True).click()
    dialog = page.get_by_role("dialog", name="Tags of 2 videos")
    await expect(dialog.get_by_label("Add a tag")).to_be_focused()
    await page.keyboard.type("night")
    await page.keyboard.press("Enter")
    await expect(dialog.get_by_role("button", name="Remove the tag night")).to_be_visible()

    async def tags_are(of_tram: list[str], of_fox: list[str]) -> None:
        # The dialog shows a tag as soon as the first of the videos has it.
        await wait_for(
            lambda: [ada.look(video["id"])["tags"] for video in (tram, fox)] == [of_tram, of_fox], "the tags"
        )

    await tags_are(["night"], ["winter", "night"])
    await dialog.get_by_role("button", name="Remove the tag night").click()
    await expect(dialog.get_by_role("button", name="Remove the tag night")).to_be_hidden()
    await tags_are([], ["winter"])


async def test_search_and_filters_are_the_address(enter: Visit, studio: StudioProcess) -> None:
    ada = studio.join()
    _tram, fox, boat, kite = await _fill(ada)
    ada.ask("PATCH", f"/api/videos/{boat['id']}", {"favourite": True})
    visitor = await enter(ada)
    page = await visitor.open("/videos")
    await expect(_frame(page, boat)).to_be_visible()
    await page.keyboard.press("/")
    await expect(page.get_by_role("searchbox")).to_be_focused()
    await page.keyboard.type("snow")
    await expect(_frame(page, boat)).to_be_hidden()
    await expect(_frame(page, fox)).to_be_visible()
    await expect(page).to_have_url(re.compile(r"[?&]q=snow"))
    await page.reload()
    await expect(page.get_by_role("searchbox")).to_have_value("snow")
    await expect(_frame(page, fox)).to_be_visible()
    await expect(page.get_by_role("grid").get_by_role("link")).to_have_count(1)

    await page.get_by_role("searchbox").fill("no such thing")
    await expect(page.get_by_role("heading", name="Nothing matches")).to_be_visible()
    await page.get_by_role("link", name="Show everything").click()
    await expect(page.get_by_role("grid").get_by_role("link")).to_have_count(4)

    await page.get_by_role("link", name="Favourites", exact=True).click()
    await expect(page.get_by_role("grid").get_by_role("link")).to_have_count(1)
    await expect(_frame(page, boat)).to_be_visible()
    await page.reload()
    await expect(page.get_by_role("grid").get_by_role("link")).to_have_count(1)

    await page.get_by_role("link", name="All", exact=True).click()
    await page.get_by_label("Order").select_option("old")
    await expect(page.get_by_role("grid").get_by_role("link").first).to_have_accessible_name(
        named(kite["code"])
    )
    await page.reload()
    await expect(page.get_by_role("grid").get_by_role("link").first).to_have_accessible_name(
        named(kite["code"])
    )
    await page.go_back()
    await expect(page).not_to_have_url(re.compile("old"))


async def test_days_are_chosen_and_cleared(enter: Visit, studio: StudioProcess) -> None:
    ada = studio.join()
    video = await ada.made(_PROMPTS[0])
    visitor = await enter(ada)
    page = await visitor.open("/videos")
    await expect(_frame(page, video)).to_be_visible()
    await page.get_by_label("Date").select_option("between")
    await page.get_by_label("Last day").fill("2020-01-31")
    await expect(page.get_by_role("heading", name="Nothing matches")).to_be_visible()
    await expect(page).to_have_url(re.compile(r"after=between&before=2020-01-31"))
    await page.get_by_label("First day").fill("2020-01-01")
    await expect(page).to_have_url(re.compile(r"after=2020-01-01&before=2020-01-31"))
    await page.reload()
    await expect(page.get_by_label("First day")).to_have_value("2020-01-01")
    await page.get_by_label("Last day").fill("2099-01-01")
    await expect(_frame(page, video)).to_be_visible()
    await page.get_by_role("button", name="Clear the filter").click()
    await expect(page).to_have_url(re.compile(r"/videos$"))
    await expect(page.get_by_label("First day")).to_be_hidden()


async def test_the_trash_gives_back_or_forgets(enter: Visit, studio: StudioProcess) -> None:
    ada = studio.join()
    kite, boat = [await ada.made(prompt) for prompt in _PROMPTS[:2]]
    visitor = await enter(ada)
    page = await visitor.open("/videos")
    await _cell(page, kite).hover()
    await page.get_by_role("button", name=f"Select {kite['code']}").click()
    await page.get_by_role("button", name=f"Select {boat['code']}").click()
    await page.get_by_role("region", name="Selection").get_by_role("button", name="Move to the trash").click()
    await expect(page.get_by_role("heading", name="Nothing in the library yet")).to_be_visible()

    await page.get_by_role("link", name="Trash", exact=True).click()
    await _cell(page, kite).hover()
    await page.get_by_role("button", name=f"Select {kite['code']}").click()
    await page.get_by_role("button", name="Restore").click()
    await expect(_frame(page, kite)).to_be_hidden()
    assert ada.look(kite["id"])["trashed_at"] is None

    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Delete")
    dialog = page.get_by_role("dialog", name="Delete this video for ever?")
    await expect(dialog).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(dialog).to_be_hidden()
    await expect(_frame(page, boat)).to_be_visible()
    await page.get_by_role("region", name="Selection").get_by_role("button", name="Delete for ever").click()
    await dialog.get_by_role("button", name="Delete for ever").click()
    await expect(page.get_by_role("heading", name="The trash is empty")).to_be_visible()
    assert ada.client.get(f"/api/videos/{boat['id']}").status_code == 404
    await page.get_by_role("link", name="All", exact=True).click()
    await expect(page.get_by_role("grid").get_by_role("link")).to_have_count(1)


async def test_an_empty_library_runs_an_example_in_one_press(enter: Visit, studio: StudioProcess) -> None:
    ada = studio.join()
    visitor = await enter(ada)
    page = await visitor.open("/videos")
    await expect(page.get_by_role("heading", name="Nothing in the library yet")).to_be_visible()
    await page.get_by_role("button", name="Run an example").click()
    await expect(page.get_by_role("grid").get_by_role("link")).to_have_count(1)
    [made] = ada.videos()
    assert made["prompt"].startswith("A lighthouse")
    ada.ask("POST", f"/api/videos/{made['id']}/cancel")
    await expect(page.get_by_role("grid").get_by_role("link", name=named("Cancelled"))).to_be_visible()


async def test_a_long_library_keeps_the_page_small(enter: Visit, studio: StudioProcess) -> None:
    ada = studio.join()
    ada.ask("POST", "/api/queue/pause")
    for batch in range(3):
        ada.make(f"Batch {batch}", n=50, size="1280x720")
    visitor = await enter(ada)
    page = await visitor.open("/videos")
    frames = page.get_by_role("grid").get_by_role("link")
    first = page.get_by_role("grid").get_by_role("link", name=named("RX-0001"))
    await expect(frames.first).to_be_visible()
    most = await frames.count()
    while not await first.is_visible():
        await page.mouse.wheel(0, 700)
        # The next rows are drawn, or the next page asked for, before scrolling on.
        await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        most = max(most, await frames.count())
    assert most < 80, f"{most} of 150 frames were in the document at once"
    asked = [url for url in visitor.requested if "/api/videos?" in url]
    assert len(asked) == 3, asked
    # Back from a video, it is where it was.
    await first.click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("RX-0001")
    await page.go_back()
    await expect(first).to_be_in_viewport()


async def test_all_that_match_are_selected_and_trashed(enter: Visit, studio: StudioProcess) -> None:
    ada = studio.join()
    ada.ask("POST", "/api/queue/pause")
    for batch in range(3):
        ada.make(f"Batch {batch}", n=50, size="1280x720")
    ada.ask("POST", f"/api/videos/{ada.make('A tram')['id']}/cancel")
    visitor = await enter(ada)
    page = await visitor.open("/videos?status=queued,in_progress")
    await expect(page.get_by_role("grid").get_by_role("link").first).to_be_visible()
    bar = page.get_by_role("region", name="Selection")
    await page.keyboard.press("Control+a")
    await expect(bar.get_by_role("status")).to_have_text("60 selected")
    await bar.get_by_role("button", name="Select all that match").click()
    await expect(bar.get_by_role("status")).to_have_text("150 selected")
    await expect(bar.get_by_role("button", name="Select all that match")).to_be_hidden()
    await page.keyboard.press("Escape")
    await expect(bar).to_be_hidden()
    await page.reload()
    await expect(page.get_by_role("grid").get_by_role("link").first).to_be_visible()
    await page.keyboard.press("Control+a")
    await page.keyboard.press("Control+a")
    await expect(bar.get_by_role("status")).to_have_text("150 selected")
    await bar.get_by_role("button", name="Move to the trash").click()
    await expect(page.get_by_role("heading", name="Nothing matches")).to_be_visible(timeout=30_000)
    assert [video["prompt"] for video in ada.videos(limit=100)] == ["A tram"]
