"""What a video is made from: several files with roles, sound, and a model's own options."""

from __future__ import annotations

import io
import json
import os
import wave
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx2
import pytest
from PIL import Image
from tests.conftest import MakeMember, Until
from tests.standins.clips import make_clip
from tests.videos.choosy import Choosy, bring
from tests.videos.conftest import Completed
from tests.videos.making import make, seen

from rushes.providers.model import ImageRule, Model, Role
from rushes.providers.registry import Providers
from rushes.studio import Studio
from rushes.videos import queries
from rushes.videos.submitting import submission_of

ALL_ROLES: tuple[Role, ...] = ("first_frame", "last_frame", "subject", "style", "video", "audio")
OPTIONS: dict[str, Any] = {
    "properties": {
        "loop": {"type": "boolean"},
        "tone": {"enum": ["warm", "cold"]},
        "steps": {"type": "integer"},
    }
}
WIDE = {"size": "1280x720", "seconds": 4}


def picture(width: int = 96, height: int = 96, colour: str = "teal") -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(buffer, "PNG")
    return buffer.getvalue()


def noise(side: int) -> bytes:
    buffer = io.BytesIO()
    Image.frombytes("RGB", (side, side), os.urandom(side * side * 3)).save(buffer, "PNG")
    return buffer.getvalue()


def sound() -> bytes:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(b"\x00\x10" * 4000)
    return buffer.getvalue()


@pytest.fixture
def cloud(studio: Studio) -> Choosy:
    """Models that take everything, words alone, a first frame always, and small pictures only."""
    provider = Choosy(
        "cloud",
        Model("all", "All", references=ALL_ROLES, audio="optional", options=OPTIONS, remix=True),
        Model("words", "Words", seed=False, prompt_max=40),
        Model(
            "from-picture", "From a picture", references=("first_frame",), needs_image=True, audio="always"
        ),
        Model(
            "small",
            "Small",
            references=("first_frame", "subject"),
            options={"properties": {"tone": {"enum": ["warm"]}, "loop": {"type": "boolean"}}},
            image=ImageRule(max_bytes=60_000, max_side=640, types=("image/webp",)),
        ),
        Model("tiny", "Tiny", references=("first_frame",), image=ImageRule(max_bytes=500)),
    )
    [animatic] = studio.providers.all()
    everyone = {"animatic": animatic, "cloud": provider}
    studio.providers = Providers(everyone, default=None, aliases={})  # type: ignore[arg-type]
    return provider


@pytest.fixture
async def files(signed_in: httpx2.AsyncClient) -> dict[str, str]:
    """Ids of assets by the role that they can have."""
    brought = {
        "first_frame": ("first.png", picture(640, 360, "red")),
        "last_frame": ("last.png", picture(360, 640, "green")),
        "subject": ("cat.png", picture(200, 300, "blue")),
        "style": ("ink.png", picture(300, 200, "black")),
        "video": ("walk.mp4", make_clip("128x128", "1")),
        "audio": ("song.wav", sound()),
    }
    return {role: (await bring(signed_in, *file))["id"] for role, file in brought.items()}


def as_references(files: dict[str, str], *roles: str) -> list[dict[str, str]]:
    return [{"asset_id": files[role], "role": role} for role in roles]


