"""Creating: pictures, refusals that cost no word, several at once, addresses that fill it in."""

from __future__ import annotations

import asyncio
import base64
import io
import json
from typing import Any

import pytest
from PIL import Image
from playwright.async_api import Page, Route, expect
from tests.journeys.conftest import Visit
from tests.journeys.studio import StudioProcess, wait_for
from tests.journeys.visitor import named

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("create")]

# What a person's paste or drop tells the page.
_HAND_OVER = """({how, name, type, content}) => {
  const bytes = Uint8Array.from(atob(content), (each) => each.charCodeAt(0));
  const data = new DataTransfer();
  data.items.add(new File([bytes], name, {type}));
  const more = {bubbles: true, cancelable: true};
  if (how === 'paste') {
    document.activeElement.dispatchEvent(new ClipboardEvent('paste', {...more, clipboardData: data}));
  } else {
    for (const step of ['dragenter', 'dragover', 'drop']) {
      document.querySelector('h1').dispatchEvent(new DragEvent(step, {...more, dataTransfer: data}));
    }
  }
}"""


def _png(colour: str) -> bytes:
    held = io.BytesIO()
    Image.new("RGB", (640, 360), colour).save(held, "PNG")
    return held.getvalue()


async def _hand_over(page: Page, how: str, name: str, content: bytes, kind: str = "image/png") -> None:
    told = {"how": how, "name": name, "type": kind, "content": base64.b64encode(content).decode()}
    await page.evaluate(_HAND_OVER, told)


async def test_pictures_are_pasted_and_dropped(enter: Visit, studio: StudioProcess) -> None:
    ada = studio.join()
    visitor = await enter(ada)
    page = await visitor.open("/new")
    await expect(page.get_by_role("button", name="Start from a picture")).to_be_visible()
    await page.get_by_role("textbox", name="Prompt").fill("It begins here")

    await _hand_over(page, "paste", "notes.png", b"just some words, whatever the name says")
    await expect(page.get_by_role("alert")).to_have_text(
        "“notes.png” is not a picture. Use a JPEG, PNG or WebP."
    )
    await _hand_over(page, "drop", "photo.heic", b"\0\0\0\x18ftypheic" + bytes(64), "image/heic")
    await expect(page.get_by_role("alert")).to_contain_text("HEIC")

    await _hand_over(page, "paste", "sunset.png", _png("orange"))
    await expect(page.get_by_role("img", name="Picture to start from: sunset.png")).to_be_visible()
    await expect(page.get_by_role("alert")).to_be_hidden()
    await _hand_over(page, "drop", "sea.png", _png("navy"))
    await expect(page.get_by_role("img", name="Picture to start from: sea.png")).to_be_visible()
    await page.get_by_role("button", name="Remove the picture").click()
    await expect(page.get_by_role("img", name="Picture to start from")).to_be_hidden()
    await _hand_over(page, "drop", "sea.png", _png("navy"))
    await page.keyboard.press("Control+Enter")
    made = (await wait_for(ada.videos, "the video"))[0]
    assert made["kind"] == "image"
    assert ada.client.get(made["reference"]["url"]).content[:4] in (b"\x89PNG", b"RIFF", b"\xff\xd8\xff\xe0")
    ada.ask("POST", f"/api/videos/{made['id']}/cancel")


async def test_a_refusal_leaves_the_prompt_and_names_the_field(enter: Visit, studio: StudioProcess) -> None:
    ada = studio.join()
    visitor = await enter(ada)
    page = await visitor.open("/new")
    prompt = page.get_by_role("textbox", name="Prompt")
    await page.get_by_role("button", name="Make it").click()
    await expect(page.get_by_text("Write what should be seen first.")).to_be_visible()
    await expect(prompt).to_be_focused()

    await prompt.fill("x" * 10_001)
    await expect(page.get_by_text("10,001 / 10,000")).to_be_visible()
    await page.keyboard.press("Control+Enter")
    await expect(page.get_by_text("longer than 10,000 characters")).to_be_visible()

    # Only the server knows this one: the page is older than what it allows.
    async def meddle(route: Route) -> None:
        body = json.loads(route.request.post_data or "{}")
        await route.continue_(post_data=json.dumps({**body, "size": "130x131"}))

    await page.route("**/api/videos", meddle)
    visitor.expect(r"status of 4\d\d .*\(/api/videos\)")
    await prompt.fill("A boat that stays written")
    await page.keyboard.press("Control+Enter")
    await expect(page.get_by_role("group", name="Size").get_by_text("130x131 cannot be made")).to_be_visible()
    await expect(prompt).to_have_value("A boat that stays written")
    assert ada.videos() == []
    await page.unroute("**/api/videos")

    await page.get_by_label("Seed").or_(page.get_by_text("Advanced")).first.click()
    await page.get_by_label("Seed").fill("minus one")
    await prompt.focus()
    await page.keyboard.press("Control+Enter")
    await expect(page.get_by_text("A whole number of up to ten digits, or nothing.")).to_be_visible()
    assert ada.videos() == []


