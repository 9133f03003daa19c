"""Whether the studio lives (`/health`) and whether it can do its work (`/ready`).

Alive needs nothing but this process, so that an orchestrator does not kill it for a database's outage. Ready
tries the parts that work stands on, each within a short deadline, and names the ones that are missing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping

Check = Callable[[], Awaitable[None]]

_DEADLINE = 3.0


async def failing(checks: Mapping[str, Check]) -> dict[str, str]:
    """Tries all at once; what is wrong, by the part's name. Empty when everything is well."""
    results = await asyncio.gather(*(_try(check) for check in checks.values()))
    return {name: wrong for name, wrong in zip(checks, results, strict=True) if wrong is not None}


async def _try(check: Check) -> str | None:
    try:
        async with asyncio.timeout(_DEADLINE):
            await check()
    except TimeoutError:
        return f"did not answer within {_DEADLINE:g} s"
    except Exception as error:  # noqa: BLE001  whatever a part fails with is what is asked for here
        return type(error).__name__
    return None
