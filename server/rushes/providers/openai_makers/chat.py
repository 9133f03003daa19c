"""Writing by `/v1/chat/completions` with structured output.

A server is asked for JSON by its schema; where it refuses that, for JSON with the schema in words; where it
refuses that too, in words alone. What it takes is remembered, model by model. The answer is validated in
any case, and one that does not fit goes back once with what is wrong with it: two paid answers at most,
both counted.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

import openai
from pydantic import ValidationError

from rushes.providers.makers.protocol import Shape, Use, WriterModel, WritingOrder, Written
from rushes.providers.openai_makers.documents import (
    complaints_of,
    find_object,
    schema_in_words,
    strict_schema,
)
from rushes.providers.openai_makers.server import Raw, Server, Told, unreadable
from rushes.providers.openai_makers.usage import read_use
from rushes.providers.protocol import Refused
from rushes.providers.wire.answers import Answer, read_refusal, submit_error
from rushes.providers.wire.reading import is_moderation

_TIMEOUT = 300.0

Form = Literal["json_schema", "json_object", "words"]
_FORMS: tuple[Form, ...] = ("json_schema", "json_object", "words")
_ABOUT_FORM = re.compile(
    r"response[_ ]?format|json[_ ]?schema|json[_ ]?object|json mode|structured output|response_schema", re.I
)
Messages = list[dict[str, str]]


class ChatWriter:
    """The `Writer` of one server."""

    embedded = False

    def __init__(self, server: Server, *, timeout: float = _TIMEOUT) -> None:
        self.name = server.name
        self._server = server
        self._timeout = timeout
        # By model: the best form that it has not refused.
        self._forms: dict[str, Form] = {}

    async def probe(self) -> None:
        """Asks for the models. Raises Down or Refused."""
        await self._server.names()

    async def write(self, order: WritingOrder[Shape]) -> Written[Shape]:
        """What was ordered, after one repair at most. Raises Refused, Busy or Ambiguous."""
        messages: Messages = [
            {"role": "system", "content": order.instructions},
            {"role": "user", "content": order.text},
        ]
        text, use = await self._answered(order, messages, order.key)
        content, complaints = _judged(order, text)
        if content is None:
            messages += [
                {"role": "assistant", "content": text or "(nothing)"},
                {"role": "user", "content": _repair(complaints)},
            ]
            try:
                text, more = await self._answered(order, messages, f"{order.key}-repair")
            except Refused as error:
                # The first answer is paid for, whatever became of the second.
                raise Refused(
                    error.message, code=error.code, retryable=error.retryable, charged="yes"
                ) from error
            use += more
            content, complaints = _judged(order, text)
        if content is None:
            raise Refused(
                f"{order.model} wrote something else than was asked for, twice: {complaints[0]}. Try "
                "again, or choose another model.",
                code="writing_invalid",
                retryable=True,
                charged="yes",
            )
        return Written(content, use)

    async def _answered(self, order: WritingOrder[Shape], messages: Messages, key: str) -> tuple[str, Use]:
        """The text of one answer, and what it has used. Raises Refused, Busy or Ambiguous."""
        while True:
            form = self._forms.get(order.model, _FORMS[0])
            told = await self._server.post(
                _complete,
                {"model": order.model, **_formed(form, order, messages)},
                key=key,
                timeout=self._timeout,
            )
            if told.answer.ok:
                return self._read(told)
            failed = _failed_generation(told.answer)
            if failed is not None:
                return failed, Use()
            if form == _FORMS[-1] or not _refuses_form(told.answer):
                raise submit_error(told.answer, model=order.model, makes="text")
            self._forms[order.model] = _FORMS[_FORMS.index(form) + 1]

    def _read(self, told: Told) -> tuple[str, Use]:
        data = told.answer.json()
        use = self._priced(read_use(data, told.cost))
        return read_text_of(data), use

    def _priced(self, use: Use) -> Use:
        price = self._server.price
        if use.cost is not None or use.tokens_in is None or use.tokens_out is None:
            return use
        if price.per_million_tokens_in is None or price.per_million_tokens_out is None:
            return use
        cost = use.tokens_in * price.per_million_tokens_in + use.tokens_out * price.per_million_tokens_out
        return replace(use, cost=cost / 1e6)


def describe_writer(name: str, server: Server) -> WriterModel:
    """A language model by its name."""
    return WriterModel(name=name, label=name.rsplit("/", 1)[-1], price=server.price)


def read_text_of(data: object) -> str:
    """What the first choice of a chat completion says. Raises Ambiguous for no such thing, Refused for a
    model that declined, was stopped by content rules, or ran out of room."""
    choices = data.get("choices") if isinstance(data, Mapping) else None
    first = choices[0] if isinstance(choices, list) and choices else None
    message = first.get("message") if isinstance(first, Mapping) else None
    if not isinstance(first, Mapping) or not isinstance(message, Mapping):
        raise unreadable("the text")
    declined, reason = message.get("refusal"), first.get("finish_reason")
    if isinstance(declined, str) and declined:
        raise Refused(f"The model declined: {declined[:300]}", code="moderation_blocked", charged="yes")
    if reason == "content_filter":
        raise Refused(
            "The provider's content rules stopped the text.", code="moderation_blocked", charged="yes"
        )
    if reason == "length":
        raise Refused(
            "The model ran out of room before the text was whole. Ask for fewer scenes, or another model.",
            code="writing_cut_off",
            charged="yes",
        )
    content = message.get("content")
    if isinstance(content, list):
        parts = [part.get("text") for part in content if isinstance(part, Mapping)]
        content = "".join(part for part in parts if isinstance(part, str))
    return content if isinstance(content, str) else ""


async def _complete(client: openai.AsyncOpenAI, fields: dict[str, Any], said: dict[str, Any]) -> Raw:
    raw: Raw = await client.chat.completions.with_raw_response.create(**fields, **said)
    return raw


def _formed(form: Form, order: WritingOrder[Shape], messages: Messages) -> dict[str, Any]:
    """The fields that ask for the shape in this form."""
    if form == "json_schema":
        schema = {"name": order.shape.__name__, "schema": strict_schema(order.shape), "strict": True}
        return {"messages": messages, "response_format": {"type": "json_schema", "json_schema": schema}}
    first = {**messages[0], "content": f"{messages[0]['content']}\n\n{schema_in_words(order.shape)}"}
    worded = {"messages": [first, *messages[1:]]}
    return worded if form == "words" else {**worded, "response_format": {"type": "json_object"}}


def _judged(order: WritingOrder[Shape], text: str) -> tuple[Shape | None, list[str]]:
    """What was written if it fits and nothing is wrong with it, else what is."""
    found = find_object(text)
    if found is None:
        return None, ["the answer is no JSON object"]
    try:
        content = order.shape.model_validate(found)
    except ValidationError as error:
        return None, complaints_of(error)
    complaints = list(order.check(content))
    return (None, complaints) if complaints else (content, [])


def _repair(complaints: list[str]) -> str:
    wrong = "\n".join(f"- {complaint}" for complaint in complaints)
    return (
        f"This is not what was asked for:\n{wrong}\nAnswer again with the whole, corrected JSON object alone."
    )


def _refuses_form(answer: Answer) -> bool:
    if answer.status not in (400, 404, 415, 422, 501):
        return False
    said = read_refusal(answer)
    if is_moderation(said.code, said.kind):
        return False
    return bool(_ABOUT_FORM.search(f"{said.about} {said.code} {said.message}"))


def _failed_generation(answer: Answer) -> str | None:
    """Groq's 400 for an answer of the model's that is no valid JSON: what the model wrote."""
    data = answer.json()
    error = data.get("error") if answer.status == 400 and isinstance(data, Mapping) else None
    if not isinstance(error, Mapping) or error.get("code") != "json_validate_failed":
        return None
    failed = error.get("failed_generation")
    return failed if isinstance(failed, str) else ""
