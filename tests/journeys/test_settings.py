"""Settings: who one is, the password that ends other sessions, devices, the theme, and leaving."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Page, expect
from tests.journeys.conftest import Visit
from tests.journeys.studio import StudioProcess

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("settings")]

_NEW = "another battery staple"
# What a page hears when its session ends under it.
_ENDED = r"401 \(Unauthorized\)"


async def _sign_in(page: Page, username: str, password: str) -> None:
    await page.get_by_label("Username or email").fill(username)
    await page.get_by_label("Password", exact=True).fill(password)
    await page.keyboard.press("Enter")


async def test_the_profile_is_kept(enter: Visit, studio: StudioProcess) -> None:
    ada = studio.join()
    visitor = await enter(ada)
    page = await visitor.open("/settings")
    await expect(page).to_have_url(re.compile("/settings/profile$"))
    await page.get_by_label("Display name").fill("Ada Lumière")
    await page.get_by_label("Email").fill("not an address")
    await page.get_by_role("button", name="Save").click()
    visitor.expect(r"422 .*\(/api/auth/profile\)")
    await expect(page.get_by_label("Email")).to_have_attribute("aria-invalid", "true")
    await page.get_by_label("Email").fill(f"{ada.username}@example.org")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("Profile saved")).to_be_visible()
    await expect(page.get_by_role("button", name="Account: Ada Lumière")).to_be_visible()
    await page.reload()
    await expect(page.get_by_label("Display name")).to_have_value("Ada Lumière")
    assert ada.ask("GET", "/api/auth/me")["user"]["email"] == f"{ada.username}@example.org"


async def test_a_new_password_ends_the_other_sessions(enter: Visit, studio: StudioProcess) -> None:
    ada = studio.join()
    here = await enter(ada)
    ada.sign_in()
    there = await enter(ada)
    page = await here.open("/settings/password")
    elsewhere = await there.open("/queue")
    await expect(elsewhere.get_by_role("heading", name="Nothing is running")).to_be_visible()
    there.expect(_ENDED)

    await page.get_by_label("Current password").fill("a wrong one")
    await page.get_by_label("New password", exact=True).fill(_NEW)
    await page.get_by_label("New password again").fill(_NEW)
    await page.get_by_role("button", name="Change password").click()
    here.expect(r"4\d\d .*\(/api/auth/change-password\)")
    await expect(page.get_by_label("Current password")).to_have_attribute("aria-invalid", "true")
    await page.get_by_label("Current password").fill(ada.password)
    await page.get_by_role("button", name="Change password").click()
    await expect(page.get_by_text("Password changed.")).to_be_visible()

    # The socket over there closes with its session; the page asks who it is and comes to the sign-in.
    await expect(elsewhere.get_by_role("heading", name="Sign in")).to_be_visible()
    await expect(elsewhere).to_have_url(re.compile(r"/login\?next=%2Fqueue$"))
    await _sign_in(elsewhere, ada.username, _NEW)
    await expect(elsewhere.get_by_role("heading", name="Nothing is running")).to_be_visible()

    await page.get_by_role("link", name="Queue", exact=True).click()
    await expect(page.get_by_role("heading", name="Nothing is running")).to_be_visible()


async def test_devices_are_listed_and_signed_out(enter: Visit, studio: StudioProcess) -> None:
    ada = studio.join()
    here, there = await enter(ada), await enter()
    ada.sign_in()
    elsewhere = await there.open("/videos")
    await _sign_in(elsewhere, ada.username, ada.password)
    await expect(elsewhere.get_by_role("heading", name="Nothing in the library yet")).to_be_visible()
    there.expect(_ENDED)
    page = await here.open("/settings/devices")
    rows = page.get_by_role("main").locator("section").get_by_role("listitem")
    await expect(rows).to_have_count(3)
    await expect(rows.first).to_contain_text("This device")
    await rows.filter(has_text="Chrome").filter(has_not_text="This device").get_by_role("button").click()
    await expect(rows).to_have_count(2)
    await expect(elsewhere.get_by_role("heading", name="Sign in")).to_be_visible()

    await page.get_by_role("button", name="Sign out everywhere else").click()
    dialog = page.get_by_role("dialog", name="Sign out everywhere else?")
    await dialog.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_text("You are signed in nowhere else.")).to_be_visible()
    assert ada.client.get("/api/auth/me").status_code == 401


async def test_the_theme_stays(enter: Visit, studio: StudioProcess) -> None:
    visitor = await enter(studio.join(), theme="dark")
    page = await visitor.open("/settings/appearance")
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    await expect(page.get_by_role("radio", name="System")).to_be_checked()
    dark = await page.evaluate(ground)
    await page.get_by_text("Light", exact=True).click()
    light = await page.evaluate(ground)
    assert light != dark
    await page.reload()
    await expect(page.get_by_role("radio", name="Light")).to_be_checked()
    assert await page.evaluate(ground) == light
    await page.get_by_text("System", exact=True).click()
    assert await page.evaluate(ground) == dark


async def test_signing_out_leaves_nothing_behind(enter: Visit, studio: StudioProcess) -> None:
    ada = studio.join()
    ada.ask("POST", "/api/queue/pause")
    ada.make("A secret of ada's")
    visitor = await enter(ada)
    page = await visitor.open("/queue")
    await page.get_by_role("link", name="Library", exact=True).click()
    await expect(page.get_by_role("grid").get_by_role("link")).to_have_count(1)
    await page.get_by_role("button", name=re.compile("^Account")).click()
    await page.get_by_role("menuitem", name="Sign out").click()
    await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert not [each for each in await page.context.cookies() if each["name"] == "session" and each["value"]]
    await page.go_back()
    await expect(page).to_have_url(re.compile(r"/login\?next=%2Fqueue$"))
    await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()

    bob = studio.join("bob")
    await _sign_in(page, bob.username, bob.password)
    await expect(page.get_by_role("heading", name="Nothing is running")).to_be_visible()
    await page.get_by_role("link", name="Library", exact=True).click()
    await expect(page.get_by_role("heading", name="Nothing in the library yet")).to_be_visible()
    await expect(page.get_by_text("A secret of ada's")).to_have_count(0)


async def test_registering_leads_into_the_studio(enter: Visit, studio: StudioProcess) -> None:
    taken = studio.join()
    visitor = await enter()
    page = await visitor.open("/login")
    await page.get_by_role("link", name="Create one").click()
    await page.get_by_label("Username").fill(taken.username)
    await page.get_by_label("Password", exact=True).fill("a sentence to keep")
    await page.get_by_role("button", name="Create account").click()
    visitor.expect(r"(409|422) .*\(/api/auth/register\)")
    await expect(page.get_by_label("Username")).to_have_attribute("aria-invalid", "true")
    await page.get_by_label("Username").fill(f"{taken.username}-too")
    await page.get_by_role("button", name="Create account").click()
    await expect(page.get_by_role("heading", name="Nothing in the library yet")).to_be_visible()
