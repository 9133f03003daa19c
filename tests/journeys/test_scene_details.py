"""What is rarely changed about a scene: its voice, a picture to go by, a film of one's own, fewer words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect
from tests.journeys.belongings import picture
from tests.journeys.conftest import Visit
from tests.journeys.filming import begin, look, made
from tests.journeys.studio import StudioProcess, wait_for

from rushes.media.ffmpeg import find_ffmpeg
from rushes.media.ffmpeg import run as ffmpeg

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.xdist_group("productions"),
    pytest.mark.timeout(240),
]

LONG = (
    "The keeper climbs the stairs of the tower. He counts every step on his way up. The wind pulls at the"
    " windows, and far below the sea breaks over the rocks."
)


def scenes(page: Page) -> Locator:
    return page.get_by_role("list", name="Scenes", exact=True).locator("[data-scene]")


async def test_a_voice_is_heard_before_it_speaks(enter: Visit, studio: StudioProcess) -> None:
    ada = studio.join()
    film = begin(ada)
    page = await (await enter(ada)).open(f"/productions/{film['id']}")
    await page.get_by_role("button", name="More about scene 1").click()
    await page.get_by_role("menuitem", name="Voice, sound and fit…").click()
    dialog = page.get_by_role("dialog")
    voice = dialog.get_by_label("Voice of this scene")
    # Those of the film's language are offered.
    options = dialog.locator("datalist option")
    await expect(options.first).to_be_attached()
    offered = [str(await each.get_attribute("value")) for each in await options.all()]
    assert "en-gb" in offered and not any(each.startswith("de") for each in offered)
    await voice.fill("en-gb+f3")
    await voice.press("Enter")
    async with page.expect_response(re.compile("/voice/preview$")) as heard:
        await dialog.get_by_role("button", name="Listen").click()
    answer = await heard.value
    assert (answer.status, answer.headers["content-type"]) == (200, "audio/wav")
    assert answer.request.post_data_json["voice"] == "en-gb+f3"
    assert look(ada, film)["scenes"][0]["voice_name"] == "en-gb+f3"
    assert look(ada, film)["scenes"][0]["voice"]["status"] == "empty"


async def test_a_picture_to_go_by_is_chosen_and_taken_away(enter: Visit, studio: StudioProcess) -> None:
    ada = studio.join()
    film = begin(ada)
    page = await (await enter(ada)).open(f"/productions/{film['id']}")
    await page.get_by_role("button", name="More about scene 2").click()
    await page.get_by_role("menuitem", name="Draw it after a picture…").click()
    async with page.expect_file_chooser() as chooser:
        await page.get_by_role("dialog").get_by_role("button", name="From this device").click()
    file = {"name": "harbour.jpg", "mimeType": "image/jpeg", "buffer": picture("harbour", 320, 180)}
    await (await chooser.value).set_files(file)  # type: ignore[arg-type]
    note = scenes(page).nth(1).get_by_text("The still is drawn after this picture, by models that can.")
    await expect(note).to_be_visible()
    assert look(ada, film)["scenes"][1]["reference_asset_id"] is not None
    await page.get_by_role("button", name="Draw scene 2 without the picture").click()
    await expect(note).to_have_count(0)


async def test_a_film_of_ones_own_becomes_a_take(enter: Visit, studio: StudioProcess, tmp_path: Path) -> None:
    ada = studio.join()
    film = begin(ada)
    path = tmp_path / "waves.webm"
    inputs = ["-f", "lavfi", "-i", "testsrc2=size=320x180:rate=24:duration=2"]
    await ffmpeg(find_ffmpeg(), [*inputs, "-c:v", "libvpx", str(path)])
    page = await (await enter(ada)).open(f"/productions/{film['id']}")
    await page.get_by_role("button", name=re.compile("^Clip .+, scene 3$")).click()
    await page.get_by_role("menuitem", name="Bring a film…").click()
    async with page.expect_file_chooser() as chooser:
        await page.get_by_role("dialog").get_by_role("button", name="From this device").click()
    await (await chooser.value).set_files(path)
    chip = page.get_by_role("button", name=re.compile("^Clip (Yours|Done), scene 3$"))
    await expect(chip).to_be_visible(timeout=60_000)
    [take] = look(ada, film)["scenes"][2]["takes"]
    assert (take["own"], take["circled"]) == (True, True)


async def test_words_that_are_too_long_are_shortened_and_put_back(
    enter: Visit, studio: StudioProcess
) -> None:
    ada = studio.join()
    parts = [{"narration": LONG, "frame_prompt": "a tower", "seconds": 2}]
    film = await made(ada, through="voices", script={"title": "The tower", "scenes": parts}, seconds=6)
    page = await (await enter(ada)).open(f"/productions/{film['id']}")
    await expect(page.get_by_text(re.compile("seconds more than the film was to last"))).to_be_visible()
    await page.get_by_role("button", name="Shorten them with the next run").click()
    await wait_for(lambda: look(ada, film)["scenes"][0]["fit"] == "rewrite", "the wish to be kept", 20)
    ada.ask("POST", f"/api/productions/{film['id']}/run", {"through": "clips"})
    note = scenes(page).first.get_by_text("Shortened to fit.")
    await expect(note).to_be_visible(timeout=60_000)
    words = scenes(page).first.get_by_label("Narration", exact=True)
    await expect(words).not_to_have_value(LONG)
    await wait_for(lambda: look(ada, film)["status"] == "paused", "the run to end", 60)
    await scenes(page).first.get_by_role("button", name="Put the longer words back").click()
    await expect(words).to_have_value(LONG)
    await expect(note).to_have_count(0)
