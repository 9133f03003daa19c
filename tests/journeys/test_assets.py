"""Assets: brought by button, drop and paste, found, heard, renamed, used again, and deleted."""

from __future__ import annotations

import base64
import re
from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect
from tests.journeys.accessibility import assert_accessible
from tests.journeys.belongings import music, picture, voice
from tests.journeys.conftest import Visit
from tests.journeys.studio import Person, StudioProcess, wait_for
from tests.journeys.test_phone import assert_handy
from tests.journeys.visitor import named

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.xdist_group("library"),
    pytest.mark.timeout(180),
]

_PAGE = "/library/assets"
# Gives the window files as a drag from the desktop or a paste would.
_GIVE = """([how, files]) => {
  const transfer = new DataTransfer();
  for (const { name, type, data } of files) {
    const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
    transfer.items.add(new File([bytes], name, { type }));
  }
  if (how === 'paste') {
    document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData: transfer, bubbles: true }));
    return;
  }
  for (const type of how === 'drop' ? ['dragenter', 'dragover', 'drop'] : ['dragenter']) {
    document.body.dispatchEvent(
      new DragEvent(type, { dataTransfer: transfer, bubbles: true, cancelable: true }),
    );
  }
}"""


def _file(name: str, kind: str, data: bytes) -> Any:
    return {"name": name, "mimeType": kind, "buffer": data}


async def _give(page: Page, how: str, *files: Any) -> None:
    given = [
        {
            "name": file["name"],
            "type": file["mimeType"],
            "data": base64.b64encode(file["buffer"]).decode(),
        }
        for file in files
    ]
    await page.evaluate(_GIVE, [how, given])


async def _choose(page: Page, *files: Any) -> None:
    async with page.expect_file_chooser() as choosing:
        await page.get_by_role("button", name="Upload").click()
    await (await choosing.value).set_files(list(files))


def _tile(page: Page, name: str) -> Locator:
    return page.get_by_role("grid").get_by_role("link", name=named(name))


def _fill(ada: Person) -> list[dict[str, Any]]:
    """A picture, a song and another picture, the newest first."""
    brought = [
        ada.bring("Dunes.jpg", picture("dunes", 800, 600)),
        ada.bring("Song.wav", music(20), purpose="music"),
        ada.bring("Tower.jpg", picture("tower", 400, 900)),
    ]
    return brought[::-1]


def _assets(ada: Person) -> list[str]:
    return [asset["name"] for asset in ada.ask("GET", "/api/assets")["assets"]]


async def test_files_come_by_button_drop_and_paste(enter: Visit, studio: StudioProcess) -> None:
    ada = studio.join()
    visitor = await enter(ada)
    page = await visitor.open(_PAGE)
    await expect(page.get_by_role("heading", name="No assets yet")).to_be_visible()
    await _choose(
        page,
        _file("Kite.jpg", "image/jpeg", picture("kite", 640, 480)),
        _file("Narrator.wav", "audio/wav", voice()),
    )
    await expect(_tile(page, "Kite.jpg")).to_be_visible()
    await expect(_tile(page, "Narrator.wav")).to_have_accessible_name(named("Sound", "0:09"))

    await _give(page, "dragenter", _file("x", "image/jpeg", b"x"))
    await expect(page.get_by_text("Drop files to keep them here")).to_be_visible()
    await _give(page, "drop", _file("Tower.jpg", "image/jpeg", picture("tower", 300, 900)))
    await expect(_tile(page, "Tower.jpg")).to_be_visible()
    box = await _tile(page, "Tower.jpg").bounding_box()
    assert box is not None
    # Slimmer than that it would be a sliver, and is cropped.
    assert box["width"] / box["height"] == pytest.approx(0.4, abs=0.02)

    await _give(page, "paste", _file("image.png", "image/png", picture("pasted", 500, 500)))
    await expect(_tile(page, "image.png")).to_be_visible()
    # The same bytes again are no second asset.
    await _give(page, "drop", _file("Other name.jpg", "image/jpeg", picture("kite", 640, 480)))
    await expect(page.get_by_text("“Kite.jpg” was here already")).to_be_visible()
    await expect(page.get_by_role("region", name="Uploads")).to_be_hidden()
    assert sorted(_assets(ada)) == ["Kite.jpg", "Narrator.wav", "Tower.jpg", "image.png"]


