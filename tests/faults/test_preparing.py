"""What goes wrong before anything was sent has cost nothing, and is simply begun anew."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from tests.faults.asking import make_remote
from tests.standins.openai_videos import StandIn
from tests.videos.making import put_in_stage, seen

from rushes.providers.protocol import Refused
from rushes.storage import StorageAway
from rushes.studio import Studio
from rushes.videos import queries
from rushes.videos.submitting import submit


async def claimed_at(studio: Studio, video_id: str) -> float | None:
    async with studio.reading() as session:
        row = await queries.one(session, video_id)
    assert row is not None
    at: float | None = row.submitted_at
    return at


async def test_a_storage_that_is_away_leaves_no_claim(
    signed_in: httpx2.AsyncClient, studio: Studio, provider: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: Any) -> Any:
        raise StorageAway("The bucket cannot be reached.")

    video = await make_remote(signed_in, "a picture that is far away")
    await put_in_stage(studio, video["id"], "submitting")
    with monkeypatch.context() as patched:
        patched.setattr("rushes.videos.submitting.open_references", away)
        with pytest.raises(StorageAway):
            await submit(studio, video["id"])
    assert await claimed_at(studio, video["id"]) is None
    assert provider.counts()["creates"] == 0
    await submit(studio, video["id"])
    assert (await seen(signed_in, video["id"]))["stage"] == "generating"
    assert provider.counts()["accepted"] == 1


async def test_a_picture_that_cannot_be_fitted_is_a_failure_that_cost_nothing(
    signed_in: httpx2.AsyncClient, studio: Studio, provider: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def unfit(*_: Any) -> Any:
        raise Refused("The picture is too large for the model.", code="payload_too_large")

    video = await make_remote(signed_in, "a picture that is too large")
    await put_in_stage(studio, video["id"], "submitting")
    monkeypatch.setattr("rushes.videos.submitting.open_references", unfit)
    await submit(studio, video["id"])
    failed = await seen(signed_in, video["id"])
    assert (failed["stage"], failed["error"]["code"]) == ("failed", "payload_too_large")
    assert failed["error"]["charged"] == "no"
    assert provider.counts()["creates"] == 0


async def test_a_provider_that_is_replaced_while_files_are_fetched_is_not_used(
    signed_in: httpx2.AsyncClient, studio: Studio, provider: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def meanwhile(*_: Any) -> Any:
        studio.providers.drop("gpu")
        return ()

    video = await make_remote(signed_in, "its provider goes")
    await put_in_stage(studio, video["id"], "submitting")
    monkeypatch.setattr("rushes.videos.submitting.open_references", meanwhile)
    await submit(studio, video["id"])
    assert await claimed_at(studio, video["id"]) is None
    assert provider.counts()["creates"] == 0
