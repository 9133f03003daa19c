"""The addresses of providers as administrators set them. No answer carries a key."""

from __future__ import annotations

import asyncio

from pydantic import SecretStr
from starlette.responses import Response

from rushes.errors import Invalid, NotFound
from rushes.http.answers import answer
from rushes.http.endpoint import Call, Endpoint, endpoint
from rushes.provider_settings import present, queries, service, trying
from rushes.provider_settings.checking import check_change, check_create, opened_to_try
from rushes.provider_settings.in_force import InForce, reserved, take_up
from rushes.provider_settings.models import (
    AdminProvider,
    AdminProviders,
    CapChange,
    Defaults,
    DefaultsChange,
    ProviderChange,
    ProviderCreate,
    ProviderKinds,
    ProviderRemoved,
    ProviderTry,
    Tried,
)
from rushes.providers.kinds import kinds
from rushes.providers.registry import configured

_TAG = "Provider settings"


@endpoint("GET", "/api/admin/providers", who="admin", answers={200: AdminProviders}, tag=_TAG)
async def list_providers(call: Call) -> Response:
    """Every provider, wherever it is set, how it is set and how it is."""
    return answer({"providers": await present.views(call.studio)})


@endpoint("GET", "/api/admin/provider-kinds", who="admin", answers={200: ProviderKinds}, tag=_TAG)
async def list_kinds(call: Call) -> Response:
    """The kinds of provider that can be connected, and where their keys are made."""
    known = await asyncio.to_thread(kinds)
    return answer(
        {
            "kinds": [
                {
                    "name": name,
                    "label": kind.label,
                    "needs_key": kind.needs_key,
                    "needs_address": kind.needs_address,
                    "key_variable": kind.key_variable,
                    "key_page": kind.key_page,
                    "address_example": kind.address_example,
                }
                for name, kind in known.items()
            ]
        }
    )


@endpoint(
    "POST",
    "/api/admin/providers",
    who="admin",
    body=ProviderCreate,
    answers={201: AdminProvider},
    errors=(409, 422),
    tag=_TAG,
)
async def connect_provider(call: Call) -> Response:
    """Connect a provider. Its models are offered at once, without a restart."""
    wanted: ProviderCreate = call.body
    await check_create(wanted)
    sealed = await _sealed(call, wanted.api_key)
    async with call.studio.transaction() as work:
        name = await service.connect(
            work,
            call.actor,
            wanted=wanted,
            sealed_key=sealed,
            reserved=reserved(call.studio.settings),
            now=call.studio.clock.now(),
        )
    return await _in_force(call, name, status=201)


@endpoint(
    "POST",
    "/api/admin/providers/test",
    who="admin",
    body=ProviderTry,
    answers={200: Tried},
    errors=(404, 422),
    tag=_TAG,
)
async def try_values(call: Call) -> Response:
    """Ask a provider a free question with values that are not saved."""
    provider = await opened_to_try(call.studio, call.body)
    try:
        return answer(await trying.try_out(provider))
    finally:
        await provider.close()


@endpoint(
    "POST",
    "/api/admin/providers/{provider}/test",
    who="admin",
    answers={200: Tried},
    errors=(404,),
    tag=_TAG,
)
async def try_provider(call: Call) -> Response:
    """Ask a provider a free question, as it is set. When it answers, what waits for it goes on."""
    name = call.path["provider"]
    await take_up(call.studio)
    problem = call.studio.shared(InForce).problems.get(name)
    provider = call.studio.providers.get(name)
    if provider is None:
        if problem is None:
            raise NotFound("provider")
        return answer(trying.not_tried(problem))
    tried = await trying.try_out(provider)
    if tried.ok:
        async with call.studio.transaction() as work:
            await service.answered(work, name=name, now=call.studio.clock.now())
    return answer(tried)


