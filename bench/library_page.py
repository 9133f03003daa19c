"""The library page with 100,000 videos in Chromium: frames while it scrolls, answers while one types.

    python bench/library_page.py [--rows 100000] [--seconds 8]

Scrolling is compared with a page of plain boxes that the same browser scrolls in the same way, which is the
smoothest that this machine can do. A search is told from the last key to the sheet with its finds, the pause
that waits for further keys included, beside the bare request for the same finds.
"""

from __future__ import annotations

import argparse
import shutil
import sqlite3
import statistics
import tempfile
import time
import urllib.parse
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from library import fill
from running import Running, serving, verdict

SMOOTH, TYPING = 0.9, 0.5
_SCREEN = {"width": 1440, "height": 900}
_PIXELS_A_SECOND = 2400
# Each frame moves by the time that has gone, so a slow page jumps, as it would under a finger.
_SCROLL = """([speed, seconds]) => new Promise((done) => {
  const gaps = [];
  const began = performance.now();
  let before = began;
  const step = (now) => {
    gaps.push(now - before);
    window.scrollBy(0, Math.max(0, now - before) * speed / 1000);
    before = now;
    if (now - began < seconds * 1000) requestAnimationFrame(step);
    else done(gaps.slice(1));
  };
  requestAnimationFrame(step);
})"""
# Words of the library that `library.fill` makes, and some that it has not.
_WORDS = ("harbour", "fog kalomi", "neon rain", "client b", "zzzz")


def main() -> None:
    """Prints the two results with their aims."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--rows", type=int, default=100_000)
    options.add_argument("--seconds", type=float, default=8, help="of scrolling")
    wanted = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="rushes-bench-") as temporary:
        folder = Path(temporary)
        with serving(folder, "--no-worker") as studio:
            database = studio.database
        fill(database, wanted.rows)
        _give_pictures(database, folder / "videos")
        with serving(folder, "--no-worker") as studio, sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), chromium_sandbox=False
            )
            print(f"{wanted.rows:,} videos")
            _scrolling(browser, studio, wanted.seconds)
            _typing(browser, studio)
            browser.close()


def _give_pictures(database: Path, videos: Path) -> None:
    """A real thumbnail for every video, of its own shape; all of one shape share a file."""
    with sqlite3.connect(database) as connection:
        sizes = connection.execute("SELECT DISTINCT width, height FROM videos").fetchall()
        for at, (width, height) in enumerate(sizes):
            file = videos / f"picture-{width}x{height}.jpg"
            file.parent.mkdir(parents=True, exist_ok=True)
            picture = Image.effect_mandelbrot((width // 3, height // 3), (-2, -1.5, 1, 1.5), 40 + at)
            picture.convert("RGB").save(file, quality=80)
            connection.execute(
                "UPDATE videos SET thumbnail_path = ? WHERE width = ? AND height = ?",
                (file.name, width, height),
            )


def _scrolling(browser: Browser, studio: Running, seconds: float) -> None:
    plain = _window(browser)
    boxes = "".join(f"<div style='height:220px;background:hsl({n * 37} 50% 40%)'></div>" for n in range(400))
    plain.set_content(boxes)
    page = _library(browser, studio)
    found: dict[str, list[float]] = {"library": [], "boxes": []}
    for _ in range(2):
        found["boxes"] += _gaps(plain, seconds / 2)
        found["library"] += _gaps(page, seconds / 2)
    ratio = len(found["library"]) / len(found["boxes"])
    for name, gaps in found.items():
        late = sum(gap > 50 for gap in gaps) / len(gaps)
        print(
            f"  {name:8} {1000 / statistics.mean(gaps):5.1f} frames/s, one frame in a hundred"
            f" takes {statistics.quantiles(gaps, n=100)[98]:.0f} ms or more, {late:.1%} more than 50 ms"
        )
    kept = page.locator("[role=grid] [data-id]").count()
    print(f"  scrolling {ratio:5.2f} × plain boxes {verdict(ratio, '≥', SMOOTH)}   ({kept} videos drawn)")
    page.context.close()
    plain.context.close()


def _typing(browser: Browser, studio: Running) -> None:
    page = _library(browser, studio)
    box = page.get_by_role("searchbox")
    took, alone = [], []
    for words in _WORDS:
        box.press_sequentially(words, delay=70)
        began = time.perf_counter()
        _until_shown(page, words)
        took.append(time.perf_counter() - began)
        began = time.perf_counter()
        studio.ask(f"/api/videos?limit=60&q={urllib.parse.quote(words)}")
        alone.append(time.perf_counter() - began)
        box.press("Escape")
        page.locator("[role=grid] img").first.wait_for()
    print(
        f"  typing    finds {statistics.median(took) * 1000:.0f} ms after the last key, at most"
        f" {max(took) * 1000:.0f} ms; seconds {verdict(max(took), '≤', TYPING)}"
        f"   (a bare request {statistics.median(alone) * 1000:.0f} ms)"
    )
    page.context.close()


def _until_shown(page: Page, words: str) -> None:
    """The address has all that was typed, and the sheet its finds or that there are none."""
    page.wait_for_url(lambda url: urllib.parse.parse_qs(urllib.parse.urlsplit(url).query).get("q") == [words])
    page.locator("[aria-busy=true]").wait_for(state="detached")
    nothing = page.get_by_role("heading", name="Nothing matches")
    page.locator("[role=grid] [data-id]").first.or_(nothing).wait_for()


def _library(browser: Browser, studio: Running) -> Page:
    page = _window(browser)
    page.context.add_cookies([{"name": "session", "value": studio.cookie, "url": studio.url}])
    page.goto(f"{studio.url}/videos")
    page.locator("[role=grid] img").first.wait_for()
    page.wait_for_load_state("networkidle")
    return page


def _window(browser: Browser) -> Page:
    settings: dict[str, Any] = {"viewport": _SCREEN, "color_scheme": "dark"}
    return browser.new_context(**settings).new_page()


def _gaps(page: Page, seconds: float) -> list[float]:
    """Milliseconds between the frames of a scroll."""
    gaps: list[float] = page.evaluate(_SCROLL, [_PIXELS_A_SECOND, seconds])
    return gaps


if __name__ == "__main__":
    main()
