"""axe finds nothing on any page in any of its states. What a person would do to get there is kept short."""

from __future__ import annotations

import pytest
from playwright.async_api import expect
from tests.journeys.accessibility import assert_accessible
from tests.journeys.conftest import Visit
from tests.journeys.filming import made, took
from tests.journeys.studio import StudioProcess
from tests.journeys.visitor import named

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.xdist_group("accessibility"),
    pytest.mark.timeout(300),
]

_GPU = {"model": "gpu/wan-2.2", "size": "1280x720", "seconds": 4}


async def test_signed_out(enter: Visit) -> None:
    page = await (visitor := await enter(still=True)).open("/login")
    await page.get_by_role("button", name="Sign in").click()
    await assert_accessible(page, "sign-in with nothing filled in")
    visitor.expect(r"401 .*\(/api/auth/login\)")
    await page.get_by_label("Username or email").fill("nobody")
    await page.get_by_label("Password", exact=True).fill("whatever it is")
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_text("do not match")).to_be_visible()
    await assert_accessible(page, "sign-in refused")
    await page.get_by_role("link", name="Create one").click()
    await page.get_by_label("Password", exact=True).fill("short")
    await page.get_by_role("button", name="Create account").click()
    await assert_accessible(page, "registering")


async def test_create_and_queue(enter: Visit, studio: StudioProcess) -> None:
    ada = studio.join()
    page = await (await enter(ada, still=True)).open("/new")
    await expect(page.get_by_role("button", name="Run an example")).to_be_visible()
    await page.get_by_role("button", name="Make it").click()
    await page.get_by_text("Advanced").click()
    await expect(page.get_by_label("Seed")).to_be_visible()
    await assert_accessible(page, "create, empty, with an error")
    await page.goto(studio.url + "/queue")
    await expect(page.get_by_role("heading", name="Nothing is running")).to_be_visible()
    await assert_accessible(page, "queue, empty")

    await ada.made("A kite over the dunes")
    ada.make("A doomed expedition", **_GPU)
    running = ada.make("An endless train", **_GPU)
    await expect(page.get_by_role("region", name="Failed")).to_be_visible(timeout=30_000)
    await expect(page.get_by_role("progressbar")).to_be_visible()
    ada.ask("POST", "/api/queue/pause")
    ada.make("A walk in the rain, held back")
    await expect(page.get_by_role("region", name="Waiting")).to_be_visible()
    await assert_accessible(page, "queue, with all states, paused")
    await page.get_by_role("button", name=f"Cancel {running['code']}").click()
    await expect(page.get_by_role("dialog")).to_contain_text("charges")
    await assert_accessible(page, "cancel dialog")
    await page.keyboard.press("Escape")

    await page.goto(studio.url + "/new?prompt=One+more")
    await expect(page.get_by_role("link", name=named("endless"))).to_be_visible()
    await page.get_by_label("Model").select_option("gpu/wan-2.2")
    await assert_accessible(page, "create, with what was made")
    await page.goto(studio.url + f"/videos/{running['id']}")
    await expect(page.get_by_role("button", name="Cancel")).to_be_visible()
    await assert_accessible(page, "video, running")
    ada.ask("POST", f"/api/videos/{running['id']}/cancel")
    await expect(page.get_by_role("button", name="Try again")).to_be_visible()
    await assert_accessible(page, "video, cancelled")


