"""The cut of a film: how it looks and sounds, previewed, played, taken elsewhere."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect
from tests.journeys.belongings import music
from tests.journeys.conftest import Visit
from tests.journeys.filming import look, made
from tests.journeys.studio import StudioProcess, wait_for

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.xdist_group("productions"),
    pytest.mark.timeout(240),
]

SCENES = [
    {"narration": "The sea is calm.", "frame_prompt": "a calm sea at dawn", "seconds": 2},
    {"narration": "A ship goes by.", "frame_prompt": "a ship at noon", "seconds": 2},
]


def cut_of(page: Page) -> Locator:
    return page.get_by_role("region", name="The cut")


async def test_the_cut_is_styled_made_and_made_anew(enter: Visit, studio: StudioProcess) -> None:
    ada = studio.join()
    film = await made(ada, script={"title": "The harbour", "scenes": SCENES})
    page = await (await enter(ada)).open(f"/productions/{film['id']}")
    await page.get_by_role("button", name="Look and sound…").click()
    dialog = page.get_by_role("dialog")
    captions = dialog.get_by_label("Captions", exact=True)
    await expect(captions).to_have_value("classic")
    sample = dialog.get_by_role("img", name="Captions in the style Classic")
    await expect(sample).to_contain_text("The sea is calm.")
    size = await sample.locator("p").evaluate("(each) => parseFloat(getComputedStyle(each).fontSize)")
    await captions.select_option("bold_pop")
    sample = dialog.get_by_role("img", name="Captions in the style Bold pop")
    await expect(sample.locator("p")).to_have_css("text-transform", "uppercase")
    larger = await sample.locator("p").evaluate("(each) => parseFloat(getComputedStyle(each).fontSize)")
    assert larger / size == pytest.approx(0.078 / 0.052, rel=0.02)
    await dialog.get_by_label("How they are shown").select_option("burn")
    await dialog.get_by_label("From scene to scene").select_option("dissolve")
    await dialog.get_by_label("Resolution").select_option("480")
    await dialog.get_by_role("switch", name=re.compile("AI-generated")).check()
    await dialog.get_by_role("button", name="Done").click()
    wanted = {
        "transition": "dissolve",
        "captions": {"style": "bold_pop", "burn": True},
        "music_asset_id": None,
        "resolution": 480,
        "label": True,
    }
    await wait_for(lambda: look(ada, film)["cut"]["settings"] == wanted, "the settings to be kept", 20)

    await page.get_by_role("button", name="Time the captions").click()
    await page.get_by_role("button", name="Make the cut").click(timeout=60_000)
    video = cut_of(page).locator("video")
    await expect(video).to_be_visible(timeout=90_000)
    await expect(cut_of(page).get_by_text("The cut is up to date.")).to_be_visible()
    # Captions that are part of the picture are no track as well.
    await expect(video.locator("track")).to_have_count(0)
    await wait_for(lambda: look(ada, film)["status"] == "completed", "the run to end", 60)
    first = look(ada, film)["cut"]["video_id"]
    assert ada.ask("GET", f"/api/videos/{first}")["size"] == "854x480"

    await page.get_by_role("button", name="Look and sound…").click()
    await dialog.get_by_label("How they are shown").select_option("soft")
    await dialog.get_by_role("button", name="Done").click()
    await expect(cut_of(page).get_by_text(re.compile("The cut is stale"))).to_be_visible()
    await page.get_by_role("button", name="Update what is stale").click()
    await expect(cut_of(page).get_by_text("The cut is up to date.")).to_be_visible(timeout=90_000)
    await expect(video.locator("track")).to_have_count(1)
    assert look(ada, film)["cut"]["video_id"] != first


async def test_music_is_chosen_and_left_out_again(enter: Visit, studio: StudioProcess) -> None:
    ada = studio.join()
    film = await made(ada, through="story", script={"title": "The harbour", "scenes": SCENES})
    page = await (await enter(ada, width=390, height=844)).open(f"/productions/{film['id']}")
    await page.get_by_role("button", name="Look and sound…").click()
    await page.get_by_role("button", name="Choose music…").click()
    async with page.expect_file_chooser() as chooser:
        await page.get_by_role("button", name="From this device").click()
    file = {"name": "theme.wav", "mimeType": "audio/wav", "buffer": music(4)}
    await (await chooser.value).set_files(file)  # type: ignore[arg-type]
    await expect(page.get_by_label("theme.wav", exact=True)).to_be_visible()
    assert look(ada, film)["cut"]["settings"]["music_asset_id"] is not None
    await page.get_by_role("button", name="Without music").click()
    await expect(page.get_by_role("button", name="Choose music…")).to_be_visible()
    assert look(ada, film)["cut"]["settings"]["music_asset_id"] is None


async def test_a_film_is_previewed_and_taken_elsewhere(
    enter: Visit, studio: StudioProcess, tmp_path: Path
) -> None:
    ada = studio.join()
    film = await made(ada, through="captions", script={"title": "The harbour", "scenes": SCENES})
    page = await (await enter(ada)).open(f"/productions/{film['id']}")
    more = page.get_by_role("button", name="More about the cut")
    await more.click()
    await page.get_by_role("menuitem", name="Quick preview").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog.locator("video")).to_be_visible(timeout=60_000)
    await dialog.get_by_role("button", name="Done").click()

    await more.click()
    await page.get_by_role("menuitem", name="Export…").click()
    async with page.expect_download() as downloading:
        await dialog.get_by_role("link", name="Download: Everything to edit on").click()
    path = tmp_path / "edit.zip"
    await (await downloading.value).save_as(path)
    names = zipfile.ZipFile(path).namelist()
    assert any(name.endswith(".srt") for name in names) and any(name.endswith(".otio") for name in names)
    await dialog.get_by_role("button", name="Close").click()

    await more.click()
    await page.get_by_role("menuitem", name="What was made…").click()
    row = dialog.get_by_role("row").filter(has_text="Clips")
    await expect(row).to_contain_text("Done")
    await expect(row).to_contain_text("2")
