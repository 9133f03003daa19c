"""What is made within a request is paid for like everything else; what works on this machine is not."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager, nullcontext
from typing import Any

from rushes.actor import Actor
from rushes.money.once import Bill, item_of, paid_once
from rushes.money.service import Kind
from rushes.providers.makers.registry import MakerOffer
from rushes.studio import Studio


def paid(
    studio: Studio, actor: Actor, kind: Kind, offer: MakerOffer[Any, Any], price: float | None
) -> AbstractAsyncContextManager[Bill]:
    """Holds the money while the block asks the maker, see `money.once`. `price` is USD."""
    if offer.maker.embedded:
        return nullcontext(Bill())
    return paid_once(studio, item_of(actor, kind, offer.id, price))