async def test_two_at_once_with_a_seed(enter: Visit, studio: StudioProcess) -> None:
    ada = studio.join()
    ada.ask("POST", "/api/queue/pause")
    visitor = await enter(ada)
    page = await visitor.open("/new?prompt=Two+herons&size=1024x1024&seconds=3")
    await expect(page.get_by_role("textbox", name="Prompt")).to_have_value("Two herons")
    await page.get_by_role("group", name="How many").get_by_text("2", exact=True).click()
    await page.get_by_text("Advanced").click()
    await page.get_by_label("Seed").fill("4711")
    await page.get_by_role("button", name="Make 2").click()
    await expect(
        page.get_by_role("region", name="Latest").get_by_role("link", name=named("Two herons"))
    ).to_have_count(2)
    made = ada.videos()
    assert [(each["size"], each["seconds"], each["prompt"]) for each in made] == [
        ("1024x1024", "3", "Two herons")
    ] * 2
    assert 4711 in {each["seed"] for each in made}


async def test_what_is_asked_for_before_the_models_are_known_is_made(
    enter: Visit, studio: StudioProcess
) -> None:
    ada = studio.join()
    ada.ask("POST", "/api/queue/pause")
    visitor = await enter(ada)
    page = visitor.page
    known = asyncio.Event()

    async def later(route: Route) -> None:
        await known.wait()
        await route.continue_()

    await page.route("**/api/models", later)
    await visitor.open("/new")
    await page.get_by_role("textbox", name="Prompt").fill("In a hurry")
    await page.keyboard.press("Control+Enter")
    await page.wait_for_timeout(300)
    assert ada.videos() == []
    known.set()
    await expect(page.get_by_role("link", name=named("In a hurry"))).to_have_count(1)
    assert [video["prompt"] for video in ada.videos()] == ["In a hurry"]


async def test_pressing_twice_makes_one(enter: Visit, studio: StudioProcess) -> None:
    ada = studio.join()
    ada.ask("POST", "/api/queue/pause")
    visitor = await enter(ada)
    page = await visitor.open("/new")
    sent: list[dict[str, Any]] = []
    page.on("request", lambda each: sent.append(each.headers) if each.method == "POST" else None)
    prompt = page.get_by_role("textbox", name="Prompt")
    await prompt.fill("Only once")
    await page.get_by_role("button", name="Make it").dblclick()
    await expect(page.get_by_role("link", name=named("Only once"))).to_have_count(1)
    assert len(ada.videos()) == 1
    # An answer that never arrives: asking again is the same request.
    visitor.expect(r"ERR_CONNECTION_(ABORTED|FAILED|RESET|REFUSED)|ERR_FAILED")

    async def lose_answer(route: Route) -> None:
        await route.fetch()
        await route.abort()

    await page.route("**/api/videos", lose_answer)
    await prompt.fill("Lost on the way back")
    await page.keyboard.press("Control+Enter")
    await expect(page.get_by_text("The studio did not answer.")).to_be_visible()
    await page.unroute("**/api/videos")
    await expect(prompt).to_have_value("Lost on the way back")
    await page.keyboard.press("Control+Enter")
    await expect(page.get_by_text("The studio did not answer.")).to_be_hidden()
    assert [each["prompt"] for each in ada.videos()] == ["Lost on the way back", "Only once"]
    keys = [headers["idempotency-key"] for headers in sent if "idempotency-key" in headers]
    assert keys[-1] == keys[-2] != keys[0]


async def test_an_earlier_video_or_prompt_fills_it_in(enter: Visit, studio: StudioProcess) -> None:
    ada = studio.join()
    first = await ada.made("The first idea", size="256x128")
    ada.ask("POST", "/api/queue/pause")
    ada.make("The second idea")
    visitor = await enter(ada)
    page = await visitor.open(f"/videos/{first['id']}")
    await page.get_by_role("link", name="Reuse these settings").click()
    prompt = page.get_by_role("textbox", name="Prompt")
    await expect(prompt).to_have_value("The first idea")
    await expect(page.get_by_label("Width in pixels")).to_have_value("256")
    await page.keyboard.press("Control+Enter")
    made = await wait_for(lambda: ada.videos(q="first") if len(ada.videos(q="first")) == 2 else None, "it")
    assert made[0]["size"] == "256x128"
    await page.goto(studio.url + "/new")
    await prompt.fill("A draft")
    await page.keyboard.press("Alt+ArrowUp")
    await expect(prompt).to_have_value("The first idea")
    await page.keyboard.press("Alt+ArrowUp")
    await expect(prompt).to_have_value("The second idea")
    await page.keyboard.press("Alt+ArrowDown")
    await page.keyboard.press("Alt+ArrowDown")
    await expect(prompt).to_have_value("A draft")