@endpoint(
    "PATCH",
    "/api/admin/providers/{provider}",
    who="admin",
    body=ProviderChange,
    answers={200: AdminProvider},
    errors=(404, 409, 422),
    tag=_TAG,
)
async def change_provider(call: Call) -> Response:
    """Change a provider that is set here, or switch it off. It holds from now on, without a restart."""
    name, wanted = call.path["provider"], call.body
    async with call.studio.reading() as session:
        row = await queries.one(session, name)
    await check_change(call.studio, row, wanted)
    sealed = await _sealed(call, wanted.api_key)
    async with call.studio.transaction() as work:
        await service.change(
            work, call.actor, name=name, wanted=wanted, sealed_key=sealed, now=call.studio.clock.now()
        )
    return await _in_force(call, name)


@endpoint(
    "DELETE",
    "/api/admin/providers/{provider}",
    who="admin",
    answers={200: ProviderRemoved},
    errors=(404, 409),
    tag=_TAG,
)
async def remove_provider(call: Call) -> Response:
    """Forget a provider that is set here, its key and its cap."""
    async with call.studio.transaction() as work:
        await service.remove(
            work,
            call.actor,
            name=call.path["provider"],
            reserved=reserved(call.studio.settings),
            now=call.studio.clock.now(),
        )
    await take_up(call.studio)
    return answer({"success": True})


@endpoint(
    "PUT",
    "/api/admin/providers/{provider}/cap",
    who="admin",
    body=CapChange,
    answers={200: AdminProvider},
    errors=(404, 422),
    tag=_TAG,
)
async def put_cap(call: Call) -> Response:
    """Say what everybody together may spend at a provider in a calendar month (UTC), also at one of the
    environment. What was spent there this month counts."""
    name = call.path["provider"]
    async with call.studio.transaction() as work:
        await service.set_cap(
            work,
            call.actor,
            name=name,
            usd=call.body.monthly_cap_usd,
            in_environment=name in configured(call.studio.settings),
            now=call.studio.clock.now(),
        )
    return answer(await present.one(call.studio, name))


@endpoint("GET", "/api/admin/defaults", who="admin", answers={200: Defaults}, tag=_TAG)
async def get_defaults(call: Call) -> Response:
    """What stands in where a request names no model."""
    return await _defaults(call)


@endpoint(
    "PUT",
    "/api/admin/defaults",
    who="admin",
    body=DefaultsChange,
    answers={200: Defaults},
    errors=(422, 503),
    tag=_TAG,
)
async def put_defaults(call: Call) -> Response:
    """Choose what stands in where a request names no model. It holds from now on."""
    asked = call.body.default_video_model
    try:
        model = call.studio.providers.resolve(asked).id if asked is not None else None
    except Invalid as error:
        named = error.details["fields"].get("model", error.message)
        raise Invalid(default_video_model=named, code=error.code) from error
    async with call.studio.transaction() as work:
        await service.choose_default(work, call.actor, model=model, now=call.studio.clock.now())
    await take_up(call.studio)
    return await _defaults(call)


async def _sealed(call: Call, key: SecretStr | None) -> str | None:
    text = key.get_secret_value() if key is not None else ""
    return await asyncio.to_thread(call.studio.encryption.seal, text) if text else None


async def _in_force(call: Call, name: str, *, status: int = 200) -> Response:
    """The provider as it is once this process has taken it up, with its models if it tells them soon."""
    await take_up(call.studio)
    provider = call.studio.providers.get(name)
    if provider is not None:
        await trying.learn_models(provider)
    return answer(await present.one(call.studio, name), status)


async def _defaults(call: Call) -> Response:
    async with call.studio.reading() as session:
        chosen = await queries.default_video_model(session)
    return answer(
        {
            "default_video_model": chosen,
            "from_environment": call.studio.settings.default_video_model,
            "in_force": call.studio.providers.default_model,
        }
    )


ROUTES: list[Endpoint] = [
    list_providers,
    list_kinds,
    connect_provider,
    try_values,
    try_provider,
    change_provider,
    remove_provider,
    put_cap,
    get_defaults,
    put_defaults,
]
