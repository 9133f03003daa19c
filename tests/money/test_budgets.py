"""Budgets: what is asked for is taken from them or refused with 402, and nothing is stored then."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest
from sqlalchemy import select
from tests.money.conftest import SetBudget
from tests.money.counting import PAID, PRICE, UNPRICED, actor_of, ask, budget, entries, make_paid, used
from tests.videos.making import MovableClock, belongings, complete, make, put_in_stage, seen, whoami
from tests.videos.test_creating import picture

from rushes.errors import PaymentRequired
from rushes.money import service as money
from rushes.money.service import Item, Outcome
from rushes.studio import Studio
from rushes.tables import budgets, new_id


async def test_without_a_budget_everything_is_counted_and_nothing_refused(ada: httpx2.AsyncClient) -> None:
    before = await budget(ada)
    assert (before["budget_usd"], before["left_usd"], before["near"]) == (None, None, False)
    await make_paid(ada, n=3)
    assert await used(ada) == (3 * PRICE, 0, 0)


async def test_what_is_left(ada: httpx2.AsyncClient, set_budget: SetBudget) -> None:
    await make_paid(ada)
    given = await set_budget(ada, 2.0)
    # What was asked for before there was a budget counts.
    assert (given["budget_usd"], given["left_usd"], given["reserved_usd"]) == (2.0, 1.5, PRICE)
    mine = await budget(ada)
    now = datetime.now(UTC)
    assert mine["month"] == f"{now:%Y-%m}"
    resets_at = datetime.fromtimestamp(mine["resets_at"], UTC)
    assert (resets_at.day, resets_at.hour, resets_at > now) == (1, 0, True)
    assert (resets_at.month - now.month) % 12 == 1


async def test_a_budget_that_is_too_small_stores_nothing(
    ada: httpx2.AsyncClient, set_budget: SetBudget, studio: Studio
) -> None:
    await set_budget(ada, 1.2)
    before = await belongings(studio)
    answer = await ask(ada, n=3)
    assert (answer.status_code, answer.json()["code"]) == (402, "budget_exceeded")
    assert (answer.json()["charged"], answer.json()["retryable"]) == ("no", False)
    details = answer.json()["details"]
    assert (details["left_usd"], details["budget_usd"], details["cost_usd"]) == (1.2, 1.2, 1.5)
    assert "$1.20" in answer.json()["error"]
    assert await belongings(studio) == before
    assert await entries(studio) == []
    assert await used(ada) == (0, 0, 0)


async def test_a_picture_that_came_with_it_is_not_kept(
    ada: httpx2.AsyncClient, set_budget: SetBudget, studio: Studio
) -> None:
    await set_budget(ada, 0)
    before = await belongings(studio)
    answer = await ada.post(
        "/api/videos",
        data={"prompt": "x", "model": PAID, "size": "128x128", "seconds": "1"},
        files={"input_reference": ("a.png", picture(), "image/png")},
    )
    assert (answer.status_code, answer.json()["code"]) == (402, "budget_exceeded")
    # Only the note of the file that is let go may still be there.
    after = await belongings(studio)
    assert {**after, "loose_files": 0} == {**before, "loose_files": 0}


async def test_to_the_last_cent(ada: httpx2.AsyncClient, set_budget: SetBudget) -> None:
    await set_budget(ada, 1.0)
    assert (await ask(ada, n=2)).status_code == 201
    assert (await budget(ada))["left_usd"] == 0
    answer = await ask(ada)
    assert (answer.status_code, answer.json()["details"]["left_usd"]) == (402, 0)
    # What costs nothing needs no budget.
    assert (await ask(ada, model="animatic/animatic")).status_code == 201


async def test_a_budget_of_nothing(ada: httpx2.AsyncClient, set_budget: SetBudget) -> None:
    await set_budget(ada, 0)
    assert (await ask(ada)).status_code == 402
    assert (await budget(ada))["near"] is True
    await set_budget(ada, None)
    assert (await ask(ada)).status_code == 201


async def test_a_budget_made_smaller_than_what_is_spent(
    ada: httpx2.AsyncClient, set_budget: SetBudget, studio: Studio
) -> None:
    video = await make_paid(ada)
    given = await set_budget(ada, 0.1)
    assert (given["left_usd"], given["near"]) == (0, True)
    # What was let in ends as it would have.
    await put_in_stage(studio, video["id"], "completed")
    assert await used(ada) == (0, PRICE, 0)


async def test_near_from_eighty_percent_on(ada: httpx2.AsyncClient, set_budget: SetBudget) -> None:
    await set_budget(ada, 2.5)
    await make_paid(ada, n=3)
    assert (await budget(ada))["near"] is False
    await make_paid(ada)
    assert (await budget(ada))["near"] is True


async def test_an_unknown_price_is_refused_under_a_budget_only(
    ada: httpx2.AsyncClient, set_budget: SetBudget, studio: Studio
) -> None:
    await set_budget(ada, 1000)
    answer = await ask(ada, model=UNPRICED)
    assert (answer.status_code, answer.json()["code"]) == (402, "price_unknown")
    assert answer.json()["details"]["left_usd"] == 1000
    assert await entries(studio) == []
    await set_budget(ada, None)
    assert (await ask(ada, model=UNPRICED)).status_code == 201


async def test_asked_twice_reserved_once(ada: httpx2.AsyncClient, set_budget: SetBudget) -> None:
    await set_budget(ada, PRICE)
    first, second = [
        await ada.post(
            "/api/videos",
            json={"prompt": "x", "model": PAID, "size": "128x128", "seconds": 1},
            headers={"Idempotency-Key": "once"},
        )
        for _ in range(2)
    ]
    # The second has its answer although nothing is left.
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["id"] == second.json()["id"]
    assert await used(ada) == (PRICE, 0, 0)


async def test_retrying_and_remixing_cost_anew(
    ada: httpx2.AsyncClient, set_budget: SetBudget, studio: Studio, subtests: pytest.Subtests
) -> None:
    broken, done = await make_paid(ada), await make_paid(ada)
    await put_in_stage(studio, broken["id"], "failed", charged="yes")
    await complete(studio, done["id"])
    lost = await make_paid(ada)
    await put_in_stage(studio, lost["id"], "unknown")
    await set_budget(ada, 3 * PRICE)
    before = await belongings(studio)
    for what, asked in {
        "retry": ada.post(f"/api/videos/{broken['id']}/retry"),
        "remix": ada.post(f"/api/videos/{done['id']}/remix", json={"prompt": "bluer"}),
        "resubmit": ada.post(f"/api/recovery/{lost['id']}", json={"action": "resubmit"}),
    }.items():
        with subtests.test(what):
            answer = await asked
            assert (answer.status_code, answer.json()["code"]) == (402, "budget_exceeded")
    bulk = await ada.post("/api/videos/bulk", json={"ids": [broken["id"]], "action": "retry"})
    assert bulk.json()["results"][0]["error"]["code"] == "budget_exceeded"
    assert await belongings(studio) == before
    assert (await seen(ada, broken["id"]))["stage"] == "failed"
    assert (await seen(ada, lost["id"]))["stage"] == "unknown"

    await set_budget(ada, 6 * PRICE)
    assert (await ada.post(f"/api/videos/{broken['id']}/retry")).status_code == 200
    assert (await ada.post(f"/api/videos/{done['id']}/remix", json={"prompt": "bluer"})).status_code == 201
    again = await ada.post(f"/api/recovery/{lost['id']}", json={"action": "resubmit"})
    assert again.status_code == 200
    # The three that are over, one of them charged in vain and one perhaps; and three new ones.
    assert await used(ada) == (3 * PRICE, 3 * PRICE, 2 * PRICE)
    assert again.json()["cost_lost"] == PRICE


async def test_everybody_has_a_budget_of_their_own(
    ada: httpx2.AsyncClient, signed_in: httpx2.AsyncClient, set_budget: SetBudget
) -> None:
    await set_budget(ada, PRICE)
    assert (await ask(ada)).status_code == 201
    assert (await ask(ada)).status_code == 402
    assert (await ask(signed_in)).status_code == 201
    everybody = (await signed_in.get("/api/admin/budgets")).json()["people"]
    assert [(one["username"], one["budget_usd"], one["reserved_usd"]) for one in everybody] == [
        ("ada", PRICE, PRICE),
        ("boss", None, PRICE),
    ]


@pytest.mark.parametrize("given", [-1, "much", True, 1e12, {}])
async def test_what_is_no_budget(ada: httpx2.AsyncClient, signed_in: httpx2.AsyncClient, given: Any) -> None:
    user_id = (await whoami(ada))["id"]
    answer = await signed_in.put(f"/api/admin/budgets/{user_id}", json={"budget_usd": given})
    assert (answer.status_code, list(answer.json()["details"]["fields"])) == (422, ["budget_usd"])


async def test_a_budget_for_nobody(signed_in: httpx2.AsyncClient) -> None:
    answer = await signed_in.put("/api/admin/budgets/user_none", json={"budget_usd": 1})
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


class TestMonths:
    async def test_the_next_month_begins_at_nothing(
        self, ada: httpx2.AsyncClient, set_budget: SetBudget, studio: Studio, clock: MovableClock
    ) -> None:
        await set_budget(ada, PRICE)
        late = await make_paid(ada)
        mine = await budget(ada)
        await _next_month(ada, clock)
        assert (await budget(ada))["month"] > mine["month"]
        assert await used(ada) == (0, 0, 0)
        assert (await ask(ada)).status_code == 201
        # It was asked for last month, and is paid for there.
        await put_in_stage(studio, late["id"], "completed")
        assert await used(ada) == (PRICE, 0, 0)
        [entry] = await entries(studio, late["id"])
        assert (entry.state, entry.day[:7]) == ("spent", mine["month"])

    async def test_last_months_end_before_anything_of_this_one(
        self, ada: httpx2.AsyncClient, studio: Studio, clock: MovableClock
    ) -> None:
        late = await make_paid(ada)
        await _next_month(ada, clock)
        await put_in_stage(studio, late["id"], "completed")
        assert await used(ada) == (0, 0, 0)
        await make_paid(ada)
        assert await used(ada) == (PRICE, 0, 0)


async def _next_month(client: httpx2.AsyncClient, clock: MovableClock) -> None:
    """Its first moment, at which everybody's token has expired."""
    clock.ahead += (await budget(client))["resets_at"] - clock.now() + 1
    del client.headers["Authorization"]
    body = {"username": "ada", "password": "correct horse battery"}
    answer = await client.post("/api/auth/login", json=body)
    client.headers["Authorization"] = f"Bearer {answer.json()['token']}"