@pytest.mark.usefixtures("cloud")
class TestAsking:
    async def test_everything_at_once(self, signed_in: httpx2.AsyncClient, files: dict[str, str]) -> None:
        references = as_references(files, "subject", "last_frame", "audio", "first_frame", "video", "style")
        options = {"loop": True, "tone": "cold"}
        video = await make(
            signed_in, model="cloud/all", **WIDE, references=references, audio=True, options=options
        )
        assert video["references"] == [
            {**each, "url": f"/api/assets/{each['asset_id']}/content"} for each in references
        ]
        assert video["reference"] == video["references"][3]
        assert (video["audio"], video["options"], video["kind"]) == (True, options, "image")
        assert await seen(signed_in, video["id"]) == video
        plain = (await signed_in.get("/api/videos")).json()["videos"]
        filtered = (await signed_in.get("/api/videos?kind=image")).json()["videos"]
        assert plain == filtered == [video]

    async def test_what_is_left_out(self, signed_in: httpx2.AsyncClient) -> None:
        for model, audio in (("all", False), ("words", None), ("small", None)):
            video = await make(signed_in, model=f"cloud/{model}", **WIDE)
            assert (video["references"], video["reference"], video["options"]) == ([], None, {})
            assert video["audio"] is audio

    async def test_a_form_says_the_same_as_json(
        self, signed_in: httpx2.AsyncClient, files: dict[str, str]
    ) -> None:
        more = as_references(files, "last_frame", "style")
        fields = {
            **{"prompt": "it turns", "model": "cloud/all", "size": "1280x720", "seconds": "4"},
            **{"audio": "true", "references": json.dumps(more), "options": '{"steps": 3}'},
        }
        file = {"input_reference": ("a.png", picture(), "image/png")}
        answer = await signed_in.post("/api/videos", data=fields, files=file)
        assert answer.status_code == 201, answer.text
        video = answer.json()
        assert [each["role"] for each in video["references"]] == ["first_frame", "last_frame", "style"]
        assert [each["asset_id"] for each in video["references"][1:]] == [each["asset_id"] for each in more]
        assert (video["audio"], video["options"]) == (True, {"steps": 3})

    async def test_a_form_cannot_smuggle_a_nul_in(self, signed_in: httpx2.AsyncClient) -> None:
        for options in ('{"tone": "a\\u0000"}', '{"\\u0000": 1}'):
            fields = {"prompt": "x", "model": "cloud/all", "options": options}
            answer = await signed_in.post("/api/videos", data=fields, files={"input_reference": ("", b"")})
            assert answer.status_code == 422, answer.text
            assert answer.json()["details"]["fields"] == {"options": "must not contain NUL characters"}

    async def test_a_sound_alone_is_words(self, signed_in: httpx2.AsyncClient, files: dict[str, str]) -> None:
        video = await make(signed_in, model="cloud/all", **WIDE, references=as_references(files, "audio"))
        assert (video["kind"], video["reference"]) == ("text", None)

    async def test_what_a_model_does_not_take(
        self, signed_in: httpx2.AsyncClient, files: dict[str, str], subtests: pytest.Subtests
    ) -> None:
        first = as_references(files, "first_frame")
        cases: list[tuple[dict[str, Any], str, str]] = [
            ({"model": "words", "references": first}, "references", "unsupported_reference"),
            (
                {"model": "small", "references": as_references(files, "style")},
                "references",
                "unsupported_reference",
            ),
            ({"model": "from-picture"}, "references", "image_needed"),
            ({"model": "from-picture", "references": first, "audio": False}, "audio", "unsupported_audio"),
            ({"model": "words", "audio": True}, "audio", "unsupported_audio"),
            ({"model": "words", "seed": 3}, "seed", "unsupported_seed"),
            ({"model": "words", "prompt": "x" * 41}, "prompt", "prompt_too_long"),
            ({"model": "all", "options": {"tone": "grey"}}, "options.tone", "unsupported_option"),
            ({"model": "all", "options": {"code": "x"}}, "options.code", "unsupported_option"),
            ({"model": "words", "options": {"loop": True}}, "options.loop", "unsupported_option"),
            (
                {"model": "all", "references": [{"asset_id": files["audio"], "role": "style"}]},
                "references",
                "validation_failed",
            ),
            (
                {"model": "all", "references": [{"asset_id": files["video"], "role": "audio"}]},
                "references",
                "validation_failed",
            ),
        ]
        for body, field, code in cases:
            with subtests.test(str(body)):
                answer = await signed_in.post("/api/videos", json={"prompt": "x", **body})
                assert answer.status_code == 422, answer.text
                assert (list(answer.json()["details"]["fields"]), answer.json()["code"]) == ([field], code)
        assert (await signed_in.get("/api/videos")).json()["videos"] == []

    async def test_several_of_one_prompt_need_no_seed(self, signed_in: httpx2.AsyncClient) -> None:
        made = await make(signed_in, model="cloud/words", **WIDE, n=2)
        assert [video["seed"] for video in made["videos"]] == [None, None]
        made = await make(signed_in, model="cloud/all", **WIDE, n=2)
        assert None not in {video["seed"] for video in made["videos"]}

    async def test_asking_twice_with_other_options_is_another_request(
        self, signed_in: httpx2.AsyncClient
    ) -> None:
        body = {"prompt": "x", "model": "cloud/all", "options": {"steps": 1}}
        key = {"Idempotency-Key": "k1"}
        first = await signed_in.post("/api/videos", json=body, headers=key)
        again = await signed_in.post("/api/videos", json=body, headers=key)
        other = await signed_in.post("/api/videos", json={**body, "options": {"steps": 2}}, headers=key)
        assert first.json()["id"] == again.json()["id"]
        assert (other.status_code, other.json()["code"]) == (409, "idempotency_mismatch")


