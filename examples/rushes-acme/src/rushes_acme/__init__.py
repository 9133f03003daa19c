"""The vendor Acme, as a kind of provider.

The adapter is imported when one is opened, not before: a studio that has this package installed but does not
use it starts as fast as ever.
"""

from __future__ import annotations

from rushes.providers.kinds import Kind, Setup
from rushes.providers.protocol import RemoteProvider


def _open(setup: Setup) -> RemoteProvider:
    from rushes_acme.adapter import Acme

    return Acme(setup)


KIND = Kind(
    name="acme",
    # What people read where they choose a vendor.
    label="Acme Motion",
    open=_open,
    needs_key=True,
    # Acme has no address of its own: it always runs at one's own place.
    needs_address=True,
    key_variable="ACME_API_KEY",
    key_page="https://acme.example/keys",
)
