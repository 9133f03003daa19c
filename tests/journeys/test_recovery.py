"""Needs you: a job of which nobody knows, in the queue and on its own page, and the four answers."""

from __future__ import annotations

import sqlite3
from typing import Any

import orjson
import pytest
from playwright.async_api import expect
from tests.journeys.conftest import Visit
from tests.journeys.studio import Person, StudioProcess
from tests.standins.openai_videos import StandIn

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("queue")]

_ERROR = {
    "code": "outcome_unknown",
    "message": "The provider never answered and does not list the job. It may have been made and charged.",
    "retryable": False,
    "charged": "unknown",
}


async def _lost(studio: StudioProcess, person: Person, prompt: str) -> tuple[dict[str, Any], str]:
    """A video whose job runs at the provider while the studio does not know of it, and the job's id: as after
    an answer that was lost, without the minutes for which it is looked for."""
    made = person.make(prompt, model="gpu/wan-2.2", size="1280x720", seconds=4)
    job = (await person.until(made, "in_progress"))["provider_video_id"]
    with sqlite3.connect(studio.folder / "data" / "rushes.db", timeout=20) as database:
        database.execute(
            "UPDATE videos SET stage = 'unknown', provider_video_id = NULL, error = ? WHERE id = ?",
            (orjson.dumps(_ERROR).decode(), made["id"]),
        )
    return person.look(made["id"]), job


async def test_what_became_of_it_is_decided(enter: Visit, studio: StudioProcess, provider: StandIn) -> None:
    ada = studio.join()
    video, job = await _lost(studio, ada, "An endless lost boat")
    visitor = await enter(ada)
    page = await visitor.open("/queue")
    needs_you = page.get_by_role("region", name="Needs you")
    await needs_you.get_by_role("button", name=f"Decide about {video['code']}").click()
    dialog = page.get_by_role("dialog", name=f"What became of {video['code']}?")
    await expect(dialog).to_contain_text("It would cost about $0.40.")
    await expect(dialog.get_by_role("button", name="Try again, may charge twice (~$0.40)")).to_be_visible()

    visitor.expect(r"status of 422 .*\(/api/recovery/")
    await dialog.get_by_label("Id at the provider").fill("video_nobodys")
    await dialog.get_by_role("button", name="Fetch").click()
    await expect(dialog).to_contain_text("is not a job that the provider knows")
    assert ada.look(video["id"])["needs_attention"]
    await dialog.get_by_label("Id at the provider").fill(f" {job} ")
    await page.keyboard.press("Enter")
    await expect(dialog).to_be_hidden()
    await expect(needs_you).to_be_hidden()
    running = page.get_by_role("region", name="Running").get_by_role("listitem")
    await expect(running).to_contain_text("An endless lost boat")
    assert ada.look(video["id"])["provider_video_id"] == job


async def test_it_can_be_looked_for_and_given_up(
    enter: Visit, studio: StudioProcess, provider: StandIn
) -> None:
    ada = studio.join()
    video, job = await _lost(studio, ada, "An endless lost balloon")
    provider.wire.jobs.remove(job)
    visitor = await enter(ada)
    page = await visitor.open(f"/videos/{video['id']}")
    await page.get_by_role("button", name="Decide").click()
    dialog = page.get_by_role("dialog", name=f"What became of {video['code']}?")
    await dialog.get_by_role("button", name="Check the provider").click()
    await expect(dialog.get_by_role("status")).to_have_text("The provider still does not list it.")
    await dialog.get_by_role("button", name="Give up").click()
    await expect(dialog).to_be_hidden()
    await expect(page.get_by_text("It was given up")).to_be_visible()
    assert ada.look(video["id"])["error"]["code"] == "written_off"
    await expect(page.get_by_role("button", name="Try again")).to_be_visible()
