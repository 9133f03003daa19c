"""The addresses of models, of videos and of what productions need beside them."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.responses import Response

from rushes.errors import Invalid, NotFound
from rushes.http.answers import answer
from rushes.http.endpoint import Call, Endpoint, endpoint
from rushes.providers.makers.protocol import SpeechMaker, SpeechModel, Voice
from rushes.providers.makers.registry import KINDS, AnyOffer, Makers
from rushes.providers.protocol import ProviderError
from rushes.videos import offers
from rushes.videos.maker_models import AnyModel, ModelsOfKind, ModelsQuery, maker_model_view

# Nobody waits longer for the voices of a server that is slow: its models are listed without.
_PATIENCE = 3.0


@endpoint(
    "GET", "/api/models", query=ModelsQuery, answers={200: ModelsOfKind}, errors=(422,), tag="Providers"
)
async def list_models(call: Call) -> Response:
    """Every model of a kind that has not ended, of videos unless `kind` is given, and the one that a request
    without gets."""
    wanted: ModelsQuery = call.query
    if wanted.kind == "video":
        return answer(offers.models_view(call.studio))
    makers = call.studio.makers
    shown = list(await asyncio.gather(*(_maker_view(offer) for offer in makers.offers(wanted.kind))))
    return answer({"models": shown, "default": makers.default(wanted.kind)})


@endpoint("GET", "/api/models/{model_id:path}", answers={200: AnyModel}, errors=(404,), tag="Providers")
async def get_model(call: Call) -> Response:
    """One model by `provider/model`, a plain name or an alias; also one that ended. Of video models first,
    then of the others."""
    studio, name = call.studio, call.path["model_id"]
    if not name:
        raise NotFound("model")
    try:
        return answer(offers.model_view(studio.providers.resolve(name), now=studio.clock.now()))
    except Invalid as error:
        offer = _maker_offer(call.studio.makers, name)
        if offer is None:
            raise NotFound("model") from error
    return answer(await _maker_view(offer))


def _maker_offer(makers: Makers, name: str) -> AnyOffer | None:
    for kind in KINDS:
        try:
            return makers.resolve(kind, name)
        except Invalid:
            continue
    return None


async def _maker_view(offer: AnyOffer) -> dict[str, Any]:
    return maker_model_view(offer, await _voices(offer))


async def _voices(offer: AnyOffer) -> list[Voice]:
    """Those of a speech model; none while its server does not tell."""
    if not isinstance(offer.model, SpeechModel):
        return []
    maker: SpeechMaker = offer.maker
    try:
        async with asyncio.timeout(_PATIENCE):
            return await maker.voices(offer.model.name)
    except (ProviderError, TimeoutError):
        return []


ROUTES: list[Endpoint] = [list_models, get_model]
