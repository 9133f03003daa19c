"""The queue: what runs and waits, and where; held, let go, cancelled at a known price, tried again."""

from __future__ import annotations

import pytest
from playwright.async_api import expect
from tests.journeys.conftest import Visit
from tests.journeys.studio import StudioProcess, wait_for
from tests.journeys.visitor import named

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("queue")]

_MODEL = "gpu/wan-2.2"


async def test_places_move_up(enter: Visit, studio: StudioProcess) -> None:
    ada = studio.join()
    visitor = await enter(ada)
    page = await visitor.open("/queue")
    await expect(page.get_by_role("heading", name="Nothing is running")).to_be_visible()
    before = ada.make("An endless queue", model="narrow/wan-2.2", size="1280x720", seconds=4)
    await expect(page.get_by_role("region", name="Running").get_by_role("listitem")).to_have_count(1)
    for prompt in ("The first in line", "The second in line"):
        ada.make(prompt, model="narrow/wan-2.2", size="1280x720", seconds=4)
    waiting = page.get_by_role("region", name="Waiting").get_by_role("listitem")
    await expect(waiting).to_have_count(2)
    await expect(waiting.filter(has_text="first")).to_contain_text("No. 1")
    await expect(waiting.filter(has_text="second")).to_contain_text("No. 2")
    ada.ask("POST", f"/api/videos/{before['id']}/cancel")
    done = page.get_by_role("region", name="Done").get_by_role("listitem")
    await expect(done).to_have_count(2, timeout=30_000)


async def test_it_is_held_and_goes_on(enter: Visit, studio: StudioProcess) -> None:
    ada = studio.join()
    visitor = await enter(ada)
    page = await visitor.open("/queue")
    await expect(page.get_by_role("heading", name="Nothing is running")).to_be_visible()
    await page.keyboard.press("p")
    await expect(page.get_by_text("Paused. Videos that are being made are finished")).to_be_visible()
    assert ada.ask("GET", "/api/queue")["paused"]
    ada.make("Held back", n=2)
    waiting = page.get_by_role("region", name="Waiting")
    await expect(waiting.get_by_role("listitem")).to_have_count(2)
    await expect(waiting.get_by_role("listitem").first).to_contain_text("Free sketch")
    await expect(page).to_have_title("Queue · Rushes")
    await waiting.get_by_role("link", name="Held back").first.click()
    await expect(page.get_by_text("Your queue is paused.")).to_be_visible()
    await page.get_by_role("link", name="Open the queue").click()

    await page.get_by_role("button", name="Resume").click()
    done = page.get_by_role("region", name="Done")
    await expect(done.get_by_role("listitem")).to_have_count(2, timeout=60_000)
    await expect(waiting).to_be_hidden()
    await expect(page.get_by_text("Paused.")).to_be_hidden()


async def test_what_has_priority_is_first_in_line(enter: Visit, studio: StudioProcess) -> None:
    ada = studio.join()
    ada.ask("POST", "/api/queue/pause")
    ada.make("An ordinary walk")
    visitor = await enter(ada)
    page = await visitor.open("/new?prompt=A+hurried+walk")
    await page.get_by_text("Advanced").click()
    await page.get_by_role("group", name="Priority").get_by_text("High").click()
    await page.get_by_role("button", name="Make it").click()
    await expect(
        page.get_by_role("region", name="Latest").get_by_role("link", name=named("A hurried walk"))
    ).to_be_visible()
    await page.get_by_role("link", name="Queue").first.click()
    waiting = page.get_by_role("region", name="Waiting").get_by_role("listitem")
    await expect(waiting.first).to_contain_text("A hurried walk")
    await expect(waiting.first).to_contain_text("High priority")
    await expect(waiting.first).to_contain_text("No. 1")
    await expect(waiting.last).not_to_contain_text("priority")


async def test_cancelling_says_what_it_costs_first(enter: Visit, studio: StudioProcess) -> None:
    ada = studio.join()
    paid = ada.make("An endless train", model=_MODEL, size="1280x720", seconds=4)
    ada.ask("POST", "/api/queue/pause")
    free = ada.make("A short walk")
    visitor = await enter(ada)
    page = await visitor.open("/queue")
    running = page.get_by_role("region", name="Running").get_by_role("listitem").filter(has_text="endless")
    await expect(running.get_by_role("progressbar")).to_be_visible()

    await page.get_by_role("button", name=f"Cancel {free['code']}").click()
    dialog = page.get_by_role("dialog", name=f"Cancel {free['code']}?")
    terms = ada.ask("GET", f"/api/videos/{free['id']}/cancel")
    assert terms["charged"] == "no"
    await expect(dialog).to_contain_text(terms["message"])
    await dialog.get_by_role("button", name="Let it run").click()
    await expect(dialog).to_be_hidden()
    assert ada.look(free["id"])["status"] == "queued"
    await page.get_by_role("button", name=f"Cancel {free['code']}").click()
    await dialog.get_by_role("button", name="Cancel it").click()
    await expect(page.get_by_role("region", name="Waiting")).to_be_hidden()
    assert ada.look(free["id"])["status"] == "cancelled"

    await page.get_by_role("button", name=f"Cancel {paid['code']}").click()
    dialog = page.get_by_role("dialog", name=f"Cancel {paid['code']}?")
    terms = ada.ask("GET", f"/api/videos/{paid['id']}/cancel")
    assert terms["charged"] == "yes"
    await expect(dialog).to_contain_text(terms["message"])
    await expect(dialog).to_contain_text("0.40")
    await dialog.get_by_role("button", name="Cancel it").click()
    await expect(running).to_be_hidden()
    assert ada.look(paid["id"])["status"] == "cancelled"