async def test_library(enter: Visit, studio: StudioProcess) -> None:
    ada = studio.join()
    page = await (await enter(ada, still=True)).open("/videos")
    await expect(page.get_by_role("button", name="Run an example")).to_be_visible()
    await assert_accessible(page, "library, empty")
    kite = await ada.made("A kite over the dunes", tags=["wind"])
    boat = await ada.made("A paper boat in the rain")
    ada.ask("PATCH", f"/api/videos/{kite['id']}", {"favourite": True})
    ada.make("A doomed expedition", **_GPU)
    ada.make("An endless train", **_GPU)
    await expect(page.get_by_role("grid").get_by_role("link", name=named("Failed"))).to_be_visible(
        timeout=30_000
    )
    await expect(page.get_by_role("grid").get_by_role("progressbar")).to_be_visible()
    await expect(page.get_by_role("grid").get_by_role("link")).to_have_count(4)
    await assert_accessible(page, "library, filled")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Control+a")
    await expect(page.get_by_role("region", name="Selection")).to_be_visible()
    await assert_accessible(page, "library, with a selection")
    await page.keyboard.press("Escape")
    await page.goto(studio.url + "/videos?tag=wind&q=nothing")
    await expect(page.get_by_role("heading", name="Nothing matches")).to_be_visible()
    await assert_accessible(page, "library, nothing matches")
    await page.goto(studio.url + "/videos?status=trashed")
    await expect(page.get_by_role("heading", name="The trash is empty")).to_be_visible()
    await assert_accessible(page, "trash, empty")
    ada.ask("DELETE", f"/api/videos/{boat['id']}")
    await expect(page.get_by_role("grid").get_by_role("link")).to_have_count(1)
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Delete")
    await expect(page.get_by_role("dialog")).to_be_visible()
    await assert_accessible(page, "trash, asking")


async def test_video(enter: Visit, studio: StudioProcess) -> None:
    ada = studio.join()
    kite = await ada.made("A red kite over the dunes", tags=["wind"])
    remix = ada.ask("POST", f"/api/videos/{kite['id']}/remix", {"prompt": "A blue kite over the dunes"})
    await ada.until(remix, "completed")
    doomed = ada.make("An improper story", **_GPU)
    visitor = await enter(ada, still=True)
    page = await visitor.open(f"/videos/{remix['id']}")
    await visitor.until("document.querySelector('video')?.readyState >= 2")
    await page.get_by_text("The whole family").click()
    await expect(page.get_by_role("button", name="Compare with")).to_have_count(2)
    await assert_accessible(page, "video, done, with its family")
    await page.get_by_role("button", name="Compare with").first.click()
    await expect(page.get_by_role("region", name="Compare")).to_be_visible()
    await page.get_by_text("Slider", exact=True).click()
    await assert_accessible(page, "compare")
    await page.keyboard.press("Escape")
    await page.keyboard.press("r")
    await expect(page.get_by_role("dialog")).to_be_visible()
    await page.get_by_text("Another size").click()
    await assert_accessible(page, "remix dialog")
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Move to the trash").click()
    await expect(page.get_by_role("button", name="Delete for ever")).to_be_visible()
    await assert_accessible(page, "video, in the trash, with a notice")
    await ada.until(doomed, "failed")
    await page.goto(f"{studio.url}/videos/{doomed['id']}")
    await expect(page.get_by_text("The filter refused").first).to_be_visible()
    await assert_accessible(page, "video, failed")
    visitor.expect(r"404 .*\(/api/videos/")
    await page.goto(f"{studio.url}/videos/none")
    await expect(page.get_by_role("heading", name="This video is not here")).to_be_visible()
    await assert_accessible(page, "no such video")