class TestAtOnce:
    async def test_the_last_dollar_is_given_once(
        self, ada: httpx2.AsyncClient, set_budget: SetBudget, studio: Studio
    ) -> None:
        await set_budget(ada, 5 * PRICE)
        answers = await asyncio.gather(*(ask(ada, prompt=f"number {number}") for number in range(12)))
        assert sorted(answer.status_code for answer in answers) == [201] * 5 + [402] * 7
        assert await used(ada) == (5 * PRICE, 0, 0)
        assert len(await entries(studio)) == 5

    async def test_transactions_that_share_nothing_but_the_budget(
        self, ada: httpx2.AsyncClient, set_budget: SetBudget, studio: Studio
    ) -> None:
        """No space is locked before, as when somebody works in many."""
        await set_budget(ada, 5 * PRICE)
        actor = actor_of(await whoami(ada))

        async def reserve() -> bool:
            try:
                async with studio.transaction() as work:
                    await money.reserve(work, [_item(actor.user_id)], now=studio.clock.now())
            except PaymentRequired:
                return False
            return True

        given = await asyncio.gather(*(reserve() for _ in range(20)))
        assert sum(given) == 5
        assert await used(ada) == (5 * PRICE, 0, 0)
        assert len(await entries(studio)) == 5

    async def test_the_first_of_somebody_come_together(self, ada: httpx2.AsyncClient, studio: Studio) -> None:
        """Nobody's row is there yet."""
        user_id = (await whoami(ada))["id"]

        async def reserve() -> None:
            async with studio.transaction() as work:
                await money.reserve(work, [_item(user_id)], now=studio.clock.now())

        await asyncio.gather(*(reserve() for _ in range(10)))
        assert await used(ada) == (10 * PRICE, 0, 0)

    async def test_work_of_several_people_ends_in_any_order(self, studio: Studio) -> None:
        """A transaction that held one's row and waited for another's would meet its opposite."""
        people = [new_id("user") for _ in range(4)]
        items = [[_item(person) for person in people] for _ in range(10)]
        async with studio.transaction() as work:
            for some in items:
                await money.reserve(work, some, now=studio.clock.now())

        async def settle(some: list[Item]) -> None:
            async with studio.transaction() as work:
                for item in some:
                    outcome = Outcome("yes", None, is_lost=False)
                    await money.settle(work, item, outcome, now=studio.clock.now())

        async with asyncio.timeout(30):
            await asyncio.gather(
                *(settle(some if number % 2 else some[::-1]) for number, some in enumerate(items))
            )
        async with studio.reading() as session:
            rows = (await session.execute(select(budgets))).all()
        assert {(row.holder_id, row.reserved, row.spent) for row in rows} == {
            *((person, 0, 5_000_000) for person in people),
            ("gpu", 0, 20_000_000),
        }


