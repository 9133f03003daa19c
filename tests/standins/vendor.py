"""The base of stand-ins for hosted vendors: real HTTP, real little MP4s, adjustable speed, faults, webhooks.

A vendor's stand-in says how its paths, bodies and answers look; this is all the rest:

    with serving(Replicate, duration=0.5) as standin:
        standin.fault("create", "done_drop")
        standin.refuse("credit")
        ...
        assert standin.counts()["accepted"] == 1

`tests/standins/faults.py` lists the kinds of fault.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Literal
from urllib.parse import unquote

import aiohttp
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from tests.standins.clips import PAGE, make_clip, make_picture
from tests.standins.faults import AFTER_KINDS, BEFORE_KINDS, Fault, Faults
from tests.standins.misbehaving import Misbehaving
from tests.standins.server import serve

# Ways in which a vendor says no to a create, and in which a job that was accepted fails.
Refusal = Literal["key", "credit", "moderation", "size", "image", "model", "busy"]
Failure = Literal["moderation", "quality", "internal"]

_METHODS = ["GET", "POST", "PUT", "DELETE"]
_EXPIRED = (
    b"<?xml version='1.0'?><Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>"
)


@dataclass
class VendorJob:
    """A job that was accepted: `body` as it was sent, `webhook` where its end is told."""

    id: str
    body: dict[str, Any]
    path: str
    made_at: float
    duration: float
    fails: Failure | None = None
    never: bool = False
    cancelled: bool = False
    webhook: str | None = None

    def share(self) -> float:
        """How much of it is done, 0…1."""
        return min(1.0, (time.time() - self.made_at) / self.duration) if self.duration > 0 else 1.0

    def state(self) -> Literal["queued", "running", "completed", "failed", "cancelled"]:
        if self.cancelled:
            return "cancelled"
        if self.share() >= 1 and not self.never:
            return "failed" if self.fails else "completed"
        return "queued" if self.share() < 0.1 else "running"


@dataclass
class VendorAsked:
    """One request."""

    verb: str
    at: float
    job: str | None
    path: str
    headers: dict[str, str]
    body: Any = None
    prompt: str | None = None
    made: str | None = None
    fault: str | None = None


@dataclass
class VendorBehaviour:
    """`duration` is how many seconds a job takes, `url_lifetime` how many its file's address lives, `size`
    and `seconds` what its files are, `webhooks` whether ends are told."""

    duration: float = 1.0
    latency: float = 0.0
    url_lifetime: float = 3600.0
    size: str = "128x72"
    seconds: str = "1"
    webhooks: bool = True


class VendorWire(Misbehaving, ABC):
    """A vendor's whole server but its socket.

    A request's verb is what `read_path` says: `create`, `retrieve`, `cancel` …; `key` is what it insists on.
    """

    key: ClassVar[str] = "standin-key"

    def __init__(self) -> None:
        self.behaviour = VendorBehaviour()
        self.faults = Faults()
        self.jobs: dict[str, VendorJob] = {}
        self.asked: list[VendorAsked] = []
        self.refusals: list[tuple[Refusal, str | None]] = []
        self.failures: list[tuple[Failure, str | None]] = []
        self.connections: dict[Any, asyncio.Transport] = {}
        self.base = ""
        self._announcing: set[asyncio.Task[None]] = set()
        self.app = Starlette(
            routes=[
                Route("/_control", self._control, methods=["POST"]),
                Route("/_counts", self._show_counts),
                Route("/{path:path}", self._answer, methods=_METHODS),
            ]
        )

    @abstractmethod
    def read_path(self, method: str, parts: list[str]) -> tuple[str, str | None]:
        """The verb and the job's id; `("unknown", None)` for a path that the vendor does not have."""

    @abstractmethod
    def is_signed(self, request: Request) -> bool:
        """Whether the request carries the key as the vendor wants it."""

    @abstractmethod
    def refusal(self, kind: Refusal) -> Response:
        """A create's refusal in the vendor's own words."""

    @abstractmethod
    async def do(self, verb: str, job: VendorJob | None, asked: VendorAsked, request: Request) -> Response:
        """What a verb other than `create` and `content` is answered with."""

    @abstractmethod
    def created(self, job: VendorJob) -> Response:
        """The answer to a create that was accepted."""

    def check(self, asked: VendorAsked) -> Response | None:
        """The answer to a create that lacks what it must have; None if it is fine."""
        return None

    def prompt_of(self, body: Any, path: str) -> str | None:
        """The prompt in a create's body."""
        return body.get("prompt") if isinstance(body, dict) else None

    def job_of(self, body: Any, path: str) -> str | None:
        """The job that a body names, where the path names none."""
        return None

    def webhook_of(self, asked: VendorAsked, request: Request) -> str | None:
        """Where the create wants the end to be told."""
        return None

    def new_id(self) -> str:
        return os.urandom(13).hex()

    def sign(self, job: VendorJob) -> tuple[dict[str, str], bytes]:
        """The headers and body of the webhook that tells of a job's end."""
        raise NotImplementedError

    def file_url(self, job: VendorJob) -> str:
        """A fresh address for the result; it expires."""
        return f"{self.base}/files/{job.id}/{time.time():.3f}.mp4"

    def counts(self) -> dict[str, Any]:
        """Requests by verb, `accepted` jobs, both by prompt, and each in order."""
        by_prompt: dict[str, dict[str, int]] = {}
        verbs: dict[str, int] = {}
        for one in self.asked:
            verbs[one.verb] = verbs.get(one.verb, 0) + 1
            if one.prompt is not None:
                entry = by_prompt.setdefault(one.prompt, {"asked": 0, "accepted": 0})
                entry["asked"] += 1
                entry["accepted"] += one.made is not None
        return {
            "verbs": verbs,
            "creates": verbs.get("create", 0),
            "accepted": sum(one.made is not None for one in self.asked),
            "by_prompt": by_prompt,
            "asked": [asdict(one) for one in self.asked],
        }

    def control(self, order: dict[str, Any]) -> None:
        """`{faults: […], refuse: […], fail: […], clear, lose_jobs, finish_jobs, <behaviour>: …}`."""
        order = dict(order)
        if order.pop("clear", False):
            self.faults.clear()
            self.refusals.clear()
            self.failures.clear()
        if order.pop("lose_jobs", False):
            self.jobs.clear()
        if order.pop("finish_jobs", False):
            for job in self.jobs.values():
                job.duration = 0.0
        for entry in order.pop("faults", []):
            self.faults.add(Fault(**entry))
        self.refusals += [(entry["kind"], entry.get("prompt")) for entry in order.pop("refuse", [])]
        self.failures += [(entry["kind"], entry.get("prompt")) for entry in order.pop("fail", [])]
        for name, value in order.items():
            if not hasattr(self.behaviour, name):
                raise ValueError(f"unknown: {name}")
            setattr(self.behaviour, name, value)

    async def _control(self, request: Request) -> Response:
        try:
            self.control(await request.json())
        except (ValueError, TypeError, KeyError) as error:
            return JSONResponse({"error": str(error)}, 400)
        return JSONResponse({"ok": True})

    async def _show_counts(self, request: Request) -> Response:
        return JSONResponse(self.counts())

    async def _answer(self, request: Request) -> Response:
        self.base = str(request.base_url).rstrip("/")
        path = request.scope["raw_path"].decode("latin-1").split("?")[0]
        parts = [unquote(part) for part in path.split("/") if part]
        is_file = len(parts) == 3 and parts[0] == "files"
        verb, job_id = ("content", parts[1]) if is_file else self.read_path(request.method, parts)
        asked = VendorAsked(verb, time.time(), job_id, path, dict(request.headers))
        self.asked.append(asked)
        if self.faults.take(verb, before_reading=True, job=job_id):
            asked.fault = "drop"
            return self.hang_up(request)
        if self.behaviour.latency:
            await asyncio.sleep(self.behaviour.latency)
        asked.body = await self.read_body(request)
        if verb == "create":
            asked.prompt = self.prompt_of(asked.body, path)
        elif job_id is None:
            asked.job = job_id = self.job_of(asked.body, path)
        fault = self.faults.take(verb, before_reading=False, prompt=asked.prompt, job=job_id)
        asked.fault = fault.kind if fault else None
        if fault is not None and fault.kind in BEFORE_KINDS:
            return await self.misbehave(request, fault, fault.kind)
        if not is_file and not self.is_signed(request):
            return self.refusal("key")
        response = await self._do(verb, job_id, asked, fault, request)
        if fault is None or fault.kind not in AFTER_KINDS:
            return response
        if fault.kind in ("mid_body", "slow"):
            return self.in_pieces(request, response, fault)
        return await self.misbehave(request, fault, fault.kind.removeprefix("done_"))

    async def read_body(self, request: Request) -> Any:
        """The body as it is kept and shown: JSON decoded, else its length."""
        raw = await request.body()
        try:
            return json.loads(raw) if raw else None
        except ValueError:
            return {"bytes": len(raw)}

    async def _do(
        self, verb: str, job_id: str | None, asked: VendorAsked, fault: Fault | None, request: Request
    ) -> Response:
        job = self.jobs.get(job_id) if job_id else None
        if verb == "content":
            return await self._content(job, asked, fault)
        if verb != "create":
            return await self.do(verb, job, asked, request)
        if (refusal := _first(self.refusals, asked.prompt)) is not None:
            return self.refusal(refusal)
        wrong = self.check(asked)
        if wrong is not None:
            return wrong
        job = VendorJob(
            id=self.new_id(),
            body=asked.body,
            path=asked.path,
            made_at=time.time(),
            duration=self.behaviour.duration,
            fails=_first(self.failures, asked.prompt),
            never=fault is not None and fault.kind == "never",
            webhook=self.webhook_of(asked, request),
        )
        self.jobs[job.id] = job
        asked.made = job.id
        if job.webhook and self.behaviour.webhooks:
            self._announce(job)
        return self.created(job)

    def _announce(self, job: VendorJob) -> None:
        async def tell() -> None:
            while job.state() not in ("completed", "failed", "cancelled"):
                await asyncio.sleep(0.02)
            headers, body = self.sign(job)
            async with aiohttp.ClientSession() as session:
                with contextlib.suppress(aiohttp.ClientError, OSError):
                    async with session.post(job.webhook or "", data=body, headers=headers):
                        pass

        task = asyncio.get_running_loop().create_task(tell())
        self._announcing.add(task)
        task.add_done_callback(self._announcing.discard)

    async def _content(self, job: VendorJob | None, asked: VendorAsked, fault: Fault | None) -> Response:
        issued = float(asked.path.rsplit("/", 1)[-1].removesuffix(".mp4"))
        if time.time() - issued > self.behaviour.url_lifetime:
            return Response(_EXPIRED, 403, media_type="application/xml")
        if job is None:
            return Response(b"", 404)
        kind = fault.kind if fault else None
        if kind == "zero":
            return Response(b"", media_type="video/mp4")
        if kind == "page":
            return Response(PAGE, media_type="text/html")
        if kind == "picture":
            return Response(make_picture(), media_type="image/png")
        clip = await asyncio.to_thread(make_clip, self.behaviour.size, self.behaviour.seconds)
        return Response(clip[: len(clip) // 2] if kind == "truncated" else clip, media_type="video/mp4")


def _first(waiting: list[tuple[Any, str | None]], prompt: str | None) -> Any:
    """The first that is meant for this prompt (a part of it, None for any), used up."""
    for entry in waiting:
        kind, part = entry
        if part is None or (prompt is not None and part in prompt):
            waiting.remove(entry)
            return kind
    return None


@dataclass
class VendorStandIn:
    """A running stand-in."""

    wire: VendorWire
    url: str

    def set(self, **behaviour: Any) -> None:
        """Changes how it behaves; see `VendorBehaviour`."""
        self.wire.control(behaviour)

    def fault(self, verb: str, kind: str, **more: Any) -> None:
        """Lets something go wrong; see `faults`."""
        self.wire.faults.add(Fault(verb, kind, **more))

    def refuse(self, kind: Refusal, *, prompt: str | None = None) -> None:
        """The next create (with `prompt` in its prompt) is refused in the vendor's words."""
        self.wire.refusals.append((kind, prompt))

    def fail(self, kind: Failure, *, prompt: str | None = None) -> None:
        """The next job (with `prompt` in its prompt) is accepted and fails in the vendor's words."""
        self.wire.failures.append((kind, prompt))

    def lose_jobs(self) -> None:
        self.wire.control({"lose_jobs": True})

    def finish_jobs(self) -> None:
        """All that was accepted so far is done now."""
        self.wire.control({"finish_jobs": True})

    def counts(self) -> dict[str, Any]:
        """What it was asked; see `VendorWire.counts`."""
        return self.wire.counts()


@contextlib.contextmanager
def serving(kind: type[VendorWire], *, port: int = 0, **behaviour: Any) -> Iterator[VendorStandIn]:
    """A stand-in on 127.0.0.1, at a free port unless one is given, until the block ends."""
    wire = kind()
    wire.control(behaviour)
    with serve(wire, port=port) as url:
        yield VendorStandIn(wire, url)
