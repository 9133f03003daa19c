"""What is made within a request is paid for whatever comes of it, once."""

from __future__ import annotations

import httpx2
import pytest
from tests.money.conftest import SetBudget
from tests.money.counting import actor_of, entries, used
from tests.videos.making import MovableClock, whoami

from rushes.errors import PaymentRequired
from rushes.money import service as money
from rushes.money.once import item_of, paid_once, settle_left
from rushes.providers.protocol import Ambiguous, Busy, Refused
from rushes.studio import Studio


@pytest.mark.parametrize(
    ("raised", "told", "state", "spent", "is_lost"),
    [
        (None, None, "spent", 0.04, False),
        (None, 0.03, "spent", 0.03, False),
        (Refused("Not that."), None, "released", 0, False),
        (Refused("Not that.", charged="yes"), None, "spent", 0.04, True),
        (Busy("Later."), None, "released", 0, False),
        (Ambiguous("Who knows."), None, "spent", 0.04, True),
        (ZeroDivisionError(), None, "spent", 0.04, True),
    ],
)
async def test_what_it_has_cost(
    ada: httpx2.AsyncClient,
    studio: Studio,
    raised: Exception | None,
    told: float | None,
    state: str,
    spent: float,
    is_lost: bool,
) -> None:
    item = item_of(actor_of(await whoami(ada)), "image", "gpu/flux", 0.04)

    async def order() -> None:
        async with paid_once(studio, item) as bill:
            assert await used(ada) == (pytest.approx(0.04), 0, 0)
            bill.cost = told
            if raised is not None:
                raise raised

    if raised is None:
        await order()
    else:
        with pytest.raises(type(raised)):
            await order()
    [entry] = await entries(studio, item.subject_id)
    assert (entry.state, entry.spent, entry.is_lost) == (state, round(spent * 1_000_000), is_lost)
    assert (await used(ada))[0] == 0


async def test_nothing_is_asked_for_without_a_budget(
    ada: httpx2.AsyncClient, studio: Studio, set_budget: SetBudget
) -> None:
    await set_budget(ada, 0.03)
    item = item_of(actor_of(await whoami(ada)), "speech", "gpu/kokoro", 0.04)
    with pytest.raises(PaymentRequired):
        async with paid_once(studio, item):
            pytest.fail("it was asked for")
    assert await entries(studio, item.subject_id) == []


async def test_what_a_process_left_behind_is_ended(
    ada: httpx2.AsyncClient, studio: Studio, clock: MovableClock
) -> None:
    item = item_of(actor_of(await whoami(ada)), "image", "gpu/flux", 0.04)
    async with studio.transaction() as work:
        await money.reserve(work, [item], now=clock.now())
    await settle_left(studio)
    assert [entry.state for entry in await entries(studio, item.subject_id)] == ["reserved"]
    clock.ahead += 3700
    await settle_left(studio)
    await settle_left(studio)
    [entry] = await entries(studio, item.subject_id)
    assert (entry.state, entry.spent, entry.is_lost) == ("spent", 40_000, True)
    assert (await used(ada))[0] == 0