@pytest.mark.usefixtures("cloud")
class TestKeeping:
    async def test_a_file_is_counted_once_a_video_and_kept_while_it_is_used(
        self, signed_in: httpx2.AsyncClient, files: dict[str, str]
    ) -> None:
        asset = files["first_frame"]
        twice = [{"asset_id": asset, "role": role} for role in ("first_frame", "last_frame", "style")]
        one = await make(signed_in, model="cloud/all", **WIDE, references=twice)
        many = await make(signed_in, model="cloud/all", **WIDE, references=twice[2:], n=2)
        assert (await signed_in.get(f"/api/assets/{asset}")).json()["used"] == 3
        for video in (one, *many["videos"]):
            refused = await signed_in.delete(f"/api/assets/{asset}")
            assert (refused.status_code, refused.json()["code"]) == (409, "asset_in_use")
            assert (await signed_in.delete(f"/api/videos/{video['id']}")).status_code == 200
            assert (await signed_in.delete(f"/api/assets/{asset}")).status_code == 409
            gone = await signed_in.delete(f"/api/videos/{video['id']}?permanent=true")
            assert gone.status_code == 200, gone.text
        assert (await signed_in.delete(f"/api/assets/{asset}")).status_code == 200

    async def test_others_files_are_as_unknown_as_none_in_any_role(
        self, signed_in: httpx2.AsyncClient, member: MakeMember
    ) -> None:
        ada = await member("ada")
        hers = (await bring(ada, "hers.png", picture()))["id"]
        mine = (await bring(signed_in, "mine.png", picture(100, 100)))["id"]
        for role in ("last_frame", "style"):
            references = [{"asset_id": mine, "role": "subject"}, {"asset_id": hers, "role": role}]
            answer = await signed_in.post(
                "/api/videos", json={"prompt": "x", "model": "cloud/all", "references": references}
            )
            assert "not one of your assets" in answer.json()["details"]["fields"]["references"]


@pytest.mark.usefixtures("cloud")
class TestRemixes:
    @pytest.fixture
    async def parent(
        self, signed_in: httpx2.AsyncClient, files: dict[str, str], completed: Completed
    ) -> dict[str, Any]:
        return await completed(
            signed_in,
            model="cloud/all",
            **WIDE,
            references=as_references(files, "style", "first_frame", "subject"),
            audio=True,
            options={"tone": "cold", "loop": True, "steps": 2},
            seed=9,
        )

    async def test_by_the_same_model_keep_everything(
        self, signed_in: httpx2.AsyncClient, parent: dict[str, Any]
    ) -> None:
        answer = await signed_in.post(f"/api/videos/{parent['id']}/remix", json={"prompt": "at dawn"})
        assert answer.status_code == 201, answer.text
        child = answer.json()
        for name in ("references", "reference", "audio", "options", "seed"):
            assert child[name] == parent[name], name

    async def test_by_another_keep_what_it_takes(
        self, signed_in: httpx2.AsyncClient, parent: dict[str, Any]
    ) -> None:
        kept = {
            "small": (["first_frame", "subject"], None, {"loop": True}, 9),
            "words": ([], None, {}, None),
            "from-picture": (["first_frame"], True, {}, 9),
        }
        for model, expected in kept.items():
            body = {"prompt": "at dawn", "model": f"cloud/{model}"}
            child = (await signed_in.post(f"/api/videos/{parent['id']}/remix", json=body)).json()
            roles = [each["role"] for each in child["references"]]
            assert (roles, child["audio"], child["options"], child["seed"]) == expected

    async def test_what_is_given_anew_takes_their_place(
        self, signed_in: httpx2.AsyncClient, parent: dict[str, Any], files: dict[str, str]
    ) -> None:
        body = {
            "prompt": "at dawn",
            "references": as_references(files, "last_frame"),
            "audio": False,
            "options": {"steps": 5},
        }
        child = (await signed_in.post(f"/api/videos/{parent['id']}/remix", json=body)).json()
        assert [each["asset_id"] for each in child["references"]] == [files["last_frame"]]
        assert (child["audio"], child["options"]) == (False, {"steps": 5})
        none = await signed_in.post(
            f"/api/videos/{parent['id']}/remix", json={"prompt": "x", "references": [], "options": {}}
        )
        assert (none.json()["references"], none.json()["options"]) == ([], {})
        wrong = await signed_in.post(
            f"/api/videos/{parent['id']}/remix", json={"prompt": "x", "options": {"tone": 1}}
        )
        assert list(wrong.json()["details"]["fields"]) == ["options.tone"]


