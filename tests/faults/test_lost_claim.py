"""A database that goes away while a claim is committed: the claim may be there although nobody heard so.

The run that took it has posted nothing and goes on; everybody else leaves the POST to it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import httpx2
import pytest
from tests.faults.asking import make_remote
from tests.standins.openai_videos import StandIn
from tests.videos.making import put_in_stage, seen

from rushes.errors import Unavailable
from rushes.providers.registry import as_remote
from rushes.studio import Studio
from rushes.transaction import Transaction
from rushes.videos import queries
from rushes.videos.recovering import look_for_it
from rushes.videos.submitting import submit


@pytest.fixture
def losing(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Loses the next transaction: `before` it is committed, or the word of it `after`."""
    transaction = studio.transaction

    def lose(when: str) -> None:
        left = [when]

        @asynccontextmanager
        async def lossy() -> AsyncIterator[Transaction]:
            fault = left.pop() if left else None
            async with transaction() as work:
                yield work
                if fault == "before":
                    raise Unavailable("The server closed the connection.")
            if fault == "after":
                raise Unavailable("The server closed the connection.")

        monkeypatch.setattr(studio, "transaction", lossy)

    return lose


@pytest.mark.parametrize("when", ["before", "after"])
async def test_the_run_whose_claim_was_lost_on_the_way_posts_once(
    signed_in: httpx2.AsyncClient,
    provider: StandIn,
    studio: Studio,
    losing: Callable[[str], None],
    when: str,
) -> None:
    provider.set(has_list=False, duration=60)
    video = await make_remote(signed_in, "claimed in the dark")
    await put_in_stage(studio, video["id"], "submitting")
    losing(when)
    await submit(studio, video["id"])
    assert provider.counts()["creates"] == 1
    assert (await seen(signed_in, video["id"]))["stage"] == "generating"


async def test_a_claim_of_another_run_is_not_taken_for_ones_own(
    signed_in: httpx2.AsyncClient, provider: StandIn, studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider.set(has_list=False)
    video = await make_remote(signed_in, "claimed by another")
    await put_in_stage(studio, video["id"], "submitting")
    transaction = studio.transaction
    tries = 0

    @asynccontextmanager
    async def overtaken() -> AsyncIterator[Transaction]:
        nonlocal tries
        tries += 1
        if tries == 1:
            async with transaction() as work:
                long_ago = studio.clock.now() - 3600
                await queries.change(work, video["id"], submitted_at=long_ago, claim="another's")
            raise Unavailable("The server closed the connection.")
        async with transaction() as work:
            yield work

    monkeypatch.setattr(studio, "transaction", overtaken)
    await submit(studio, video["id"])
    # Its own try again found the claim taken, and nothing more.
    assert tries == 2
    assert provider.counts()["creates"] == 0
    row = await _row(studio, video["id"])
    assert (row.stage, row.claim) == ("submitting", "another's")


async def test_who_looks_for_a_job_does_not_give_up_on_a_renewed_claim(
    signed_in: httpx2.AsyncClient, provider: StandIn, studio: Studio
) -> None:
    provider.set(has_list=False)
    video = await make_remote(signed_in, "renewed")
    old = await put_in_stage(studio, video["id"], "submitting", submitted_at=studio.clock.now() - 3600)
    async with studio.transaction() as work:
        await queries.change(work, video["id"], submitted_at=studio.clock.now())
    gpu = studio.providers.get("gpu")
    remote = as_remote(gpu) if gpu else None
    assert remote is not None
    await look_for_it(studio, remote, old)
    assert (await _row(studio, video["id"])).stage == "submitting"


async def _row(studio: Studio, video_id: str) -> queries.VideoRow:
    async with studio.reading() as session:
        row = await queries.one(session, video_id)
    assert row is not None
    return row
