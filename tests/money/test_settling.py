"""Every end of an attempt settles its money, once, in the transaction that ends it."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from sqlalchemy import delete
from tests.money.conftest import SetBudget
from tests.money.counting import PRICE, UNPRICED, actor_of, entries, make_paid, used
from tests.videos.making import MovableClock, complete, make, put_in_stage, seen, whoami

from rushes.money import service as money
from rushes.money.service import Item, Outcome
from rushes.providers.protocol import Capabilities, Job, JobError
from rushes.studio import Studio
from rushes.tables import ledger, new_id, videos
from rushes.videos import admission, lost, outcomes, provider_state, queries
from rushes.videos.lifecycle import IllegalMove, Stage
from rushes.videos.service import back_in_line

_CAN = Capabilities(models=(), concurrency=1)


async def tell(studio: Studio, video_id: str, job: Job) -> None:
    """The provider says this of a video that is being generated."""
    row = await put_in_stage(studio, video_id, "generating", provider_video_id=job.id)
    async with studio.transaction() as work:
        assert await outcomes.told(work, row, job, _CAN, now=studio.clock.now())


async def test_reserved_until_it_is_known(ada: httpx2.AsyncClient, studio: Studio) -> None:
    for stage in ("submitting", "generating", "downloading", "finishing", "unknown"):
        video = await make_paid(ada, stage)
        await put_in_stage(studio, video["id"], stage)  # type: ignore[arg-type]
        [entry] = await entries(studio, video["id"])
        assert (entry.state, entry.reserved, entry.spent, entry.settled_at) == (
            "reserved",
            500_000,
            None,
            None,
        )
    assert await used(ada) == (5 * PRICE, 0, 0)


async def test_completed(ada: httpx2.AsyncClient, studio: Studio) -> None:
    video = await make_paid(ada)
    await complete(studio, video["id"])
    [entry] = await entries(studio, video["id"])
    assert (entry.state, entry.spent, entry.is_actual, entry.is_lost) == ("spent", 500_000, False, False)
    assert (entry.kind, entry.provider, entry.model, entry.attempt) == ("video", "gpu", "wan-2.2", 1)
    assert await used(ada) == (0, PRICE, 0)
    assert (await seen(ada, video["id"]))["cost_lost"] == 0


async def test_what_the_provider_says_it_cost_replaces_the_estimate(
    ada: httpx2.AsyncClient, studio: Studio
) -> None:
    video = await make_paid(ada)
    await tell(studio, video["id"], Job("job_1", "completed", cost=0.31))
    now = studio.clock.now()
    for stage in ("finishing", "completed"):
        async with studio.transaction() as work:
            await queries.move(work, video["id"], stage, now=now)  # type: ignore[arg-type]
    [entry] = await entries(studio, video["id"])
    assert (entry.spent, entry.is_actual) == (310_000, True)
    assert await used(ada) == (0, 0.31, 0)


@pytest.mark.parametrize(
    ("charged", "cost", "spent"),
    [
        ("yes", None, PRICE),
        ("unknown", None, PRICE),
        ("no", None, 0),
        ("yes", 0.2, 0.2),
        # The bill is more certain than the word.
        ("no", 0.2, 0.2),
        ("unknown", 0.0, 0),
    ],
)
async def test_failed(
    ada: httpx2.AsyncClient, studio: Studio, charged: Any, cost: float | None, spent: float
) -> None:
    video = await make_paid(ada)
    error = JobError("moderation_blocked", "Refused.", charged=charged)
    await tell(studio, video["id"], Job("job_1", "failed", error=error, cost=cost))
    assert await used(ada) == (0, spent, spent)
    shown = await seen(ada, video["id"])
    assert (shown["cost_lost"], shown["cost_actual"]) == (spent, cost)
    if cost is not None:
        assert shown["error"]["charged"] == ("yes" if cost else "no")
    [entry] = await entries(studio, video["id"])
    assert (entry.state != "released") == (charged != "no" or bool(cost)) or cost == 0
    assert entry.is_lost == bool(spent)


@pytest.mark.parametrize(
    ("stage", "spent", "saves"),
    [("waiting", 0, PRICE), ("submitting", PRICE, None), ("generating", PRICE, 0)],
)
async def test_cancelled(
    ada: httpx2.AsyncClient, studio: Studio, stage: Stage, spent: float, saves: float | None
) -> None:
    """`gpu` charges for what it has begun."""
    video = await make_paid(ada)
    claim = {"submitted_at": studio.clock.now()} if stage == "submitting" else {}
    await put_in_stage(studio, video["id"], stage, **claim)
    terms = (await ada.get(f"/api/videos/{video['id']}/cancel")).json()
    assert (terms["amount"], terms["saves"]) == (spent, saves)
    answer = await ada.post(f"/api/videos/{video['id']}/cancel")
    assert (answer.json()["stage"], answer.json()["cost_lost"]) == ("cancelled", spent)
    assert await used(ada) == (0, spent, spent)
    # Asked twice, settled once.
    await ada.post(f"/api/videos/{video['id']}/cancel")
    assert await used(ada) == (0, spent, spent)


async def test_cancelled_and_then_refused_by_the_provider(ada: httpx2.AsyncClient, studio: Studio) -> None:
    """What was counted as spent for fear that it was is given back, once; not what it cost before."""
    video = await make_paid(ada)
    await put_in_stage(studio, video["id"], "failed", charged="yes")
    await ada.post(f"/api/videos/{video['id']}/retry")
    claim = {"submitted_at": studio.clock.now(), "claim": "a claim"}
    row = await put_in_stage(studio, video["id"], "submitting", **claim)
    await ada.post(f"/api/videos/{video['id']}/cancel")
    assert await used(ada) == (0, 2 * PRICE, 2 * PRICE)
    for _ in range(2):
        async with studio.transaction() as work:
            await lost.never_was(work, row, now=studio.clock.now())
        assert await used(ada) == (0, PRICE, PRICE)
        assert (await seen(ada, video["id"]))["cost_lost"] == PRICE
    assert [entry.state for entry in await entries(studio, video["id"])] == ["spent", "released"]


async def test_cancelled_where_that_is_free(ada: httpx2.AsyncClient, studio: Studio) -> None:
    video = await make(ada, model=UNPRICED)
    async with studio.transaction() as work:
        await queries.change(work, video["id"], cost_estimate=0.7)
    await put_in_stage(studio, video["id"], "generating")
    terms = (await ada.get(f"/api/videos/{video['id']}/cancel")).json()
    assert (terms["charged"], terms["amount"], terms["saves"]) == ("no", 0, 0.7)
    await ada.post(f"/api/videos/{video['id']}/cancel")
    assert await used(ada) == (0, 0, 0)


@pytest.mark.parametrize("how", ["trash", "purge"])
async def test_thrown_away_while_it_waits(ada: httpx2.AsyncClient, studio: Studio, how: str) -> None:
    video = await make_paid(ada)
    await ada.delete(f"/api/videos/{video['id']}", params={"permanent": how == "purge"})
    [entry] = await entries(studio, video["id"])
    assert entry.state == "released"
    assert await used(ada) == (0, 0, 0)


async def test_not_begun_before_its_deadline(
    ada: httpx2.AsyncClient, studio: Studio, clock: MovableClock
) -> None:
    video = await make_paid(ada, deadline=clock.now() + 60)
    clock.ahead += 61
    gpu = studio.providers.get("gpu")
    assert gpu is not None
    async with studio.transaction() as work:
        epoch = await provider_state.begin_shift(work, "gpu")
    async with studio.transaction() as work:
        await admission.admit(work, gpu, epoch=epoch, now=clock.now())
    assert (await seen(ada, video["id"]))["error"]["code"] == "deadline_passed"
    assert await used(ada) == (0, 0, 0)


async def test_given_up_without_knowing(ada: httpx2.AsyncClient, studio: Studio) -> None:
    video = await make_paid(ada)
    await put_in_stage(studio, video["id"], "unknown")
    assert await used(ada) == (PRICE, 0, 0)
    answer = await ada.post(f"/api/recovery/{video['id']}", json={"action": "write_off"})
    assert answer.json()["cost_lost"] == PRICE
    assert await used(ada) == (0, PRICE, PRICE)


async def test_submitted_again_once_however_often_it_is_asked(
    ada: httpx2.AsyncClient, studio: Studio
) -> None:
    video = await make_paid(ada)
    await put_in_stage(studio, video["id"], "unknown")

    async def again() -> httpx2.Response:
        return await ada.post(
            f"/api/recovery/{video['id']}",
            json={"action": "resubmit"},
            headers={"Idempotency-Key": "again"},
        )

    for _ in range(2):
        answer = await again()
        assert (answer.status_code, answer.json()["attempts"]) == (200, 2)
    # Once more in the inbox, it is still the same request.
    await put_in_stage(studio, video["id"], "unknown")
    answer = await again()
    assert (answer.status_code, answer.json()["stage"]) == (200, "unknown")
    assert await used(ada) == (PRICE, PRICE, PRICE)


async def test_the_former_attempts_stay_in_the_ledger(
    ada: httpx2.AsyncClient, studio: Studio, set_budget: SetBudget
) -> None:
    video = await make_paid(ada)
    await put_in_stage(studio, video["id"], "failed", charged="yes")
    await ada.post(f"/api/videos/{video['id']}/retry")
    assert await used(ada) == (PRICE, PRICE, PRICE)
    await put_in_stage(studio, video["id"], "unknown")
    await ada.post(f"/api/recovery/{video['id']}", json={"action": "resubmit"})
    assert await used(ada) == (PRICE, 2 * PRICE, 2 * PRICE)
    await complete(studio, video["id"])
    assert await used(ada) == (0, 3 * PRICE, 2 * PRICE)
    found = [(entry.attempt, entry.state, entry.is_lost) for entry in await entries(studio, video["id"])]
    assert found == [(1, "spent", True), (2, "spent", True), (3, "spent", False)]
    assert (await seen(ada, video["id"]))["cost_lost"] == 2 * PRICE


async def test_back_in_line_for_the_same_attempt_changes_nothing(
    ada: httpx2.AsyncClient, studio: Studio
) -> None:
    video = await make_paid(ada)
    await put_in_stage(studio, video["id"], "submitting")
    async with studio.transaction() as work:
        await queries.move(work, video["id"], "waiting", sources=("submitting",), now=studio.clock.now())
    assert await used(ada) == (PRICE, 0, 0)


async def test_a_price_that_nobody_knows(ada: httpx2.AsyncClient, studio: Studio) -> None:
    silent, told = await make(ada, model=UNPRICED), await make(ada, model=UNPRICED)
    assert await used(ada) == (0, 0, 0)
    await put_in_stage(studio, silent["id"], "completed")
    await put_in_stage(studio, told["id"], "completed", cost_actual=0.42)
    assert await used(ada) == (0, 0.42, 0)
    [entry] = await entries(studio, silent["id"])
    assert (entry.state, entry.spent, entry.is_actual) == ("spent", None, False)


async def test_what_is_free_is_not_written_down(ada: httpx2.AsyncClient, studio: Studio) -> None:
    for stage in ("completed", "failed", "cancelled"):
        video = await make(ada)
        await put_in_stage(studio, video["id"], stage)  # type: ignore[arg-type]
    assert await entries(studio) == []


async def test_a_bill_for_what_was_thought_free(ada: httpx2.AsyncClient, studio: Studio) -> None:
    video = await make(ada)
    await put_in_stage(studio, video["id"], "completed", cost_actual=0.03)
    assert await used(ada) == (0, 0.03, 0)


async def test_what_was_asked_for_before_there_was_a_ledger(ada: httpx2.AsyncClient, studio: Studio) -> None:
    old = await make_paid(ada)
    mine = await used(ada)
    async with studio.transaction() as work:
        await work.session.execute(delete(ledger))
    await put_in_stage(studio, old["id"], "completed")
    reserved, spent, _ = await used(ada)
    # It gave nothing back, since it had taken nothing.
    assert (reserved, spent) == (mine[0], PRICE)


async def test_settled_twice_counts_once(studio: Studio, ada: httpx2.AsyncClient) -> None:
    """As for anything else that will ever cost money."""
    actor = actor_of(await whoami(ada))
    item = Item("speech", new_id("narration"), 1, actor.user_id, actor.space_id, "voices", "tts", 0.25)
    now = studio.clock.now()
    async with studio.transaction() as work:
        await money.reserve(work, [item], now=now)
    for charged in ("yes", "no", "yes"):
        async with studio.transaction() as work:
            await money.settle(work, item, Outcome(charged, None, is_lost=False), now=now)  # type: ignore[arg-type]
    assert await used(ada) == (0, 0.25, 0)


async def test_rolled_back_with_the_move(ada: httpx2.AsyncClient, studio: Studio) -> None:
    video = await make_paid(ada)

    async def end_and_break() -> None:
        async with studio.transaction() as work:
            await queries.move(work, video["id"], "cancelled", now=studio.clock.now(), charged="yes")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await end_and_break()
    assert await used(ada) == (PRICE, 0, 0)


class TestNothingIsForgotten:
    async def test_no_end_without_saying_what_it_costs(self, ada: httpx2.AsyncClient, studio: Studio) -> None:
        video = await make_paid(ada)
        now = studio.clock.now()
        for stage in ("cancelled", "failed"):
            with pytest.raises(IllegalMove, match="charged"):
                async with studio.transaction() as work:
                    await queries.move(work, video["id"], stage, now=now)  # type: ignore[arg-type]

    async def test_no_new_attempt_that_nobody_pays_for(self, ada: httpx2.AsyncClient, studio: Studio) -> None:
        video = await make_paid(ada)
        await put_in_stage(studio, video["id"], "failed")
        for sources in (("failed",), ("unknown",), None):
            with pytest.raises(IllegalMove, match="paid for"):
                async with studio.transaction() as work:
                    await queries.move(
                        work,
                        video["id"],
                        "waiting",
                        sources=sources,  # type: ignore[arg-type]
                        now=studio.clock.now(),
                    )

    async def test_an_unknown_attempt_is_decided_by_itself(
        self, ada: httpx2.AsyncClient, studio: Studio
    ) -> None:
        video, actor = await make_paid(ada), actor_of(await whoami(ada))
        row = await put_in_stage(studio, video["id"], "unknown")
        with pytest.raises(IllegalMove):
            async with studio.transaction() as work:
                await back_in_line(
                    work, actor, studio.providers, row, "unknown", "failed", now=studio.clock.now()
                )

    @pytest.mark.parametrize("column", ["stage", "status", "attempts", "cost_lost"])
    async def test_no_stage_is_written_by_the_way(
        self, ada: httpx2.AsyncClient, studio: Studio, column: str
    ) -> None:
        video = await make_paid(ada)
        assert column in videos.c
        with pytest.raises(IllegalMove):
            async with studio.transaction() as work:
                await queries.change(work, video["id"], **{column: "completed"})


@pytest.mark.parametrize("told", [-500.0, 1e300, float("inf"), float("nan")])
async def test_no_absurd_sum_reaches_the_ledger(ada: httpx2.AsyncClient, studio: Studio, told: float) -> None:
    """Whichever way it came here, it is as if nothing had been told."""
    me = await whoami(ada)
    item = Item(
        kind="image",
        subject_id="still_1",
        attempt=1,
        user_id=me["id"],
        space_id="space_1",
        provider="gpu",
        model="flux",
        estimate=0.5,
    )
    async with studio.transaction() as work:
        await money.settle(work, item, Outcome("yes", told, is_lost=False), now=studio.clock.now())
    [entry] = await entries(studio, "still_1")
    assert (entry.spent, entry.is_actual) == (500_000, False)
