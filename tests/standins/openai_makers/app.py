"""The stand-in's HTTP side: finds the verb, meets the fault that waits for it, else makes what was asked.

Verbs are `image`, `edit`, `speech`, `chat`, `models`, `voices` and `file`. Faults:

    status       answers `status` (with `retry_after` and `body`) and does nothing
    drop         closes the connection and does nothing
    hang         never answers, and does nothing
    done_drop, done_hang, done_status
                 the same after having made it: it is paid for
    garbage      makes it, and answers 200 with bytes that mean nothing
    answer       makes it, and answers `status` (200) with `body`
    mid_body     makes it, announces the whole answer, sends half and closes
"""

from __future__ import annotations

import asyncio
import base64
import io
import json
import math
import re
import struct
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from PIL import Image
from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from tests.standins.openai_makers.refusals import WRONG_KEY, unknown_field, unknown_form

_VERBS = {
    ("POST", "/v1/images/generations"): "image",
    ("POST", "/v1/images/edits"): "edit",
    ("POST", "/v1/audio/speech"): "speech",
    ("POST", "/v1/audio/transcriptions"): "transcription",
    ("POST", "/v1/chat/completions"): "chat",
    ("GET", "/v1/models"): "models",
    ("GET", "/v1/audio/voices"): "voices",
}
_RATE = 24000

STORY: dict[str, Any] = {
    "title": "The Bottle",
    "overview": "A keeper finds a bottle.",
    "scenes": [
        {
            "narration": f"This is scene {number}.",
            "frame_prompt": f"a lighthouse, picture {number}",
            "motion_prompt": "slow push in",
            "seconds": 4,
        }
        for number in (1, 2, 3)
    ],
}


@dataclass
class Behaviour:
    """`key`: insisted on. `style`: whose words refusals use (openai, google, fastapi). `unknown`: fields that
    are refused. `forms`: the structured output that chat takes. `image_answer`: b64_json, url or data_url.
    `cost`: said in a gateway's header. `has_usage`: tells tokens. `streams_wave`: a WAV whose header does not
    know its length."""

    models: list[str] = field(
        default_factory=lambda: [
            "gpt-image-2",
            "flux.1-schnell",
            "kokoro",
            "llama-3.3-70b",
            "whisper-1",
            "wan-2.2",
        ]
    )
    key: str | None = None
    style: str = "openai"
    unknown: tuple[str, ...] = ()
    forms: tuple[str, ...] = ("json_schema", "json_object", "words")
    image_answer: str = "b64_json"
    voices: Any = None
    cost: float | None = None
    has_usage: bool = True
    streams_wave: bool = True
    has_models: bool = True


@dataclass
class Fault:
    """`times` None means for ever."""

    verb: str
    kind: str
    times: int | None = 1
    status: int | None = None
    retry_after: float | None = None
    body: Any = None


@dataclass
class Asked:
    """One request, and whether something was made of it. `files` are the bytes of those that came with it."""

    verb: str
    fields: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = ""
    files: list[bytes] = field(default_factory=list)
    made: bool = False


