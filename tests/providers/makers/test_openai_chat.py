"""Writing by OpenAI's shape: the form that is asked for, answers that do not fit, and what both cost."""

from __future__ import annotations

import json

import pytest
from pydantic import BaseModel, Field
from tests.providers.makers.conftest import Connect, writing_order
from tests.standins.openai_makers import StandIn
from tests.standins.openai_makers.app import STORY

from rushes.providers.makers.protocol import MakerPrice, WritingOrder
from rushes.providers.makers.story import Story
from rushes.providers.openai_makers.chat import ChatWriter
from rushes.providers.openai_makers.documents import find_object, strict_schema
from rushes.providers.openai_makers.server import Server
from rushes.providers.protocol import Ambiguous, Refused


async def test_a_server_is_asked_by_schema_first(standin: StandIn, server: Server) -> None:
    await ChatWriter(server).write(writing_order())
    fields = standin.asked("chat")[0].fields
    asked = fields["response_format"]
    assert asked["type"] == "json_schema"
    assert asked["json_schema"]["strict"] is True
    assert asked["json_schema"]["schema"]["required"] == [
        "title",
        "overview",
        "characters",
        "setting",
        "scenes",
    ]
    assert fields.keys() == {"model", "messages", "response_format"}
    system, user = fields["messages"]
    assert "exactly 3 scenes" in system["content"]
    assert user == {"role": "user", "content": "a lighthouse keeper finds a bottle"}


@pytest.mark.parametrize("style", ["openai", "google", "fastapi"])
@pytest.mark.parametrize(
    ("forms", "used", "tries"), [(("json_object", "words"), "json_object", 2), (("words",), "words", 3)]
)
async def test_a_form_that_is_refused_is_not_asked_for_again(
    style: str, forms: tuple[str, ...], used: str, tries: int, standin: StandIn, server: Server
) -> None:
    standin.set(style=style, forms=forms)
    writer = ChatWriter(server)
    await writer.write(writing_order())
    asked = standin.asked("chat")
    assert len(asked) == tries
    last = asked[-1].fields
    assert (last.get("response_format") or {"type": "words"})["type"] == used
    assert '"frame_prompt"' in last["messages"][0]["content"]
    await writer.write(writing_order())
    assert len(standin.asked("chat")) == tries + 1
    assert standin.made() == 2
    # Another model of the same server may take what this one does not.
    await writer.write(writing_order("another"))
    assert standin.asked("chat")[tries + 1].fields["response_format"]["type"] == "json_schema"


@pytest.mark.parametrize(
    "answer",
    [
        "```json\n{}\n```",
        "<think>The user wants {a story}.</think>\n{}",
        "Here is your story:\n\n{}\n\nEnjoy!",
    ],
)
async def test_an_object_among_words_is_found(answer: str, standin: StandIn, server: Server) -> None:
    standin.reply(answer.replace("{}", json.dumps(STORY, indent=1)))
    written = await ChatWriter(server).write(writing_order())
    assert written.content.title == "The Bottle"
    assert standin.made() == 1


async def test_an_answer_that_does_not_fit_goes_back_once(standin: StandIn, connect: Connect) -> None:
    server = connect(price=MakerPrice(per_million_tokens_in=1.0, per_million_tokens_out=10.0))
    standin.reply(json.dumps({**STORY, "scenes": STORY["scenes"][:1]}))
    written = await ChatWriter(server).write(writing_order())
    assert len(written.content.scenes) == 3
    first, second = standin.asked("chat")
    assert first.headers["idempotency-key"] != second.headers["idempotency-key"]
    assert "there must be 3 scenes, not 1" in second.fields["messages"][-1]["content"]
    assert second.fields["messages"][-2]["role"] == "assistant"
    assert (written.use.requests, written.use.tokens_in, written.use.tokens_out) == (2, 200, 100)
    assert written.use.cost == pytest.approx(2 * (100 * 1.0 + 50 * 10.0) / 1e6)


