"""Pictures of every page of a filled studio, wide and narrow, in both themes, for people to look at.

    python -m tests.journeys.screenshots OUT [--only PAGE ...] [--readme]

`--readme` writes the two pictures of docs/images too. Each page becomes OUT/<page>-<width>-<theme>.png.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.async_api import Browser, Page, expect
from tests.journeys.belongings import music, picture, voice
from tests.journeys.filming import begin, look, made, took
from tests.journeys.studio import ROOT, Person, StudioProcess, studio_in, wait_for
from tests.journeys.visitor import Theme, Visitor, chromium, visit
from tests.standins.openai_videos import StandIn, serving

_WINDOWS = (("dark", 1440, 900), ("light", 1440, 900), ("dark", 390, 844), ("light", 390, 844))
_PROMPTS: tuple[tuple[str, str], ...] = (
    ("A steam train crossing a viaduct in golden autumn light, tracking shot", "1280x720"),
    ("A whale surfacing under the northern lights, slow pan", "1680x720"),
    ("A woman with a red umbrella in the rain, neon city at night", "720x1280"),
    ("Hot air balloons over a canyon at sunrise, drone shot", "1280x720"),
    ("A fox crossing a snowy forest at blue hour", "1024x1024"),
    ("A sailing boat racing over a turquoise sea at noon", "1280x720"),
    ("An old robot watering flowers on a spaceship", "1280x720"),
    ("A horse galloping along a beach at sunset, tracking shot", "1680x720"),
    ("A lone tree on a hill in a thunderstorm", "1280x720"),
    ("A bicycle leaning on a wall in a quiet village at dawn", "720x1280"),
    ("A rocket lifting off over the desert at night", "1280x720"),
)
# Above this a picture of the README gets a palette.
_README_BYTES = 400_000
_GPU = {"model": "gpu/wan-2.2", "size": "1280x720", "seconds": 4}

Prepare = Callable[[Page], Awaitable[Any]]


async def _nothing(_page: Page) -> None:
    return None


async def main(out: Path, *, only: list[str], for_readme: bool) -> None:
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="rushes-") as temporary, serving(duration=1.0) as provider:
        provider.fault("create", "never", times=None, prompt="comet")
        why = {"code": "server_error", "message": "The machine that made it broke down."}
        provider.fault("create", "fail", times=None, prompt="castle", error=why)
        with studio_in(
            Path(temporary),
            "--demo",
            PROVIDERS__GPU__KIND="openai",
            PROVIDERS__GPU__BASE_URL=provider.url + "/v1",
            PROVIDERS__GPU__PRICE_PER_SECOND="0.10",
        ) as studio:
            person, boss = studio.sign_in("demo", "demo123"), _administrator(studio)
            me = person.ask("GET", "/api/auth/me")["user"]
            boss.ask("PUT", f"/api/admin/budgets/{me['id']}", {"budget_usd": 5})
            shown = await _fill(person, provider)
            async with chromium() as browser:
                await _all_pages(browser, studio, person, boss, shown, out, only)
                if for_readme:
                    await _pictures_of_the_readme(browser, studio, person, shown)


async def _fill(person: Person, provider: StandIn) -> dict[str, str]:
    """Something in every state; the ids of those that are shown alone."""
    for prompt, size in _PROMPTS:
        person.make(prompt, size=size, seconds=3)
    everything = [await person.until(video, "completed", seconds=600) for video in person.videos()]
    samples = {video["title"]: video for video in everything}
    lighthouse = samples["The lighthouse"]
    person.ask("PATCH", f"/api/videos/{lighthouse['id']}", {"favourite": True})
    remixes = [
        person.ask(
            "POST", f"/api/videos/{lighthouse['id']}/remix", {"prompt": lighthouse["prompt"].replace(*words)}
        )
        for words in (("at dusk", "at dawn"), ("stormy sea", "calm sea"))
    ]
    remix = [await person.until(each, "completed", seconds=120) for each in remixes][-1]
    await person.until(person.make("A castle in the clouds", **_GPU), "failed")
    provider.set(duration=240)
    running = person.make("A comet over a sleeping town", **_GPU)
    bin_me = await person.made("A puddle", size="1280x720")
    person.ask("DELETE", f"/api/videos/{bin_me['id']}")
    person.ask("POST", "/api/queue/pause")
    tram = "A tram climbing a foggy street at night, slow push in"
    person.make(tram, size="1280x720", seconds=4, priority=5)
    failed = person.videos(status="failed")[0]
    night = {"name": "After dark", "video_ids": [video["id"] for video in everything[:5]]}
    collection = person.ask("POST", "/api/collections", night)
    sea = {"name": "The sea", "video_ids": [lighthouse["id"]]}
    person.ask("POST", "/api/collections", sea)
    portrait = _bring_assets(person, everything)
    person.ask("POST", "/api/queue/resume")
    films = await _make_films(person)
    person.ask("POST", "/api/queue/pause")
    return {
        "asset": portrait["id"],
        "video": lighthouse["id"],
        "remix": remix["id"],
        "running": running["id"],
        "failed": failed["id"],
        "collection": collection["id"],
        **films,
        "vendor": provider.url + "/v1",
    }


async def _make_films(person: Person) -> dict[str, str]:
    """A film in every state; the ids of those that are shown."""
    told = "A lighthouse keeper finds a bottle with a letter in it."
    film = await made(person, prompt=told)
    upright = await made(person, prompt="A fox teaches a robot to dance", aspect_ratio="9:16", scenes=3)
    draft = begin(person, prompt="An old clockmaker repairs the moon.")
    await took(person, film, 1)
    scenes = f"/api/productions/{film['id']}/scenes"
    person.ask("PATCH", f"{scenes}/2", {"narration": "Meet the keeper of the lighthouse."})
    person.ask("PATCH", f"{scenes}/3", {"locked": True})
    return {
        "film": film["id"],
        "upright": upright["id"],
        "draft": draft["id"],
        "cut": (await made(person, prompt="How bees make honey", scenes=3, through="cut"))["id"],
        "long": await _too_long(person),
    }


async def _too_long(person: Person) -> str:
    """A film whose words are longer than it was to be, of which one scene has been shortened."""
    words = (
        "The keeper climbs the stairs of the tower. He counts every step on his way up. The wind pulls at the"
        " windows, and far below the sea breaks over the rocks."
    )
    parts = [
        {"narration": words, "frame_prompt": "a lighthouse in a storm", "seconds": 2},
        {"narration": words.replace("keeper", "girl"), "frame_prompt": "a girl on a cliff", "seconds": 2},
    ]
    script = {"title": "The tower", "scenes": parts}
    film = await made(person, through="voices", script=script, seconds=14)
    scene = f"/api/productions/{film['id']}/scenes/1"
    still = person.bring("Tower, reference.jpg", picture("tower", 1200, 800))
    person.ask("PATCH", scene, {"fit": "rewrite", "reference_asset_id": still["id"]})
    person.ask("POST", f"/api/productions/{film['id']}/run", {"through": "clips"})
    await wait_for(lambda: look(person, film)["status"] != "running", "the film", 120)
    sheet = "The keeper: old, white beard, yellow oilskin\nSetting: a rocky island in winter"
    person.ask("PATCH", f"/api/productions/{film['id']}", {"continuity": sheet})
    return str(film["id"])


def _bring_assets(person: Person, videos: list[dict[str, Any]]) -> dict[str, Any]:
    """Pictures of several shapes, clips and sounds, two of them in use; the first of the pictures."""

    def content(video: dict[str, Any], variant: str) -> bytes:
        return person.client.get(f"/api/videos/{video['id']}/content", params={"variant": variant}).content

    stills = [
        person.bring(f"{video['prompt'][:24].strip()}.jpg", content(video, "thumbnail"), purpose="still")
        for video in videos[:7]
    ]
    for video in videos[2:5]:
        person.bring(f"take {video['number']}.mp4", content(video, "video"))
    person.bring("Evening theme.wav", music(), purpose="music")
    person.bring("Old harbour at dusk, reference.jpg", picture("harbour", 1600, 1067))
    person.bring("Narrator, scene 1.wav", voice(), purpose="voice")
    person.bring("Poster.jpg", picture("poster", 900, 1350))
    person.bring("Chase.wav", music(95, key=330), purpose="music")
    for still in stills[:2]:
        person.make("It begins to move", references=[{"asset_id": still["id"]}])
    return stills[0]


async def _all_pages(
    browser: Browser,
    studio: StudioProcess,
    person: Person,
    boss: Person,
    shown: dict[str, str],
    out: Path,
    only: list[str],
) -> None:
    video, remix = f"/videos/{shown['video']}", f"/videos/{shown['remix']}"
    pages: list[tuple[str, str, Prepare]] = [
        ("create", "/new", _nothing),
        ("create-filled", "/new?prompt=A+heron+in+the+morning+mist,+slow+pan&seconds=6", _choose_paid),
        ("create-ask", "/new?prompt=A+heron+in+the+morning+mist&seconds=6", _ask_first),
        ("create-advanced", "/new", lambda page: page.get_by_text("Advanced").click()),
        ("queue", "/queue", _nothing),
        ("cancel", "/queue", lambda page: page.get_by_role("button", name="Cancel RX-").first.click()),
        ("library", "/videos", _nothing),
        ("library-selected", "/videos", _select),
        ("library-filtered", "/videos?after=2026-01-01&before=2099-12-31&kind=text", _filters),
        ("collection", f"/videos?collection={shown['collection']}", _nothing),
        ("collect", "/videos", _collect),
        ("collect-one", video, _collect_one),
        ("trash", "/videos?status=trashed", _nothing),
        ("nothing-matches", "/videos?q=zebra", _nothing),
        ("video", video, _show_moment),
        ("video-running", f"/videos/{shown['running']}", _nothing),
        ("video-failed", f"/videos/{shown['failed']}", _nothing),
        ("remix", video, lambda page: page.keyboard.press("r")),
        ("lineage", remix, lambda page: page.get_by_text("The whole family").click()),
        ("compare", f"{remix}?compare={shown['video']}", _nothing),
        ("productions", "/productions", _nothing),
        ("productions-script", "/productions?start=script", _show_more),
        ("productions-videos", "/productions?start=videos", _choose_videos),
        ("production", f"/productions/{shown['film']}", _nothing),
        ("production-upright", f"/productions/{shown['upright']}", _nothing),
        ("production-draft", f"/productions/{shown['draft']}", _nothing),
        ("production-chip", f"/productions/{shown['film']}", _open_chip),
        ("production-cut", f"/productions/{shown['cut']}", _nothing),
        ("production-cut-look", f"/productions/{shown['cut']}", _open_cut_look),
        ("production-cut-look-upright", f"/productions/{shown['upright']}", _open_cut_look),
        ("production-export", f"/productions/{shown['cut']}", lambda page: _of_the_cut(page, "Export…")),
        ("production-made", f"/productions/{shown['cut']}", lambda page: _of_the_cut(page, "What was made…")),
        ("production-preview", f"/productions/{shown['cut']}", _preview),
        ("production-voice", f"/productions/{shown['upright']}", _open_voice),
        ("production-looks", f"/productions/{shown['long']}", _open_looks),
        ("production-takes", f"/productions/{shown['film']}", _show_takes),
        ("production-run", f"/productions/{shown['film']}", _go_further),
        ("production-library", f"/videos?production={shown['film']}", _nothing),
        ("assets", "/library/assets", _nothing),
        ("assets-sounds", "/library/assets?kind=audio", _nothing),
        ("asset", f"/library/assets?open={shown['asset']}", _nothing),
        ("assets-nothing-matches", "/library/assets?q=zebra", _nothing),
        ("create-from-asset", f"/new?asset={shown['asset']}&prompt=It+begins+to+move", _nothing),
        ("choose-asset", "/new", lambda page: page.get_by_role("button", name="From assets").click()),
        ("profile", "/settings/profile", _nothing),
        ("password", "/settings/password", _nothing),
        ("devices", "/settings/devices", _nothing),
        ("spending", "/settings/spending", _nothing),
        ("appearance", "/settings/appearance", _nothing),
        ("shortcuts", "/videos", lambda page: page.keyboard.press("?")),
        ("not-found", "/nowhere", _nothing),
    ]
    for_admins: list[tuple[str, str, Prepare]] = [
        ("spend", "/admin/spend", _nothing),
        ("spend-provider", "/admin/spend?group=provider&period=quarter", _nothing),
        ("providers", "/settings/providers", _try_provider),
        ("connect", "/settings/providers?connect=1", _nothing),
        ("connect-key", "/settings/providers?connect=1", _choose_vendor),
        (
            "connect-found",
            "/settings/providers?connect=1",
            lambda page: _check_vendor(page, shown["vendor"]),
        ),
        ("edit-provider", "/settings/providers", _edit_provider),
        ("provider-cap", "/settings/providers", _cap_provider),
    ]
    pages, for_admins = (
        [page for page in each if not only or page[0] in only] for each in (pages, for_admins)
    )
    for theme, width, height in _WINDOWS:
        how: dict[str, Any] = {
            "theme": theme,
            "width": width,
            "height": height,
            "still": True,
            "traced": False,
        }
        for who, shown_to_them in ((person, pages), (boss, for_admins)):
            inside = await visit(browser, studio, who, touch=width < 720, **how)
            for name, path, prepare in shown_to_them:
                await _take(inside, out / f"{name}-{width}-{theme}.png", path, prepare)
            await inside.page.context.close()
        if only:
            continue
        outside = await visit(browser, studio, touch=width < 720, **how)
        for name, path in (("login", "/login"), ("register", "/login?mode=register"), ("docs", "/docs")):
            await _take(outside, out / f"{name}-{width}-{theme}.png", path, _nothing)
        await outside.page.context.close()
        print(f"{width} {theme}: {len(pages) + len(for_admins) + 3} pages")


def _administrator(studio: StudioProcess) -> Person:
    """The demonstration's own, who has connected one provider that is away, and switched one off; two of them
    are capped."""
    admin = studio.sign_in("admin", "admin")
    away = {"kind": "openai", "base_url": "http://127.0.0.1:9/v1", "api_key": "sk-0000000000000000"}
    for name, more in (
        ("farm", {"price_per_second": 0.25, "monthly_cap_usd": 50}),
        ("old-lab", {"enabled": False}),
    ):
        admin.ask("POST", "/api/admin/providers", {**away, "name": name, "models": ["ltx-2"], **more})
    admin.ask("PUT", "/api/admin/providers/gpu/cap", {"monthly_cap_usd": 0.95})
    return admin


async def _take(visitor: Visitor, file: Path, path: str, prepare: Prepare) -> None:
    page = await visitor.open(path)
    await page.wait_for_load_state("networkidle")
    await prepare(page)
    await page.wait_for_load_state("networkidle")
    await visitor.until("[...document.images].every((image) => image.complete || image.loading === 'lazy')")
    await visitor.until("[...document.querySelectorAll('video')].every((each) => each.readyState >= 2)")
    await page.screenshot(path=file)


async def _pictures_of_the_readme(
    browser: Browser, studio: StudioProcess, person: Person, shown: dict[str, str]
) -> None:
    theme: Theme = "dark"
    visitor = await visit(browser, studio, person, theme=theme, still=True, traced=False)
    folder = ROOT / "docs" / "images"
    for name, path, prepare in (
        ("library", "/videos?status=completed", _nothing),
        ("video", f"/videos/{shown['video']}", _show_moment),
    ):
        whole = folder / f"{name}.png"
        await _take(visitor, whole, path, prepare)
        picture = Image.open(io.BytesIO(whole.read_bytes())).convert("RGB")
        picture.save(whole, optimize=True)
        if whole.stat().st_size > _README_BYTES:
            palette = picture.quantize(256, method=Image.Quantize.MEDIANCUT, kmeans=4)
            picture.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG).save(whole, optimize=True)
        print(f"{whole.name}: {whole.stat().st_size // 1000} kB")
    await visitor.page.context.close()


async def _choose_paid(page: Page) -> None:
    await page.get_by_label("Model").select_option("gpu/wan-2.2")


async def _ask_first(page: Page) -> None:
    await _choose_paid(page)
    await page.get_by_role("group", name="How many").get_by_text("3", exact=True).click()
    await page.get_by_role("button", name="Make 3").click()


async def _try_provider(page: Page) -> None:
    for name in ("gpu", "farm"):
        await page.get_by_role("button", name=f"Test {name}").click()
        await expect(page.get_by_role("listitem", name=name).locator(".tried")).to_be_visible()


async def _edit_provider(page: Page) -> None:
    await page.get_by_role("button", name="Edit farm").click()


async def _cap_provider(page: Page) -> None:
    await page.get_by_role("button", name="Monthly cap of gpu").click()


async def _check_vendor(page: Page, address: str) -> None:
    await page.get_by_role("button", name="OpenAI-shaped").click()
    await page.get_by_label("Address").fill(address)
    await page.get_by_role("button", name="Check").click()
    await page.get_by_role("textbox", name="Monthly cap").fill("20")


async def _choose_vendor(page: Page) -> None:
    await page.get_by_role("button", name="OpenAI-shaped").click()
    await page.get_by_text("Name, limits and price").click()


async def _select(page: Page) -> None:
    await expect(page.get_by_role("grid").get_by_role("link").first).to_be_visible()
    await page.keyboard.press("ArrowDown")
    for key in ("x", "ArrowRight", "ArrowRight", "x"):
        await page.keyboard.press(key)


async def _filters(page: Page) -> None:
    button = page.get_by_role("button", name="Filters,")
    if await button.is_visible():
        await button.click()


async def _collect(page: Page) -> None:
    await _select(page)
    await page.keyboard.press("a")


async def _collect_one(page: Page) -> None:
    await page.get_by_role("button", name="Add to a collection").click()


async def _show_more(page: Page) -> None:
    await page.get_by_text("More", exact=True).click()


async def _choose_videos(page: Page) -> None:
    await page.get_by_role("button", name="Choose videos").click()
    for number in range(2):
        await page.get_by_role("dialog").get_by_role("button", name="Choose").nth(number).click()


async def _open_chip(page: Page) -> None:
    await page.get_by_role("button", name="Still Done, scene 1").click()


async def _show_takes(page: Page) -> None:
    await page.get_by_role("button", name="Clip Done, scene 1").click()
    await page.get_by_role("menuitem", name="Takes").click()


async def _go_further(page: Page) -> None:
    await page.get_by_role("button", name="Go further…").click()


async def _of_the_cut(page: Page, item: str) -> None:
    await page.get_by_role("button", name="More about the cut").click()
    await page.get_by_role("menuitem", name=item).click()


async def _open_cut_look(page: Page) -> None:
    await page.get_by_role("button", name="Look and sound…").click()
    await page.get_by_label("Captions", exact=True).select_option("bold_pop")


async def _preview(page: Page) -> None:
    await _of_the_cut(page, "Quick preview")
    await page.get_by_role("dialog").locator("video").wait_for(timeout=60_000)


async def _open_voice(page: Page) -> None:
    await page.get_by_role("button", name="More about scene 1").click()
    await page.get_by_role("menuitem", name="Voice, sound and fit…").click()


async def _open_looks(page: Page) -> None:
    await page.get_by_text("Shape, style and mood").click()


async def _show_moment(page: Page) -> None:
    """A frame from the middle, with the head standing there."""
    await page.evaluate("document.querySelector('video').currentTime = 2.5")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Pictures of every page.")
    parser.add_argument("out", type=Path)
    parser.add_argument("--readme", action="store_true", help="write docs/images as well")
    parser.add_argument("--only", nargs="+", default=[], metavar="PAGE", help="these pages, not all")
    given = parser.parse_args()
    asyncio.run(main(given.out, only=given.only, for_readme=given.readme))
