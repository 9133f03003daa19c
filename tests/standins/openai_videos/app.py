"""The stand-in's HTTP side: finds the verb, meets the fault that waits for it, else does what was asked."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from tests.standins.clips import PAGE, make_clip, make_picture, make_still
from tests.standins.faults import AFTER_KINDS, BEFORE_KINDS, Fault, Faults
from tests.standins.misbehaving import Misbehaving
from tests.standins.openai_videos.behaviour import Behaviour
from tests.standins.openai_videos.jobs import Job, Jobs

_METHODS = ["GET", "POST", "DELETE"]


@dataclass
class Asked:
    """One request. `fields` are a create's, with an upload shown as `name type bytes`."""

    verb: str
    at: float
    job: str | None
    port: int
    content_type: str
    idempotency_key: str | None
    signed: bool
    prompt: str | None = None
    fields: dict[str, str] = field(default_factory=dict)
    made: str | None = None
    fault: str | None = None


class Wire(Misbehaving):
    """The whole stand-in but its socket. `connections` are the open ones by their far end."""

    def __init__(self, *, state: Path | None = None) -> None:
        self.behaviour = Behaviour()
        self.faults = Faults()
        self.jobs = Jobs(self.behaviour, state)
        self.asked: list[Asked] = []
        self.connections: dict[Any, asyncio.Transport] = {}
        self.app = Starlette(
            routes=[
                Route("/_control", self._control, methods=["POST"]),
                Route("/_counts", self._show_counts),
                Route("/{path:path}", self._answer, methods=_METHODS),
            ]
        )

    def counts(self) -> dict[str, Any]:
        """Requests by verb (`creates`, `lists` …), `accepted` jobs, both by prompt, and each in order."""
        plural = {"retrieve": "retrieves", "content": "contents", "remix": "remixes", "models": "models"}
        verbs = (
            "create",
            "remix",
            "retrieve",
            "list",
            "delete",
            "content",
            "models",
            "cloud",
            "health",
            "unknown",
        )
        by_prompt: dict[str, dict[str, int]] = {}
        for one in self.asked:
            if one.prompt is not None:
                entry = by_prompt.setdefault(one.prompt, {"asked": 0, "accepted": 0})
                entry["asked"] += 1
                entry["accepted"] += one.made is not None
        return {
            **{plural.get(verb, f"{verb}s"): sum(one.verb == verb for one in self.asked) for verb in verbs},
            "accepted": sum(one.made is not None for one in self.asked),
            "by_prompt": by_prompt,
            "asked": [asdict(one) for one in self.asked],
        }

    def control(self, order: dict[str, Any]) -> None:
        """`{faults: […], clear_faults, clear_counts, lose_jobs, <behaviour>: …}`. Raises ValueError."""
        order = dict(order)
        faults = [Fault(**entry) for entry in order.pop("faults", [])]
        clear_faults, clear_counts = order.pop("clear_faults", False), order.pop("clear_counts", False)
        lose_jobs = order.pop("lose_jobs", False)
        self.behaviour.set(**order)
        if clear_faults:
            self.faults.clear()
        if clear_counts:
            self.asked.clear()
        if lose_jobs:
            self.jobs.lose()
        for fault in faults:
            self.faults.add(fault)

    def reset(self) -> None:
        """As if just started, without jobs, faults or a memory of requests."""
        self.behaviour.set(**asdict(Behaviour()))
        self.control({"clear_faults": True, "clear_counts": True, "lose_jobs": True})

    async def _control(self, request: Request) -> Response:
        try:
            self.control(await request.json())
        except (ValueError, TypeError) as error:
            return JSONResponse({"error": str(error)}, 400)
        return JSONResponse({"ok": True})

    async def _show_counts(self, request: Request) -> Response:
        return JSONResponse(self.counts())

    async def _answer(self, request: Request) -> Response:
        verb, job_id = _read_path(request)
        asked = Asked(
            verb=verb,
            at=time.time(),
            job=job_id,
            port=request.client.port if request.client else 0,
            content_type=request.headers.get("content-type", "").split(";")[0],
            idempotency_key=request.headers.get("idempotency-key"),
            signed="authorization" in request.headers,
        )
        self.asked.append(asked)
        if self.faults.take(verb, before_reading=True, job=job_id):
            asked.fault = "drop"
            return self.hang_up(request)
        if self.behaviour.latency:
            await asyncio.sleep(self.behaviour.latency)
        if verb in ("create", "remix"):
            asked.fields = await _read_fields(request)
            asked.prompt = asked.fields.get("prompt")
        fault = self.faults.take(verb, before_reading=False, prompt=asked.prompt, job=job_id)
        asked.fault = fault.kind if fault else None
        if self.behaviour.plain_404:
            return Response("404 page not found\n", 404, media_type="text/plain")
        if fault is not None and fault.kind in BEFORE_KINDS:
            return await self.misbehave(request, fault, fault.kind)
        if self.behaviour.key and request.headers.get("authorization") != f"Bearer {self.behaviour.key}":
            return _refusal(401, "Incorrect API key provided.", "invalid_api_key")
        response = await self._do(request, verb, job_id, asked, fault)
        if fault is None or fault.kind not in AFTER_KINDS:
            return response
        if fault.kind in ("mid_body", "slow"):
            return self.in_pieces(request, response, fault)
        return await self.misbehave(request, fault, fault.kind.removeprefix("done_"))

    async def _do(
        self, request: Request, verb: str, job_id: str | None, asked: Asked, fault: Fault | None
    ) -> Response:
        behaviour = self.behaviour
        if verb == "models" and behaviour.has_models:
            listed = [{"id": name, "object": "model", "owned_by": "standin"} for name in behaviour.models]
            return JSONResponse({"object": "list", "data": listed})
        if verb == "create":
            return self._create(asked, fault)
        if verb == "list" and behaviour.has_list:
            return self._list(request)
        job = self.jobs.get(job_id) if job_id else None
        if verb == "cloud" and job is not None:
            return Response(await asyncio.to_thread(make_clip, job.size, job.seconds), media_type="video/mp4")
        if verb in ("unknown", "health", "models", "list", "cloud") or (
            verb == "remix" and not behaviour.remixes
        ):
            return JSONResponse({"detail": "Not Found"}, 404)
        if job is None:
            return _refusal(404, f"Video with id '{job_id}' not found.", "not_found")
        if verb == "remix":
            return self._accept(asked, fault, self.jobs.make(asked.fields, remix_of=job))
        if verb == "delete":
            self.jobs.remove(job.id)
            return JSONResponse({"id": job.id, "object": "video.deleted", "deleted": True})
        if verb == "content":
            return await self._content(request, job, fault)
        return JSONResponse(self.jobs.describe(job))

    def _create(self, asked: Asked, fault: Fault | None) -> Response:
        is_form = asked.content_type == "multipart/form-data"
        if is_form and not self.behaviour.takes_multipart and "input_reference" not in asked.fields:
            return JSONResponse({"detail": "input_reference file is required"}, 400)
        if not is_form and not self.behaviour.takes_json:
            return JSONResponse({"detail": "Content-Type must be multipart/form-data"}, 415)
        if not asked.fields.get("prompt"):
            missing = {"type": "missing", "loc": ["body", "prompt"], "msg": "Field required"}
            return JSONResponse({"detail": [missing]}, 422)
        if asked.fields.get("model", self.behaviour.models[0]) not in self.behaviour.models:
            return _refusal(404, f"The model `{asked.fields['model']}` does not exist.", "model_not_found")
        return self._accept(asked, fault, self.jobs.make(asked.fields))

    def _accept(self, asked: Asked, fault: Fault | None, job: Job) -> Response:
        asked.made = job.id
        match fault.kind if fault else None:
            case "fail":
                job.ends, job.error = "failed", fault.error if fault else None
            case "never":
                job.ends = "never"
            case "word":
                job.word = fault.word if fault else None
        self.jobs.save()
        return JSONResponse(self.jobs.describe(job))

    def _list(self, request: Request) -> Response:
        query = request.query_params
        jobs = self.jobs.all()
        if query.get("order", "desc") == "desc":
            jobs.reverse()
        limit = min(int(query.get("limit", 20)), self.behaviour.page_cap)
        start = 0
        if (after := query.get("after")) and not self.behaviour.ignores_after:
            start = next((n + 1 for n, job in enumerate(jobs) if job.id == after), len(jobs))
        page = [self.jobs.describe(job) for job in jobs[start : start + limit]]
        if self.behaviour.lists_other_ids:
            page = [{**entry, "id": f"raw-{entry['id']}"} for entry in page]
        return JSONResponse({"object": "list", "data": page, "has_more": start + limit < len(jobs)})

    async def _content(self, request: Request, job: Job, fault: Fault | None) -> Response:
        if job.status() != "completed":
            return _refusal(400, f"Video is not ready: {job.status()}.", "video_not_ready")
        kind = fault.kind if fault else None
        if kind == "zero":
            return Response(b"", media_type="video/mp4")
        if kind == "page":
            return Response(PAGE, media_type="text/html")
        if kind == "picture":
            return Response(make_picture(), media_type="image/png")
        if kind == "cloud":
            url = (fault.url if fault else None) or str(request.url.replace(path=f"/cloud/{job.id}"))
            text = f"Video has been uploaded to cloud storage. Please use the cloud URL: {url}"
            return JSONResponse({"detail": text}, 400)
        variant = request.query_params.get("variant", "video")
        if variant in ("thumbnail", "spritesheet"):
            columns = 4 if variant == "spritesheet" else 1
            return Response(
                await asyncio.to_thread(make_still, job.size, columns=columns), media_type="image/jpeg"
            )
        clip = await asyncio.to_thread(make_clip, job.size, job.seconds)
        return Response(clip[: len(clip) // 2] if kind == "truncated" else clip, media_type="video/mp4")

    def says(self, status: int) -> Any:
        return _envelope(f"The stand-in says {status}.", None)

    def moved_to(self, request: Request) -> str:
        path = request.url.path.removesuffix("/content").rsplit("/", 1)[-1]
        return str(request.url.replace(path=f"/cloud/{path}"))


def _read_path(request: Request) -> tuple[str, str | None]:
    """The verb and the job's id, from the path as it was sent: an id may hold a quoted slash."""
    parts = [
        unquote(part) for part in request.scope["raw_path"].decode("latin-1").split("?")[0].split("/") if part
    ]
    if parts and parts[0] == "v1":
        match (request.method, parts[1:]):
            case ("GET", ["models"]):
                return "models", None
            case ("GET", ["videos"]):
                return "list", None
            case ("POST", ["videos"]):
                return "create", None
            case ("GET", ["videos", job_id]):
                return "retrieve", job_id
            case ("DELETE", ["videos", job_id]):
                return "delete", job_id
            case ("GET", ["videos", job_id, "content"]):
                return "content", job_id
            case ("POST", ["videos", job_id, "remix"]):
                return "remix", job_id
    if parts == ["health", "liveliness"] or parts == ["models"]:
        return "health", None
    return ("cloud", parts[1]) if len(parts) == 2 and parts[0] == "cloud" else ("unknown", None)


async def _read_fields(request: Request) -> dict[str, str]:
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        fields: dict[str, str] = {}
        async with request.form() as form:
            for name, value in form.multi_items():
                if isinstance(value, UploadFile):
                    content = await value.read()
                    fields[name] = f"{value.filename} {value.content_type} {len(content)}"
                else:
                    fields[name] = value
        return fields
    try:
        data = json.loads(await request.body())
    except ValueError:
        return {}
    return data if isinstance(data, dict) else {}


def _refusal(status: int, message: str, code: str | None, headers: dict[str, str] | None = None) -> Response:
    return JSONResponse(_envelope(message, code), status, headers)


def _envelope(message: str, code: str | None) -> dict[str, Any]:
    return {"error": {"message": message, "type": "invalid_request_error", "param": None, "code": code}}
