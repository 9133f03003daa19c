"""Where a server is: the base URL as people write it, made one shape."""

from __future__ import annotations

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
        return (url.scheme, url.host, url.port) == (self.scheme, self.host, self.port)


def read_address(base_url: str) -> Address:
    """Raises ValueError, with a sentence for the operator, for anything that is no such address."""
    text = base_url.strip()
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{text!r} is not an address; write it like http://gpu:8000/v1")
    if parts.username or parts.password:
        raise ValueError("put the provider's key in its API key setting, not in the address")
    if parts.query or parts.fragment:
        raise ValueError(f"{text!r} has a part after ? or # that a base URL cannot have")
    base = urlunsplit((parts.scheme, parts.netloc.lower(), parts.path.rstrip("/"), "", ""))
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return Address(base=base, scheme=parts.scheme, host=parts.hostname.lower(), port=port)


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
