"""Stills by `/v1/images/generations`, and by `/v1/images/edits` when there is a picture to go by."""

from __future__ import annotations

import asyncio
import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import openai

from rushes.media.images import UnreadableImage, check_image
from rushes.providers.makers.leftovers import remove
from rushes.providers.makers.protocol import ImageModel, ImageOrder, Still
from rushes.providers.model import SizeRule
from rushes.providers.openai_makers.server import Raw, Server, Told, saving, unreadable
from rushes.providers.openai_makers.sizes import nearest_size
from rushes.providers.openai_makers.usage import read_use
from rushes.providers.protocol import Down, Gone, ProviderError, Refused
from rushes.providers.wire.answers import submit_error
from rushes.providers.wire.pictures import read_reference

_TIMEOUT = 300.0
_FETCHES = 3
_LARGEST = 64 << 20
_GPT_SIZES = ("1024x1024", "1536x1024", "1024x1536")
_GPT = re.compile(r"(^|/)(chat)?gpt-image")
# From gpt-image-2 on any size is taken that is a multiple of 16.
_GPT_ANY_SIZE = re.compile(r"(^|/)gpt-image-([2-9]|\d\d)")


class OpenAIImages:
    """The `ImageMaker` of one server."""

    embedded = False

    def __init__(self, server: Server, *, timeout: float = _TIMEOUT) -> None:
        self.name = server.name
        self._server = server
        self._timeout = timeout

    async def probe(self) -> None:
        """Asks for the models. Raises Down or Refused."""
        await self._server.names()

    async def make(self, order: ImageOrder, into: Path) -> Still:
        """One picture. Raises Refused, Busy or Ambiguous."""
        model = describe_image_model(order.model, self._server)
        if len(order.references) > model.references:
            raise Refused(
                f"{order.model} takes {model.references} pictures to go by, not {len(order.references)}.",
                code="unsupported_reference",
            )
        told = await self._asked(order, model)
        if not told.answer.ok:
            raise submit_error(told.answer, model=order.model, makes="images")
        data = told.answer.json()
        picture = _first(data)
        use = read_use(data, told.cost)
        if use.cost is None:
            use = replace(use, cost=self._server.price.per_image)
        try:
            await self._kept(picture, into)
            facts = await check_image(into)
        except UnreadableImage as error:
            remove(into)
            raise _spoilt(f"The provider made a picture that cannot be used: {error.message}") from error
        except BaseException:
            remove(into)
            raise
        return Still(into, f"image/{facts.format.lower()}", facts.width, facts.height, use)

    async def _asked(self, order: ImageOrder, model: ImageModel) -> Told:
        fields: dict[str, Any] = {
            "model": order.model,
            "prompt": order.prompt,
            "n": 1,
            "size": nearest_size(model, order.width, order.height),
        }
        if not _GPT.search(order.model):
            # Those always answer with it, and refuse to be asked.
            fields["response_format"] = "b64_json"
        if model.seed and order.seed is not None:
            fields["seed"] = order.seed
        if order.references:
            files = [
                (each.path.name, await read_reference(each), each.content_type) for each in order.references
            ]
            fields["image"] = files[0] if len(files) == 1 else files
        return await self._server.post(
            _edit if order.references else _generate,
            fields,
            key=order.key,
            timeout=self._timeout,
            dispensable=("response_format", "seed", "n", "size"),
        )

    async def _kept(self, picture: Mapping[str, Any], into: Path) -> None:
        """Writes the picture of an answer to `into`. Raises Refused when it is paid for and cannot be had."""
        encoded, url = picture.get("b64_json"), picture.get("url")
        if isinstance(encoded, str) and encoded:
            await asyncio.to_thread(_decode, encoded, into)
            return
        if not isinstance(url, str) or not url:
            raise unreadable("the picture")
        for attempt in range(_FETCHES):
            try:
                await self._fetched(url, into)
                return
            except (Down, Gone) as error:
                if attempt == _FETCHES - 1 or isinstance(error, Gone):
                    raise _spoilt(f"The picture was made, but cannot be fetched. {error.message}") from error
                await asyncio.sleep(0.5 * 2**attempt)

    async def _fetched(self, url: str, into: Path) -> None:
        content = bytearray()
        async for chunk in self._server.fetch(url):
            content += chunk
            if len(content) > _LARGEST:
                raise Gone("It is larger than any picture should be.", code="result_too_large")
        with saving():
            await asyncio.to_thread(into.write_bytes, content)


def describe_image_model(name: str, server: Server) -> ImageModel:
    """What is known of a model by its name and its server. The server has the last word."""
    label = name.rsplit("/", 1)[-1]
    if _GPT.search(name):
        any_size = _GPT_ANY_SIZE.search(name)
        return ImageModel(
            name=name,
            label=label,
            sizes=_GPT_SIZES,
            size_rule=SizeRule(min=512, max=3840, step=16) if any_size else None,
            references=16,
            price=server.price,
        )
    return ImageModel(
        name=name,
        label=label,
        # Google's address edits nothing and takes no seed.
        references=0 if server.is_google else 4,
        seed=not server.is_google and not server.is_openai,
        price=server.price,
    )


async def _generate(client: openai.AsyncOpenAI, fields: dict[str, Any], said: dict[str, Any]) -> Raw:
    raw: Raw = await client.images.with_raw_response.generate(**_known(fields), **said)
    return raw


async def _edit(client: openai.AsyncOpenAI, fields: dict[str, Any], said: dict[str, Any]) -> Raw:
    raw: Raw = await client.images.with_raw_response.edit(**_known(fields), **said)
    return raw


def _known(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields as the SDK takes them: the seed is none of OpenAI's."""
    known = {name: value for name, value in fields.items() if name != "seed"}
    return {**known, "extra_body": {"seed": fields["seed"]}} if "seed" in fields else known


def _first(data: object) -> Mapping[str, Any]:
    """The first picture of an answer. Raises Ambiguous, or Refused when all were held back."""
    listed = data.get("data") if isinstance(data, Mapping) else None
    if listed == []:
        raise Refused(
            "The provider's content rules held the picture back.",
            code="moderation_blocked",
            charged="unknown",
        )
    if not isinstance(listed, list) or not isinstance(listed[0], Mapping):
        raise unreadable("the picture")
    return listed[0]


def _decode(encoded: str, into: Path) -> None:
    try:
        content = base64.b64decode(encoded.partition(",")[2] if encoded.startswith("data:") else encoded)
    except (binascii.Error, ValueError) as error:
        raise unreadable("the picture") from error
    with saving():
        into.write_bytes(content)


def _spoilt(message: str) -> ProviderError:
    return Refused(message, code="result_unusable", retryable=True, charged="yes")
