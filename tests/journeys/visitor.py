"""A browser's window at the studio, watched for everything that no page may do.

Whatever reaches the console as a warning or an error, any violation of the content security policy, any
request to another host and any uncaught exception is a finding; a journey that provokes one says so.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from playwright.async_api import Browser, ConsoleMessage, Error, Page, Request, async_playwright
from tests.journeys.studio import Person, StudioProcess, wait_for

Theme = Literal["light", "dark"]

_ARGUMENTS = [
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Violations are told to the document; the console is where we listen.
_WATCH_POLICY = """
document.addEventListener('securitypolicyviolation', (event) =>
  console.error(`policy: ${event.violatedDirective} refused ${event.blockedURI} ${event.sample}`));
"""


@contextlib.asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Debian's Chromium, without a window."""
    path = shutil.which("chromium")
    assert path, "the journeys need Chromium: make browser"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=path, chromium_sandbox=False, args=_ARGUMENTS
        )
        try:
            yield browser
        finally:
            await browser.close()


class Visitor:
    """One window, in a profile of its own. `page` is Playwright's."""

    def __init__(self, studio: StudioProcess, page: Page, person: Person | None) -> None:
        self.studio = studio
        self.page = page
        self.person = person
        self.requested: list[str] = []
        self._problems: list[str] = []
        self._expected: list[re.Pattern[str]] = []
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self._problems.append(f"uncaught: {error}"))
        page.on("request", self._asked)

    @property
    def problems(self) -> list[str]:
        """Findings that nobody expected."""
        return [one for one in self._problems if not any(each.search(one) for each in self._expected)]

    def expect(self, *patterns: str) -> None:
        """What this journey provokes on purpose."""
        self._expected += [re.compile(pattern) for pattern in patterns]

    async def open(self, path: str) -> Page:
        """Goes to an address of the studio, as typed in."""
        await self.page.goto(self.studio.url + path)
        return self.page

    async def until(self, expression: str, seconds: float = 20) -> Any:
        """The first truthy value of a JavaScript expression. Playwright's own way of waiting for one needs
        `eval`, which the studio's policy forbids its pages."""
        return await wait_for(lambda: self.page.evaluate(expression), expression, seconds)

    async def keep(self) -> Path:
        """A picture and the trace of what happened, for whoever looks into a failure."""
        folder = Path(tempfile.mkdtemp(prefix="rushes-journey-"))
        with contextlib.suppress(Error):
            await self.page.screenshot(path=folder / "page.png")
        with contextlib.suppress(Error):
            await self.page.context.tracing.stop(path=folder / "trace.zip")
        return folder

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            place = message.location.get("url", "")
            self._problems.append(f"{message.type}: {message.text} ({urlsplit(place).path})")

    def _asked(self, request: Request) -> None:
        url = urlsplit(request.url)
        self.requested.append(request.url)
        ours = f"{url.scheme}://{url.netloc}" == self.studio.url
        if not ours and url.scheme not in ("data", "blob"):
            self._problems.append(f"request to another host: {request.url}")


def named(*words: str) -> re.Pattern[str]:
    """An accessible name with all these words in it, in any order."""
    return re.compile("".join(f"(?=.*{re.escape(word)})" for word in words), re.DOTALL)


async def visit(
    browser: Browser,
    studio: StudioProcess,
    person: Person | None = None,
    *,
    width: int = 1440,
    height: int = 900,
    theme: Theme = "dark",
    touch: bool = False,
    still: bool = False,
    traced: bool = True,
) -> Visitor:
    """A new window, signed in as `person`. `touch` is a phone's; `still` asks for reduced motion."""
    more: dict[str, Any] = {"is_mobile": True, "has_touch": True, "device_scale_factor": 2} if touch else {}
    context = await browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=theme,
        reduced_motion="reduce" if still else "no-preference",
        locale="en-GB",
        **more,
    )
    context.set_default_timeout(15_000)
    await context.add_init_script(_WATCH_POLICY)
    if person is not None:
        await context.add_cookies([{"name": "session", "value": person.cookie, "url": studio.url}])
    if traced:
        await context.tracing.start(snapshots=True)
    return Visitor(studio, await context.new_page(), person)
