"""Seed 001 by paid makers: each is asked once, and what it cost is in the ledger whatever came of it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from PIL import Image
from tests.contracts.clip_making import IMAGE, STORY, Post, a_picture, fetched
from tests.money.counting import entries, used
from tests.standins.openai_makers import StandIn, serving
from tests.videos.making import belongings, whoami

from rushes.settings import ProviderSettings, Settings
from rushes.storage import StorageAway
from rushes.studio import Studio
from rushes.uploads import keeping


@pytest.fixture
def makers() -> Iterator[StandIn]:
    with serving() as standin:
        yield standin


@pytest.fixture
def settings(settings: Settings, makers: StandIn) -> Settings:
    settings.providers = {
        "makers": ProviderSettings(
            base_url=f"{makers.url}/v1",
            models=["gpt-image-2", "llama-3.3-70b"],
            price_per_image=0.04,
            price_per_million_tokens_in=1,
            price_per_million_tokens_out=2,
        )
    }
    settings.default_image_model = "makers/gpt-image-2"
    settings.default_writer_model = "makers/llama-3.3-70b"
    return settings


async def give_budget(admin: httpx2.AsyncClient, user: httpx2.AsyncClient, usd: float) -> None:
    user_id = (await whoami(user))["id"]
    answer = await admin.put(f"/api/admin/budgets/{user_id}", json={"budget_usd": usd})
    assert answer.status_code == 200, answer.text


async def test_a_frame_is_paid_for_once(
    post: Post, user: httpx2.AsyncClient, makers: StandIn, studio: Studio
) -> None:
    got = await post(user, "generate_single_image", IMAGE)
    assert got.status == 200, got.body
    [asked] = makers.asked("image")
    prompt = asked.fields["prompt"]
    assert prompt.startswith("STYLE: Realistic style, vibrant mood, photorealistic")
    for line in ("TECHNICAL: ", "LIGHTING: ", "MOOD: Vibrant", f"SCENE: {IMAGE['prompt']}"):
        assert f"\n{line}" in prompt
    [entry] = await entries(studio)
    assert (entry.kind, entry.provider, entry.model, entry.state) == (
        *("image", "makers", "gpt-image-2"),
        "spent",
    )
    assert entry.spent == 40_000
    assert await used(user) == (0, pytest.approx(0.04), 0)
    # Whatever size the model makes, the frame has the shape that was asked for.
    with Image.open(io.BytesIO(await fetched(got.json()["imageUrl"]))) as image:
        assert image.format == "PNG"
        assert image.width / image.height == pytest.approx(1280 / 720, rel=0.02)


async def test_a_frame_after_a_picture_is_an_edit_of_the_whole_of_it(
    post: Post, user: httpx2.AsyncClient, makers: StandIn
) -> None:
    got = await post(user, "generate_single_image", {**IMAGE, "image": a_picture()})
    assert got.status == 200, got.body
    [asked] = makers.asked("edit")
    [sent] = asked.files
    with Image.open(io.BytesIO(sent)) as picture:
        # A square of 400 pixels, padded to the frame's shape.
        assert picture.width / picture.height == pytest.approx(1280 / 720, rel=0.02)
    assert makers.asked("image") == []


async def test_a_story_is_paid_for_once(
    post: Post, user: httpx2.AsyncClient, makers: StandIn, studio: Studio
) -> None:
    got = await post(user, "generate_story", {**STORY, "frameCount": 3})
    told = got.json()
    assert got.status == 200, told
    assert [scene["timestamp"] for scene in told["story"]["scenes"]] == ["0:00", "0:10", "0:20"]
    [entry] = await entries(studio)
    assert (entry.kind, entry.model, entry.state) == ("writer", "llama-3.3-70b", "spent")
    assert entry.spent == 100 + 50 * 2
    once = ("-H", "Idempotency-Key: once")
    assert (await post(user, "generate_story", {**STORY, "frameCount": 3}, *once)).status == 200
    again = await post(user, "generate_story", {**STORY, "frameCount": 3}, *once)
    assert (again.status, again.json()["code"]) == (409, "asked_before")
    assert len(makers.asked("chat")) == 2


@pytest.mark.parametrize("name", ["generate_single_image", "generate_story", "public/generate-images"])
async def test_a_budget_answers_402_before_anything_is_asked(
    name: str,
    post: Post,
    user: httpx2.AsyncClient,
    signed_in: httpx2.AsyncClient,
    makers: StandIn,
    studio: Studio,
) -> None:
    await give_budget(signed_in, user, 0.000001)
    before = await belongings(studio)
    body = {
        "generate_single_image": IMAGE,
        "generate_story": STORY,
        "public/generate-images": {"prompt": "a fox", "count": 2},
    }[name]
    got = await post(user, name, body, "-H", "Idempotency-Key: once")
    assert (got.status, got.json()["success"]) == (402, False)
    assert makers.made() == 0
    assert await entries(studio) == []
    assert await belongings(studio) == before
    # With money it is made under the same key.
    await give_budget(signed_in, user, 1)
    assert (await post(user, name, {**body, "frameCount": 3} if "duration" in body else body)).status == 200


@pytest.mark.parametrize(
    ("fault", "status", "spent", "may_ask_again"),
    [
        (
            {"kind": "status", "status": 400, "body": {"error": {"message": "Not that.", "code": "bad"}}},
            500,
            0,
            True,
        ),
        ({"kind": "status", "status": 429, "retry_after": 7}, 429, 0, True),
        ({"kind": "done_drop"}, 500, 40_000, False),
    ],
)
async def test_what_the_ledger_has_of_a_frame_that_was_not_made(
    fault: dict[str, Any],
    status: int,
    spent: int,
    may_ask_again: bool,
    post: Post,
    user: httpx2.AsyncClient,
    makers: StandIn,
    studio: Studio,
) -> None:
    makers.fault("image", **fault)
    once = ("-H", "Idempotency-Key: once")
    got = await post(user, "generate_single_image", IMAGE, *once)
    told = got.json()
    assert (got.status, told["success"], isinstance(told["details"], str)) == (status, False, True), told
    [entry] = await entries(studio)
    assert (entry.state, entry.spent) == ("spent" if spent else "released", spent)
    assert (await used(user))[0] == 0
    again = await post(user, "generate_single_image", IMAGE, *once)
    assert again.status == (200 if may_ask_again else 409)
    assert len(makers.asked("image")) == (2 if may_ask_again else 1)


async def test_a_paid_frame_waits_for_a_store_that_is_away(
    post: Post, user: httpx2.AsyncClient, makers: StandIn, studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "_BETWEEN_TRIES", 0.1)
    put, tries = studio.storage.put, 0

    async def away_at_first(key: str, source: Any) -> Any:
        nonlocal tries
        tries += 1
        if tries <= 2:
            raise StorageAway
        return await put(key, source)

    monkeypatch.setattr(studio.storage, "put", away_at_first)
    got = await post(user, "generate_single_image", IMAGE)
    assert (got.status, len(makers.asked("image"))) == (200, 1), got.body
    assert (await fetched(got.json()["imageUrl"]))[1:4] == b"PNG"
    assert len((await user.get("/api/assets")).json()["assets"]) == 1


async def test_a_paid_frame_that_cannot_be_stored_says_that_it_was_charged(
    post: Post, user: httpx2.AsyncClient, makers: StandIn, studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rushes.dialects.clip_maker.stills._PATIENCE", 0.0)

    async def away(key: str, source: Any) -> Any:
        raise StorageAway

    with monkeypatch.context() as gone:
        gone.setattr(studio.storage, "put", away)
        once = ("-H", "Idempotency-Key: once")
        got = await post(user, "generate_single_image", IMAGE, *once)
    told = got.json()
    assert (got.status, told["code"]) == (500, "storage_unavailable")
    assert told["details"].endswith("It was charged.")
    [entry] = await entries(studio)
    assert (entry.state, entry.spent) == ("spent", 40_000)
    # Nor is it paid for again under that key.
    assert (await post(user, "generate_single_image", IMAGE, *once)).status == 409
    assert len(makers.asked("image")) == 1


async def test_what_is_made_of_several_is_kept(
    post: Post, user: httpx2.AsyncClient, makers: StandIn, studio: Studio
) -> None:
    makers.fault("image", "status", status=400, body={"error": {"message": "Not that.", "code": "bad"}})
    got = await post(user, "public/generate-images", {"prompt": "a fox", "count": 3, "style": "Anime"})
    told = got.json()
    assert got.status == 200, told
    assert len(told["images"]) == len((await user.get("/api/assets")).json()["assets"]) == 2
    assert sorted(entry.state for entry in await entries(studio)) == ["released", "spent", "spent"]
    for image in told["images"]:
        assert image.keys() == {"imageUrl", "proxyUrl", "s3Key"}
        assert (await fetched(image["imageUrl"]))[1:4] == b"PNG"


async def test_a_film_after_a_picture(
    post: Post, user: httpx2.AsyncClient, makers: StandIn, studio: Studio
) -> None:
    """Nobody works here: the answer does not wait for the film."""
    body = {
        "prompt": "A keeper finds a bottle",
        "style": "Noir",
        "mood": "Calm",
        "frameCount": 3,
        "duration": 12,
        "frameAspectRatio": "720:1280",
        "image": f"data:image/png;base64,{a_picture()}",
        "requestId": "req-abc123",
    }
    once = ("-H", "Idempotency-Key: once")
    first, second = [(await post(user, "public/generate-video", body, *once)) for _ in range(2)]
    told = first.json()
    assert first.status == 202, told
    assert told == {
        "success": True,
        "requestId": "req-abc123",
        "productionId": told["productionId"],
        "status": "running",
        "statusUrl": told["statusUrl"],
    }
    assert second.json()["productionId"] == told["productionId"]
    assert len(makers.asked("chat")) == 1
    film = (await user.get(told["statusUrl"])).json()
    assert (film["aspect_ratio"], film["style"], film["mood"], film["quality"]) == (
        *("9:16", "Noir", "Calm"),
        "final",
    )
    assert (film["title"], film["overview"]) == ("The Bottle", "A keeper finds a bottle.")
    [asset] = (await user.get("/api/assets")).json()["assets"]
    assert [scene["reference_asset_id"] for scene in film["scenes"]] == [asset["id"]] * 3


async def test_a_film_from_words_alone(post: Post, user: httpx2.AsyncClient) -> None:
    got = await post(user, "public/generate-video", {"prompt": "a fox in the snow", "frameCount": 2})
    told = got.json()
    assert (got.status, told["status"]) == (202, "running")
    film = (await user.get(f"/api/productions/{told['productionId']}")).json()
    assert (film["status"], film["aspect_ratio"]) == ("running", "16:9")