async def test_what_comes_into_the_music_is_music(enter: Visit, studio: StudioProcess) -> None:
    ada = studio.join()
    page = await (await enter(ada)).open(f"{_PAGE}?kind=audio&purpose=music")
    await expect(page.get_by_role("heading", name="Nothing matches")).to_be_visible()
    await _give(page, "drop", _file("Theme.wav", "audio/wav", music(3)))
    await expect(_tile(page, "Theme.wav")).to_be_visible()
    # What does not belong here is brought all the same, and said.
    await _give(page, "drop", _file("Kite.jpg", "image/jpeg", picture("kite", 640, 480)))
    await expect(page.get_by_text("“Kite.jpg” is here")).to_be_visible()
    await page.get_by_role("button", name="Open").click()
    await expect(page.get_by_role("dialog", name="Kite.jpg")).to_be_visible()
    found = ada.ask("GET", "/api/assets?purpose=music")["assets"]
    assert [asset["name"] for asset in found] == ["Theme.wav"]


async def test_what_cannot_be_used_says_why_and_stays(enter: Visit, studio: StudioProcess) -> None:
    ada = studio.join()
    visitor = await enter(ada)
    visitor.expect(r"422 .*\(/api/assets\)", r"ERR_FAILED")
    page = await visitor.open(_PAGE)
    uploads = page.get_by_role("region", name="Uploads")
    await _choose(
        page,
        _file("photo.heic", "image/heic", b"\0\0\0\x18ftypheic" + bytes(60)),
        _file("empty.wav", "audio/wav", b""),
        _file("noise.mp3", "audio/mpeg", b"this is no music" * 100),
    )
    await expect(uploads.get_by_text("HEIC photos do not work here")).to_be_visible()
    await expect(uploads.get_by_text("This file is empty.")).to_be_visible()
    await expect(uploads.get_by_text("no picture, video or sound")).to_be_visible()
    await expect(uploads.get_by_role("button", name="Try")).to_have_count(0)
    for name in ("photo.heic", "empty.wav", "noise.mp3"):
        await uploads.get_by_role("button", name=f"Dismiss {name}").click()
    await expect(uploads).to_be_hidden()

    await page.route("**/api/assets", lambda route: route.abort())
    await _choose(page, _file("Kite.jpg", "image/jpeg", picture("kite", 640, 480)))
    await expect(uploads.get_by_text("The studio did not answer.")).to_be_visible()
    await page.unroute("**/api/assets")
    await uploads.get_by_role("button", name="Try Kite.jpg again").click()
    await expect(_tile(page, "Kite.jpg")).to_be_visible()
    await expect(uploads).to_be_hidden()


async def test_an_upload_counts_its_bytes_and_can_be_stopped(enter: Visit, studio: StudioProcess) -> None:
    """On a slow line, where one can look."""
    ada = studio.join()
    visitor = await enter(ada)
    page = await visitor.open(_PAGE)
    await expect(page.get_by_role("heading", name="No assets yet")).to_be_visible()
    line = await page.context.new_cdp_session(page)
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 60_000}
    await line.send("Network.emulateNetworkConditions", slow)
    await _give(page, "drop", _file("Long.wav", "audio/wav", music(60)))
    bar = page.get_by_role("progressbar", name="Upload of Long.wav")

    async def is_under_way() -> bool:
        value = await bar.get_attribute("aria-valuenow")
        return value is not None and 0 < float(value) < 100

    await wait_for(is_under_way, "some of the bytes")
    uploads = page.get_by_role("region", name="Uploads")
    await expect(uploads.get_by_text(re.compile(r"kB of 960 kB"))).to_be_visible()
    # It goes on while one looks at another page.
    await page.get_by_role("link", name="Library", exact=True).click()
    await expect(page.get_by_role("heading", name="Library", exact=True)).to_be_visible()
    await page.get_by_role("link", name="Assets", exact=True).click()
    await expect(bar).to_be_visible()
    await page.get_by_role("button", name="Stop the upload of Long.wav").click()
    await expect(uploads).to_be_hidden()
    await line.send("Network.emulateNetworkConditions", {**slow, "uploadThroughput": -1})
    await _give(page, "drop", _file("Short.wav", "audio/wav", music(2)))
    await expect(_tile(page, "Short.wav")).to_be_visible()
    assert _assets(ada) == ["Short.wav"]


