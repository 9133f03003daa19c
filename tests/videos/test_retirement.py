"""Models end: what still names one is told what to use instead, and nothing else stops."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest
from structlog.testing import capture_logs
from tests.videos.choosy import Choosy
from tests.videos.conftest import Completed
from tests.videos.making import MovableClock, make

from rushes.providers.model import Lifecycle, Model
from rushes.providers.registry import Providers
from rushes.settings import Settings
from rushes.studio import Studio
from rushes.videos.known_models import recall

DAY = 86400.0


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Whoever is signed in stays so while days pass."""
    settings.jwt_ttl = 30 * DAY
    return settings


def day(studio: Studio, days: float) -> str:
    """The date in so many days (of UTC), as models say it."""
    return datetime.fromtimestamp(studio.clock.now() + days * DAY, UTC).date().isoformat()


def set_up(studio: Studio, *, default: str | None = None, aliases: dict[str, str] | None = None) -> None:
    """`cloud/old` is retired, `cloud/going` ends in three days, `cloud/new` stays; `gone` has none left."""
    cloud = Choosy(
        "cloud",
        Model("old", "Old", lifecycle=Lifecycle("retired", "2026-01-31")),
        Model("beta", "Beta", lifecycle=Lifecycle("preview")),
        Model("going", "Going", lifecycle=Lifecycle("deprecated", day(studio, 3), "beta")),
        Model("new", "New"),
    )
    gone = Choosy("gone", Model("last", "Last", lifecycle=Lifecycle("retired", replacement="nothing")))
    [animatic] = [each for each in studio.providers.all() if each.name == "animatic"]
    everyone: dict[str, Any] = {"animatic": animatic, "cloud": cloud, "gone": gone}
    studio.providers = Providers(everyone, default=default, aliases=aliases or {})


def refusal(answer: httpx2.Response) -> tuple[str, str, Any]:
    assert answer.status_code == 422, answer.text
    body = answer.json()
    assert list(body["details"]["fields"]) == ["model"]
    return body["code"], body["error"], body["details"]["replacement"]


async def ask(client: httpx2.AsyncClient, **body: Any) -> httpx2.Response:
    return await client.post("/api/videos", json={"prompt": "x", **body})


async def test_one_that_is_retired_is_refused_with_what_to_use_instead(
    signed_in: httpx2.AsyncClient, studio: Studio
) -> None:
    set_up(studio)
    assert refusal(await ask(signed_in, model="cloud/old")) == (
        "model_retired",
        "model cloud/old was retired on 2026-01-31: use cloud/new instead.",
        "cloud/new",
    )
    assert refusal(await ask(signed_in, model="last")) == (
        "model_retired",
        "model gone/last was retired: choose another, GET /api/models has them.",
        None,
    )
    first = (await ask(signed_in, provider="cloud")).json()
    assert first["served_by"] == {"provider": "cloud", "model": "beta"}


async def test_one_that_ends_is_offered_until_its_day_is_over(
    signed_in: httpx2.AsyncClient, studio: Studio, clock: MovableClock
) -> None:
    set_up(studio)
    listed = {model["id"]: model for model in (await signed_in.get("/api/models")).json()["models"]}
    assert list(listed) == ["animatic/animatic", "cloud/beta", "cloud/going", "cloud/new"]
    ends_on = day(studio, 3)
    life = {"state": "deprecated", "ends_on": ends_on, "replacement": "cloud/beta"}
    assert listed["cloud/going"]["lifecycle"] == life
    assert listed["cloud/new"]["lifecycle"] == {"state": "active", "ends_on": None, "replacement": None}
    for ahead in (0, 3 * DAY):
        clock.ahead = ahead
        assert (await make(signed_in, model="cloud/going"))["provider"] == "cloud"
    clock.ahead = 4 * DAY
    _, words, replacement = refusal(await ask(signed_in, model="cloud/going"))
    assert f"was retired on {ends_on}: use cloud/beta instead" in words
    assert replacement == "cloud/beta"
    models = (await signed_in.get("/api/models")).json()["models"]
    assert "cloud/going" not in {model["id"] for model in models}
    one = (await signed_in.get("/api/models/cloud/going")).json()
    assert one["lifecycle"] == {**life, "state": "retired"}


async def test_a_default_that_is_retired_is_named_with_its_setting(
    signed_in: httpx2.AsyncClient, studio: Studio
) -> None:
    set_up(studio, default="cloud/old")
    words = (
        "model must be named: DEFAULT_VIDEO_MODEL is cloud/old, which was retired on 2026-01-31: "
        "use cloud/new instead."
    )
    assert refusal(await ask(signed_in)) == ("model_retired", words, "cloud/new")
    found = (await signed_in.get("/api/models")).json()
    assert found["default"] == "cloud/old"
    assert found["default_problem"] == {
        "code": "model_retired",
        "message": words,
        "setting": "DEFAULT_VIDEO_MODEL",
        "model": "cloud/old",
        "replacement": "cloud/new",
    }
    assert (await make(signed_in, model="cloud/new"))["model"] == "cloud/new"
    set_up(studio, default="cloud/going")
    assert (await signed_in.get("/api/models")).json()["default_problem"] is None


async def test_an_alias_says_what_it_stands_for(signed_in: httpx2.AsyncClient, studio: Studio) -> None:
    set_up(studio, aliases={"house": "cloud/old"})
    code, words, replacement = refusal(await ask(signed_in, model="house"))
    assert words == (
        "model house stands for cloud/old here, which was retired on 2026-01-31: use cloud/new instead."
    )
    assert (code, replacement) == ("model_retired", "cloud/new")


async def test_the_log_says_at_the_start_which_settings_name_one(studio: Studio) -> None:
    aliases = {"house": "cloud/old", "fine": "cloud/new", "none": "cloud/nothing"}
    set_up(studio, default="cloud/old", aliases=aliases)
    studio.settings.model_aliases = aliases
    with capture_logs() as logs:
        await recall(studio)
    told = [(line["event"], line.get("alias"), line["log_level"]) for line in logs]
    assert told == [
        ("default_model_retired", None, "warning"),
        ("alias_of_retired_model", "house", "warning"),
    ]
    assert (logs[0]["setting"], logs[0]["replacement"]) == ("DEFAULT_VIDEO_MODEL", "cloud/new")


async def test_a_remix_of_what_a_retired_model_made_needs_another(
    signed_in: httpx2.AsyncClient, studio: Studio, completed: Completed, clock: MovableClock
) -> None:
    set_up(studio)
    video = await completed(signed_in, model="cloud/going")
    clock.ahead = 5 * DAY
    url = f"/api/videos/{video['id']}/remix"
    _, words, _ = refusal(await signed_in.post(url, json={"prompt": "y"}))
    assert words.startswith("model cloud/going was retired")
    other = await signed_in.post(url, json={"prompt": "y", "model": "cloud/new"})
    assert other.status_code == 201


@pytest.mark.parametrize("ends_on", ["soon", "", "2026-13-45"])
async def test_a_date_that_is_none_ends_nothing(
    signed_in: httpx2.AsyncClient, studio: Studio, ends_on: str
) -> None:
    odd = Choosy("odd", Model("m", "M", lifecycle=Lifecycle("deprecated", ends_on)))
    [animatic] = studio.providers.all()
    everyone: dict[str, Any] = {"animatic": animatic, "odd": odd}
    studio.providers = Providers(everyone, default=None, aliases={})
    assert (await make(signed_in, model="odd/m", size="1280x720"))["model"] == "odd/m"
