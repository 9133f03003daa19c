"""Asking for videos: what is stored, what the answer says, and what a worker makes of it."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import httpx2
import pytest
from PIL import Image
from tests.conftest import Until
from tests.videos.making import MovableClock, make, seen, whoami, working

from rushes.settings import ProviderSettings, Settings
from rushes.studio import Studio


def picture(width: int = 96, height: int = 96, form: str = "PNG") -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(buffer, form)
    return buffer.getvalue()


async def test_what_is_left_out_gets_its_default(signed_in: httpx2.AsyncClient) -> None:
    answer = await signed_in.post("/api/videos", json={"prompt": "  a cat on a motorcycle \n"})
    assert answer.status_code == 201, answer.text
    video = answer.json()
    me = await whoami(signed_in)
    assert video["id"].startswith("video_")
    assert (video["user_id"], video["space_id"]) == (me["id"], me["space_id"])
    expected = {
        "number": 1,
        "code": "RX-0001",
        "prompt": "a cat on a motorcycle",
        "model": "animatic/animatic",
        "served_by": {"provider": "animatic", "model": "animatic"},
        "kind": "text",
        "size": "1280x720",
        "seconds": "8",
        "status": "queued",
        "stage": "waiting",
        "progress": 0,
        "progress_known": False,
        "needs_attention": False,
        "title": None,
        "tags": [],
        "favourite": False,
        "is_published": False,
        "seed": None,
        "priority": 0,
        "attempts": 1,
        "error": None,
        "openai_video_id": None,
        "remixed_from_video_id": None,
        "lineage": {"root_id": video["id"], "parent_id": None},
        "reference": None,
        "file_path": None,
        "content_url": None,
        "cost_estimate": 0.0,
        "seq": 1,
    }
    assert {name: video[name] for name in expected} == expected
    assert await seen(signed_in, video["id"]) == video


async def test_everything_that_can_be_asked_for(signed_in: httpx2.AsyncClient, studio: Studio) -> None:
    asked = {
        "prompt": "snow over a harbour",
        "model": "animatic",
        "provider": "animatic",
        "size": "320X240",
        "seconds": "2.50",
        "seed": 7,
        "priority": -10,
        "title": "Harbour",
        "tags": "winter, sea,winter",
        "max_cost_usd": 0,
        "deadline": studio.clock.now() + 60,
    }
    answer = await signed_in.post("/api/videos", json=asked)
    assert answer.status_code == 201, answer.text
    video = answer.json()
    assert (video["size"], video["seconds"], video["seed"]) == ("320x240", "2.5", 7)
    assert (video["priority"], video["title"], video["tags"]) == (-10, "Harbour", ["winter", "sea"])
    assert (video["model"], video["provider"]) == ("animatic", "animatic")


async def test_a_form_says_the_same_as_json(signed_in: httpx2.AsyncClient) -> None:
    fields = {"prompt": "rain", "size": "128x128", "seconds": "1", "n": "1", "tags": "a,b", "seed": "3"}
    answer = await signed_in.post(
        "/api/videos", files={name: (None, value) for name, value in fields.items()}
    )
    assert answer.status_code == 201, answer.text
    video = answer.json()
    assert (video["seconds"], video["tags"], video["seed"], video["kind"]) == ("1", ["a", "b"], 3, "text")


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
async def test_a_picture_becomes_the_first_frame(
    signed_in: httpx2.AsyncClient, form: str, studio: Studio
) -> None:
    file = ("../../etc/pass wd.png", picture(form=form), "image/png")
    answer = await signed_in.post(
        "/api/videos", data={"prompt": "it wakes up"}, files={"input_reference": file}
    )
    assert answer.status_code == 201, answer.text
    video = answer.json()
    assert video["kind"] == "image"
    reference = video["reference"]
    assert reference["role"] == "first_frame"
    shown = await signed_in.get(reference["url"])
    assert shown.status_code == 200
    assert shown.headers["content-type"] in ("image/png", "image/jpeg")
    assert Image.open(io.BytesIO(shown.content)).size == (96, 96)
    again = await signed_in.post(
        "/api/videos",
        json={
            "prompt": "and again",
            "references": [{"asset_id": reference["asset_id"], "role": "first_frame"}],
        },
    )
    assert again.status_code == 201
    assert again.json()["reference"]["asset_id"] == reference["asset_id"]
    assert not list(Path(studio.storage.scratch()).iterdir())


async def test_several_come_together_in_their_order(signed_in: httpx2.AsyncClient) -> None:
    answer = await signed_in.post(
        "/api/videos", json={"prompt": "five ways", "n": 5, "seed": 10, "size": "128x128", "seconds": 1}
    )
    assert answer.status_code == 201
    made = answer.json()["videos"]
    assert [video["number"] for video in made] == [1, 2, 3, 4, 5]
    assert [video["seed"] for video in made] == [10, 11, 12, 13, 14]
    assert [video["seq"] for video in made] == [1, 2, 3, 4, 5]
    assert len({video["id"] for video in made}) == 5
    listed = (await signed_in.get("/api/videos?sort=old")).json()["videos"]
    assert [video["id"] for video in listed] == [video["id"] for video in made]


async def test_several_are_admitted_all_or_none(signed_in: httpx2.AsyncClient, settings: Settings) -> None:
    refused = await signed_in.post("/api/videos", json={"prompt": "x", "n": 3, "size": "4096x4096"})
    assert refused.status_code == 422
    assert (await signed_in.get("/api/videos")).json()["videos"] == []


async def test_numbers_count_on_in_each_space(signed_in: httpx2.AsyncClient, member: Any) -> None:
    ada = await member("ada")
    assert [(await make(signed_in))["number"] for _ in range(2)] == [1, 2]
    assert (await make(ada))["number"] == 1
    assert (await make(signed_in))["code"] == "RX-0003"


async def test_old_clients_keep_working(signed_in: httpx2.AsyncClient) -> None:
    for old_name in ("sora-2", "sora-2-pro"):
        video = await make(signed_in, model=old_name)
        assert video["model"] == old_name
        assert video["served_by"] == {"provider": "animatic", "model": "animatic"}


async def test_a_worker_draws_it(
    signed_in: httpx2.AsyncClient, worker: None, until: Until, studio: Studio
) -> None:
    video = await make(signed_in, "a red balloon over the sea")

    async def is_done() -> bool:
        return (await seen(signed_in, video["id"]))["status"] not in ("queued", "in_progress")

    await until(is_done, "the drawing", seconds=60)
    done = await seen(signed_in, video["id"])
    assert (done["status"], done["progress"], done["error"]) == ("completed", 100, None)
    assert (done["width"], done["height"]) == (128, 128)
    assert done["duration"] == pytest.approx(1.0, abs=0.1)
    film = await signed_in.get(done["content_url"])
    assert film.status_code == 200
    assert len(film.content) == done["file_size"]
    assert film.content[4:8] == b"ftyp"
    for url in (done["thumbnail_url"], done["spritesheet_url"]):
        assert (await signed_in.get(url)).headers["content-type"] == "image/jpeg"


async def test_what_was_not_begun_before_its_deadline_is_cancelled(
    signed_in: httpx2.AsyncClient, clock: MovableClock, studio: Studio, until: Until
) -> None:
    video = await make(signed_in, deadline=studio.clock.now() + 30)
    clock.ahead += 31
    async with working(studio):

        async def is_over() -> bool:
            return (await seen(signed_in, video["id"]))["status"] == "cancelled"

        await until(is_over, "the deadline to be noticed")
    error = (await seen(signed_in, video["id"]))["error"]
    assert (error["code"], error["charged"]) == ("deadline_passed", "no")


class TestWithAServerOfOnesOwn:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        settings.providers = {
            "gpu": ProviderSettings(
                base_url="http://127.0.0.1:9", models=["wan-2.2", "ltx"], price_per_second=0.1
            ),
            "farm": ProviderSettings(base_url="http://127.0.0.1:9", models=["ltx"]),
        }
        return settings

    async def test_old_names_mean_the_first_server_of_ones_own(self, signed_in: httpx2.AsyncClient) -> None:
        video = await make(signed_in, model="sora-2")
        assert (video["model"], video["served_by"]) == ("sora-2", {"provider": "gpu", "model": "wan-2.2"})

    async def test_nobody_spends_money_unasked(self, signed_in: httpx2.AsyncClient) -> None:
        assert (await make(signed_in))["provider"] == "animatic"

    async def test_names_are_understood(self, signed_in: httpx2.AsyncClient) -> None:
        for asked, served in (
            ({"model": "wan-2.2"}, {"provider": "gpu", "model": "wan-2.2"}),
            ({"model": "farm/ltx"}, {"provider": "farm", "model": "ltx"}),
            ({"model": "ltx", "provider": "farm"}, {"provider": "farm", "model": "ltx"}),
            ({"provider": "farm"}, {"provider": "farm", "model": "ltx"}),
        ):
            assert (await make(signed_in, **asked))["served_by"] == served

    async def test_a_name_that_two_offer_must_be_told_apart(self, signed_in: httpx2.AsyncClient) -> None:
        answer = await signed_in.post("/api/videos", json={"prompt": "x", "model": "ltx"})
        assert answer.status_code == 422
        assert answer.json()["code"] == "unknown_model"
        assert "gpu/ltx or farm/ltx" in answer.json()["details"]["fields"]["model"]

    async def test_a_dearer_one_is_refused_before_anything_is_spent(
        self, signed_in: httpx2.AsyncClient
    ) -> None:
        body = {"prompt": "x", "model": "gpu/wan-2.2", "seconds": 10, "n": 2, "max_cost_usd": 1.5}
        answer = await signed_in.post("/api/videos", json=body)
        assert (answer.status_code, answer.json()["code"]) == (402, "over_max_cost")
        unknown = await signed_in.post("/api/videos", json=body | {"model": "farm/ltx"})
        assert (unknown.status_code, unknown.json()["code"]) == (402, "price_unknown")
        assert (await signed_in.get("/api/videos")).json()["videos"] == []
        answer = await signed_in.post("/api/videos", json=body | {"max_cost_usd": 2})
        assert [video["cost_estimate"] for video in answer.json()["videos"]] == [1.0, 1.0]


class TestWithOpenAIItself:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        settings.providers = {
            "openai": ProviderSettings(base_url="https://api.openai.com/v1", api_key="sk-x", models=["other"])
        }
        return settings

    async def test_what_openai_retired_is_refused_with_a_suggestion(
        self, signed_in: httpx2.AsyncClient
    ) -> None:
        answer = await signed_in.post("/api/videos", json={"prompt": "x", "model": "openai/sora-2"})
        assert (answer.status_code, answer.json()["code"]) == (422, "model_retired")
        assert "animatic/animatic" in answer.json()["details"]["fields"]["model"]
        # By its plain name it is an alias, and never goes there.
        assert (await make(signed_in, model="sora-2"))["provider"] == "animatic"