async def test_twice_wrong_is_given_up_and_charged(standin: StandIn, server: Server) -> None:
    standin.reply("I would rather not.")
    standin.reply('{"title": "", "overview": 5}')
    with pytest.raises(Refused) as refused:
        await ChatWriter(server).write(writing_order())
    assert (refused.value.code, refused.value.charged) == ("writing_invalid", "yes")
    assert "title" in refused.value.message
    assert standin.made() == 2


async def test_a_repair_that_is_refused_has_been_paid_for_all_the_same(
    standin: StandIn, server: Server
) -> None:
    standin.reply("no")
    standin.reply(None, refusal="I cannot help with that.")
    with pytest.raises(Refused) as refused:
        await ChatWriter(server).write(writing_order())
    assert (refused.value.code, refused.value.charged) == ("moderation_blocked", "yes")


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        ({"content": None, "refusal": "I cannot help with that."}, "moderation_blocked"),
        ({"content": "", "finish_reason": "content_filter"}, "moderation_blocked"),
        ({"content": '{"title": "The', "finish_reason": "length"}, "writing_cut_off"),
    ],
)
async def test_a_model_that_stops_early_is_not_asked_again(
    reply: dict[str, str], code: str, standin: StandIn, server: Server
) -> None:
    standin.reply(**reply)
    with pytest.raises(Refused) as refused:
        await ChatWriter(server).write(writing_order())
    assert (refused.value.code, refused.value.charged) == (code, "yes")
    assert standin.made() == 1


async def test_groqs_failed_generation_is_an_answer_that_does_not_fit(
    standin: StandIn, server: Server
) -> None:
    error = {
        "message": "Failed to generate JSON. Please adjust your prompt.",
        "type": "invalid_request_error",
        "code": "json_validate_failed",
        "failed_generation": '{"title": "The Bott',
    }
    standin.fault("chat", "status", status=400, body={"error": error})
    written = await ChatWriter(server).write(writing_order())
    assert standin.asked("chat")[1].fields["messages"][-2]["content"] == '{"title": "The Bott'
    assert written.use.cost is None


@pytest.mark.parametrize("body", [{}, {"choices": []}, {"choices": [{"message": 5}]}, [1], "ok"])
async def test_an_answer_without_a_text_is_ambiguous(body: object, standin: StandIn, server: Server) -> None:
    standin.fault("chat", "answer", body=body)
    with pytest.raises(Ambiguous):
        await ChatWriter(server).write(writing_order())
    assert len(standin.asked("chat")) == 1


async def test_parts_of_a_text_are_put_together(standin: StandIn, server: Server) -> None:
    text = json.dumps(STORY)
    parts = [{"type": "text", "text": text[:50]}, {"type": "text", "text": text[50:]}]
    standin.fault("chat", "answer", body={"choices": [{"message": {"content": parts}}]})
    assert (await ChatWriter(server).write(writing_order())).content.title == "The Bottle"


async def test_any_shape_can_be_written(standin: StandIn, server: Server) -> None:
    class Line(BaseModel):
        text: str = Field(max_length=5)

    standin.reply('{"text": "too long"}')
    standin.reply('{"text": "short"}')
    order = WritingOrder(key="k", model="llama", instructions="Shorten.", text="A long one.", shape=Line)
    written = await ChatWriter(server).write(order)
    assert written.content.text == "short"


def test_the_schema_is_as_strict_as_servers_want_it() -> None:
    schema = strict_schema(Story)
    scene = schema["$defs"]["StoryScene"]
    assert schema["additionalProperties"] is scene["additionalProperties"] is False
    assert scene["required"] == ["narration", "frame_prompt", "motion_prompt", "seconds"]
    assert "maxLength" not in json.dumps(schema)
    # A field may be called like a keyword.
    assert "title" in schema["properties"]


@pytest.mark.parametrize("text", ["", "no", "[1, 2]", "{", "}{"])
def test_no_object_is_none(text: str) -> None:
    assert find_object(text) is None
