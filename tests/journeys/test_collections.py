"""Collections: made from a selection, looked at, changed in another window, renamed, emptied, deleted."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest
from playwright.async_api import Locator, Page, Route, expect
from tests.journeys.accessibility import assert_accessible
from tests.journeys.conftest import Visit
from tests.journeys.studio import Person, StudioProcess, wait_for
from tests.journeys.visitor import named

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("library")]


def _frame(page: Page, video: dict[str, Any]) -> Locator:
    return page.get_by_role("grid").get_by_role("link", name=named(video["code"]))


def _frames(page: Page) -> Locator:
    return page.get_by_role("grid").get_by_role("link")


def _held(ada: Person) -> dict[str, int]:
    return {one["name"]: one["count"] for one in ada.ask("GET", "/api/collections")["collections"]}


async def _three(ada: Person) -> list[dict[str, Any]]:
    """Three videos that wait, the newest first."""
    ada.ask("POST", "/api/queue/pause")
    return [ada.make(prompt) for prompt in ("A kite", "A boat", "A fox")][::-1]


async def _after_a_while(route: Route) -> None:
    await asyncio.sleep(0.3)
    await route.continue_()


async def test_from_a_selection_to_an_empty_one(enter: Visit, studio: StudioProcess) -> None:
    ada = studio.join()
    fox, boat, kite = await _three(ada)
    visitor = await enter(ada)
    page = await visitor.open("/videos")
    await expect(_frame(page, kite)).to_be_visible()
    await expect(page.get_by_label("Collection")).to_be_hidden()

    # Two go into a new one, by keys alone.
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("x")
    await page.keyboard.press("Shift+ArrowRight")
    await page.keyboard.press("a")
    dialog = page.get_by_role("dialog", name="Add 2 videos to a collection")
    await expect(dialog.get_by_text("No collections yet")).to_be_visible()
    await dialog.get_by_label("New collection").fill("Night")
    await assert_accessible(page, "choosing a collection")
    await page.keyboard.press("Enter")
    await expect(dialog).to_be_hidden()
    await expect(page.get_by_text("“Night” is here")).to_be_visible()
    assert _held(ada) == {"Night": 2}

    visitor.expect(r"409")
    # A name that is taken is said where it was typed.
    bar = page.get_by_role("region", name="Selection")
    await bar.get_by_role("button", name="Add to a collection").click()
    await dialog.get_by_label("New collection").fill("NIGHT")
    await page.keyboard.press("Enter")
    await expect(dialog.get_by_text("already")).to_be_visible()
    await expect(dialog.get_by_label("New collection")).to_have_attribute("aria-invalid", "true")
    await page.keyboard.press("Escape")
    await page.keyboard.press("Escape")

    # The library shows it alone; the address holds it.
    await page.get_by_label("Collection").select_option(label="Night")
    await expect(_frames(page)).to_have_count(2)
    await expect(page).to_have_url(re.compile(r"[?&]collection=collection_"))
    await expect(page.get_by_role("heading", level=1)).to_have_text("Night")
    await page.reload()
    await expect(_frames(page)).to_have_count(2)
    await expect(page).to_have_title(re.compile("Night"))
    await expect(page.get_by_label("Collection", exact=True).locator("option:checked")).to_have_text("Night")

    # What somebody else puts in shows by itself.
    [night] = ada.ask("GET", "/api/collections")["collections"]
    ada.ask("PATCH", f"/api/collections/{night['id']}", {"add": [kite["id"]]})
    await expect(_frame(page, kite)).to_be_visible()

    # Taking out, with an undo.
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("x")
    await bar.get_by_role("button", name="Take out of “Night”").click()
    await expect(_frame(page, fox)).to_be_hidden()
    await page.get_by_role("button", name="Undo").click()
    await expect(_frame(page, fox)).to_be_visible()
    await wait_for(lambda: _held(ada) == {"Night": 3}, "the video to be back")

    # Another name, and no videos, and no collection.
    await page.get_by_role("button", name="Collection “Night”").click()
    await page.get_by_role("menuitem", name="Rename").click()
    renaming = page.get_by_role("dialog", name="Rename")
    await expect(renaming.get_by_label("Name")).to_have_value("Night")
    await renaming.get_by_label("Name").fill("Late")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Late")
    ids = [video["id"] for video in (fox, boat, kite)]
    ada.ask("PATCH", f"/api/collections/{night['id']}", {"remove": ids})
    await expect(page.get_by_role("heading", name="Nothing in this collection yet")).to_be_visible()
    await page.get_by_role("button", name="Collection “Late”").click()
    await page.get_by_role("menuitem", name="Delete the collection").click()
    await page.get_by_role("dialog").get_by_role("button", name="Delete the collection").click()
    await expect(_frames(page)).to_have_count(3)
    await expect(page.get_by_role("heading", level=1)).to_have_text("Library")
    assert _held(ada) == {}


@pytest.mark.parametrize("late", [r"/api/collections$", r"/api/collections\?video="])
async def test_one_video_shows_where_it_is(enter: Visit, studio: StudioProcess, late: str) -> None:
    ada = studio.join()
    fox, boat, _kite = await _three(ada)
    ada.ask("POST", "/api/collections", {"name": "Night", "video_ids": [fox["id"]]})
    ada.ask("POST", "/api/collections", {"name": "Day", "video_ids": [boat["id"]]})
    visitor = await enter(ada)
    page = await visitor.open(f"/videos/{fox['id']}")
    # It takes two answers, in whichever order they come.
    await page.route(re.compile(late), _after_a_while)
    await page.get_by_role("button", name="Add to a collection").click()
    dialog = page.get_by_role("dialog", name="Collections of this video")
    day = dialog.get_by_role("button", name=named("Day"))
    night = dialog.get_by_role("button", name=named("Night"))
    await expect(night).to_have_attribute("aria-pressed", "true")
    await expect(day).to_have_attribute("aria-pressed", "false")
    await day.click()
    await expect(day).to_have_attribute("aria-pressed", "true")
    await night.click()
    await expect(night).to_have_attribute("aria-pressed", "false")
    assert _held(ada) == {"Day": 2, "Night": 0}


async def test_one_that_another_window_deletes(enter: Visit, studio: StudioProcess) -> None:
    ada = studio.join()
    fox, *_others = await _three(ada)
    made = ada.ask("POST", "/api/collections", {"name": "Night", "video_ids": [fox["id"]]})
    visitor = await enter(ada)
    page = await visitor.open(f"/videos?collection={made['id']}")
    await expect(_frames(page)).to_have_count(1)
    ada.ask("DELETE", f"/api/collections/{made['id']}")
    await expect(page.get_by_role("heading", name="This collection is gone")).to_be_visible()
    await page.get_by_role("link", name="Show everything").click()
    await expect(_frames(page)).to_have_count(3)
