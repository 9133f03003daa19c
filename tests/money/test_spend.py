"""What administrators see of the money: by day, provider, model and person."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest
from tests.money.counting import PRICE, UNPRICED, make_paid
from tests.videos.making import complete, make, put_in_stage, whoami

from rushes.money import service as money
from rushes.money.service import Item
from rushes.studio import Studio
from rushes.tables import new_id

DAY = 86400


async def spend(client: httpx2.AsyncClient, **query: Any) -> dict[str, Any]:
    answer = await client.get("/api/admin/spend", params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.fixture
async def spent(signed_in: httpx2.AsyncClient, ada: httpx2.AsyncClient, studio: Studio) -> None:
    """Ada has one done, one running and one charged for nothing; boss has one that cost nothing, one done for
    a known price and one at a price that nobody knows."""
    await complete(studio, (await make_paid(ada))["id"])
    await make_paid(ada)
    await put_in_stage(studio, (await make_paid(ada))["id"], "failed", charged="yes")
    await put_in_stage(studio, (await make_paid(signed_in))["id"], "failed", charged="no")
    await put_in_stage(studio, (await make_paid(signed_in))["id"], "completed", cost_actual=0.1)
    await put_in_stage(studio, (await make(signed_in, model=UNPRICED))["id"], "completed")
    await complete(studio, (await make(signed_in))["id"])


async def test_nothing_yet(signed_in: httpx2.AsyncClient) -> None:
    found = await spend(signed_in)
    assert (found["rows"], found["group"]) == ([], "day")
    assert set(found["total"].values()) == {0}
    assert datetime.fromtimestamp(found["from"], UTC).day == 1


@pytest.mark.usefixtures("spent")
async def test_the_total(signed_in: httpx2.AsyncClient) -> None:
    assert (await spend(signed_in))["total"] == {
        "reserved_usd": PRICE,
        "spent_usd": 2 * PRICE + 0.1,
        "estimated_usd": 2 * PRICE,
        "lost_usd": PRICE,
        "count": 6,
        "unpriced": 1,
    }


@pytest.mark.usefixtures("spent")
async def test_by_whom_and_where(signed_in: httpx2.AsyncClient, ada: httpx2.AsyncClient) -> None:
    people = (await spend(signed_in, group="user"))["rows"]
    assert [(row["key"], row["label"], row["spent_usd"], row["count"]) for row in people] == [
        ((await whoami(ada))["id"], "ada", 2 * PRICE, 3),
        ((await whoami(signed_in))["id"], "boss", 0.1, 3),
    ]
    await ada.patch("/api/auth/profile", json={"display_name": "Ada L."})
    assert (await spend(signed_in, group="user"))["rows"][0]["label"] == "Ada L."
    providers = (await spend(signed_in, group="provider"))["rows"]
    assert [(row["label"], row["count"], row["unpriced"]) for row in providers] == [
        ("gpu", 5, 0),
        ("dark", 1, 1),
    ]
    models = (await spend(signed_in, group="model"))["rows"]
    assert [row["key"] for row in models] == ["gpu/wan-2.2", UNPRICED]


async def test_days_are_those_of_utc_and_in_their_order(
    signed_in: httpx2.AsyncClient, studio: Studio
) -> None:
    noon = datetime(2026, 2, 28, 12, tzinfo=UTC).timestamp()
    me = await whoami(signed_in)
    for at in (noon + DAY / 2, noon, noon + DAY / 2 - 1):
        item = Item("video", new_id("video"), 1, me["id"], me["space_id"], "gpu", "wan-2.2", PRICE)
        async with studio.transaction() as work:
            await money.reserve(work, [item], now=at)
    found = await spend(signed_in, **{"from": noon, "to": noon + DAY})
    assert [(row["key"], row["count"]) for row in found["rows"]] == [("2026-02-28", 2), ("2026-03-01", 1)]
    # `to` is the first moment that does not count.
    early = await spend(signed_in, **{"from": noon, "to": noon + DAY / 2})
    assert early["total"]["count"] == 2


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"group": "colour"}, "group"),
        ({"from": "yesterday"}, "from"),
        ({"from": -1}, "from"),
        ({"from": 100, "to": 50}, "to"),
        ({"to": 1e300}, "to"),
        ({"since": 1}, "since"),
    ],
)
async def test_what_cannot_be_asked(signed_in: httpx2.AsyncClient, query: dict[str, Any], field: str) -> None:
    answer = await signed_in.get("/api/admin/spend", params=query)
    assert (answer.status_code, list(answer.json()["details"]["fields"])) == (422, [field])


async def test_it_is_for_administrators(ada: httpx2.AsyncClient) -> None:
    user_id = (await whoami(ada))["id"]
    for asked in (
        ada.get("/api/admin/spend"),
        ada.get("/api/admin/budgets"),
        ada.put(f"/api/admin/budgets/{user_id}", json={"budget_usd": None}),
    ):
        assert (await asked).status_code == 403