@pytest.mark.usefixtures("worker")
class TestHandingOver:
    async def _given(
        self, client: httpx2.AsyncClient, cloud: Choosy, until: Until, **asked: Any
    ) -> dict[str, tuple[str, bytes]]:
        """The files that the provider got, by their roles."""
        before = len(cloud.given)
        await make(client, **WIDE, **asked)
        await until(lambda: len(cloud.given) > before, "the submission")
        return {role: (kind, data) for role, kind, data in cloud.given[-1].files}

    async def test_frames_get_the_shape_of_the_video_and_likenesses_keep_theirs(
        self,
        signed_in: httpx2.AsyncClient,
        cloud: Choosy,
        until: Until,
        files: dict[str, str],
        studio: Studio,
    ) -> None:
        given = await self._given(
            signed_in,
            cloud,
            until,
            model="cloud/all",
            references=as_references(files, *ALL_ROLES),
            audio=True,
            options={"steps": 7},
        )
        submission = cloud.given[-1].submission
        assert (submission.audio, submission.options) == (True, {"steps": 7})
        assert list(given) == list(ALL_ROLES)
        for role in ("first_frame", "subject", "style", "video", "audio"):
            kept = await signed_in.get(f"/api/assets/{files[role]}/content")
            assert given[role] == (kept.headers["content-type"], kept.content), role
        kind, data = given["last_frame"]
        with Image.open(io.BytesIO(data)) as image:
            assert (kind, image.size) == ("image/jpeg", (1280, 720))
            middle, edge = image.getpixel((640, 360)), image.getpixel((20, 360))
        assert middle[1] > 100 > edge[1] > 20  # type: ignore[index,operator]
        assert not list(Path(studio.storage.scratch()).glob("fitted-*"))

    async def test_limits_are_kept(self, signed_in: httpx2.AsyncClient, cloud: Choosy, until: Until) -> None:
        asset = (await bring(signed_in, "noise.png", noise(1000)))["id"]
        references = [{"asset_id": asset, "role": role} for role in ("first_frame", "subject")]
        given = await self._given(signed_in, cloud, until, model="cloud/small", references=references)
        for role, size in (("first_frame", 640 / 360), ("subject", 1.0)):
            kind, data = given[role]
            assert (kind, len(data) <= 60_000) == ("image/webp", True)
            with Image.open(io.BytesIO(data)) as image:
                assert max(image.size) <= 640
                assert image.width / image.height == pytest.approx(size, rel=0.02)

    async def test_one_that_cannot_be_made_small_enough(
        self, signed_in: httpx2.AsyncClient, cloud: Choosy, until: Until
    ) -> None:
        asset = (await bring(signed_in, "noise.png", noise(800)))["id"]
        video = await make(signed_in, model="cloud/tiny", **WIDE, references=[{"asset_id": asset}])

        async def failed() -> bool:
            return (await seen(signed_in, video["id"]))["status"] == "failed"

        await until(failed, "the refusal")
        error = (await seen(signed_in, video["id"]))["error"]
        assert (error["code"], error["charged"], error["retryable"]) == ("payload_too_large", "no", False)
        assert error["message"] == (
            "A picture is too large for cloud, which takes 500 bytes at most, and cannot be made that small. "
            "Use a plainer one."
        )
        assert cloud.given == []


async def test_the_sketch_gets_the_picture_as_it_is(signed_in: httpx2.AsyncClient, studio: Studio) -> None:
    """It frames the picture by itself: bars would come into its camera's way."""
    asset = await bring(signed_in, "tall.png", picture(200, 400))
    video = await make(signed_in, **{**WIDE, "references": [{"asset_id": asset["id"]}]})
    kept = (await signed_in.get(asset["content_url"])).content
    async with studio.reading() as session:
        row = await queries.one(session, video["id"])
    assert row is not None
    async with AsyncExitStack() as stack:
        submission = await submission_of(studio, row, stack)
        assert [each.path.read_bytes() for each in submission.references] == [kept]
