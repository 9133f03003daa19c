"""Where a server is: the base URL as people write it, made one shape, and the paths below it."""

from __future__ import annotations

import re
import urllib.request
from dataclasses import dataclass
from urllib.parse import quote, urlsplit, urlunsplit

from yarl import URL

OPENAI = "https://api.openai.com/v1"


@dataclass(frozen=True, slots=True)
class Address:
    """`base` ends in a version (`https://host/v1`), without a slash."""

    base: str
    scheme: str
    host: str
    port: int

    @property
    def is_openai_itself(self) -> bool:
        """OpenAI's own service, whose video models were retired on 2026-09-24."""
        return self.host == "api.openai.com"

    def url(self, path: str) -> URL:
        """The URL of `path`, percent-encoding kept as given."""
        return URL(f"{self.base}{path}", encoded=True)

    def is_same_origin(self, url: URL) -> bool:
        return (url.scheme, url.host, url.port) == (self.scheme, self.host, self.port)


def read_address(base_url: str | None) -> Address:
    """Accepts `http://gpu:8000`, `…/`, `…/v1`, `…/v1/` and `…/v1/videos`; None means OpenAI itself.

    Raises ValueError, with a sentence for the operator, for anything that is no such address.
    """
    text = (base_url or OPENAI).strip()
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{text!r} is not an address; write it like http://gpu:8000/v1")
    if parts.username or parts.password:
        raise ValueError("put the provider's key in its API key setting, not in the address")
    if parts.query or parts.fragment:
        raise ValueError(f"{text!r} has a part after ? or # that a base URL cannot have")
    path = re.sub(r"/videos$", "", parts.path.rstrip("/"))
    if not re.search(r"/v\d+[a-z0-9]*$", path):
        path += "/v1"
    base = urlunsplit((parts.scheme, parts.netloc, path, "", ""))
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return Address(base=base, scheme=parts.scheme, host=parts.hostname.lower(), port=port)


def job_path(job_id: str, rest: str = "") -> str:
    """The path of a job. Ids are the server's, verbatim: LiteLLM's are base64 with `+ / =`."""
    # A lone dot would be resolved away by anything on the way, so it is encoded by hand.
    quoted = job_id.replace(".", "%2E") if job_id.strip(".") == "" else quote(job_id, safe="")
    return f"/videos/{quoted}{rest}"


def environment_proxy(address: Address) -> str | None:
    """HTTP(S)_PROXY of the environment for this address, NO_PROXY respected.

    Read once: aiohttp's own `trust_env` looks it up in a thread before every single request.
    """
    if urllib.request.proxy_bypass(f"{address.host}:{address.port}"):
        return None
    return urllib.request.getproxies().get(address.scheme)
