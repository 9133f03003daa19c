"""axe-core on whatever a window shows: WCAG A and AA up to 2.2, in both themes, wide and narrow."""

from __future__ import annotations

import functools
from typing import Any

from playwright.async_api import Page
from tests.journeys.studio import ROOT

_AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
_RUN = """([tags, without]) => axe.run(document, {
  runOnly: {type: 'tag', values: tags},
  rules: Object.fromEntries(without.map((rule) => [rule, {enabled: false}])),
  resultTypes: ['violations'],
}).then(({violations}) => violations.map(({id, help, nodes}) =>
  `${id}: ${help}\\n` + nodes.map(({html, failureSummary}) =>
    `    ${html.slice(0, 200)}\\n      ${failureSummary.replaceAll('\\n', ' ')}`).join('\\n')))"""
_DRAWN = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
_MOVES = "matchMedia('(prefers-reduced-motion: no-preference)').matches"
_SIZES = ((1440, 900), (390, 844))


async def violations(page: Page, *, without: tuple[str, ...] = ()) -> list[str]:
    """What axe finds in the four looks of a page, each line with its look; the window is left wide and dark.

    Meanwhile nothing moves: a colour on its way to another is neither.
    """
    moves = await page.evaluate(_MOVES)
    await page.emulate_media(reduced_motion="reduce")
    if not await page.evaluate("'axe' in window"):
        # As the debugger does it: a script element would be refused by the studio's policy.
        await page.evaluate(_source())
    found: list[str] = []
    for width, height in reversed(_SIZES):
        await page.set_viewport_size({"width": width, "height": height})
        for theme in ("light", "dark"):
            await page.emulate_media(color_scheme=theme)
            await page.evaluate(_DRAWN)
            found += [
                f"{theme} {width}: {each}" for each in await page.evaluate(_RUN, [_TAGS, list(without)])
            ]
    if moves:
        await page.emulate_media(reduced_motion="no-preference")
    return found


async def assert_accessible(page: Page, what: str, **more: Any) -> None:
    found = await violations(page, **more)
    assert not found, f"{what} at {page.url}\n" + "\n".join(found)


@functools.cache
def _source() -> str:
    return _AXE.read_text(encoding="utf-8")
