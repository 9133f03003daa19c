"""Counts wrong passwords, by address and by name, so that nobody can try them all."""

from __future__ import annotations

import ipaddress
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from starlette.requests import Request

from rushes.errors import Invalid, Unauthorized
from rushes.studio import Studio

_SIGNIN = "signin"


@asynccontextmanager
async def counting_failures(studio: Studio, *keys: tuple[str, str]) -> AsyncIterator[None]:
    """Refuses the block when one of the keys, such as `("address", "203.0.113.7")`, has failed too often, and
    counts for each of them when it raises `Unauthorized` or `Invalid`.

    What succeeds is not counted: an office behind one address may sign in together. For each key one attempt
    runs at a time, because those that run together would all be let in before the first has failed. Keys must
    come in the same order everywhere, or two attempts could wait for each other.
    """
    limit = studio.settings.signin_limit
    async with AsyncExitStack() as stack:
        for key in keys:
            await stack.enter_async_context(studio.limiter.turn(_SIGNIN, *key))
            await studio.limiter.check(_SIGNIN, limit, *key)
        try:
            yield
        except (Unauthorized, Invalid):
            for key in keys:
                await studio.limiter.hit(_SIGNIN, limit, *key)
            raise


def address_of(request: Request) -> str | None:
    """Where the request comes from, as far as trusted proxies tell."""
    return request.client.host if request.client else None


def network_of(request: Request) -> str:
    """What attempts are counted by: an IPv4 address, or the /64 that an IPv6 customer has to themselves."""
    try:
        address = ipaddress.ip_address(address_of(request) or "")
    except ValueError:
        return address_of(request) or "unknown"
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is None:
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)