async def test_a_failure_says_why_and_can_be_tried_again(enter: Visit, studio: StudioProcess) -> None:
    ada = studio.join()
    refused = ada.make("An improper story", model=_MODEL, size="1280x720", seconds=4)
    doomed = ada.make("A doomed expedition", model=_MODEL, size="1280x720", seconds=4)
    visitor = await enter(ada)
    page = await visitor.open("/queue")
    failed = page.get_by_role("region", name="Failed").get_by_role("listitem")
    await expect(failed).to_have_count(2, timeout=30_000)
    await expect(failed.filter(has_text="improper")).to_contain_text("The filter refused the prompt.")
    await expect(page.get_by_role("button", name=f"Try {refused['code']} again")).to_have_count(0)

    why = "The machine that made it broke down."
    await expect(failed.filter(has_text="doomed")).to_contain_text(why)
    await page.get_by_role("button", name=f"Try {doomed['code']} again").click()
    await expect(failed).to_have_count(1)
    # It meets the same end, and says so where it happened.
    await expect(failed.filter(has_text="doomed")).to_contain_text(why, timeout=30_000)
    assert ada.look(doomed["id"])["attempts"] == 2
    await failed.get_by_role("link", name="A doomed expedition").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(doomed["code"])
    await expect(page.get_by_role("main")).to_contain_text(why)
    await page.get_by_role("button", name="Try again").click()
    await expect(page.get_by_role("button", name="Try again")).to_be_hidden()
    await expect(page.get_by_role("button", name="Try again")).to_be_visible(timeout=30_000)
    assert ada.look(doomed["id"])["attempts"] == 3


async def test_what_waits_is_put_in_order_by_keys_and_by_hand(enter: Visit, studio: StudioProcess) -> None:
    ada = studio.join()
    ada.ask("POST", "/api/queue/pause")
    for prompt in ("One", "Two", "Three"):
        ada.make(prompt)

    def line() -> list[str]:
        return [video["prompt"] for video in ada.ask("GET", "/api/queue")["waiting"]]

    visitor = await enter(ada)
    page = await visitor.open("/queue")
    rows = page.get_by_role("region", name="Waiting").get_by_role("listitem")
    await expect(rows).to_have_count(3)
    assert line() == ["One", "Two", "Three"]

    await rows.nth(2).get_by_role("button", name="Move").focus()
    await page.keyboard.press("ArrowUp")
    await expect(rows.nth(1)).to_contain_text("Three")
    await expect(rows.nth(1).get_by_role("button", name="Move")).to_be_focused()
    await page.keyboard.press("Home")
    await expect(rows.first).to_contain_text("Three")
    await wait_for(lambda: line() == ["Three", "One", "Two"], "the new order")

    first, last = await rows.first.bounding_box(), await rows.last.bounding_box()
    assert first is not None
    assert last is not None
    await rows.first.get_by_role("button", name="Move").hover()
    await page.mouse.down()
    await page.mouse.move(first["x"] + 20, last["y"] + last["height"] - 4, steps=8)
    await expect(rows.last).to_contain_text("Three")
    await page.mouse.up()
    await wait_for(lambda: line() == ["One", "Two", "Three"], "the order by hand")
    await expect(rows.first).to_contain_text("One")


async def test_an_administrator_holds_a_provider_and_everybody_sees_why(
    enter: Visit, studio: StudioProcess
) -> None:
    boss, ada = studio.sign_in("admin", "the boss of it all"), studio.join()
    chief = await enter(boss)
    page = await chief.open("/queue")
    await page.get_by_role("button", name="Hold narrow").click()
    await expect(page.get_by_role("button", name="Let narrow go on")).to_be_visible()
    ada.make("Held with the others", model="narrow/wan-2.2", size="1280x720", seconds=4)
    visitor = await enter(ada)
    theirs = await visitor.open("/queue")
    held = theirs.get_by_role("list", name="Providers")
    await expect(held).to_contain_text("narrow is held by an administrator")
    await expect(theirs.get_by_role("button", name="Let narrow go on")).to_have_count(0)
    await expect(theirs.get_by_role("region", name="Waiting").get_by_role("listitem")).to_have_count(1)
    await page.get_by_role("button", name="Let narrow go on").click()
    await expect(theirs.get_by_role("region", name="Waiting")).to_be_hidden(timeout=30_000)
    await expect(held).to_be_hidden(timeout=30_000)
