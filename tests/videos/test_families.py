"""Remixes and the families that they make."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from tests.videos.conftest import Completed
from tests.videos.making import complete, make, put_in_stage, seen
from tests.videos.test_creating import picture

from rushes.studio import Studio
from rushes.videos import queries
from rushes.videos.lifecycle import STAGES


async def remix(client: httpx2.AsyncClient, video_id: str, prompt: str, **more: Any) -> dict[str, Any]:
    answer = await client.post(f"/api/videos/{video_id}/remix", json={"prompt": prompt, **more})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def family(client: httpx2.AsyncClient, video_id: str) -> dict[str, Any]:
    answer = await client.get(f"/api/videos/{video_id}/lineage")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


async def test_a_remix_takes_over_what_it_does_not_change(
    signed_in: httpx2.AsyncClient, completed: Completed
) -> None:
    parent = await completed(
        signed_in, "a red boat", seed=5, size="320x240", seconds=2, tags=["sea"], model="sora-2", title="Boat"
    )
    child = await remix(signed_in, parent["id"], "make it blue")
    expected = {
        "prompt": "make it blue",
        "kind": "remix",
        "model": "sora-2",
        "size": "320x240",
        "seconds": "2",
        "seed": 5,
        "tags": ["sea"],
        "title": None,
        "status": "queued",
        "remixed_from_video_id": parent["id"],
        "lineage": {"root_id": parent["id"], "parent_id": parent["id"]},
        "number": 2,
    }
    assert {name: child[name] for name in expected} == expected
    other = await remix(
        signed_in,
        parent["id"],
        "taller",
        size="128x256",
        seconds="3",
        seed=6,
        tags=[],
        model="animatic/animatic",
    )
    assert (other["size"], other["seconds"], other["seed"], other["tags"]) == ("128x256", "3", 6, [])


async def test_a_remix_of_a_picture_keeps_the_picture(signed_in: httpx2.AsyncClient, studio: Studio) -> None:
    answer = await signed_in.post(
        "/api/videos",
        data={"prompt": "it wakes", "size": "128x128", "seconds": "1"},
        files={"input_reference": ("a.png", picture(), "image/png")},
    )
    parent = answer.json()
    await complete(studio, parent["id"])
    child = await remix(signed_in, parent["id"], "it sleeps")
    assert child["reference"] == parent["reference"]


async def test_the_chain_of_prompts_goes_with_it(
    signed_in: httpx2.AsyncClient, studio: Studio, completed: Completed
) -> None:
    first = await completed(signed_in, "one")
    second = await remix(signed_in, first["id"], "two")
    await complete(studio, second["id"])
    third = await remix(signed_in, second["id"], "three")
    async with studio.reading() as session:
        row = await queries.one(session, third["id"])
    assert row is not None
    assert row.prompts == ["one", "two", "three"]


async def test_everybody_in_a_family_sees_all_of_it(
    signed_in: httpx2.AsyncClient, studio: Studio, completed: Completed
) -> None:
    stranger = await make(signed_in, "no relation")
    first = await completed(signed_in, "one")
    second = await remix(signed_in, first["id"], "two")
    await complete(studio, second["id"])
    third = await remix(signed_in, second["id"], "three")
    sibling = await remix(signed_in, first["id"], "two, otherwise")
    ids = [first["id"], second["id"], third["id"], sibling["id"]]
    for video_id in ids:
        found = await family(signed_in, video_id)
        assert found["root_id"] == first["id"]
        assert [video["id"] for video in found["videos"]] == ids
        assert [video["remixed_from_video_id"] for video in found["videos"]] == [
            None,
            first["id"],
            second["id"],
            first["id"],
        ]
    assert [video["id"] for video in (await family(signed_in, stranger["id"]))["videos"]] == [stranger["id"]]


async def test_a_family_survives_its_parent(
    signed_in: httpx2.AsyncClient, studio: Studio, completed: Completed
) -> None:
    first = await completed(signed_in, "one")
    second = await remix(signed_in, first["id"], "two")
    await complete(studio, second["id"])
    third = await remix(signed_in, second["id"], "three")
    await signed_in.delete(f"/api/videos/{first['id']}?permanent=true")
    await signed_in.delete(f"/api/videos/{second['id']}?permanent=true")
    found = await family(signed_in, third["id"])
    assert found["root_id"] == first["id"]
    assert [video["id"] for video in found["videos"]] == [third["id"]]
    assert (await seen(signed_in, third["id"]))["remixed_from_video_id"] == second["id"]
    await complete(studio, third["id"])
    fourth = await remix(signed_in, third["id"], "four")
    assert [video["id"] for video in (await family(signed_in, fourth["id"]))["videos"]] == [
        third["id"],
        fourth["id"],
    ]


async def test_what_is_not_completed_has_no_remix(
    signed_in: httpx2.AsyncClient, studio: Studio, subtests: pytest.Subtests
) -> None:
    for stage in STAGES:
        if stage == "completed":
            continue
        with subtests.test(stage):
            video = await make(signed_in)
            await put_in_stage(studio, video["id"], stage)
            answer = await signed_in.post(f"/api/videos/{video['id']}/remix", json={"prompt": "x"})
            assert (answer.status_code, answer.json()["code"]) == (409, "not_completed")


async def test_a_remix_for_which_the_model_is_too_small(
    signed_in: httpx2.AsyncClient, completed: Completed
) -> None:
    video = await completed(signed_in)
    for body, field, code in (
        ({"size": "4000x4000"}, "size", "unsupported_size"),
        ({"seconds": 600}, "seconds", "unsupported_seconds"),
        ({"model": "none"}, "model", "unknown_model"),
    ):
        answer = await signed_in.post(f"/api/videos/{video['id']}/remix", json={"prompt": "x", **body})
        assert (answer.status_code, answer.json()["code"]) == (422, code)
        assert list(answer.json()["details"]["fields"]) == [field]