async def test_productions(enter: Visit, studio: StudioProcess) -> None:
    ada = studio.join()
    page = await (visitor := await enter(ada, still=True)).open("/productions")
    await expect(page.get_by_role("heading", name="No film yet")).to_be_visible()
    await page.get_by_role("button", name="Sketch it").click()
    await page.get_by_text("More", exact=True).click()
    await assert_accessible(page, "productions, empty, with an error")
    film = await made(ada)
    await took(ada, film, 1)
    scenes = f"/api/productions/{film['id']}/scenes"
    ada.ask("PATCH", f"{scenes}/2", {"narration": "Two ships go by."})
    ada.ask("PATCH", f"{scenes}/3", {"locked": True})
    await expect(page.get_by_role("list", name="Films").get_by_role("link")).to_have_count(1)
    await page.goto(f"{studio.url}/productions?start=videos")
    await assert_accessible(page, "productions, of videos")
    await page.get_by_role("button", name="Choose videos").click()
    await page.get_by_role("dialog").get_by_role("button", name="Choose").first.click()
    await assert_accessible(page, "choosing videos")
    await page.goto(f"{studio.url}/productions/{film['id']}")
    await expect(page.get_by_role("button", name="Narration Stale, scene 2")).to_be_visible()
    await assert_accessible(page, "production")
    await page.get_by_role("button", name="Clip Done, scene 1").click()
    await assert_accessible(page, "production, the menu of a chip")
    # It has closed: the window took another size meanwhile.
    await page.get_by_role("button", name="Clip Done, scene 1").click()
    await page.get_by_role("menuitem", name="Takes side by side").click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    await assert_accessible(page, "takes")
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Go further…").click()
    await expect(page.get_by_role("dialog", name="Run")).to_contain_text("Free")
    await assert_accessible(page, "run")
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="More about scene 1").click()
    await page.get_by_role("menuitem", name="Voice, sound and fit…").click()
    await assert_accessible(page, "voice, sound and fit")
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Narration Done, scene 1").click()
    await page.get_by_role("menuitem", name="Use a recording of mine…").click()
    await expect(page.get_by_role("list", name="Sounds")).to_be_visible()
    await assert_accessible(page, "choosing a recording")
    await page.keyboard.press("Escape")
    await page.get_by_text("Shape, style and mood").click()
    await assert_accessible(page, "shape, style, mood and who looks alike")
    await page.get_by_role("button", name="Look and sound…").click()
    await expect(page.get_by_role("img", name="Captions in the style Classic")).to_be_visible()
    await assert_accessible(page, "look and sound of the cut")
    for item in ("Export…", "What was made…"):
        await page.keyboard.press("Escape")
        await page.get_by_role("button", name="More about the cut").click()
        await page.get_by_role("menuitem", name=item).click()
        await expect(page.get_by_role("dialog")).to_be_visible()
        await assert_accessible(page, item)
    visitor.expect(r"404 .*\(/api/productions/")
    await page.goto(f"{studio.url}/productions/none")
    await expect(page.get_by_role("heading", name="This production is not here")).to_be_visible()
    await assert_accessible(page, "no such production")


async def test_settings_and_the_rest(enter: Visit, studio: StudioProcess) -> None:
    ada = studio.join()
    page = await (visitor := await enter(ada, still=True)).open("/settings/profile")
    await expect(page.get_by_label("Display name")).to_be_visible()
    await assert_accessible(page, "profile")
    for section, shown in (
        ("password", "Current password"),
        ("devices", "This device"),
        ("appearance", "Theme"),
    ):
        await page.goto(f"{studio.url}/settings/{section}")
        await expect(page.get_by_role("main").get_by_text(shown).first).to_be_visible()
        await assert_accessible(page, section)
    await page.get_by_role("button", name=named("Account")).click()
    await expect(page.get_by_role("menuitem", name="Sign out")).to_be_visible()
    await assert_accessible(page, "account menu")
    await page.keyboard.press("Escape")
    await page.goto(studio.url + "/no/such/page")
    await expect(page.get_by_role("heading", name="Nothing at this address")).to_be_visible()
    await assert_accessible(page, "not found")
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    await assert_accessible(page, "shortcuts")
    visitor.expect(r"ERR_INTERNET_DISCONNECTED|WebSocket connection to")
    await page.keyboard.press("Escape")
    await page.context.set_offline(True)
    await expect(page.get_by_role("region", name="Notice")).to_be_visible()
    await assert_accessible(page, "offline")
    await page.context.set_offline(False)
    await expect(page.get_by_role("region", name="Notice")).to_be_hidden()
