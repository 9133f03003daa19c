"""A provider's monthly cap: what everybody together may spend there, held beside each one's own budget."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
import pytest
from sqlalchemy import select
from tests.conftest import MakeMember
from tests.money.conftest import SetBudget
from tests.money.counting import PRICE, UNPRICED, actor_of, ask, budget, entries, make_paid, used
from tests.videos.making import MovableClock, belongings, complete, make, put_in_stage, seen, whoami

from rushes.errors import PaymentRequired
from rushes.money import service as money
from rushes.money.service import Item, Outcome
from rushes.providers.protocol import Capabilities, Job, JobError
from rushes.studio import Studio
from rushes.tables import budgets, new_id
from rushes.videos import outcomes

SetCap = Callable[..., Awaitable[dict[str, Any]]]
_CAN = Capabilities(models=(), concurrency=1)


@pytest.fixture
def set_cap(signed_in: httpx2.AsyncClient) -> SetCap:
    """`await set_cap(2.0)`: everybody together may spend so much at `gpu`, which is in the environment."""

    async def give(usd: float | None, provider: str = "gpu") -> dict[str, Any]:
        answer = await signed_in.put(f"/api/admin/providers/{provider}/cap", json={"monthly_cap_usd": usd})
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    return give


@pytest.fixture
async def bob(member: MakeMember) -> httpx2.AsyncClient:
    return await member("bob")


async def month_of(admin: httpx2.AsyncClient, provider: str = "gpu") -> tuple[float | None, float, float]:
    """Its cap, and what is reserved and spent there."""
    found = (await admin.get("/api/admin/providers")).json()["providers"]
    [one] = [each for each in found if each["name"] == provider]
    return one["monthly_cap_usd"], one["reserved_usd"], one["spent_this_month_usd"]


async def test_without_a_cap_everything_is_counted_and_nothing_refused(
    ada: httpx2.AsyncClient, bob: httpx2.AsyncClient, signed_in: httpx2.AsyncClient, studio: Studio
) -> None:
    assert await month_of(signed_in) == (None, 0, 0)
    await complete(studio, (await make_paid(ada))["id"])
    await make_paid(bob, n=2)
    assert await month_of(signed_in) == (None, 2 * PRICE, PRICE)
    assert await month_of(signed_in, "dark") == (None, 0, 0)
    # A person's own is their own.
    assert (await used(ada), await used(bob)) == ((0, PRICE, 0), (2 * PRICE, 0, 0))


async def test_a_cap_that_is_too_small_stores_nothing(
    ada: httpx2.AsyncClient, set_cap: SetCap, studio: Studio, signed_in: httpx2.AsyncClient
) -> None:
    given = await set_cap(1.2)
    assert (given["name"], given["source"], given["monthly_cap_usd"]) == ("gpu", "environment", 1.2)
    before = await belongings(studio)
    answer = await ask(ada, n=3)
    assert (answer.status_code, answer.json()["code"]) == (402, "provider_cap_reached")
    assert (answer.json()["charged"], answer.json()["retryable"]) == ("no", False)
    assert answer.json()["details"] == {
        "provider": "gpu",
        "cap_usd": 1.2,
        "left_usd": 1.2,
        "cost_usd": 1.5,
        "resets_at": (await budget(ada))["resets_at"],
    }
    for said in ("$1.50", "$1.20", "everybody together", "gpu", "an administrator"):
        assert said in answer.json()["error"]
    assert await belongings(studio) == before
    assert await entries(studio) == []
    assert await used(ada) == (0, 0, 0)
    assert await month_of(signed_in) == (1.2, 0, 0)


async def test_it_is_everybodys(
    ada: httpx2.AsyncClient, bob: httpx2.AsyncClient, set_cap: SetCap, signed_in: httpx2.AsyncClient
) -> None:
    await set_cap(3 * PRICE)
    assert (await ask(ada, n=2)).status_code == 201
    refused = await ask(bob, n=2)
    assert (refused.status_code, refused.json()["details"]["left_usd"]) == (402, PRICE)
    assert (await ask(bob)).status_code == 201
    assert [(await ask(one)).status_code for one in (ada, bob, signed_in)] == [402, 402, 402]
    assert await month_of(signed_in) == (3 * PRICE, 3 * PRICE, 0)
    # Elsewhere it is free, or another's cap.
    assert (await ask(ada, model="animatic/animatic")).status_code == 201
    assert (await ask(ada, model=UNPRICED)).status_code == 201
    await set_cap(None)
    assert (await ask(ada)).status_code == 201


async def test_what_was_spent_before_there_was_a_cap_counts(
    ada: httpx2.AsyncClient, set_cap: SetCap, studio: Studio, signed_in: httpx2.AsyncClient
) -> None:
    video = await make_paid(ada)
    given = await set_cap(0.1)
    assert (given["reserved_usd"], given["near_cap"]) == (PRICE, True)
    refused = await ask(ada)
    assert (refused.status_code, refused.json()["details"]["left_usd"]) == (402, 0)
    # What was let in ends as it would have.
    await put_in_stage(studio, video["id"], "completed")
    assert await month_of(signed_in) == (0.1, 0, PRICE)


async def test_a_cap_of_nothing(ada: httpx2.AsyncClient, set_cap: SetCap) -> None:
    assert (await set_cap(0))["near_cap"] is True
    assert (await ask(ada)).json()["code"] == "provider_cap_reached"


async def test_near_from_eighty_percent_on(ada: httpx2.AsyncClient, set_cap: SetCap) -> None:
    await make_paid(ada, n=4)
    assert (await set_cap(2.51))["near_cap"] is False
    assert (await set_cap(2.5))["near_cap"] is True
    assert (await set_cap(None))["near_cap"] is False


async def test_an_unknown_price_is_refused_under_a_cap_only(
    ada: httpx2.AsyncClient, set_cap: SetCap, studio: Studio
) -> None:
    await set_cap(1000, "dark")
    answer = await ask(ada, model=UNPRICED)
    assert (answer.status_code, answer.json()["code"]) == (402, "price_unknown")
    details = answer.json()["details"]
    assert (details["provider"], details["cap_usd"], details["cost_usd"]) == ("dark", 1000, None)
    assert "the monthly cap of dark" in answer.json()["error"]
    assert await entries(studio) == []
    await set_cap(None, "dark")
    assert (await ask(ada, model=UNPRICED)).status_code == 201


async def test_a_cap_and_a_budget_hold_together(
    ada: httpx2.AsyncClient,
    bob: httpx2.AsyncClient,
    set_cap: SetCap,
    set_budget: SetBudget,
    signed_in: httpx2.AsyncClient,
) -> None:
    await set_cap(3 * PRICE)
    await set_budget(ada, PRICE)
    assert (await ask(ada, n=2)).json()["code"] == "budget_exceeded"
    # What one of them refused is held against neither.
    assert await month_of(signed_in) == (3 * PRICE, 0, 0)
    assert (await ask(ada)).status_code == 201
    assert (await ask(bob, n=2)).status_code == 201
    await set_budget(ada, 100)
    refused = await ask(ada)
    assert refused.json()["code"] == "provider_cap_reached"
    # Where both refuse it, it says so of what is one's own.
    await set_budget(ada, PRICE)
    assert (await ask(ada)).json()["code"] == "budget_exceeded"
    await set_budget(ada, 100)
    assert (await budget(ada))["left_usd"] == 100 - PRICE
    assert await used(ada) == (PRICE, 0, 0)


async def test_retrying_remixing_and_submitting_again(
    ada: httpx2.AsyncClient, set_cap: SetCap, studio: Studio, subtests: pytest.Subtests
) -> None:
    broken, done, lost = [await make_paid(ada) for _ in range(3)]
    await put_in_stage(studio, broken["id"], "failed", charged="yes")
    await complete(studio, done["id"])
    await put_in_stage(studio, lost["id"], "unknown")
    await set_cap(3 * PRICE)
    for what, asked in {
        "retry": ada.post(f"/api/videos/{broken['id']}/retry"),
        "remix": ada.post(f"/api/videos/{done['id']}/remix", json={"prompt": "bluer"}),
        "resubmit": ada.post(f"/api/recovery/{lost['id']}", json={"action": "resubmit"}),
    }.items():
        with subtests.test(what):
            answer = await asked
            assert (answer.status_code, answer.json()["code"]) == (402, "provider_cap_reached")
    assert (await seen(ada, broken["id"]))["stage"] == "failed"
    assert (await seen(ada, lost["id"]))["stage"] == "unknown"


class TestSettling:
    async def test_what_is_not_charged_is_there_again(
        self, ada: httpx2.AsyncClient, set_cap: SetCap, studio: Studio, signed_in: httpx2.AsyncClient
    ) -> None:
        await set_cap(PRICE)
        video = await make_paid(ada)
        assert (await ask(ada)).status_code == 402
        await put_in_stage(studio, video["id"], "failed", charged="no")
        assert await month_of(signed_in) == (PRICE, 0, 0)
        assert (await ask(ada)).status_code == 201

    async def test_what_the_provider_says_replaces_the_estimate(
        self, ada: httpx2.AsyncClient, studio: Studio, signed_in: httpx2.AsyncClient
    ) -> None:
        video = await make_paid(ada)
        row = await put_in_stage(studio, video["id"], "generating", provider_video_id="job_1")
        error = JobError("moderation_blocked", "Refused.", charged="yes")
        async with studio.transaction() as work:
            job = Job("job_1", "failed", error=error, cost=0.31)
            assert await outcomes.told(work, row, job, _CAN, now=studio.clock.now())
        assert await month_of(signed_in) == (None, 0, 0.31)

    async def test_what_was_counted_for_fear_is_taken_back(
        self, studio: Studio, signed_in: httpx2.AsyncClient
    ) -> None:
        item = _item("user_1")
        async with studio.transaction() as work:
            await money.reserve(work, [item], now=studio.clock.now())
        async with studio.transaction() as work:
            outcome = Outcome("unknown", None, is_lost=True)
            await money.settle(work, item, outcome, now=studio.clock.now())
        assert await month_of(signed_in) == (None, 0, PRICE)
        async with studio.transaction() as work:
            await money.take_back(work, item)
        assert await month_of(signed_in) == (None, 0, 0)

    async def test_a_bill_where_no_price_was_known(
        self, ada: httpx2.AsyncClient, studio: Studio, signed_in: httpx2.AsyncClient
    ) -> None:
        video = await make(ada, model=UNPRICED)
        await put_in_stage(studio, video["id"], "completed", cost_actual=0.42)
        assert await month_of(signed_in, "dark") == (None, 0, 0.42)


async def test_the_next_month_begins_at_nothing(
    ada: httpx2.AsyncClient,
    set_cap: SetCap,
    studio: Studio,
    clock: MovableClock,
    signed_in: httpx2.AsyncClient,
) -> None:
    await set_cap(PRICE)
    late = await make_paid(ada)
    assert (await ask(ada)).status_code == 402
    clock.ahead += (await budget(ada))["resets_at"] - clock.now() + 1
    for client, name in ((ada, "ada"), (signed_in, "boss")):
        del client.headers["Authorization"]
        body = {"username": name, "password": "correct horse battery"}
        answer = await client.post("/api/auth/login", json=body)
        client.headers["Authorization"] = f"Bearer {answer.json()['token']}"
    assert await month_of(signed_in) == (PRICE, 0, 0)
    assert (await ask(ada)).status_code == 201
    # It was asked for last month, and is paid for there.
    await put_in_stage(studio, late["id"], "completed")
    assert await month_of(signed_in) == (PRICE, PRICE, 0)
    assert (await ask(ada)).status_code == 402


class TestAtOnce:
    async def test_the_last_dollar_is_given_once(
        self,
        ada: httpx2.AsyncClient,
        bob: httpx2.AsyncClient,
        set_cap: SetCap,
        studio: Studio,
        signed_in: httpx2.AsyncClient,
    ) -> None:
        await set_cap(5 * PRICE)
        asked = (ask((ada, bob)[number % 2], prompt=f"number {number}") for number in range(12))
        answers = await asyncio.gather(*asked)
        assert sorted(answer.status_code for answer in answers) == [201] * 5 + [402] * 7
        assert await month_of(signed_in) == (5 * PRICE, 5 * PRICE, 0)
        assert len(await entries(studio)) == 5
        both = [await used(ada), await used(bob)]
        assert sum(reserved for reserved, _, _ in both) == 5 * PRICE

    async def test_people_who_share_nothing_but_the_provider(
        self, set_cap: SetCap, studio: Studio, signed_in: httpx2.AsyncClient
    ) -> None:
        """No space is locked before, and each has a budget of their own."""
        await set_cap(5 * PRICE)

        async def reserve() -> bool:
            try:
                async with studio.transaction() as work:
                    await money.reserve(work, [_item(new_id("user"))], now=studio.clock.now())
            except PaymentRequired:
                return False
            return True

        given = await asyncio.gather(*(reserve() for _ in range(20)))
        assert sum(given) == 5
        assert await month_of(signed_in) == (5 * PRICE, 5 * PRICE, 0)

    async def test_work_at_several_providers_ends_in_any_order(self, studio: Studio) -> None:
        """A transaction that held one's row and waited for another's would meet its opposite."""
        people, places = [new_id("user") for _ in range(2)], ("gpu", "dark", "farm")
        items = [[_item(person, place) for person in people for place in places] for _ in range(10)]

        async def reserve_and_settle(some: list[Item]) -> None:
            async with studio.transaction() as work:
                await money.reserve(work, some, now=studio.clock.now())
            async with studio.transaction() as work:
                for item in some:
                    outcome = Outcome("yes", None, is_lost=False)
                    await money.settle(work, item, outcome, now=studio.clock.now())

        async with asyncio.timeout(30):
            await asyncio.gather(
                *(reserve_and_settle(some if number % 2 else some[::-1]) for number, some in enumerate(items))
            )
        async with studio.reading() as session:
            rows = (await session.execute(select(budgets))).all()
        assert {(row.holder_id, row.reserved, row.spent) for row in rows} == {
            *((person, 0, 15_000_000) for person in people),
            *((place, 0, 10_000_000) for place in places),
        }

    async def test_a_cap_is_changed_while_people_work(
        self, ada: httpx2.AsyncClient, set_cap: SetCap, signed_in: httpx2.AsyncClient
    ) -> None:
        actor = actor_of(await whoami(ada))
        assert actor.role == "member"
        answers = await asyncio.gather(
            *(ask(ada, prompt=f"number {number}") for number in range(6)),
            *(set_cap(usd) for usd in (100.0, 50.0, 100.0)),
        )
        assert [answer.status_code for answer in answers[:6]] == [201] * 6
        cap, reserved, spent = await month_of(signed_in)
        assert (cap in (50.0, 100.0), reserved, spent) == (True, 6 * PRICE, 0)


@pytest.mark.parametrize("given", [-1, "much", True, 1e12, {}, "NaN"])
async def test_what_is_no_cap(signed_in: httpx2.AsyncClient, given: Any) -> None:
    answer = await signed_in.put("/api/admin/providers/gpu/cap", json={"monthly_cap_usd": given})
    assert (answer.status_code, list(answer.json()["details"]["fields"])) == (422, ["monthly_cap_usd"])
    assert await month_of(signed_in) == (None, 0, 0)


async def test_whom_it_is_not_for(ada: httpx2.AsyncClient, signed_in: httpx2.AsyncClient) -> None:
    body = {"monthly_cap_usd": 1}
    assert (await ada.put("/api/admin/providers/gpu/cap", json=body)).status_code == 403
    for name in ("nobody", "animatic"):
        answer = await signed_in.put(f"/api/admin/providers/{name}/cap", json=body)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert (await signed_in.put("/api/admin/providers/gpu/cap", json={})).status_code == 422


def _item(user_id: str, provider: str = "gpu") -> Item:
    return Item("video", new_id("video"), 1, user_id, "space_1", provider, "wan-2.2", PRICE)
