"""Where a server is: the base URL as people write it, made one shape."""

from __future__ import annotations

import ipaddress
import re
import urllib.request
from dataclasses import dataclass
from urllib.parse import quote, urlsplit, urlunsplit

from yarl import URL


@dataclass(frozen=True, slots=True)
class Address:
    """`base` is the URL before every path (`https://host/v1`), without a slash at its end."""

    base: str
    scheme: str
    host: str
    port: int

    def url(self, path: str) -> URL:
        """The URL of `path`, percent-encoding kept as given."""
        return URL(f"{self.base}{path}", encoded=True)

    def is_same_origin(self, url: URL) -> bool:
        # As it is sent: `url.host` is what people read, in their own script.
        return (url.scheme, url.raw_host, url.port) == (self.scheme, self.host, self.port)


def read_address(base_url: str) -> Address:
    """Raises ValueError, with a sentence for the operator, for anything that is no such address."""
    text = base_url.strip()
    try:
        parts = urlsplit(text)
    except ValueError as error:
        # Brackets without an IPv6 address in them.
        raise ValueError(f"{text!r} is not an address; write it like http://gpu:8000/v1") from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{text!r} is not an address; write it like http://gpu:8000/v1")
    if parts.username or parts.password:
        raise ValueError("put the provider's key in its API key setting, not in the address")
    if parts.query or parts.fragment:
        raise ValueError(f"{text!r} has a part after ? or # that a base URL cannot have")
    try:
        port = parts.port
    except ValueError as error:
        raise ValueError(f"{text!r} has a port that is none: it is a number up to 65535") from error
    if port == 0:
        raise ValueError(f"{text!r} has the port 0, at which nobody can be reached")
    host = _sent_host(parts.hostname, text)
    place = f"[{host}]" if ":" in host else host
    if port is not None:
        place = f"{place}:{port}"
    return Address(
        base=urlunsplit((parts.scheme, place, _sent_path(parts.path.rstrip("/"), text), "", "")),
        scheme=parts.scheme,
        host=host,
        port=port or (443 if parts.scheme == "https" else 80),
    )


# A label of a host name (RFC 1123 §2.1), and the underscores that container names have.
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?", re.IGNORECASE)


def _sent_host(host: str, text: str) -> str:
    """The name as it is looked up: those in other scripts travel as `xn--…`. One that cannot be would fail at
    every single request. Raises ValueError."""
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        pass
    else:
        return host.lower()
    try:
        url = URL.build(scheme="http", host=host)
        sent = (url.raw_host or "").lower()
        # What is written as `xn--…` must be such a name: whoever connects reads it back.
        _ = url.host
    except ValueError as error:
        raise ValueError(f"{text!r} names a host that no network knows how to look up") from error
    labels = sent.removesuffix(".").split(".")
    if len(sent) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise ValueError(f"{text!r} names no host: letters, digits and -, with single dots between them")
    return sent


def _sent_path(path: str, text: str) -> str:
    """The path as a request line carries it. Raises ValueError."""
    if re.search(r"[\x00-\x1f\x7f\ud800-\udfff]", path):
        raise ValueError(f"{text!r} has signs in its path that cannot be sent")
    return quote(path, safe="/%:@!$&'()*+,;=~")


def quote_id(job_id: str) -> str:
    """An id as one part of a path. Ids are the vendor's, verbatim: LiteLLM's are base64 with `+ / =`."""
    # A lone dot would be resolved away by anything on the way, so it is encoded by hand.
    return job_id.replace(".", "%2E") if job_id.strip(".") == "" else quote(job_id, safe="")


def bearer(api_key: str | None) -> dict[str, str]:
    """The header that carries a key, if there is one."""
    return {"Authorization": f"Bearer {api_key}"} if api_key else {}


def environment_proxy(address: Address) -> str | None:
    """HTTP(S)_PROXY of the environment for this address, NO_PROXY respected.

    Read once: aiohttp's own `trust_env` looks it up in a thread before every single request.
    """
    if urllib.request.proxy_bypass(f"{address.host}:{address.port}"):
        return None
    return urllib.request.getproxies().get(address.scheme)
