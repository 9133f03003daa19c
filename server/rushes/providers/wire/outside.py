"""Fetching links that a server hands out, from public addresses only: private networks stay unreachable."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from yarl import URL

from rushes.providers.protocol import Down

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class NotPublic(OSError):
    """A name that leads into a private network."""


class Outside:
    """One aiohttp session for links, opened at the first. No key or cookie ever goes with a request."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    @asynccontextmanager
    async def request(
        self, method: str, url: URL, *, timeout: aiohttp.ClientTimeout, headers: dict[str, str]
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """The response while it is open; redirects are not followed. Raises Down."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(resolver=_PublicOnly(), limit=16),
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        try:
            # aiohttp asks no resolver about a host that is already an address.
            if is_private_literal(url.host or ""):
                raise NotPublic(url.host)
            async with self._session.request(
                method, url, headers=headers, timeout=timeout, allow_redirects=False
            ) as response:
                yield response
        except TimeoutError as error:
            raise Down("The file's address does not answer in time.", code="provider_timeout") from error
        except (aiohttp.ClientError, OSError) as error:
            if isinstance(error, NotPublic) or isinstance(getattr(error, "os_error", None), NotPublic):
                raise elsewhere() from error
            raise Down("The connection to the file's address broke.", code="provider_unreachable") from error


def elsewhere() -> Down:
    return Down(
        "The provider keeps the file at an address that is neither its own nor public https.",
        code="provider_result_elsewhere",
    )


class _PublicOnly(AbstractResolver):
    """Resolves once and connects to just what it checked, so that a name cannot change in between."""

    def __init__(self) -> None:
        self._resolver = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._resolver.resolve(host, port, family)
        if not found or not all(is_public(entry["host"]) for entry in found):
            raise NotPublic(f"{host} is not a public address")
        return found

    async def close(self) -> None:
        await self._resolver.close()


def is_public(text: str) -> bool:
    """Is this IP address reachable by everyone? An IPv4 address inside an IPv6 one is judged as itself."""
    try:
        address = ipaddress.ip_address(text.split("%")[0])
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return address.is_global and not address.is_multicast


def is_private_literal(host: str) -> bool:
    """Is the host an IP address, in any spelling that a connection would take, that is not public?"""
    try:
        ipaddress.ip_address(host.split("%")[0])
    except ValueError:
        # `127.1`, `0x7f000001` and `2130706433` are addresses to the C library, though not to Python.
        try:
            return not is_public(socket.inet_ntoa(socket.inet_aton(host)))
        except OSError:
            return False
    return not is_public(host)