def _item(user_id: str) -> Item:
    return Item("video", new_id("video"), 1, user_id, "space_1", "gpu", "wan-2.2", PRICE)


class TestAskingFirst:
    async def test_a_dollar_unless_one_chose(self, ada: httpx2.AsyncClient) -> None:
        assert (await budget(ada))["confirm_above_usd"] == 1.0

    async def test_choosing(self, ada: httpx2.AsyncClient, signed_in: httpx2.AsyncClient) -> None:
        for chosen in (5.5, 0, None):
            answer = await ada.patch("/api/budget", json={"confirm_above_usd": chosen})
            assert (answer.status_code, answer.json()["confirm_above_usd"]) == (200, chosen)
            assert (await budget(ada))["confirm_above_usd"] == chosen
        assert (await budget(signed_in))["confirm_above_usd"] == 1.0

    @pytest.mark.parametrize("body", [{}, {"confirm_above_usd": -1}, {"budget_usd": 1000}])
    async def test_nothing_else_can_be_chosen(self, ada: httpx2.AsyncClient, body: dict[str, Any]) -> None:
        assert (await ada.patch("/api/budget", json=body)).status_code == 422

    async def test_programs_are_not_asked(self, ada: httpx2.AsyncClient) -> None:
        await ada.patch("/api/budget", json={"confirm_above_usd": 0})
        assert (await make(ada, model=PAID, n=10))["videos"]