# A model that takes more than any stand-in does: what the page makes of it is the page's own.
_RICH = {
    "id": "gpu/wan-2.2",
    "label": "Everything",
    "references": ["first_frame", "last_frame", "subject", "style"],
    "audio": "optional",
    "seed": False,
    "prompt_max": 300,
    "options": {
        "properties": {
            "tone": {"enum": ["warm", "cold"], "title": "Colours"},
            "loop": {"type": "boolean"},
            "guidance_scale": {"type": "number", "minimum": 0, "maximum": 1, "default": 0.5},
            "negative_prompt": {"type": "string"},
        }
    },
    "lifecycle": {"state": "deprecated", "ends_on": "2030-03-12", "replacement": "animatic/animatic"},
}
_RETIRED = {
    "code": "model_retired",
    "message": "model must be named: DEFAULT_VIDEO_MODEL is cloud/old, which was retired.",
    "setting": "DEFAULT_VIDEO_MODEL",
    "model": "cloud/old",
    "replacement": "gpu/wan-2.2",
}


async def with_rich_model(page: Page) -> None:
    """The page believes that a model can do everything, and that the default is retired."""

    async def answer(route: Route) -> None:
        told = await (await route.fetch()).json()
        models = [{**model, **_RICH} if model["id"] == _RICH["id"] else model for model in told["models"]]
        await route.fulfill(json={**told, "models": models, "default_problem": _RETIRED})

    await page.route("**/api/models", answer)


async def test_what_a_model_can_do_is_offered_and_sent(enter: Visit, studio: StudioProcess) -> None:
    ada = studio.join()
    visitor = await enter(ada)
    page = visitor.page
    await with_rich_model(page)
    sent: list[dict[str, Any]] = []

    async def keep(route: Route) -> None:
        if route.request.method != "POST":
            await route.continue_()
            return
        sent.append({"headers": route.request.headers, "body": route.request.post_data_buffer})
        made = ada.make("Stands in for it")
        await route.fulfill(status=201, json=made)

    await page.route("**/api/videos", keep)
    await visitor.open("/new")
    await expect(page.get_by_text("cloud/old, was retired")).to_be_visible()
    await page.get_by_role("button", name="Use gpu/wan-2.2 instead").click()
    await expect(page.get_by_text("cloud/old, was retired")).to_be_hidden()
    await expect(page.get_by_label("Model", exact=True)).to_have_value("gpu/wan-2.2")
    await expect(page.get_by_text("Its provider ends it on Mar 12, 2030.")).to_be_visible()

    await page.get_by_role("textbox", name="Prompt").fill("From one to the other")
    for name, colour in (("one.png", "orange"), ("two.png", "navy"), ("three.png", "green")):
        await _hand_over(page, "drop", name, _png(colour))
        await expect(page.get_by_label(f"What {name} is for")).to_be_visible()
    await expect(page.get_by_label("What two.png is for")).to_have_value("last_frame")
    await page.get_by_label("What three.png is for").select_option("style")
    await page.get_by_role("button", name="Move three.png up").click()
    await page.get_by_label("What one.png is for").select_option("subject")
    await page.get_by_role("switch", name="Sound").check()
    await page.get_by_text("Advanced", exact=True).click()
    await expect(page.get_by_label("Seed")).to_be_hidden()
    await page.get_by_label("Colours").select_option("cold")
    await page.get_by_role("switch", name="Loop").check()
    scale = page.get_by_label("Guidance scale")
    await scale.fill("7")
    await page.get_by_role("button", name="Make it").click()
    await expect(page.get_by_text("That is outside of what the model takes.")).to_be_visible()
    assert sent == []
    await scale.fill("0.7")
    await page.get_by_role("button", name="Make it").click()
    await wait_for(lambda: sent, "the request")
    body = json.loads(sent[0]["body"])
    names = {asset["id"]: asset["name"] for asset in ada.ask("GET", "/api/assets")["assets"]}
    assert [(names[each["asset_id"]], each["role"]) for each in body["references"]] == [
        ("one.png", "subject"),
        ("three.png", "style"),
        ("two.png", "last_frame"),
    ]
    assert (body["audio"], body["options"]) == (True, {"tone": "cold", "loop": True, "guidance_scale": 0.7})

    # What was chosen is there again, for this model.
    await visitor.open("/new?model=gpu/wan-2.2")
    await expect(page.get_by_role("switch", name="Sound")).to_be_checked()
    await expect(page.get_by_label("Colours")).to_have_value("cold")
