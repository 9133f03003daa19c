"""Stills by OpenAI's shape: sizes, pictures to go by, the ways of answering, and what is left out."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from tests.providers.makers.conftest import Connect, image_order
from tests.standins.openai_makers import StandIn

from rushes.providers.makers.protocol import MakerPrice
from rushes.providers.openai_makers.images import OpenAIImages, describe_image_model
from rushes.providers.openai_makers.server import GEMINI, Server
from rushes.providers.openai_makers.sizes import nearest_size
from rushes.providers.protocol import Reference, Refused


@pytest.mark.parametrize("way", ["b64_json", "url", "data_url"])
async def test_however_the_picture_comes_it_is_kept(
    way: str, standin: StandIn, server: Server, tmp_path: Path
) -> None:
    standin.set(image_answer=way)
    still = await OpenAIImages(server).make(image_order(), tmp_path / "still.png")
    assert still.content_type == "image/png"
    assert standin.made() == 1
    assert list(tmp_path.iterdir()) == [tmp_path / "still.png"]


async def test_a_picture_that_cannot_be_fetched_is_tried_again_and_then_named(
    standin: StandIn, server: Server, tmp_path: Path
) -> None:
    standin.set(image_answer="url")
    standin.fault("file", "status", status=500)
    await OpenAIImages(server).make(image_order(), tmp_path / "still")
    standin.fault("file", "status", status=404)
    with pytest.raises(Refused) as refused:
        await OpenAIImages(server).make(image_order(), tmp_path / "other")
    assert (refused.value.code, refused.value.charged) == ("result_unusable", "yes")
    assert standin.made() == 2


async def test_gpt_image_is_not_asked_for_what_it_refuses(
    standin: StandIn, server: Server, tmp_path: Path
) -> None:
    order = image_order(model="gpt-image-2", width=1920, height=1080, seed=7)
    still = await OpenAIImages(server).make(order, tmp_path / "still")
    fields = standin.asked("image")[0].fields
    assert fields.keys() == {"model", "prompt", "n", "size"}
    width, height = (int(side) for side in fields["size"].split("x"))
    assert width % 16 == height % 16 == 0
    assert width / height == pytest.approx(16 / 9, rel=0.01)
    assert (still.width, still.height) == (width, height)


async def test_others_get_the_seed_and_the_size_as_it_is(
    standin: StandIn, server: Server, tmp_path: Path
) -> None:
    await OpenAIImages(server).make(image_order(seed=7), tmp_path / "still")
    assert standin.asked("image")[0].fields == {
        "model": "flux.1-schnell",
        "prompt": "a lighthouse at dawn",
        "n": 1,
        "size": "256x144",
        "response_format": "b64_json",
        "seed": 7,
    }


@pytest.mark.parametrize("style", ["openai", "google", "fastapi"])
async def test_a_field_that_is_not_known_is_left_out_from_then_on(
    style: str, standin: StandIn, server: Server, tmp_path: Path
) -> None:
    standin.set(style=style, unknown=("seed", "response_format"))
    maker = OpenAIImages(server)
    await maker.make(image_order(seed=7), tmp_path / "one")
    assert [sorted(asked.fields) for asked in standin.asked("image")][-1] == ["model", "n", "prompt", "size"]
    assert len(standin.asked("image")) == 3
    await maker.make(image_order(seed=7), tmp_path / "two")
    assert len(standin.asked("image")) == 4
    assert standin.made() == 2


async def test_a_value_that_is_not_taken_is_no_field_that_is_not_known(
    standin: StandIn, server: Server, tmp_path: Path
) -> None:
    message = "Invalid value: '256x144'. Supported values are: '1024x1024' and 'auto'."
    error = {"message": message, "type": "invalid_request_error", "param": "size", "code": "invalid_value"}
    standin.fault("image", "status", status=400, body={"error": error})
    with pytest.raises(Refused) as refused:
        await OpenAIImages(server).make(image_order(), tmp_path / "still")
    assert refused.value.code == "unsupported_size"
    assert len(standin.asked("image")) == 1


async def test_pictures_to_go_by_are_sent_as_files(standin: StandIn, server: Server, tmp_path: Path) -> None:
    Image.new("RGB", (80, 80)).save(tmp_path / "one.png")
    one = Reference("subject", tmp_path / "one.png", "image/png")
    maker = OpenAIImages(server)
    await maker.make(image_order(references=(one,)), tmp_path / "still")
    await maker.make(image_order(references=(one, one)), tmp_path / "still")
    single, several = standin.asked("edit")
    assert single.content_type == several.content_type == "multipart/form-data"
    assert single.fields["image"].startswith("one.png image/png")
    assert len(several.fields["image[]"]) == 2
    assert single.fields["prompt"] == "a lighthouse at dawn"


async def test_google_edits_nothing(connect: Connect, tmp_path: Path) -> None:
    google = connect(base_url=GEMINI)
    one = Reference("subject", tmp_path / "one.png", "image/png")
    with pytest.raises(Refused) as refused:
        await OpenAIImages(google).make(image_order(model="imagen-4", references=(one,)), tmp_path / "still")
    assert refused.value.code == "unsupported_reference"


async def test_what_is_known_of_its_cost_is_said(
    standin: StandIn, server: Server, connect: Connect, tmp_path: Path
) -> None:
    still = await OpenAIImages(server).make(image_order(), tmp_path / "still")
    assert (still.use.cost, still.use.tokens_in, still.use.tokens_out) == (None, 12, 272)
    priced = connect(price=MakerPrice(per_image=0.04))
    assert (await OpenAIImages(priced).make(image_order(), tmp_path / "still")).use.cost == 0.04
    standin.set(cost=0.0125)
    assert (await OpenAIImages(priced).make(image_order(), tmp_path / "still")).use.cost == 0.0125


async def test_pictures_that_are_held_back_are_said_to_be(
    standin: StandIn, server: Server, tmp_path: Path
) -> None:
    standin.fault("image", "answer", body={"created": 1, "data": []})
    with pytest.raises(Refused) as refused:
        await OpenAIImages(server).make(image_order(), tmp_path / "still")
    assert refused.value.code == "moderation_blocked"


async def test_bytes_that_are_no_picture_are_not_kept(
    standin: StandIn, server: Server, tmp_path: Path
) -> None:
    standin.fault("image", "answer", body={"data": [{"b64_json": "bm8gcGljdHVyZQ=="}]})
    with pytest.raises(Refused) as refused:
        await OpenAIImages(server).make(image_order(), tmp_path / "still")
    assert (refused.value.code, refused.value.charged) == ("result_unusable", "yes")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("model", "wanted", "size"),
    [
        ("gpt-image-1.5", (1920, 1080), "1536x1024"),
        ("gpt-image-1.5", (720, 1280), "1024x1536"),
        ("chatgpt-image-latest", (512, 512), "1024x1024"),
        ("gpt-image-2.5-flare", (1280, 720), "1280x720"),
        ("gpt-image-2", (720, 1280), "720x1280"),
        ("gpt-image-2", (1024, 1024), "1024x1024"),
        ("flux.1-dev", (1234, 567), "1234x567"),
    ],
)
def test_the_nearest_size_keeps_the_shape(
    model: str, wanted: tuple[int, int], size: str, server: Server
) -> None:
    assert nearest_size(describe_image_model(model, server), *wanted) == size
