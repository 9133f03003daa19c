"""Proofs that a webhook comes from whom it says. All of them are made over the raw bytes of the body."""

from __future__ import annotations

from collections.abc import Mapping

from standardwebhooks.webhooks import EmptyWebhookSecretError, Webhook, WebhookVerificationError

from rushes.providers.protocol import Unverified

# Seconds that a webhook may be old, or a clock be wrong.
TOLERANCE = 300.0


def no_webhooks(name: str) -> Unverified:
    return Unverified(f"{name} sends no webhooks.", code="no_webhooks")


def check_age(timestamp: str | None, *, now: float) -> None:
    """Raises Unverified for a Unix time that is missing, unreadable or too far from now."""
    try:
        sent_at = float(timestamp or "")
    except ValueError:
        raise Unverified("The webhook does not say when it was sent.", code="bad_signature") from None
    if not abs(now - sent_at) <= TOLERANCE:
        raise Unverified("The webhook is too old, or a clock is wrong.", code="webhook_too_old")


def check_standard(headers: Mapping[str, str], body: bytes, *, secret: str, now: float) -> None:
    """Standard Webhooks (standardwebhooks.com): HMAC-SHA256 over `id.timestamp.body`. Raises Unverified."""
    check_age(headers.get("webhook-timestamp"), now=now)
    try:
        Webhook(secret).verify(body, dict(headers), json_parse=False)
    except (WebhookVerificationError, EmptyWebhookSecretError, ValueError) as error:
        raise Unverified("The webhook's signature is wrong.", code="bad_signature") from error
