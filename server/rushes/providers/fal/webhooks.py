"""The proof that a webhook is fal's: Ed25519 over its headers and the body's hash.

Source: fal.ai/docs/documentation/model-apis/inference/webhooks. Any key of its list may have signed; the list
is kept for less than 24 hours.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Awaitable, Callable, Mapping

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from rushes.providers.protocol import Down, Unverified
from rushes.providers.wire.answers import Answer, question_error
from rushes.providers.wire.signatures import check_age

_KEEP_KEYS = 12 * 3600.0
# A forged webhook must not make the studio ask for the keys each time.
_ASK_AGAIN = 300.0
_MOST_KEYS = 16


class Webhooks:
    """`ask` fetches the list of keys. Raises Down."""

    def __init__(self, ask: Callable[[], Awaitable[Answer]]) -> None:
        self._ask = ask
        self._keys: list[Ed25519PublicKey] = []
        self._asked_at = 0.0

    async def request_of(self, headers: Mapping[str, str], body: bytes, *, now: float) -> str | None:
        """The id of the request that it tells of. Raises Unverified and Down."""
        check_age(headers.get("x-fal-webhook-timestamp"), now=now)
        message = "\n".join(
            (
                headers.get("x-fal-webhook-request-id", ""),
                headers.get("x-fal-webhook-user-id", ""),
                headers.get("x-fal-webhook-timestamp", ""),
                hashlib.sha256(body).hexdigest(),
            )
        ).encode()
        try:
            signature = bytes.fromhex(headers.get("x-fal-webhook-signature", ""))
        except ValueError:
            signature = b""
        if not signature or not await self._is_signed(signature, message, now):
            raise Unverified("The webhook's signature is wrong.", code="bad_signature")
        try:
            data = orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise Unverified("The webhook speaks of no request.", code="bad_webhook") from error
        request = data.get("request_id") if isinstance(data, Mapping) else None
        return request if isinstance(request, str) else None

    async def _is_signed(self, signature: bytes, message: bytes, now: float) -> bool:
        age = abs(now - self._asked_at)
        if age <= _KEEP_KEYS and any(_verifies(key, signature, message) for key in self._keys):
            return True
        if age < _ASK_AGAIN and self._keys:
            return False
        answer = await self._ask()
        if not answer.ok:
            raise question_error(answer)
        self._keys, self._asked_at = read_keys(answer.json()), now
        return any(_verifies(key, signature, message) for key in self._keys)


def read_keys(data: object) -> list[Ed25519PublicKey]:
    """The keys of a JWKS that can sign webhooks. Raises Down when there are none."""
    listed = data.get("keys") if isinstance(data, Mapping) else None
    keys = []
    for entry in listed[:_MOST_KEYS] if isinstance(listed, list) else ():
        text = entry.get("x") if isinstance(entry, Mapping) else None
        if isinstance(text, str):
            try:
                raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
                keys.append(Ed25519PublicKey.from_public_bytes(raw))
            except (binascii.Error, ValueError):
                continue
    if not keys:
        raise Down("The provider's list of keys makes no sense.", code="provider_garbage")
    return keys


def _verifies(key: Ed25519PublicKey, signature: bytes, message: bytes) -> bool:
    try:
        key.verify(signature, message)
    except InvalidSignature:
        return False
    return True
