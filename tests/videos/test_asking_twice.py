"""A client that asks twice pays once: by its own key, or by the retry count that the openai SDK sends."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import httpx2
import pytest
from tests.conftest import MakeMember
from tests.videos.conftest import Completed
from tests.videos.making import SMALL, MovableClock, belongings, files_of, make
from tests.videos.test_creating import picture

from rushes.studio import Studio
from rushes.videos.tasks import tidy

BODY: dict[str, Any] = {"prompt": "once only", **SMALL}
KEY = {"Idempotency-Key": "order-1"}
HOUR = 3600.0


async def how_many(client: httpx2.AsyncClient) -> int:
    return len((await client.get("/api/videos")).json()["videos"])


async def test_the_same_key_and_body_get_the_first_answer(signed_in: httpx2.AsyncClient) -> None:
    first = await signed_in.post("/api/videos", json=BODY, headers=KEY)
    # The same request in other words: fields in another order, defaults written out, seconds as text.
    alike = {"seconds": "1", "n": 1, "size": "128x128", "tags": [], "prompt": "once only"}
    again = await signed_in.post("/api/videos", json=alike, headers=KEY)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert await how_many(signed_in) == 1


async def test_without_a_key_two_requests_are_two_videos(signed_in: httpx2.AsyncClient) -> None:
    ids = {(await signed_in.post("/api/videos", json=BODY)).json()["id"] for _ in range(2)}
    assert len(ids) == 2


async def test_another_body_under_the_key_is_a_conflict(signed_in: httpx2.AsyncClient) -> None:
    await signed_in.post("/api/videos", json=BODY, headers=KEY)
    for changed in ({"prompt": "other"}, {"n": 2}, {"seconds": 2}, {"title": "T"}):
        answer = await signed_in.post("/api/videos", json=BODY | changed, headers=KEY)
        assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_mismatch")
    assert await how_many(signed_in) == 1


async def test_a_key_belongs_to_its_user(signed_in: httpx2.AsyncClient, member: MakeMember) -> None:
    ada = await member("ada")
    mine = (await signed_in.post("/api/videos", json=BODY, headers=KEY)).json()
    hers = (await ada.post("/api/videos", json=BODY | {"prompt": "hers"}, headers=KEY)).json()
    assert mine["id"] != hers["id"]


async def test_a_key_is_kept_for_48_hours(
    signed_in: httpx2.AsyncClient, clock: MovableClock, studio: Studio
) -> None:
    first = (await signed_in.post("/api/videos", json=BODY, headers=KEY)).json()
    clock.ahead = 48 * HOUR - 60
    await tidy(studio)
    signed = await _sign_in_again(signed_in)
    assert (await signed.post("/api/videos", json=BODY, headers=KEY)).json()["id"] == first["id"]
    clock.ahead = 48 * HOUR + 60
    fresh = (await signed.post("/api/videos", json=BODY | {"prompt": "later"}, headers=KEY)).json()
    assert fresh["id"] != first["id"]
    clock.ahead += 48 * HOUR + 60
    await tidy(studio)
    assert (await belongings(studio))["idempotency"] == 0


async def test_several_videos_are_answered_again_in_their_order(signed_in: httpx2.AsyncClient) -> None:
    answers = [
        (await signed_in.post("/api/videos", json=BODY | {"n": 4}, headers=KEY)).json() for _ in range(2)
    ]
    assert answers[0] == answers[1]
    assert await how_many(signed_in) == 4


@pytest.mark.parametrize("headers", [KEY, {"x-stainless-retry-count": "1"}])
async def test_ten_at_once_make_one_video(
    signed_in: httpx2.AsyncClient, headers: dict[str, str], studio: Studio
) -> None:
    answers = await asyncio.gather(
        *(signed_in.post("/api/videos", json=BODY, headers=headers) for _ in range(10))
    )
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert await how_many(signed_in) == 1


async def test_a_form_with_a_picture_is_the_same_request_again(
    signed_in: httpx2.AsyncClient, studio: Studio
) -> None:
    async def ask(data: bytes) -> httpx2.Response:
        return await signed_in.post(
            "/api/videos",
            data={"prompt": "it moves"},
            files={"input_reference": ("a.png", data, "image/png")},
            headers=KEY,
        )

    answers = await asyncio.gather(*(ask(picture()) for _ in range(5)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    other = await ask(picture(100, 100))
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_mismatch")
    left = await belongings(studio)
    assert (left["videos"], left["assets"], left["loose_files"], len(left["files"])) == (1, 1, 0, 2)
    assert [Path(file).name for file in files_of(studio)] == ["picture.png", "thumbnail.jpg"]


async def test_the_sdks_retries_are_known_by_their_count(
    signed_in: httpx2.AsyncClient, clock: MovableClock
) -> None:
    async def ask(count: str) -> str:
        answer = await signed_in.post("/api/videos", json=BODY, headers={"x-stainless-retry-count": count})
        assert answer.status_code == 201
        return str(answer.json()["id"])

    first = await ask("0")
    assert await ask("1") == first
    assert await ask("2") == first
    # Asking anew is meant: the count begins at nought again.
    second = await ask("0")
    assert second != first
    assert await ask("1") == second
    clock.ahead = 601
    assert await ask("1") not in (first, second)


async def test_a_retry_of_another_body_is_a_request_of_its_own(signed_in: httpx2.AsyncClient) -> None:
    count = {"x-stainless-retry-count": "1"}
    first = (await signed_in.post("/api/videos", json=BODY, headers=count)).json()
    other = (await signed_in.post("/api/videos", json=BODY | {"prompt": "x"}, headers=count)).json()
    assert first["id"] != other["id"]


async def test_a_count_that_is_none_counts_as_nought(signed_in: httpx2.AsyncClient) -> None:
    ids = set()
    for count in ("", "-1", "one", "²", "1.5", "1" * 5000, "0"):
        headers = {"x-stainless-retry-count": count.encode()}
        ids.add((await signed_in.post("/api/videos", json=BODY, headers=headers)).json()["id"])
    assert len(ids) == 7


async def test_a_remix_is_made_once(signed_in: httpx2.AsyncClient, completed: Completed) -> None:
    parents = [await completed(signed_in), await completed(signed_in)]
    url = f"/api/videos/{parents[0]['id']}/remix"
    answers = await asyncio.gather(
        *(signed_in.post(url, json={"prompt": "in teal"}, headers=KEY) for _ in range(5))
    )
    assert len({answer.json()["id"] for answer in answers}) == 1
    elsewhere = await signed_in.post(
        f"/api/videos/{parents[1]['id']}/remix", json={"prompt": "in teal"}, headers=KEY
    )
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (409, "idempotency_mismatch")


async def test_a_retry_is_answered_even_when_the_deadline_has_passed_since(
    signed_in: httpx2.AsyncClient, clock: MovableClock, studio: Studio
) -> None:
    body = BODY | {"deadline": int(studio.clock.now()) + 30}
    first = await signed_in.post("/api/videos", json=body, headers=KEY)
    clock.ahead = 60
    again = await signed_in.post("/api/videos", json=body, headers=KEY)
    assert (again.status_code, again.json()["id"]) == (201, first.json()["id"])


async def test_what_was_deleted_for_good_is_not_made_again(signed_in: httpx2.AsyncClient) -> None:
    first = (await signed_in.post("/api/videos", json=BODY, headers=KEY)).json()
    await signed_in.delete(f"/api/videos/{first['id']}?permanent=true")
    again = await signed_in.post("/api/videos", json=BODY, headers=KEY)
    assert (again.status_code, again.json()["code"]) == (409, "gone_since")
    assert await how_many(signed_in) == 0


async def _sign_in_again(client: httpx2.AsyncClient) -> httpx2.AsyncClient:
    """A clock that runs ahead ends tokens too."""
    answer = await client.post(
        "/api/auth/login", json={"username": "boss", "password": "correct horse battery"}
    )
    client.cookies.clear()
    client.headers["Authorization"] = f"Bearer {answer.json()['token']}"
    return client


async def test_trying_again_twice_under_one_key_is_one_attempt(
    signed_in: httpx2.AsyncClient, studio: Studio
) -> None:
    made = await make(signed_in)
    address = f"/api/videos/{made['id']}"
    await signed_in.post(f"{address}/cancel")
    answers = await asyncio.gather(*(signed_in.post(f"{address}/retry", headers=KEY) for _ in range(5)))
    assert {(answer.status_code, answer.json()["attempts"]) for answer in answers} == {(200, 2)}
    # The answer was lost, and meanwhile that attempt ended as well: it is not a new request all the same.
    await signed_in.post(f"{address}/cancel")
    again = await signed_in.post(f"{address}/retry", headers=KEY)
    assert (again.status_code, again.json()["stage"], again.json()["attempts"]) == (200, "cancelled", 2)
    counted = await signed_in.post(f"{address}/retry", headers={"x-stainless-retry-count": "1"})
    assert counted.json()["attempts"] == 2
    anew = await signed_in.post(f"{address}/retry", headers={"Idempotency-Key": "order-2"})
    assert (anew.json()["stage"], anew.json()["attempts"]) == ("waiting", 3)
