"""The first provider: from a studio that can only sketch to a video of a real model, without a restart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.async_api import expect
from tests.journeys.accessibility import assert_accessible
from tests.journeys.conftest import Visit
from tests.journeys.studio import Person, StudioProcess, studio_in, wait_for
from tests.journeys.visitor import named
from tests.standins.openai_videos import StandIn, serving

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.xdist_group("first provider"),
    pytest.mark.timeout(180),
]

_ADMIN = "the boss of it all"
_KEY = "sk-of-the-journey-7788"


@pytest.fixture(scope="module")
def vendor() -> Iterator[StandIn]:
    """A provider that takes one key."""
    with serving(duration=0.4, key=_KEY) as standin:
        yield standin


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StudioProcess]:
    """A studio that nobody has connected anything to."""
    with studio_in(tmp_path_factory.mktemp("bare"), REGISTRATION="open", ADMIN_PASSWORD=_ADMIN) as running:
        yield running


async def test_the_first_provider_in_two_minutes(enter: Visit, bare: StudioProcess, vendor: StandIn) -> None:
    members = await enter(bare.join(), at=bare, still=True)
    page = await members.open("/new")
    await expect(page.get_by_text("The free sketch is drawn on this machine, no AI.")).to_be_visible()
    await expect(page.get_by_text("ask an administrator")).to_be_visible()
    await expect(page.get_by_role("link", name="Connect a real model")).to_have_count(0)
    await page.goto(bare.url + "/settings/providers")
    await expect(page).to_have_url(re.compile("/settings/profile$"))

    visitor = await enter(bare.sign_in("admin", _ADMIN), at=bare, still=True)
    page = await visitor.open("/new")
    await page.get_by_role("link", name="Connect a real model").click()
    dialog = page.get_by_role("dialog", name="Connect a real model")
    await assert_accessible(page, "whose models")
    await dialog.get_by_role("button", name=named("OpenAI-shaped")).click()
    await dialog.get_by_role("button", name="Check").click()
    await expect(dialog.get_by_text("Say where the server is.")).to_be_visible()
    await dialog.get_by_label("Address").fill(vendor.url + "/v1")
    await dialog.get_by_label(re.compile("^Key")).fill("sk-a-wrong-one-altogether")
    await dialog.get_by_role("button", name="Check").click()
    await expect(dialog.get_by_role("alert")).to_contain_text("It does not accept this key.")
    await assert_accessible(page, "a wrong key")
    await dialog.get_by_label(re.compile("^Key")).fill(_KEY)
    await dialog.get_by_text("Name, limits and price").click()
    await dialog.get_by_label("Price per second").fill("0.10")
    await page.keyboard.press("Enter")
    await expect(dialog.get_by_text("It answers, and offers 2 models")).to_be_visible()
    await expect(dialog.get_by_text("$0.10 a second")).to_have_count(2)
    await dialog.get_by_label("Make it the default").select_option("wan-2.2")
    await dialog.get_by_label("Monthly cap").fill("much")
    await dialog.get_by_role("button", name="Connect", exact=True).click()
    await expect(dialog.get_by_text("An amount in USD, or nothing.")).to_be_visible()
    await assert_accessible(page, "what was found")
    await dialog.get_by_label("Monthly cap").fill("5")
    await dialog.get_by_role("button", name="Connect", exact=True).click()
    await expect(dialog).to_be_hidden()

    [made] = [each for each in _providers(bare.sign_in("admin", _ADMIN)) if each["name"] == "openai"]
    assert made["monthly_cap_usd"] == 5

    await page.get_by_role("button", name="Create with it").click()
    await expect(page.get_by_label("Model")).to_have_value("openai/wan-2.2")
    await page.get_by_role("textbox", name="Prompt").fill("A lighthouse in a storm")
    await page.get_by_role("button", name="Make it").click()
    video = await _newest_video(bare)
    assert video["provider"] == "openai"
    # Its maker sees it come without a reload.
    await expect(page.get_by_role("link", name=named("lighthouse", "Done"))).to_be_visible(timeout=60_000)
    assert _KEY not in bare.said + (bare.folder / "log.txt").read_text()


async def test_what_everybody_may_spend_there(enter: Visit, bare: StudioProcess, vendor: StandIn) -> None:
    admin = bare.sign_in("admin", _ADMIN)
    _connect(admin, "dear", vendor, price_per_second=0.10, monthly_cap_usd=5)
    admin.make("A short storm", model="dear/wan-2.2", seconds=4)
    visitor = await enter(admin, at=bare, still=True)
    page = await visitor.open("/settings/providers")
    row = page.get_by_role("listitem", name="dear")
    await expect(row).to_contain_text("$0.40 of $5.00 used this month")
    await row.get_by_role("button", name="Edit dear").click()
    dialog = page.get_by_role("dialog", name="Edit dear")
    await expect(dialog.get_by_label("Monthly cap")).to_have_value("5")
    await dialog.get_by_label("Monthly cap").fill("0,50")
    await dialog.get_by_role("button", name="Save").click()
    await expect(row).to_contain_text("of $0.50 used this month")
    await assert_accessible(page, "a provider that is near its cap")

    members = await enter(bare.join(), at=bare, still=True)
    page = await members.open("/new?prompt=A+longer+storm&seconds=8")
    await page.get_by_label("Model").select_option("dear/wan-2.2")
    members.expect(r"402 .*\(/api/videos\)")
    await page.get_by_role("button", name="Make it").click()
    refused = page.get_by_role("alert").filter(
        has_text="of the $0.50 that everybody together may spend at dear this month is left"
    )
    await expect(refused).to_contain_text("ask an administrator for a higher cap")
    await expect(page.get_by_role("textbox", name="Prompt")).to_have_value("A longer storm")
    await assert_accessible(page, "create, over a provider's cap")


async def test_a_cap_on_one_of_the_environment(enter: Visit, studio: StudioProcess) -> None:
    admin = studio.sign_in("admin", _ADMIN)
    page = await (await enter(admin, still=True)).open("/settings/providers")
    row = page.get_by_role("listitem", name="gpu")
    await row.get_by_role("button", name="Monthly cap of gpu").click()
    dialog = page.get_by_role("dialog", name="Monthly cap of gpu")
    await expect(dialog.get_by_label("Monthly cap")).to_have_value("")
    await dialog.get_by_label("Monthly cap").fill("-1")
    await page.keyboard.press("Enter")
    await expect(dialog.get_by_text("An amount in USD, or nothing.")).to_be_visible()
    await assert_accessible(page, "a cap that is none")
    await dialog.get_by_label("Monthly cap").fill("100000")
    await page.keyboard.press("Enter")
    await expect(row).to_contain_text("of $100,000.00 used this month")
    # The studio is everybody's who tests.
    admin.ask("PUT", "/api/admin/providers/gpu/cap", {"monthly_cap_usd": None})


def _connect(admin: Person, name: str, vendor: StandIn, **more: object) -> None:
    wanted = {"kind": "openai", "name": name, "base_url": vendor.url + "/v1", "api_key": _KEY, **more}
    admin.ask("POST", "/api/admin/providers", wanted)


def _providers(admin: Person) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = admin.ask("GET", "/api/admin/providers")["providers"]
    return found


async def _newest_video(bare: StudioProcess) -> dict[str, object]:
    admin = bare.sign_in("admin", _ADMIN)

    def newest() -> dict[str, object] | None:
        found = admin.videos()
        return found[0] if found else None

    made: dict[str, object] = await wait_for(newest, "the video")
    return made


async def test_looking_after_a_provider(enter: Visit, bare: StudioProcess, vendor: StandIn) -> None:
    admin = bare.sign_in("admin", _ADMIN)
    _connect(admin, "lab", vendor)
    visitor = await enter(admin, at=bare, still=True)
    page = await visitor.open("/settings/providers")
    row = page.get_by_role("listitem", name="lab")
    await expect(row).to_contain_text("key …7788")
    await row.get_by_role("button", name="Test lab").click()
    await expect(row.get_by_role("status")).to_contain_text("It answers")
    await expect(row).to_contain_text("Working")
    await assert_accessible(page, "providers")

    await row.get_by_role("button", name="Edit lab").click()
    dialog = page.get_by_role("dialog", name="Edit lab")
    await dialog.get_by_label("Address").fill("http://127.0.0.1:9/v1")
    await dialog.get_by_role("button", name="Save").click()
    visitor.expect(r"422 .*\(/api/admin/providers/lab\)")
    await expect(dialog.get_by_text("must be given again")).to_be_visible()
    await dialog.get_by_label("Address").fill(vendor.url + "/v1")
    await dialog.get_by_text("Name, limits and price").click()
    await dialog.get_by_label("Videos at once").fill("2")
    await assert_accessible(page, "editing a provider")
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog).to_be_hidden()
    await expect(row).to_contain_text("2 at once")

    await row.get_by_role("button", name="Switch off lab").click()
    await expect(row).to_contain_text("Switched off")
    assert "lab" not in {model["provider"] for model in admin.ask("GET", "/api/models")["models"]}
    await row.get_by_role("button", name="Switch on lab").click()
    await expect(row.get_by_role("button", name="Switch off lab")).to_be_visible()

    admin.ask("POST", "/api/queue/pause")
    waiting = admin.make("A walk in the rain", model="lab/wan-2.2")
    await row.get_by_role("button", name="Remove lab").click()
    asked = page.get_by_role("dialog", name="Remove lab?")
    visitor.expect(r"409 .*\(/api/admin/providers/lab\)")
    await asked.get_by_role("button", name="Remove").click()
    await expect(asked.get_by_role("alert")).to_contain_text("1 video is still its to make")
    admin.ask("POST", f"/api/videos/{waiting['id']}/cancel")
    await asked.get_by_role("button", name="Remove").click()
    await expect(row).to_have_count(0)


async def test_it_fits_a_phone(enter: Visit, bare: StudioProcess) -> None:
    visitor = await enter(
        bare.sign_in("admin", _ADMIN), at=bare, width=390, height=844, touch=True, theme="light", still=True
    )
    for path in ("/settings/providers", "/settings/providers?connect=1"):
        page = await visitor.open(path)
        await expect(page.get_by_role("heading", name="Providers")).to_be_visible()
        await visitor.until("document.documentElement.scrollWidth <= innerWidth")
        await assert_accessible(page, path)
