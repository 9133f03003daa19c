"""Which pages may act with a browser's cookie: our own, and those that ALLOWED_ORIGINS names."""

from __future__ import annotations

from urllib.parse import urlsplit

from rushes.settings import Settings


class Origins:
    """The rule, for requests and sockets alike."""

    def __init__(self, settings: Settings) -> None:
        self._allowed = {
            _normal(origin) for origin in (settings.effective_public_url, *settings.allowed_origins)
        }

    def allows(self, origin: str, *, scheme: str, host: str) -> bool:
        """Whether `origin` (the Origin header) is ours or allowed. `scheme` and `host` are those that the
        request itself came to. `null`, which a sandboxed page sends, is nobody's."""
        wanted = _normal(origin)
        if not wanted:
            return False
        own = _normal(f"{'https' if scheme in ('https', 'wss') else 'http'}://{host}")
        return wanted == own or wanted in self._allowed


def _normal(url: str) -> str:
    """`scheme://host[:port]` in lower case, without a default port; empty for what is no web address."""
    try:
        parts = urlsplit(url.strip().lower())
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return ""
    return f"{parts.scheme}://{parts.netloc.removesuffix(':443' if parts.scheme == 'https' else ':80')}"
