"""What stays the same in all pictures of a film, and pictures that stills are made after."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image
from tests.faults.studio_process import StudioProcess, wait_for
from tests.productions.test_paid import begun, ended, look, makers, new_studio, run, videos
from tests.standins.openai_makers import StandIn as Makers
from tests.standins.openai_makers.app import STORY

from rushes.productions.styles import frame_words, seen_in

__all__ = ["makers", "new_studio", "videos"]

pytestmark = pytest.mark.xdist_group("studio processes")

SHEET = "The keeper: old, white beard\nAda: a girl in a red coat\nSetting: an island\nEverything is wet."


@pytest.mark.parametrize(
    ("prompt", "lines"),
    [
        ("a keeper on the stairs", [0, 2, 3]),
        ("ADA runs to the keeper", [0, 1, 2, 3]),
        ("an empty beach", [2, 3]),
    ],
)
def test_a_picture_is_told_of_whoever_is_in_it(prompt: str, lines: list[int]) -> None:
    assert seen_in(SHEET, prompt).splitlines() == [SHEET.splitlines()[number] for number in lines]


def test_the_words_of_a_picture() -> None:
    words = frame_words("Ada runs.", style=None, mood="Calm", continuity="Ada: in red.\nTim: in blue")
    assert words == "Ada runs. Ada: in red. Mood: calm, unhurried, quiet."


def test_people_look_alike_and_a_still_is_made_after_a_picture(
    new_studio: Callable[[], StudioProcess], makers: Makers
) -> None:
    studio = new_studio()
    studio.start()
    wait_for(studio.knows_gpu, "the provider's models")
    told = {
        **STORY,
        "characters": [{"name": "Ada", "looks": "a girl in a red coat"}],
        "setting": "an island\nin winter",
        "scenes": [
            {**scene, "frame_prompt": words} for scene, words in zip(STORY["scenes"], PROMPTS, strict=True)
        ],
    }
    makers.reply(json.dumps(told))
    production = begun(studio, through="story")
    film = ended(studio, production)
    assert film["continuity"] == "Ada: a girl in a red coat\nSetting: an island in winter"

    tall = io.BytesIO()
    Image.new("RGB", (300, 600), "teal").save(tall, "PNG")
    brought = studio.client.post("/api/assets", files={"file": ("tall.png", tall.getvalue(), "image/png")})
    assert brought.status_code == 201, brought.text
    asset_id = brought.json()["id"]
    scene = f"/api/productions/{production}/scenes/2"
    answer = studio.client.patch(scene, json={"reference_asset_id": asset_id})
    assert answer.status_code == 200, answer.text
    refused = studio.client.patch(scene, json={"reference_asset_id": "asset_nobodys"})
    assert (refused.status_code, list(refused.json()["details"]["fields"])) == (422, ["reference_asset_id"])
    assert studio.client.delete(f"/api/assets/{asset_id}").json()["code"] == "asset_in_use"

    run(studio, production, through="frames")
    assert ended(studio, production)["status"] == "paused"
    asked = {one.fields["prompt"] for one in makers.asked("image")}
    assert asked == {
        "Ada on the beach Ada: a girl in a red coat. Setting: an island in winter.",
        "a boat Setting: an island in winter.",
    }
    [edit] = makers.asked("edit")
    with Image.open(io.BytesIO(_file_of(edit))) as seen:
        assert seen.width / seen.height == pytest.approx(16 / 9, rel=0.01)
        # Whole, and in the middle of what it lies on.
        assert seen.convert("RGB").getpixel((seen.width // 2, 2)) == pytest.approx((0, 128, 128), abs=6)

    # Another coat is another picture of her, and of nobody else.
    changed = studio.client.patch(
        f"/api/productions/{production}", json={"continuity": "Ada: in blue\nSetting: an island in winter"}
    )
    assert changed.status_code == 200
    stale = [one["frame"]["stale"] for one in look(studio, production)["scenes"]]
    assert stale == [True, False, False]
    assert studio.stop() == 0


PROMPTS = ["Ada on the beach", "a lamp", "a boat"]


def _file_of(asked: Any) -> bytes:
    [content] = asked.files
    return bytes(content)
