"""Another attempt costs what its model costs today, and what is refused then changes nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import httpx2
import pytest
from tests.money.counting import PRICE, entries, make_paid, used
from tests.videos.making import put_in_stage, seen

from rushes.providers.model import Lifecycle, flat_price
from rushes.studio import Studio


def change_model(studio: Studio, **values: Any) -> None:
    """The paid model is now another one."""
    gpu = studio.providers.get("gpu")
    assert gpu is not None
    [model] = gpu.capabilities.models
    gpu.capabilities = replace(gpu.capabilities, models=(replace(model, **values),))  # type: ignore[misc]


async def test_a_price_that_has_changed(ada: httpx2.AsyncClient, studio: Studio) -> None:
    failed, unknown = await make_paid(ada), await make_paid(ada)
    await put_in_stage(studio, failed["id"], "failed", charged="no")
    await put_in_stage(studio, unknown["id"], "unknown")
    change_model(studio, price=flat_price(0.9))
    again = (await ada.post(f"/api/videos/{failed['id']}/retry")).json()
    assert again["cost_estimate"] == 0.9
    resubmitted = await ada.post(f"/api/recovery/{unknown['id']}", json={"action": "resubmit"})
    # The lost attempt is counted by its own price.
    assert (resubmitted.json()["cost_estimate"], resubmitted.json()["cost_lost"]) == (0.9, PRICE)
    assert await used(ada) == (1.8, PRICE, PRICE)
    assert [entry.reserved for entry in await entries(studio, unknown["id"])] == [500_000, 900_000]


async def test_dearer_than_it_may_be(ada: httpx2.AsyncClient, studio: Studio) -> None:
    video = await make_paid(ada, max_cost_usd=0.6)
    await put_in_stage(studio, video["id"], "failed", charged="no")
    change_model(studio, price=flat_price(0.9))
    refused = await ada.post(f"/api/videos/{video['id']}/retry")
    assert (refused.status_code, refused.json()["code"]) == (402, "over_max_cost")
    assert (await seen(ada, video["id"]))["stage"] == "failed"
    assert await used(ada) == (0, 0, 0)


@pytest.mark.parametrize("how", ["retry", "bulk"])
async def test_a_model_that_has_ended(ada: httpx2.AsyncClient, studio: Studio, how: str) -> None:
    video = await make_paid(ada)
    await put_in_stage(studio, video["id"], "failed", charged="no")
    change_model(studio, lifecycle=Lifecycle(state="retired"))
    if how == "retry":
        refused = await ada.post(f"/api/videos/{video['id']}/retry")
        assert refused.status_code == 422
        code = refused.json()["code"]
    else:
        asked = {"ids": [video["id"]], "action": "retry"}
        [result] = (await ada.post("/api/videos/bulk", json=asked)).json()["results"]
        code = result["error"]["code"]
    assert code == "model_retired"
    assert (await seen(ada, video["id"]))["stage"] == "failed"


async def test_a_model_that_is_not_offered_just_now(ada: httpx2.AsyncClient, studio: Studio) -> None:
    """Its provider may be away; the price that was told is the best there is."""
    video = await make_paid(ada)
    await put_in_stage(studio, video["id"], "failed", charged="no")
    studio.providers.drop("gpu")
    again = await ada.post(f"/api/videos/{video['id']}/retry")
    assert (again.status_code, again.json()["cost_estimate"]) == (200, PRICE)
