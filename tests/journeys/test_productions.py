"""Productions: a film from a sentence, written in place, put in order, its takes circled, played through."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect
from tests.journeys.belongings import picture, voice
from tests.journeys.conftest import Visit
from tests.journeys.filming import begin, look, made, took
from tests.journeys.studio import StudioProcess, wait_for
from tests.journeys.visitor import named

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.xdist_group("productions"),
    pytest.mark.timeout(240),
]


def scenes(page: Page) -> Locator:
    return page.get_by_role("list", name="Scenes", exact=True).locator("[data-scene]")


def chip(page: Page, step: str, number: int) -> Locator:
    return page.get_by_role("button", name=re.compile(f"^{step} .+, scene {number}$"))


async def test_a_sentence_becomes_a_film_before_ones_eyes(enter: Visit, studio: StudioProcess) -> None:
    ada = studio.join()
    visitor = await enter(ada)
    page = await visitor.open("/productions")
    await expect(page.get_by_role("heading", name="No film yet")).to_be_visible()
    await page.get_by_role("button", name="Sketch it").click()
    await expect(page.get_by_text("Say what the film is about first.")).to_be_visible()
    words = page.get_by_label("What the film is about")
    await words.fill("A lighthouse keeper finds a bottle with a letter in it.")
    await page.get_by_text("More", exact=True).click()
    await page.get_by_label("Scenes", exact=True).fill("three")
    await page.keyboard.press("Control+Enter")
    await expect(page.get_by_text("A number from 1 to 40.")).to_be_visible()
    await expect(words).to_have_value("A lighthouse keeper finds a bottle with a letter in it.")
    await page.get_by_label("Scenes", exact=True).fill("3")
    await page.keyboard.press("Control+Enter")

    await expect(page).to_have_url(re.compile("/productions/production_"))
    await expect(scenes(page)).to_have_count(3, timeout=30_000)
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Lighthouse")
    # The cards fill in while one looks.
    for step in ("Still", "Narration", "Clip"):
        await expect(chip(page, step, 3)).to_have_accessible_name(f"{step} Done, scene 3", timeout=60_000)
    await expect(scenes(page).locator("img")).to_have_count(3)
    await expect(page.get_by_text("Ready to go on", exact=True)).to_be_visible()
    await expect(page.get_by_role("button", name="Time the captions")).to_be_visible()
    await expect(page.get_by_role("region", name="Next step")).to_contain_text("Free")

    # It is on the sheet of films, and its clips are in the library.
    await page.get_by_role("link", name="Productions").last.click()
    await expect(page.get_by_role("list", name="Films").get_by_role("link")).to_have_count(1)
    await page.get_by_role("link", name=named("3 scenes")).click()
    await page.get_by_role("button", name="More about this production").click()
    await page.get_by_role("menuitem", name="Its videos in the library").click()
    await expect(page.get_by_role("grid").get_by_role("link")).to_have_count(3)
    await expect(page.get_by_role("button", name=named("Of “", "Lighthouse"))).to_be_visible()
    await page.get_by_role("grid").get_by_role("link").first.click()
    await page.get_by_role("link", name=named("Part of “", "Lighthouse")).click()
    await expect(scenes(page)).to_have_count(3)


async def test_what_is_written_makes_stale_what_was_made_of_it(enter: Visit, studio: StudioProcess) -> None:
    ada = studio.join()
    film = await made(ada)
    visitor = await enter(ada)
    page = await visitor.open(f"/productions/{film['id']}")
    second = scenes(page).nth(1)
    narration = second.get_by_label("Narration", exact=True)
    await narration.fill("Two ships go by.")
    await expect(second.get_by_text("Saved", exact=True)).to_be_visible()
    await expect(chip(page, "Narration", 2)).to_have_accessible_name("Narration Stale, scene 2")
    for step, number in (("Still", 2), ("Clip", 2), ("Narration", 1), ("Narration", 3), ("Still", 1)):
        await expect(chip(page, step, number)).to_have_accessible_name(f"{step} Done, scene {number}")
    assert look(ada, film)["scenes"][1]["narration"] == "Two ships go by."

    await second.get_by_role("button", name="Undo the change of “Narration”").click()
    await expect(narration).to_have_value("A ship goes by.")
    await expect(chip(page, "Narration", 2)).to_have_accessible_name("Narration Done, scene 2")

    # Locked: nothing in it changes, and it says so.
    await page.get_by_role("button", name="Lock scene 2: runs leave it alone").click()
    await expect(chip(page, "Clip", 2)).to_have_accessible_name("Clip Locked, scene 2")
    await expect(narration).not_to_be_editable()
    await page.get_by_role("button", name="Unlock scene 2").click()
    await expect(narration).to_be_editable()

    # Made anew from the chip, at a price that is told first.
    await narration.fill("Three ships go by.")
    await expect(chip(page, "Narration", 2)).to_have_accessible_name("Narration Stale, scene 2")
    await chip(page, "Narration", 2).click()
    item = page.get_by_role("menuitem", name="Speak it anew")
    await expect(item).to_contain_text("Free")
    await item.click()
    await expect(chip(page, "Narration", 2)).to_have_accessible_name(
        "Narration Done, scene 2", timeout=30_000
    )
    assert look(ada, film)["scenes"][1]["voice"]["asset_id"] != film["scenes"][1]["voice"]["asset_id"]


async def test_what_another_window_does_is_seen_at_once(enter: Visit, studio: StudioProcess) -> None:
    ada = studio.join()
    film = begin(ada)
    one, other = await enter(ada), await enter(ada, width=390, height=844)
    here, there = (
        await one.open(f"/productions/{film['id']}"),
        await other.open(f"/productions/{film['id']}"),
    )
    await expect(scenes(there)).to_have_count(3)
    await here.get_by_role("button", name="Change the title").click()
    await here.get_by_label("Title", exact=True).fill("The harbour, anew")
    await here.keyboard.press("Enter")
    await expect(there.get_by_role("heading", level=1)).to_have_text("The harbour, anew")
    await here.get_by_role("button", name="More about scene 3").click()
    await here.get_by_role("menuitem", name="Delete this scene").click()
    await expect(scenes(there)).to_have_count(2)
    await here.get_by_role("button", name="Undo", exact=True).click()
    await expect(scenes(there)).to_have_count(3)
    await expect(scenes(there).nth(2).get_by_label("Narration", exact=True)).to_have_value("The night comes.")
    await here.get_by_role("button", name="More about this production").click()
    await here.get_by_role("menuitem", name="Delete this production").click()
    other.expect(r"404 .*\(/api/productions/")
    await here.get_by_role("button", name="Delete it").click()
    await expect(here).to_have_url(re.compile("/productions$"))
    await expect(there.get_by_role("heading", name="This production is not here")).to_be_visible()


async def test_scenes_are_put_in_order_by_keys_and_by_hand(enter: Visit, studio: StudioProcess) -> None:
    ada = studio.join()
    film = begin(ada)

    def order() -> list[str]:
        return [scene["narration"] for scene in look(ada, film)["scenes"]]

    sea, ship, night = order()
    visitor = await enter(ada, still=True)
    page = await visitor.open(f"/productions/{film['id']}")
    first = scenes(page).first.get_by_label("Narration", exact=True)
    await first.focus()
    await page.keyboard.press("Alt+ArrowDown")
    await expect(scenes(page).nth(1).get_by_label("Narration", exact=True)).to_be_focused()
    await wait_for(lambda: order() == [ship, sea, night], "the order by keys")
    await page.get_by_role("button", name="Move scene 3 up").click()
    await wait_for(lambda: order() == [ship, night, sea], "the order by a button")
    await expect(scenes(page).nth(1)).to_contain_text("Scene 2")

    handle = page.get_by_role("button", name=named("Move scene 1:", "drag"))
    await handle.scroll_into_view_if_needed()
    last = scenes(page).last
    await handle.hover()
    await page.mouse.down()
    box = await last.bounding_box()
    assert box is not None
    await page.mouse.move(box["x"] + 40, box["y"] + box["height"] - 4, steps=8)
    await page.mouse.up()
    await wait_for(lambda: order() == [night, sea, ship], "the order by hand")
    await page.get_by_role("button", name="More about scene 1").click()
    await page.get_by_role("menuitem", name="Insert a scene after it").click()
    await expect(scenes(page)).to_have_count(4)
    await expect(scenes(page).nth(1).get_by_label("Narration", exact=True)).to_be_focused()


async def test_another_take_is_made_and_circled(enter: Visit, studio: StudioProcess) -> None:
    ada = studio.join()
    film = await made(ada)
    visitor = await enter(ada)
    page = await visitor.open(f"/productions/{film['id']}")
    await chip(page, "Clip", 1).click()
    await page.get_by_role("menuitem", name="Takes side by side (1)").click()
    dialog = page.get_by_role("dialog", name="Takes of scene 1")
    await expect(dialog).to_contain_text("Free")
    await dialog.get_by_role("button", name="Make another take").click()
    await expect(dialog.get_by_role("button", name="Circle take 1")).to_be_visible(timeout=60_000)
    await dialog.get_by_role("button", name="Circle take 1").click()
    await expect(dialog.get_by_role("button", name="Circle take 2")).to_be_visible()
    assert [take["circled"] for take in look(ada, film)["scenes"][0]["takes"]] == [True, False]
    await dialog.locator("video").first.evaluate("(video) => { video.currentTime = 0.5 }")
    await dialog.get_by_role("button", name="In here").first.click()
    await expect(dialog).to_contain_text("0.5s to")
    assert look(ada, film)["scenes"][0]["takes"][0]["in"] == 0.5
    await dialog.get_by_role("button", name="All of it").click()
    await expect(dialog.get_by_role("button", name="All of it")).to_be_hidden()
    assert look(ada, film)["scenes"][0]["takes"][0]["in"] is None


async def test_it_is_played_through_from_what_there_is(enter: Visit, studio: StudioProcess) -> None:
    ada = studio.join()
    film = await made(ada)
    visitor = await enter(ada)
    page = await visitor.open(f"/productions/{film['id']}")
    screen = page.get_by_role("region", name="The film as it stands")
    picture = screen.locator("[data-scene]")
    await expect(picture).to_have_attribute("data-scene", "1")
    await page.get_by_role("heading", level=1).click()
    await page.keyboard.press("Space")
    await expect(screen.get_by_role("button", name="Pause")).to_be_visible()
    await visitor.until("document.querySelector('.screen video.on, video.on')?.currentTime > 0.4")
    await visitor.until("document.querySelector('audio')?.currentTime > 0.1")
    await expect(picture).to_have_attribute("data-scene", "2", timeout=20_000)
    await page.keyboard.press("Space")
    await expect(screen.get_by_role("button", name="Play it through")).to_be_visible()
    await page.keyboard.press("ArrowRight")
    await expect(picture).to_have_attribute("data-scene", "3")
    await page.keyboard.press("ArrowLeft")
    await expect(picture).to_have_attribute("data-scene", "2")
    timeline = page.get_by_role("group", name="Timeline")
    third = timeline.get_by_role("button", name=named("Scene 3"))
    await third.click()
    await expect(third).to_have_attribute("aria-current", "true")
    widths = [await timeline.get_by_role("button").nth(at).bounding_box() for at in range(3)]
    lengths = [scene["length"] for scene in film["scenes"]]
    shares = [box["width"] / sum(each["width"] for each in widths if each) for box in widths if box]
    assert shares == pytest.approx([length / sum(lengths) for length in lengths], abs=0.01)
    # To its end, where it stops.
    await page.keyboard.press("Space")
    await expect(screen.get_by_role("button", name="Play it through")).to_be_visible(timeout=20_000)


async def test_what_costs_is_asked_about_first(enter: Visit, studio: StudioProcess) -> None:
    ada = studio.join()
    film = await made(ada)
    asked: list[dict[str, Any]] = []
    estimate = {
        "amount": 4.8,
        "low": 4.0,
        "high": 6.2,
        "currency": "USD",
        "items": [{"stage": "clips", "model": "gpu/wan-2.2", "count": 3, "amount": 4.8}],
    }
    visitor = await enter(ada)
    await visitor.page.route("**/estimate?*final*", lambda route: route.fulfill(json=estimate))

    async def begun(route: Any) -> None:
        asked.append(route.request.post_data_json)
        await route.fulfill(
            status=402,
            json={
                "success": False,
                "error": "Too much.",
                "code": "budget_exceeded",
                "details": {"cost_usd": 4.8, "left_usd": 1.2},
            },
        )

    await visitor.page.route("**/run", begun)
    page = await visitor.open(f"/productions/{film['id']}")
    await page.get_by_text("Paid", exact=True).click()
    step = page.get_by_role("region", name="Next step")
    await expect(step).to_contain_text("$4.00 to $6.20")
    await step.get_by_role("button", name="Time the captions").click()
    dialog = page.get_by_role("dialog", name="Spend about $4.80?")
    await expect(dialog).to_contain_text("3 × clip")
    await expect(dialog).to_contain_text("gpu/wan-2.2")
    await dialog.get_by_role("button", name="Cancel").click()
    assert asked == []
    await step.get_by_role("button", name="Go further…").click()
    await page.get_by_label("Up to").select_option("cut")
    await page.get_by_label("Pause after").select_option("clips")
    visitor.expect(r"402 .*/run\)")
    await page.get_by_role("button", name="Run, $4.80").click()
    await expect(page.get_by_role("alert").filter(has_text="$1.20 of this month")).to_be_visible()
    assert asked == [{"through": "cut", "quality": "final", "pause_after": "clips"}]


async def test_videos_of_the_library_become_a_film(enter: Visit, studio: StudioProcess) -> None:
    ada = studio.join()
    kite, boat = await ada.made("A kite over the dunes"), await ada.made("A boat on the lake")
    visitor = await enter(ada)
    page = await visitor.open("/productions")
    await page.get_by_text("Videos of mine").click()
    await page.get_by_role("button", name="Choose videos").click()
    dialog = page.get_by_role("dialog", name="Choose videos")
    await dialog.get_by_role("button", name=named("boat")).click()
    await dialog.get_by_role("button", name=named("kite")).click()
    await expect(dialog).to_contain_text("2 videos chosen")
    await dialog.get_by_role("button", name="Done").click()
    await page.get_by_role("button", name="Make the film").click()
    await expect(scenes(page)).to_have_count(2)
    film = ada.ask("GET", "/api/productions")["productions"][0]
    shown = [scene["takes"][0]["video_id"] for scene in film["scenes"]]
    assert shown == [boat["id"], kite["id"]]
    await expect(chip(page, "Narration", 1)).to_have_accessible_name("Narration Silent, scene 1")

    # The same from the library itself.
    await page.goto(studio.url + "/videos")
    await expect(page.get_by_role("grid").get_by_role("link").first).to_be_visible()
    await page.keyboard.press("Control+a")
    await page.get_by_role("link", name="Make a film of them").click()
    chosen = page.get_by_role("list", name="Videos of mine").get_by_role("listitem")
    await expect(chosen).to_have_count(2)


async def test_ones_own_files_take_the_place_of_what_is_made(enter: Visit, studio: StudioProcess) -> None:
    ada = studio.join()
    film = begin(ada)
    ada.bring("Harbour.jpg", picture("harbour", 1280, 720), purpose="still")
    visitor = await enter(ada)
    page = await visitor.open(f"/productions/{film['id']}")
    await chip(page, "Still", 1).click()
    await page.get_by_role("menuitem", name="Use a picture of mine…").click()
    dialog = page.get_by_role("dialog", name="A picture for scene 1")
    await dialog.get_by_role("button", name=named("Harbour")).click()
    await expect(chip(page, "Still", 1)).to_have_accessible_name("Still Yours, scene 1")
    await chip(page, "Narration", 1).click()
    await page.get_by_role("menuitem", name="Use a recording of mine…").click()
    sounds = page.get_by_role("dialog", name="A recording for scene 1")
    async with page.expect_file_chooser() as chooser:
        await sounds.get_by_role("button", name="From this device").click()
    await (await chooser.value).set_files(
        {"name": "take one.wav", "mimeType": "audio/wav", "buffer": voice()}
    )
    await expect(chip(page, "Narration", 1)).to_have_accessible_name(
        "Narration Yours, scene 1", timeout=30_000
    )


async def test_a_second_take_by_another_window_comes_in(enter: Visit, studio: StudioProcess) -> None:
    ada = studio.join()
    film = await made(ada)
    visitor = await enter(ada)
    page = await visitor.open(f"/productions/{film['id']}")
    await expect(scenes(page)).to_have_count(3)
    await took(ada, film, 2)
    await chip(page, "Clip", 2).click()
    await expect(page.get_by_role("menuitem", name="Takes side by side (2)")).to_be_visible()