async def test_they_are_filtered_and_searched_by_the_address(enter: Visit, studio: StudioProcess) -> None:
    ada = studio.join()
    _fill(ada)
    page = await (await enter(ada)).open(_PAGE)
    await expect(page.get_by_role("grid").get_by_role("link")).to_have_count(3)
    await page.get_by_role("link", name="Pictures").click()
    await expect(page.get_by_role("grid").get_by_role("link")).to_have_count(2)
    assert page.url.endswith("?kind=image")
    await page.keyboard.press("/")
    await page.keyboard.type("tow")
    await expect(_tile(page, "Dunes.jpg")).to_be_hidden()
    await expect(_tile(page, "Tower.jpg")).to_be_visible()
    assert page.url.endswith("?kind=image&q=tow")
    await page.keyboard.type("nowhere")
    await expect(page.get_by_role("heading", name="Nothing matches")).to_be_visible()
    await page.get_by_role("link", name="Show everything").click()
    await expect(page.get_by_role("grid").get_by_role("link")).to_have_count(3)
    await page.get_by_label("Purpose").select_option("music")
    await expect(page.get_by_role("grid").get_by_role("link")).to_have_count(1)
    await page.reload()
    await expect(_tile(page, "Song.wav")).to_be_visible()
    await expect(page.get_by_role("grid").get_by_role("link")).to_have_count(1)


async def test_keys_do_everything(enter: Visit, studio: StudioProcess) -> None:
    ada = studio.join()
    tower, _song, dunes = _fill(ada)
    page = await (await enter(ada)).open(_PAGE)
    await expect(_tile(page, "Dunes.jpg")).to_be_visible()
    await page.keyboard.press("ArrowDown")
    await expect(_tile(page, "Tower.jpg")).to_be_focused()
    await page.keyboard.press("End")
    await expect(_tile(page, "Dunes.jpg")).to_be_focused()
    await page.keyboard.press("Home")
    await page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Tower.jpg")
    await expect(dialog).to_be_visible()
    assert page.url.endswith(f"?open={tower['id']}")
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("ArrowRight")
    dialog = page.get_by_role("dialog", name="Dunes.jpg")
    await expect(dialog).to_be_visible()
    await dialog.get_by_label("Name").fill("Dunes at noon")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog", name="Dunes at noon")).to_be_visible()
    await wait_for(lambda: "Dunes at noon" in _assets(ada), "the new name")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_be_hidden()
    await expect(_tile(page, "Dunes at noon")).to_be_focused()
    assert page.url.endswith(_PAGE)

    await page.keyboard.press("Delete")
    await page.get_by_role("dialog", name="Delete").get_by_role("button", name="Delete").click()
    await expect(_tile(page, "Dunes at noon")).to_be_hidden()
    await expect(_tile(page, "Song.wav")).to_be_focused()
    assert _assets(ada) == ["Tower.jpg", "Song.wav"]
    async with page.expect_file_chooser():
        await page.keyboard.press("u")
    await page.keyboard.press("ArrowLeft")
    await page.keyboard.press("v")
    await expect(page.get_by_role("img", name="Picture to start from: Tower.jpg")).to_be_visible()
    assert dunes["id"] not in page.url


async def test_a_sound_is_heard_in_its_place(enter: Visit, studio: StudioProcess) -> None:
    ada = studio.join()
    _fill(ada)
    page = await (await enter(ada)).open(_PAGE)
    await page.get_by_role("button", name="Play Song.wav").click()
    await expect(page.get_by_role("button", name="Pause Song.wav")).to_be_visible()
    played = page.get_by_role("grid").locator("[style*='--played']")
    await expect(played).not_to_have_attribute("style", re.compile(r"--played: 0\.00%"))
    await page.keyboard.press("ArrowDown")
    await _tile(page, "Song.wav").focus()
    await page.keyboard.press("Space")
    await expect(page.get_by_role("button", name="Play Song.wav")).to_be_visible()
    await page.keyboard.press("Enter")
    slider = page.get_by_role("slider", name="Position in Song.wav")
    await slider.focus()
    await page.keyboard.press("Home")
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("ArrowRight")
    await expect(slider).to_have_attribute("aria-valuetext", re.compile(r"0:1\d of 0:20"))
    await expect(page.get_by_role("dialog").get_by_role("button", name="Pause Song.wav")).to_be_visible()
    await page.get_by_role("dialog").get_by_label("Purpose").select_option("voice")
    found = await wait_for(lambda: ada.ask("GET", "/api/assets?purpose=voice")["assets"], "its new purpose")
    assert [asset["name"] for asset in found] == ["Song.wav"]