class Wire:
    """The whole stand-in but its socket. `connections` are the open ones by their far end."""

    def __init__(self) -> None:
        self.behaviour = Behaviour()
        self.faults: list[Fault] = []
        self.replies: list[dict[str, Any]] = []
        self.asked: list[Asked] = []
        self.connections: dict[Any, asyncio.Transport] = {}
        self.app = Starlette(routes=[Route("/{path:path}", self._answer, methods=["GET", "POST"])])

    def reset(self) -> None:
        self.set(**asdict(Behaviour()))
        self.faults.clear()
        self.replies.clear()
        self.asked.clear()

    def set(self, **changes: Any) -> None:
        assert changes.keys() <= {each.name for each in fields(Behaviour)}, changes
        for name, value in changes.items():
            setattr(self.behaviour, name, value)

    async def _answer(self, request: Request) -> Response:
        path = request.url.path
        verb = _VERBS.get((request.method, path), "file" if path.startswith("/files/") else "unknown")
        asked = Asked(verb, headers=dict(request.headers))
        asked.content_type = request.headers.get("content-type", "").split(";")[0]
        asked.fields = await _read(request, asked.files)
        self.asked.append(asked)
        fault = self._take(verb)
        if fault is not None and fault.kind in ("status", "drop", "hang"):
            return await self._misbehave(request, fault)
        key = self.behaviour.key
        if key is not None and request.headers.get("authorization") != f"Bearer {key}":
            return _refused(WRONG_KEY.get(self.behaviour.style, WRONG_KEY["openai"]))
        response = self._make(verb, request, asked)
        if fault is None or not response.status_code < 300:
            return response
        if fault.kind == "mid_body":
            length = str(len(response.body))
            return StreamingResponse(
                self._half(request, bytes(response.body)),
                headers={"content-length": length, "content-type": response.headers["content-type"]},
            )
        return await self._misbehave(request, fault)

    def _make(self, verb: str, request: Request, asked: Asked) -> Response:
        refused = next((name for name in self.behaviour.unknown if name in asked.fields), None)
        if refused is not None:
            return _refused(unknown_field(self.behaviour.style, refused))
        if verb == "models" and self.behaviour.has_models:
            listed = [
                {"id": name, "object": "model", "owned_by": "standin"} for name in self.behaviour.models
            ]
            return JSONResponse({"object": "list", "data": listed})
        if verb == "voices" and self.behaviour.voices is not None:
            return JSONResponse(self.behaviour.voices)
        if verb == "file":
            return Response(_picture("64x64"), media_type="image/png")
        response = self._made(verb, request, asked)
        if response is None:
            return JSONResponse({"detail": "Not Found"}, 404)
        if self.behaviour.cost is not None:
            response.headers["x-litellm-response-cost"] = str(self.behaviour.cost)
        asked.made = response.status_code < 300
        return response

    def _made(self, verb: str, request: Request, asked: Asked) -> Response | None:
        if verb in ("image", "edit"):
            return self._image(request, asked)
        if verb == "speech":
            return Response(self._sound(asked), media_type="audio/wav")
        if verb == "transcription":
            return self._heard(asked)
        return self._chat(asked) if verb == "chat" else None

    def _heard(self, asked: Asked) -> Response:
        """A fifth of a second a word, as Whisper writes them: without punctuation."""
        said = re.findall(r"[\w']+", str(asked.fields.get("prompt", "")))
        words = [
            {"word": word, "start": round(number / 5, 2), "end": round(number / 5 + 0.15, 2)}
            for number, word in enumerate(said)
        ]
        body = {"task": "transcribe", "duration": len(said) / 5, "text": " ".join(said), "words": words}
        return JSONResponse(body)

    def _image(self, request: Request, asked: Asked) -> Response:
        content = _picture(str(asked.fields.get("size", "1024x1024")))
        encoded = base64.b64encode(content).decode()
        answer = {
            "b64_json": {"b64_json": encoded},
            "url": {"url": f"{request.url.scheme}://{request.url.netloc}/files/made.png"},
            "data_url": {"url": f"data:image/png;base64,{encoded}"},
        }[self.behaviour.image_answer]
        usage = {"usage": {"input_tokens": 12, "output_tokens": 272, "total_tokens": 284}}
        return JSONResponse({"created": 1, "data": [answer], **(usage if self.behaviour.has_usage else {})})

    def _sound(self, asked: Asked) -> bytes:
        count = int(_RATE * max(0.3, 0.06 * len(str(asked.fields.get("input", "")))))
        sound = b"".join(struct.pack("<h", int(9000 * math.sin(number / 12))) for number in range(count))
        length = 0xFFFFFFFF if self.behaviour.streams_wave else len(sound)
        riff = 0xFFFFFFFF if self.behaviour.streams_wave else len(sound) + 36
        head = struct.pack(
            "<4sI4s4sIHHIIHH", b"RIFF", riff, b"WAVE", b"fmt ", 16, 1, 1, _RATE, _RATE * 2, 2, 16
        )
        return head + struct.pack("<4sI", b"data", length) + sound

    def _chat(self, asked: Asked) -> Response:
        form = (asked.fields.get("response_format") or {}).get("type", "words")
        if form not in self.behaviour.forms:
            return _refused(unknown_form(self.behaviour.style, form))
        reply = self.replies.pop(0) if self.replies else {"content": json.dumps(STORY)}
        choice = {
            "index": 0,
            "finish_reason": reply.get("finish_reason", "stop"),
            "message": {
                "role": "assistant",
                "content": reply.get("content"),
                "refusal": reply.get("refusal"),
            },
        }
        usage = {"usage": {"prompt_tokens": 100, "completion_tokens": 50, "total_tokens": 150}}
        body = {"id": "chat-1", "object": "chat.completion", "created": 1, "model": asked.fields.get("model")}
        return JSONResponse({**body, "choices": [choice], **(usage if self.behaviour.has_usage else {})})

    def _take(self, verb: str) -> Fault | None:
        fault = next((each for each in self.faults if each.verb in (verb, "any")), None)
        if fault is not None and fault.times is not None:
            fault.times -= 1
            if not fault.times:
                self.faults.remove(fault)
        return fault

    async def _misbehave(self, request: Request, fault: Fault) -> Response:
        kind = fault.kind.removeprefix("done_")
        if kind == "drop":
            self.connections[request.scope["client"]].abort()
            return Response()
        if kind == "hang":
            while not await request.is_disconnected():
                await asyncio.sleep(0.02)
            return Response()
        if kind == "garbage":
            return Response(b"\x00\x01 no answer at all", media_type="application/json")
        headers = {} if fault.retry_after is None else {"retry-after": str(fault.retry_after)}
        return JSONResponse(fault.body, fault.status or 200, headers)

    async def _half(self, request: Request, body: bytes) -> AsyncIterator[bytes]:
        yield body[: len(body) // 2]
        self.connections[request.scope["client"]].close()


async def _read(request: Request, files: list[bytes]) -> dict[str, Any]:
    if request.method != "POST":
        return {}
    if request.headers.get("content-type", "").startswith("multipart/"):
        form = await request.form()
        read: dict[str, Any] = {}
        for name, value in form.multi_items():
            if isinstance(value, UploadFile):
                files.append(await value.read())
            shown = (
                f"{value.filename} {value.content_type} {value.size}"
                if isinstance(value, UploadFile)
                else value
            )
            read[name] = [*read[name], shown] if name in read else [shown] if name.endswith("[]") else shown
        return read
    decoded: dict[str, Any] = await request.json()
    return decoded


def _picture(size: str) -> bytes:
    width, _, height = size.partition("x")
    out = io.BytesIO()
    Image.new("RGB", (int(width), int(height)), (200, 120, 40)).save(out, "PNG")
    return out.getvalue()


def _refused(refusal: tuple[int, Any]) -> Response:
    return JSONResponse(refusal[1], refusal[0])
