"""What journeys stand on: one studio and one Chromium a test session, and visitors that nothing escapes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser
from tests.journeys.studio import StudioProcess, studio_in
from tests.journeys.visitor import Visitor, chromium, visit
from tests.standins.openai_videos import StandIn, serving

_REPORTS = pytest.StashKey[dict[str, pytest.TestReport]]()
Visit = Callable[..., Awaitable[Visitor]]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    item.stash.setdefault(_REPORTS, {})[report.when] = report
    return report


@pytest.fixture(scope="session")
def provider() -> Iterator[StandIn]:
    """A provider whose jobs do as their prompts say: `endless`, `doomed` and `improper` ones."""
    with serving(duration=0.4) as standin:
        standin.fault("create", "never", times=None, prompt="endless")
        broken = {"code": "server_error", "message": "The machine that made it broke down."}
        standin.fault("create", "fail", times=None, prompt="doomed", error=broken)
        refused = {"code": "moderation_blocked", "message": "The filter refused the prompt."}
        standin.fault("create", "fail", times=None, prompt="improper", error=refused)
        yield standin


@pytest.fixture(scope="session")
def studio(provider: StandIn, tmp_path_factory: pytest.TempPathFactory) -> Iterator[StudioProcess]:
    """The studio that journeys share: each is another person in it."""
    with studio_in(
        tmp_path_factory.mktemp("studio"),
        REGISTRATION="open",
        ADMIN_PASSWORD="the boss of it all",
        PROVIDERS__GPU__KIND="openai",
        PROVIDERS__GPU__BASE_URL=provider.url + "/v1",
        PROVIDERS__GPU__CONCURRENCY="20",
        PROVIDERS__GPU__PRICE_PER_SECOND="0.10",
        PROVIDERS__NARROW__KIND="openai",
        PROVIDERS__NARROW__BASE_URL=provider.url + "/v1",
        PROVIDERS__NARROW__CONCURRENCY="1",
    ) as running:
        yield running


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser_of_all() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="session")
async def enter(
    browser_of_all: Browser, studio: StudioProcess, request: pytest.FixtureRequest
) -> AsyncIterator[Visit]:
    """`await enter(ada, theme="light")` opens a window; afterwards none of them may have had a problem."""
    visitors: list[Visitor] = []

    async def open_window(*people: Any, at: StudioProcess = studio, **how: Any) -> Visitor:
        visitors.append(await visit(browser_of_all, at, *people, **how))
        return visitors[-1]

    yield open_window

    call = request.node.stash.get(_REPORTS, {}).get("call")
    problems = [problem for visitor in visitors for problem in visitor.problems]
    for visitor in visitors:
        if problems or call is None or call.failed:
            print(f"{visitor.page.url} is kept in {await visitor.keep()}")
        await visitor.page.context.close()
    assert not problems, "\n".join(problems)