async def test_a_picture_is_used_again(enter: Visit, studio: StudioProcess) -> None:
    ada = studio.join()
    tower, _song, dunes = _fill(ada)
    ada.ask("POST", "/api/queue/pause")
    visitor = await enter(ada)
    page = await visitor.open(f"{_PAGE}?open={tower['id']}")
    await page.get_by_role("link", name="Use in a new video").click()
    await expect(page.get_by_role("img", name="Picture to start from: Tower.jpg")).to_be_visible()
    await page.get_by_role("textbox", name="Prompt").fill("It sways in the wind")
    await page.get_by_role("button", name="Make it").click()
    await expect(page.get_by_role("link", name=named("It sways"))).to_be_visible()
    made = ada.videos()[0]
    assert made["reference"]["asset_id"] == tower["id"]

    await page.get_by_role("button", name="From assets").click()
    chooser = page.get_by_role("dialog", name="Start from a picture you have")
    await expect(chooser.get_by_role("button", name=named("Picture"))).to_have_count(2)
    await chooser.get_by_label("Search names").fill("dun")
    await expect(chooser.get_by_role("button", name=named("Picture"))).to_have_count(1)
    await chooser.get_by_role("button", name=named("Dunes.jpg")).click()
    await expect(page.get_by_role("img", name="Picture to start from: Dunes.jpg")).to_be_visible()
    await page.get_by_role("textbox", name="Prompt").fill("The sand moves")
    await page.get_by_role("button", name="Make it").click()
    await expect(page.get_by_role("link", name=named("The sand moves"))).to_be_visible()
    assert ada.videos()[0]["reference"]["asset_id"] == dunes["id"]
    # Taken out, it stays out, whatever else is chosen.
    await page.get_by_role("button", name="Remove the picture").click()
    await page.get_by_label("Model").select_option(index=0)
    await expect(page.get_by_role("img", name=named("Picture to start from"))).to_have_count(0)

    # Reusing a video's settings brings its picture along.
    await page.goto(f"{studio.url}/new?from={made['id']}")
    await expect(page.get_by_role("img", name="Picture to start from: Tower.jpg")).to_be_visible()

    # What is in use stays, and says why.
    await page.goto(studio.url + _PAGE)
    await expect(_tile(page, "Tower.jpg")).to_have_accessible_name(named("1 video"))
    await _tile(page, "Tower.jpg").focus()
    await page.keyboard.press("Delete")
    asking = page.get_by_role("dialog", name="Delete “Tower.jpg”?")
    await expect(asking).to_contain_text("1 video was made from it, so it stays")
    await expect(asking.get_by_role("button", name="Delete")).to_have_count(0)


async def test_the_page_is_for_everybody(enter: Visit, studio: StudioProcess) -> None:
    """axe finds nothing, whatever state it is in."""
    ada = studio.join()
    visitor = await enter(ada, still=True)
    page = await visitor.open(_PAGE)
    await expect(page.get_by_role("heading", name="No assets yet")).to_be_visible()
    await assert_accessible(page, "assets, empty")
    tower, song, _dunes = _fill(ada)
    await page.goto(studio.url + _PAGE)
    await expect(_tile(page, "Dunes.jpg")).to_be_visible()
    await _choose(page, _file("photo.heic", "image/heic", b"\0\0\0\x18ftypheic" + bytes(60)))
    await expect(page.get_by_text("HEIC photos")).to_be_visible()
    await assert_accessible(page, "assets, filled, with an upload that failed")
    for asset in (tower, song):
        await page.goto(f"{studio.url}{_PAGE}?open={asset['id']}")
        await expect(page.get_by_role("dialog", name=asset["name"])).to_be_visible()
        await assert_accessible(page, f"asset, {asset['kind']}")
    await page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    await expect(page.get_by_role("dialog", name="Delete “Song.wav”?")).to_be_visible()
    await assert_accessible(page, "asset, asking")
    await page.goto(studio.url + "/new")
    await page.get_by_role("button", name="From assets").click()
    await expect(page.get_by_role("dialog").get_by_role("button", name=named("Dunes.jpg"))).to_be_visible()
    await assert_accessible(page, "choosing an asset")


async def test_it_fits_a_phone(enter: Visit, studio: StudioProcess) -> None:
    ada = studio.join()
    _fill(ada)
    visitor = await enter(ada, width=390, height=844, touch=True)
    page = await visitor.open(_PAGE)
    await expect(_tile(page, "Dunes.jpg")).to_be_visible()
    await page.get_by_role("link", name="Assets", exact=True).tap()
    await assert_handy(page, "assets")
    await _tile(page, "Tower.jpg").tap()
    await expect(page.get_by_role("dialog", name="Tower.jpg")).to_be_visible()
    await assert_handy(page, "an asset")
    # The way back closes it, as people expect of a sheet.
    await page.go_back()
    await expect(page.get_by_role("dialog")).to_be_hidden()
    await expect(_tile(page, "Tower.jpg")).to_be_visible()
