"""Who is really at the other end: the client's address and scheme behind proxies that are trusted.

Forwarded headers count only when they come from TRUSTED_PROXIES; from anybody else they are dropped, because
whoever may choose their own address escapes every limit that counts by it. A demonstration, whose passwords
everybody knows, answers this machine alone: what was forwarded, or names another host, is refused.
"""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from rushes.errors import Forbidden
from rushes.settings import Settings

Address = IPv4Address | IPv6Address

_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "x-real-ip")
# What else tells that somebody stands between, although nobody here reads an address from it.
_SIGNS_OF_A_PROXY = (*_FORWARDED, "via", "cf-connecting-ip")
# Of these requests the handler wants to know whether they come from this machine itself.
METRICS_PATH = "/metrics"
_DROPPED = {name.encode() for name in (*_FORWARDED, "x-forwarded-port", "x-forwarded-prefix")}


class Addresses:
    """ASGI middleware that settles `scope["client"]` and `scope["scheme"]` for everything below it, and notes
    as `scope["state"]["by_proxy"]` what came through a trusted proxy."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._trusted = [ip_network(network, strict=False) for network in settings.trusted_proxies]
        self._demo = settings.demo

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        if self._demo or scope["path"] == METRICS_PATH:
            # Before the signs of a proxy are dropped.
            scope.setdefault("state", {})["is_local"] = _is_local(scope, Headers(scope=scope))
        peer = _parsed(scope["client"][0]) if scope.get("client") else None
        if peer is not None and self._is_trusted(peer):
            scope = self._forwarded(scope, Headers(scope=scope))
        elif any(name in _DROPPED for name, _ in scope["headers"]):
            scope = {**scope, "headers": [pair for pair in scope["headers"] if pair[0] not in _DROPPED]}
        await self._app(scope, receive, send)

    def _is_trusted(self, address: Address) -> bool:
        return any(address in network for network in self._trusted)

    def _forwarded(self, scope: Scope, headers: Headers) -> Scope:
        """From the right, the first address that is none of our proxies': what stands left of it was written
        by the client."""
        chain = headers.getlist("x-forwarded-for")
        # A program on the proxy's machine that comes by itself has nobody who would fetch the file for it.
        scope = {**scope, "state": {**scope.get("state", {}), "by_proxy": bool(chain)}}
        for entry in reversed(",".join(chain).split(",")):
            address = _parsed(entry)
            if address is None:
                break
            scope["client"] = (str(address), 0)
            if not self._is_trusted(address):
                break
        scheme = ",".join(headers.getlist("x-forwarded-proto")).split(",")[-1].strip().lower()
        if scheme in ("http", "https"):
            secure = scheme == "https"
            scope["scheme"] = ("wss" if secure else "ws") if scope["type"] == "websocket" else scheme
        return scope


class ThisMachineOnly:
    """ASGI middleware of a demonstration, below `Addresses`: refuses whoever comes from elsewhere."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or scope["state"]["is_local"]:
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008})
        else:
            raise Forbidden("A demonstration answers only to this machine itself.", code="demo_is_local")


@lru_cache(maxsize=4096)
def _parsed(text: str) -> Address | None:
    """An address as proxies write it: `10.0.0.1`, `10.0.0.1:5000`, `2001:db8::1`, `[2001:db8::1]:5000`."""
    text = text.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    return mapped or address


def _is_local(scope: Scope, headers: Headers) -> bool:
    # nginx speaks 1.0 to what is behind it, and forwards nothing, unless it is told otherwise.
    if scope.get("http_version") == "1.0" or any(name in headers for name in _SIGNS_OF_A_PROXY):
        return False
    peer = _parsed(scope["client"][0]) if scope.get("client") else None
    if peer is None or not peer.is_loopback:
        return False
    # A name that somebody else's DNS points at this machine would let their page in.
    host = headers.get("host", "").lower()
    return is_loopback_name(host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0])


def is_loopback_name(name: str) -> bool:
    """Whether the host of a URL is this machine and nobody else, by any DNS."""
    address = _parsed(name) if name else None
    return name == "localhost" or (address is not None and address.is_loopback)
