"""Where a `/v1/videos` server is, however its base URL is written, and the paths below it."""

from __future__ import annotations

import re
from dataclasses import replace

from yarl import URL

from rushes.providers.wire.address import Address, quote_id, read_address

OPENAI = "https://api.openai.com/v1"

_VERSION = re.compile(r"/v\d+[a-z0-9]*$")


def videos_address(base_url: str | None) -> Address:
    """Accepts `http://gpu:8000`, `…/`, `…/v1`, `…/v1/` and `…/v1/videos`; None means OpenAI itself.

    Raises ValueError, with a sentence for the operator, for anything that is no such address.
    """
    address = read_address(base_url or OPENAI)
    base = re.sub(r"/videos$", "", address.base)
    if not _VERSION.search(base):
        base += "/v1"
    return replace(address, base=base)


def is_openai_itself(address: Address) -> bool:
    """OpenAI's own service, whose video models were retired on 2026-09-24."""
    return address.host == "api.openai.com"


def job_path(job_id: str, rest: str = "") -> str:
    """The path of a job."""
    return f"/videos/{quote_id(job_id)}{rest}"


def root_url(address: Address, path: str) -> URL:
    """`path` beside the API instead of below it, where servers tell of themselves."""
    return URL(_VERSION.sub("", address.base) + path, encoded=True)
