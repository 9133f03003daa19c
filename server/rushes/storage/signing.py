"""Signs addresses of stored files, so that a link works for a while without a session.

The signature covers the key and the moment it ends, and nothing else: whoever holds the address may read.
"""

import base64
import hashlib
import hmac
import time
from collections.abc import Callable
from urllib.parse import quote

_PURPOSE = b"rushes stored file v1"  # the secret signs other things too; none may pass for another


class Signer:
    """Makes and checks `{base_url}/api/files/{key}?expires=&signature=`; `now` gives Unix seconds."""

    def __init__(self, secret: bytes, base_url: str = "", *, now: Callable[[], float] = time.time) -> None:
        if len(secret) < 16:
            raise ValueError("a signing secret has at least 16 bytes")
        self._secret = hmac.digest(secret, _PURPOSE, hashlib.sha256)
        self._base_url = base_url.rstrip("/")
        self._now = now

    def url(self, key: str, seconds: int) -> str:
        """The address of `key`, good for `seconds` from now."""
        expires = int(self._now()) + seconds
        signature = self._sign(key, expires)
        return f"{self._base_url}/api/files/{quote(key)}?expires={expires}&signature={signature}"

    def verify(self, key: str, expires: int | str, signature: str) -> bool:
        """Whether `signature` was made here for this key and moment, and the moment has not passed."""
        if isinstance(expires, str):
            if not (expires.isascii() and expires.isdigit() and len(expires) <= 12):
                return False
            expires = int(expires)
        expected = self._sign(key, expires)
        genuine = hmac.compare_digest(expected.encode(), signature.encode(errors="replace"))
        return genuine and self._now() < expires

    def _sign(self, key: str, expires: int) -> str:
        message = f"{expires}\n{key}".encode(errors="surrogatepass")
        digest = hmac.digest(self._secret, message, hashlib.sha256)
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")
