"""All of it once, as somebody new goes through: first run, create, watch, play, remix, lose the server."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect
from tests.journeys.accessibility import assert_accessible
from tests.journeys.conftest import Visit
from tests.journeys.studio import StudioProcess, studio_in
from tests.journeys.visitor import Visitor, named

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("walking")]

_PROMPT = "A lighthouse on a cliff at dusk, waves below, slow push in"
_REMIX = "A lighthouse on a cliff at dawn, waves below, slow push in"
_CHOSEN = "a sentence of my own"

# Every number that the newest video's bar has shown; the page itself keeps them, so that none is missed.
_FOLLOW_BARS = """() => {
  window.seen = [];
  const look = () => {
    const value = document.querySelector('main [role=progressbar]')?.getAttribute('aria-valuenow');
    if (value && Number(value) !== window.seen.at(-1)) window.seen.push(Number(value));
  };
  new MutationObserver(look).observe(document.body, {subtree: true, childList: true, attributes: true});
  look();
}"""

_LOADS = """(url) => new Promise((done) => Object.assign(new Image(),
  {src: url, onload: () => done(true), onerror: () => done(false)}))"""
_IS_HALFWAY = """(() => {
  const {seeking, currentTime, duration} = document.querySelector('video');
  return !seeking && Math.abs(currentTime / duration - 0.5) < 0.02;
})()"""


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[StudioProcess]:
    """A studio that nobody has been in yet."""
    with studio_in(tmp_path) as studio:
        yield studio


@pytest.mark.timeout(240)
async def test_from_the_first_start_to_a_remix_and_back_after_a_crash(
    enter: Visit, fresh: StudioProcess
) -> None:
    visitor = await enter(at=fresh)
    page = visitor.page
    visitor.expect(r"401 \(Unauthorized\) \(/api/auth/login\)")
    await _first_run(page, fresh)
    await _create_and_watch(page)
    await _play(visitor)
    await _remix(page)
    visitor.expect(r"ERR_CONNECTION_REFUSED", r"WebSocket connection to", r"ERR_CONNECTION_RESET")
    visitor.expect(r"ERR_EMPTY_RESPONSE", r"ERR_INCOMPLETE_CHUNKED")
    await _lose_and_find(page, fresh)


async def _first_run(page: Page, studio: StudioProcess) -> None:
    """The printed password opens nothing but its own replacement, and then what was asked for."""
    await page.goto(f"{studio.url}/new?prompt=A+deep+link")
    await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    await expect(page.get_by_text("First time here?")).to_be_visible()
    await page.get_by_label("Username or email").fill("admin")
    await page.get_by_label("Password", exact=True).fill("not this one")
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_text("That name and password do not match.")).to_be_visible()
    await page.get_by_label("Password", exact=True).fill(studio.printed_password)
    await page.keyboard.press("Enter")

    await expect(page.get_by_role("heading", name="Choose your password")).to_be_visible()
    await page.reload()
    await expect(page.get_by_role("heading", name="Choose your password")).to_be_visible()
    await page.get_by_label("Printed password").fill(studio.printed_password)
    await page.get_by_label("New password", exact=True).fill("short")
    await page.get_by_label("New password again").fill("short")
    await page.get_by_role("button", name="Save and open the studio").click()
    await expect(page.get_by_label("New password", exact=True)).to_be_focused()
    await assert_accessible(page, "first run")
    await page.get_by_label("New password", exact=True).fill(_CHOSEN)
    await page.get_by_label("New password again").fill(_CHOSEN)
    await page.get_by_role("button", name="Save and open the studio").click()

    await expect(page.get_by_role("textbox", name="Prompt")).to_have_value("A deep link")
    assert page.url == f"{studio.url}/new?prompt=A+deep+link"


async def _create_and_watch(page: Page) -> None:
    """Ctrl+Enter makes it; the bar moves and the picture comes by themselves."""
    await page.get_by_role("textbox", name="Prompt").fill(_PROMPT)
    await page.evaluate("window.notReloaded = true")
    await page.evaluate(_FOLLOW_BARS)
    await page.keyboard.press("Control+Enter")
    await expect(page.get_by_role("progressbar").first).to_be_visible()
    await expect(page).to_have_title(re.compile(r"^\(1\) "))
    frame = page.get_by_role("link", name=named("RX-0001", "Done"))
    await expect(frame).to_be_visible(timeout=90_000)
    seen: list[int] = await page.evaluate("seen")
    assert seen == sorted(seen), seen
    assert len({value for value in seen if 0 < value < 100}) >= 2, seen
    await expect(page).to_have_title(re.compile(r"^Create"))
    assert await page.evaluate("window.notReloaded")
    await frame.click()


async def _play(visitor: Visitor) -> None:
    """It plays, stops, goes where one points, and a frame at a time."""
    page = visitor.page
    await expect(page.get_by_role("heading", level=1)).to_have_text("RX-0001")
    await visitor.until("document.querySelector('video').readyState >= 2")
    await page.get_by_role("button", name="Play").click()
    await visitor.until("document.querySelector('video').currentTime > 0.3")
    await page.keyboard.press("m")
    await expect(page.get_by_role("button", name="Unmute")).to_be_visible()
    await page.get_by_role("button", name="Pause").click()

    bar = page.get_by_role("slider", name="Position")
    box = await bar.bounding_box()
    assert box
    await page.mouse.move(box["x"] + box["width"] * 0.75, box["y"] + box["height"] / 2)
    sprite = page.locator(".moment")
    await expect(sprite).to_be_visible()
    at_three_quarters = await sprite.evaluate("(each) => getComputedStyle(each).backgroundPosition")
    await page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] / 2)
    await expect(sprite).not_to_have_css("background-position", at_three_quarters)
    url = await sprite.evaluate("(each) => getComputedStyle(each).backgroundImage.slice(5, -2)")
    assert await page.evaluate(_LOADS, url)
    await page.mouse.down()
    await page.mouse.up()
    await visitor.until(_IS_HALFWAY)

    before = await page.evaluate("document.querySelector('video').currentTime")
    await page.mouse.move(10, 10)
    await page.keyboard.press(".")
    await visitor.until(f"document.querySelector('video').currentTime > {before + 0.01}")
    stepped = await page.evaluate("document.querySelector('video').currentTime") - before
    assert 0.01 < stepped < 0.1, stepped
    await page.keyboard.press(",")
    await visitor.until(f"Math.abs(document.querySelector('video').currentTime - {before}) < 0.04")
    await page.keyboard.press("Home")
    await visitor.until("document.querySelector('video').currentTime === 0")


async def _remix(page: Page) -> None:
    """`r` opens the dialog with the prompt in it; the family then shows both, and what changed."""
    await page.keyboard.press("r")
    dialog = page.get_by_role("dialog", name="Remix RX-0001")
    await expect(dialog.get_by_role("textbox", name="Prompt")).to_have_value(_PROMPT)
    await dialog.get_by_role("textbox", name="Prompt").fill(_REMIX)
    await page.keyboard.press("Control+Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("RX-0002")
    await expect(page.get_by_role("button", name="Play")).to_be_visible(timeout=90_000)
    family = page.get_by_role("region", name="Lineage")
    await expect(family.get_by_role("link", name=re.compile("RX-0001"))).to_be_visible()
    await expect(family.get_by_role("link", name=re.compile("RX-0002"))).to_be_visible()
    await expect(family.locator("ins").first).to_have_text("dawn")
    await expect(family.locator("del").first).to_have_text("dusk")


async def _lose_and_find(page: Page, studio: StudioProcess) -> None:
    """The server dies and comes back; what changed meanwhile is there without a reload."""
    await page.get_by_role("navigation", name="Main").get_by_role("link", name="Library", exact=True).click()
    await expect(page.get_by_role("link", name=re.compile("RX-0002"))).to_be_visible()
    await page.evaluate("window.notReloaded = true")
    banner = page.get_by_role("region", name="Notice").filter(has_text="Offline. Reconnecting")
    studio.kill()
    await expect(banner).to_be_visible(timeout=3000)
    studio.start()
    boss = studio.sign_in("admin", _CHOSEN)
    [newer, older] = boss.videos()
    boss.ask("PATCH", f"/api/videos/{older['id']}", {"title": "The one before the storm"})
    made = boss.make("A kite over the dunes")
    await expect(page.get_by_role("link", name=re.compile("The one before the storm"))).to_be_visible()
    await expect(banner).to_be_hidden()
    await expect(page.get_by_role("link", name=named(made["code"], "Done"))).to_be_visible(timeout=60_000)
    await expect(page.get_by_role("link", name=re.compile(newer["code"]))).to_be_visible()
    assert await page.evaluate("window.notReloaded")
