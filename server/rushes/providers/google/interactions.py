"""Google by API key: Gemini Omni by the Interactions API.

Creates go through the google-genai SDK with everything that repeats them turned off; questions and downloads
over aiohttp. `models.generate_videos` is no way in: with an API key the SDK raises before it asks.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from google import genai
from google.genai import _interactions as sdk_errors
from yarl import URL

from rushes.providers.google.catalogue import GEMINI_MODELS, TOKEN_PRICES, check_alive
from rushes.providers.google.refusals import google_error, is_content_refusal, is_wrong_key
from rushes.providers.google.sdk import CLOSING, Sdk, http_options, lost_in_sdk
from rushes.providers.google.sieve import INLINE, ask_outline, inline_number, stream_inline
from rushes.providers.google.sizes import asked_as
from rushes.providers.hosted import Hosted
from rushes.providers.kinds import Setup
from rushes.providers.model import Model, Role
from rushes.providers.protocol import (
    Capabilities,
    Down,
    Gone,
    Job,
    JobError,
    JobState,
    Refused,
    Submission,
)
from rushes.providers.wire.address import quote_id
from rushes.providers.wire.answers import Answer, question_error, read_retry_after
from rushes.providers.wire.outside import elsewhere
from rushes.providers.wire.pictures import data_url
from rushes.providers.wire.posting import late, nameless
from rushes.providers.wire.reading import Unreadable, read_number, read_text, read_time

_ADDRESS = "https://generativelanguage.googleapis.com"
_VERSION = "v1"
# Results are files of its Files API, which keeps them for two days.
_KEPT = 48 * 3600.0
_LARGEST_PICTURE = 10_000_000
_STATES: dict[str, JobState] = {
    "queued": "queued",
    "in_progress": "in_progress",
    # A background job goes on by itself.
    "requires_continuation": "in_progress",
    "completed": "completed",
    "incomplete": "failed",
    "failed": "failed",
    "requires_action": "failed",
    "budget_exceeded": "failed",
    "cancelled": "cancelled",
}
_PASSING = re.compile(
    r"\b(internal|unavailable|overload\w*|deadline|timed? ?out|try again|high demand|interrupted)\b", re.I
)
_FILE = re.compile(r"(?:^|/)files/([A-Za-z0-9_-]+)(:download)?$")


class Google(Hosted):
    """See `RemoteProvider`."""

    kind = "google"

    def __init__(self, setup: Setup) -> None:
        key = setup.api_key or ""
        super().__init__(
            replace(setup, base_url=_versioned(setup.base_url or _ADDRESS)),
            base_url=_ADDRESS,
            headers={"x-goog-api-key": key},
            capabilities=Capabilities(
                models=GEMINI_MODELS,
                concurrency=4,
                # It ends the work; whether what was made by then is billed, the documents do not say.
                cancel="charged",
                # Its per-request webhooks are signed by a scheme that its SDK knows nothing of.
                webhooks=False,
                output_lifetime=_KEPT,
            ),
        )
        root, _, version = self.base_url.rpartition("/")

        def make() -> genai.Client:
            options = http_options(root=root, version=version)
            client = genai.Client(vertexai=False, api_key=key, http_options=options)
            # Named once here: the first time imports a second's worth of modules.
            _ = client.aio.interactions
            return client

        self._sdk = Sdk(make)

    async def close(self) -> None:
        await self._sdk.close()
        await super().close()

    async def submit(self, submission: Submission) -> Job:
        model = self._model(submission.model)
        check_alive(model)
        asked = await _ask_for(submission, model)
        client = await self._sdk.open()
        try:
            async with asyncio.timeout(self.submit_timeout):
                made = await client.aio.interactions.create(**asked, extra_headers=CLOSING)
        except TimeoutError as error:
            raise late() from error
        except sdk_errors.APIConnectionError as error:
            raise lost_in_sdk(error) from error
        except sdk_errors.APIError as error:
            answer = _answer_in(error)
            if answer is None:
                raise nameless() from error
            if not answer.ok:
                raise google_error(answer, submission) from None
            # To the SDK only 200 is a yes.
            return _taken(answer.json(), submission)
        except ValueError as error:
            raise nameless() from error
        # A list passes for an interaction with the SDK.
        told = {name: getattr(made, name, None) for name in ("id", "status", "created")}
        return _taken(told, submission)

    async def cancel(self, job_id: str) -> None:
        answer = await self._questions.ask(f"{self._job_path(job_id)}/cancel", method="POST")
        # One that has ended cannot be cancelled.
        if not answer.ok and answer.status not in (400, 404, 409, 410):
            raise question_error(answer)

    async def probe(self) -> None:
        """Asks for one entry of its list of models. Raises Down or Refused."""
        answer = await self._questions.ask("/models?pageSize=1")
        if answer.status in (401, 403) or is_wrong_key(answer):
            raise Refused("The provider does not accept the API key.", code="provider_key")
        if not answer.ok:
            raise question_error(answer)

    def _job_path(self, job_id: str) -> str:
        return f"/interactions/{quote_id(job_id)}"

    async def _inquire(self, job_id: str) -> Answer:
        return await ask_outline(self._questions, self._address.url(self._job_path(job_id)))

    def _read_job(self, data: Any) -> Job:
        return parse_interaction(data)

    def _is_gone(self, answer: Answer) -> bool:
        # An id that it does not know is a 400 to it; other 400s were seen of jobs that were running.
        return super()._is_gone(answer) or (
            answer.status == 400 and b"Invalid interaction name" in answer.body
        )

    async def _file(self, job: Job, url: str) -> AsyncIterator[bytes]:
        number = inline_number(url)
        if number is not None:
            where = self._address.url(self._job_path(job.id))
            async for chunk in stream_inline(self._questions, where, wanted=number):
                yield chunk
            return
        try:
            address = await self._when_ready(url)
        except ValueError as error:
            raise elsewhere() from error
        async for chunk in self._fetching.stream(str(address)):
            yield chunk

    async def _when_ready(self, url: str) -> URL:
        """Where the file's bytes are. A job may be completed before its file can be fetched.

        Raises Down while it is being written, Gone when it is lost.
        """
        address = URL(url, encoded=True)
        named = _FILE.search(address.path)
        if named is None or (address.is_absolute() and not self._address.is_same_origin(address)):
            return address
        answer = await self._questions.ask(f"/files/{named[1]}")
        data = answer.json()
        state = data.get("state") if answer.ok and isinstance(data, Mapping) else None
        if state == "PROCESSING":
            raise Down("Google is still writing the file.", code="result_missing", retry_after=5.0)
        if state == "FAILED" or (answer.status in (404, 410) and data is not None):
            raise Gone("Google has lost the file.", code="result_gone")
        if not named[2] or not address.is_absolute():
            address = self._address.url(f"/files/{named[1]}:download")
        return address.update_query(alt="media")


def parse_interaction(data: object) -> Job:
    """The job in an interaction whose long strings were cut. Raises Unreadable."""
    if not isinstance(data, Mapping) or not isinstance(data.get("id"), str) or not data["id"]:
        raise Unreadable("no interaction")
    word = str(data.get("status"))
    state = _STATES.get(word, "in_progress")
    video = _find_video(data)
    error: JobError | None = None
    if video is not None and word in ("completed", "incomplete"):
        state = "completed"
    elif state == "completed":
        state, error = "failed", _without_video(data)
    elif state == "failed":
        error = _read_failure(word, data)
    return Job(
        id=data["id"],
        state=state,
        progress=100 if state == "completed" else None,
        error=error,
        created_at=read_time(data.get("created")),
        model=read_text(data.get("model")),
        cost=read_cost(data),
        result_url=video,
    )


def read_cost(data: Mapping[str, Any]) -> float | None:
    """USD by the tokens that were used, where a model's price for them is known."""
    price = TOKEN_PRICES.get(str(data.get("model")))
    usage = data.get("usage")
    if price is None or not isinstance(usage, Mapping):
        return None
    video = _video_tokens(usage)
    total = read_number(usage.get("total_output_tokens")) or 0.0
    text = max(0.0, total - video) + (read_number(usage.get("total_thought_tokens")) or 0.0)
    prompt = read_number(usage.get("total_input_tokens")) or 0.0
    return round((prompt * price.prompt + text * price.text + video * price.video) / 1e6, 6)


