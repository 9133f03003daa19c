"""The stand-in speaks the vendors' wire: the real SDK's own models read what it says."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator

import openai
import pytest
from pydantic import BaseModel
from tests.standins.openai_makers import StandIn
from tests.standins.openai_makers.refusals import NO_CREDIT


@pytest.fixture
def sdk(standin: StandIn) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{standin.url}/v1", api_key="any", max_retries=0) as client:
        yield client


def test_models(sdk: openai.OpenAI) -> None:
    assert "gpt-image-2" in [model.id for model in sdk.models.list()]


def test_images(sdk: openai.OpenAI) -> None:
    made = sdk.images.generate(model="gpt-image-2", prompt="a fox", size="1024x1024")
    assert made.data
    assert base64.b64decode(made.data[0].b64_json or "")[:4] == b"\x89PNG"
    assert made.usage
    assert made.usage.output_tokens == 272
    edited = sdk.images.edit(model="gpt-image-2", prompt="at night", image=("a.png", b"x", "image/png"))
    assert edited.data


def test_speech(sdk: openai.OpenAI) -> None:
    spoken = sdk.audio.speech.create(model="kokoro", voice="nova", input="Hello", response_format="wav")
    assert spoken.content[:4] == b"RIFF"


def test_chat_with_the_sdks_own_structured_output(sdk: openai.OpenAI, standin: StandIn) -> None:
    class Answer(BaseModel):
        text: str

    standin.reply(json.dumps({"text": "yes"}))
    done = sdk.chat.completions.parse(
        model="llama", messages=[{"role": "user", "content": "?"}], response_format=Answer
    )
    assert done.choices[0].message.parsed == Answer(text="yes")
    assert done.usage
    assert done.usage.total_tokens == 150


def test_faults_are_what_the_sdk_takes_them_for(sdk: openai.OpenAI, standin: StandIn) -> None:
    standin.fault("image", "status", status=NO_CREDIT[0], body=NO_CREDIT[1], retry_after=3)
    with pytest.raises(openai.RateLimitError) as limited:
        sdk.images.generate(model="gpt-image-2", prompt="a fox")
    assert limited.value.code == "insufficient_quota"
    assert limited.value.response.headers["retry-after"] == "3"
    standin.fault("image", "done_drop")
    with pytest.raises(openai.APIConnectionError):
        sdk.images.generate(model="gpt-image-2", prompt="a fox")
    assert standin.made() == 1
