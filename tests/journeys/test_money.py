"""Money: asked first above a dollar, a budget that warns and refuses, an administrator who sees it all."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect
from tests.journeys.accessibility import assert_accessible
from tests.journeys.conftest import Visit
from tests.journeys.studio import StudioProcess
from tests.journeys.visitor import named

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.xdist_group("money"),
    pytest.mark.timeout(180),
]

# Four seconds for ten cents each.
_GPU = {"model": "gpu/wan-2.2", "size": "1280x720", "seconds": 4}


async def test_a_budget_from_both_sides(enter: Visit, studio: StudioProcess) -> None:
    ada = studio.join()
    boss = studio.sign_in("admin", "the boss of it all")
    improper = ada.make("An improper proposal", **_GPU)
    await ada.until(improper, "failed")

    # The administrator gives her two dollars.
    admins = await (await enter(boss)).open("/videos")
    await admins.get_by_role("button", name=named("Account")).click()
    await admins.get_by_role("menuitem", name="Spend").click()
    await expect(admins).to_have_url(re.compile("/admin/spend$"))
    field = admins.get_by_label(f"Budget of {ada.username} in USD a month")
    await field.fill("two")
    row = admins.get_by_role("listitem").filter(has=field)
    await expect(row.get_by_role("button", name="Save")).to_be_disabled()
    await field.fill("2")
    await row.get_by_role("button", name="Save").click()
    await expect(row).to_contain_text("of $2.00 used")

    # What came to nothing may have been charged, and says so.
    visitor = await enter(ada)
    page = await visitor.open(f"/videos/{improper['id']}")
    await expect(page.get_by_text("Money lost: about $0.40")).to_be_visible()

    # Three of them are more than a dollar.
    await page.goto(studio.url + "/new?prompt=An+endless+wheat+field&seconds=4&size=1280x720")
    await page.get_by_label("Model").select_option("gpu/wan-2.2")
    await expect(page.get_by_text("$1.60 of $2.00 left")).to_be_visible()
    await page.get_by_role("group", name="How many").get_by_text("3", exact=True).click()
    await page.get_by_role("button", name="Make 3").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("These 3 videos will cost about $1.20.")
    await assert_accessible(page, "asked before spending")
    await dialog.get_by_role("button", name="Cancel").click()
    assert ada.videos(q="wheat") == []
    await page.get_by_role("button", name="Make 3").click()
    await dialog.get_by_role("button", name="Spend $1.20").click()
    await expect(page.get_by_role("link", name=named("wheat")).first).to_be_visible()

    # That is 80 %: it warns. What does not fit is refused, and the prompt stays.
    await expect(page.get_by_text("Most of this month’s budget is used")).to_be_visible()
    visitor.expect(r"402 .*\(/api/videos\)")
    await page.get_by_role("group", name="How many").get_by_text("2", exact=True).click()
    await page.get_by_role("button", name="Make 2").click()
    refused = page.get_by_role("alert").filter(has_text="$0.40 of this month’s budget is left")
    await expect(refused).to_be_visible()
    await expect(page.get_by_role("textbox", name="Prompt")).to_have_value("An endless wheat field")
    await assert_accessible(page, "create, over the budget")

    # And all of it is in the administrator's chart.
    await admins.reload()
    await expect(admins.get_by_role("img", name="Spend by Day")).to_be_visible()
    await assert_accessible(admins, "spend by day")
    await admins.get_by_role("link", name="Person").click()
    hers = admins.get_by_role("row", name=named(ada.username))
    await expect(hers).to_contain_text("$0.40")
    await assert_accessible(admins, "spend by person")
    await admins.get_by_label("Period").select_option("last")
    await expect(admins.get_by_text("Nothing was spent")).to_be_visible()


async def test_when_to_be_asked(enter: Visit, studio: StudioProcess) -> None:
    ada = studio.join()
    page = await (await enter(ada, still=True)).open("/settings/spending")
    await expect(page.get_by_text("No budget is set for you.")).to_be_visible()
    above = page.get_by_label("Above (USD)")
    await expect(above).to_have_value("1")
    await above.fill("much")
    await expect(page.get_by_text("An amount in USD, such as")).to_be_visible()
    await assert_accessible(page, "spending, with an error")
    await above.fill("2.50")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("button", name="Save")).to_be_disabled()
    assert ada.ask("GET", "/api/budget")["confirm_above_usd"] == 2.5
    await page.get_by_label("Ask me before spending").uncheck()
    await page.get_by_role("button", name="Save").click()
    await expect(above).to_be_hidden()
    await expect(page.get_by_role("button", name="Save")).to_be_disabled()
    assert ada.ask("GET", "/api/budget")["confirm_above_usd"] is None


async def test_it_is_not_for_everybody(enter: Visit, studio: StudioProcess) -> None:
    visitor = await enter(studio.join())
    visitor.expect(r"403 .*\(/api/admin/")
    page = await visitor.open("/admin/spend")
    await expect(page.get_by_role("alert")).to_be_visible()
    await page.get_by_role("button", name=named("Account")).click()
    await expect(page.get_by_role("menuitem", name="Settings")).to_be_visible()
    await expect(page.get_by_role("menuitem", name="Spend")).to_have_count(0)