def _taken(data: object, submission: Submission) -> Job:
    """The job in the answer to a create. Raises Ambiguous."""
    if not isinstance(data, Mapping):
        raise nameless()
    # Whatever has become of it already, the next question tells in full.
    state = "queued" if data.get("status") == "queued" else "in_progress"
    try:
        return parse_interaction(
            {"id": data.get("id"), "status": state, "created": data.get("created"), "model": submission.model}
        )
    except Unreadable as error:
        raise nameless() from error


def _answer_in(error: sdk_errors.APIError) -> Answer | None:
    """The answer that the SDK made an error of; redirects and the like only hang on the error's cause."""
    response = getattr(error, "response", None) or getattr(error.__cause__, "raw_response", None)
    if response is None:
        return None
    return Answer(response.status_code, response.content, read_retry_after(response.headers))


async def _ask_for(submission: Submission, model: Model) -> dict[str, Any]:
    """The create's arguments. Raises Refused."""
    by_role: dict[Role, list[dict[str, str]]] = {}
    for reference in submission.references:
        if reference.role not in model.references:
            raise Refused(f"{model.label} takes no {reference.role.replace('_', ' ')}.", code="invalid_image")
        url = await data_url(reference, max_bytes=_LARGEST_PICTURE)
        data = url.partition(",")[2]
        picture = {"type": "image", "data": data, "mime_type": reference.content_type}
        by_role.setdefault(reference.role, []).append(picture)
    if len(by_role) > 1:
        raise Refused(
            f"{model.label} takes a first frame or pictures of subjects, not both.", code="invalid_image"
        )
    pictures = [picture for listed in by_role.values() for picture in listed]
    config: dict[str, Any] = {}
    if submission.seed is not None and model.seed:
        config["seed"] = submission.seed % 2**31
    wanted: dict[str, Any] = {"type": "video", "delivery": "uri"}
    asked: dict[str, Any] = {}
    if submission.remix_of:
        # An edit keeps the size and length of what it edits; asking for either is refused.
        asked["previous_interaction_id"] = submission.remix_of
        task = "edit"
    else:
        ratio, resolution = asked_as(submission.width, submission.height)
        wanted |= {
            "aspect_ratio": ratio,
            "resolution": resolution,
            # A protobuf duration: a bare number is refused.
            "duration": f"{submission.seconds:g}s",
        }
        task = "text_to_video"
        if "first_frame" in by_role:
            task = "image_to_video"
        elif pictures:
            task = "reference_to_video"
    config["video_config"] = {"task": task}
    return asked | {
        "model": model.name,
        "input": [*pictures, {"type": "text", "text": submission.prompt}],
        # Without it the answer comes when the video is done, and a lost one could not be asked about.
        "background": True,
        "response_format": wanted,
        "generation_config": config,
    }


