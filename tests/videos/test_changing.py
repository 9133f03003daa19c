"""Changing a video's title, tags, favourite mark and publication: what is left out stays."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from tests.videos.conftest import Completed
from tests.videos.making import make, seen


async def change(client: httpx2.AsyncClient, video_id: str, **wanted: Any) -> dict[str, Any]:
    answer = await client.patch(f"/api/videos/{video_id}", json=wanted)
    assert answer.status_code == 200, answer.text
    changed: dict[str, Any] = answer.json()
    return changed


async def test_what_is_left_out_stays(signed_in: httpx2.AsyncClient) -> None:
    video = await make(signed_in, title="First", tags=["a"])
    changed = await change(signed_in, video["id"], favourite=True)
    assert (changed["title"], changed["tags"], changed["favourite"]) == ("First", ["a"], True)
    changed = await change(signed_in, video["id"], tags=[" b ", "b", "c"])
    assert (changed["title"], changed["tags"], changed["favourite"]) == ("First", ["b", "c"], True)
    assert changed["seq"] == 3
    assert await seen(signed_in, video["id"]) == changed


async def test_a_title_can_be_cleared(signed_in: httpx2.AsyncClient) -> None:
    for nothing in (None, "", "   "):
        video = await make(signed_in, title="First")
        assert (await change(signed_in, video["id"], title=nothing))["title"] is None


async def test_what_a_script_needs_is_kept(signed_in: httpx2.AsyncClient) -> None:
    prompt, title = "One.\r\n\tTwo.\nThree.", "👩\u200d🚀 می\u200cخواهم \u200fשלום"
    video = await make(signed_in, prompt=prompt, title=title, tags=["🏳️\u200d🌈"])
    assert (video["prompt"], video["title"], video["tags"]) == (prompt, title, ["🏳️\u200d🌈"])


async def test_a_change_that_changes_nothing_has_no_number(signed_in: httpx2.AsyncClient) -> None:
    video = await make(signed_in, title="First", tags=["a"])
    assert await change(signed_in, video["id"], title="First", tags=["a"], favourite=False) == video
    assert await change(signed_in, video["id"]) == video


async def test_what_makes_no_sense_is_refused(
    signed_in: httpx2.AsyncClient, subtests: pytest.Subtests
) -> None:
    video = await make(signed_in, title="First")
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"title": "t" * 201}, "title"),
        ({"title": 3}, "title"),
        ({"title": "two\nlines"}, "title"),
        ({"title": "a\u202eb"}, "title"),
        ({"tags": ["a\x1bb"]}, "tags.0"),
        ({"tags": None}, "tags"),
        ({"tags": ["x" * 41]}, "tags.0"),
        ({"favourite": None}, "favourite"),
        ({"favourite": "perhaps"}, "favourite"),
        ({"is_published": 2}, "is_published"),
        ({"prompt": "another"}, "prompt"),
        ({"status": "completed"}, "status"),
        ({"user_id": "somebody"}, "user_id"),
    ]
    for body, field in wrong:
        with subtests.test(body=str(body)[:60]):
            answer = await signed_in.patch(f"/api/videos/{video['id']}", json=body)
            assert answer.status_code == 422
            assert list(answer.json()["details"]["fields"]) == [field]
    assert await seen(signed_in, video["id"]) == video


async def test_only_what_is_completed_can_be_published(
    signed_in: httpx2.AsyncClient, completed: Completed
) -> None:
    unfinished, done = await make(signed_in), await completed(signed_in)
    answer = await signed_in.patch(f"/api/videos/{unfinished['id']}", json={"is_published": True})
    assert (answer.status_code, answer.json()["code"]) == (409, "not_completed")
    # All of a request or nothing of it.
    both = {"title": "New", "is_published": True}
    assert (await signed_in.patch(f"/api/videos/{unfinished['id']}", json=both)).status_code == 409
    assert (await seen(signed_in, unfinished["id"]))["title"] is None
    assert (await change(signed_in, unfinished["id"], is_published=False))["is_published"] is False
    assert (await change(signed_in, done["id"], is_published=True))["is_published"] is True


async def test_what_is_in_the_trash_is_not_published(
    signed_in: httpx2.AsyncClient, completed: Completed
) -> None:
    video = await completed(signed_in)
    await change(signed_in, video["id"], is_published=True)
    await signed_in.delete(f"/api/videos/{video['id']}")
    assert (await seen(signed_in, video["id"]))["is_published"] is False
    answer = await signed_in.patch(f"/api/videos/{video['id']}", json={"is_published": True})
    assert (answer.status_code, answer.json()["code"]) == (409, "in_trash")
    await signed_in.post(f"/api/videos/{video['id']}/restore")
    assert (await seen(signed_in, video["id"]))["is_published"] is False