def _find_video(data: Mapping[str, Any]) -> str | None:
    """Where the last video is: an address, or an `inline:` name. None if there is none."""
    contents = [data.get("output_video")]
    for step in _mappings(data.get("steps")):
        if step.get("type") == "model_output":
            contents += [one for one in _mappings(step.get("content")) if one.get("type") == "video"]
    for content in reversed(contents):
        if isinstance(content, Mapping):
            if uri := read_text(content.get("uri")):
                return uri
            if str(content.get("data") or "").startswith(INLINE):
                return str(content["data"])
    return None


def _without_video(data: Mapping[str, Any]) -> JobError:
    """A refusal for content is told as a completed interaction that holds words only."""
    usage = data.get("usage")
    if isinstance(usage, Mapping) and _video_tokens(usage) > 0:
        return JobError("no_result", "Google made a video, but its answer names none.", charged="yes")
    said = _said(data)
    ending = f": {said}" if said else "."
    return JobError("moderation_blocked", f"Google answered without a video{ending}", charged="unknown")


def _read_failure(word: str, data: Mapping[str, Any]) -> JobError:
    if word == "budget_exceeded":
        return JobError(
            "no_credit", "The Google project's budget is used up.", retryable=True, charged="unknown"
        )
    if word == "requires_action":
        return JobError("provider_failed", "Google asks for something that no video needs.")
    found = list(_mappings(data.get("errors")))
    found += [
        step["error"] for step in _mappings(data.get("steps")) if isinstance(step.get("error"), Mapping)
    ]
    codes = " ".join(str(error.get("code") or "") for error in found)
    said = next((text for error in found if (text := read_text(error.get("message")))), None)
    if is_content_refusal(codes, said):
        return JobError(
            "moderation_blocked", f"Google's content rules stopped this: {said or codes}", charged="unknown"
        )
    if word == "incomplete":
        text = said or "Google stopped before the video was done."
        return JobError("provider_failed", text, retryable=True, charged="unknown")
    text = said or "Google gave no reason."
    return JobError(
        "provider_failed", text, retryable=bool(_PASSING.search(f"{codes} {text}")), charged="unknown"
    )


def _said(data: Mapping[str, Any]) -> str:
    words = [
        str(content.get("text") or "")
        for step in _mappings(data.get("steps"))
        if step.get("type") == "model_output"
        for content in _mappings(step.get("content"))
        if content.get("type") == "text"
    ]
    text = " ".join(" ".join(words).split())
    return text if len(text) <= 300 else text[:299].rstrip() + "…"


def _video_tokens(usage: Mapping[str, Any]) -> float:
    return sum(
        read_number(entry.get("tokens")) or 0.0
        for entry in _mappings(usage.get("output_tokens_by_modality"))
        if str(entry.get("modality")).lower() == "video"
    )


def _mappings(listed: object) -> list[Mapping[str, Any]]:
    return [entry for entry in listed if isinstance(entry, Mapping)] if isinstance(listed, list) else []


def _versioned(base_url: str) -> str:
    """With the API's version at its end, as the SDK wants it apart."""
    text = base_url.strip().rstrip("/")
    return text if re.search(r"/v\d\w*$", urlsplit(text).path) else f"{text}/{_VERSION}"
