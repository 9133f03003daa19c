"""Google on Vertex AI (the Gemini Enterprise Agent Platform): Veo as long-running operations.

The address names the project, and maybe a bucket for results:
`https://us-central1-aiplatform.googleapis.com/v1/projects/PROJECT/locations/us-central1[/buckets/BUCKET]`.
Without a bucket Vertex writes the video into its answer.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlsplit

import aiohttp
import orjson
from google import genai
from google.auth.exceptions import GoogleAuthError
from google.genai import errors as sdk_errors
from google.genai import types
from google.oauth2.credentials import Credentials
from yarl import URL

from rushes.providers.google.catalogue import VERTEX_MODELS, check_alive
from rushes.providers.google.refusals import google_error, is_content_refusal
from rushes.providers.google.sdk import Sdk, http_options, lost_in_sdk
from rushes.providers.google.sieve import INLINE, ask_outline, inline_number, stream_inline
from rushes.providers.google.sizes import asked_as
from rushes.providers.google.tokens import Tokens
from rushes.providers.hosted import Hosted
from rushes.providers.kinds import Setup
from rushes.providers.model import Model, Role
from rushes.providers.protocol import (
    Busy,
    Capabilities,
    Down,
    Gone,
    Job,
    JobError,
    ProviderError,
    Reference,
    Refused,
    Submission,
)
from rushes.providers.wire.address import quote_id
from rushes.providers.wire.answers import Answer, question_error, read_retry_after
from rushes.providers.wire.fetching import CHUNK
from rushes.providers.wire.pictures import read_reference
from rushes.providers.wire.posting import late, nameless
from rushes.providers.wire.reading import Unreadable, read_number, read_text

# Seconds between two questions about a job that Google's own examples keep.
_POLL_EVERY = 12.0

_SHAPE = "https://LOCATION-aiplatform.googleapis.com/v1/projects/PROJECT/locations/LOCATION"
_PLACE = re.compile(
    r"(?P<root>https?://[^/]+)/(?P<version>v\d\w*)/projects/(?P<project>[^/]+)/locations/(?P<location>[^/]+)"
    r"(?:/buckets/(?P<bucket>[a-z0-9][a-z0-9._-]{1,220}))?"
)
_OPERATION = re.compile(r"/publishers/google/models/([A-Za-z0-9._-]+)/operations/[^/]+$")
_BUCKET_FILE = re.compile(r"gs://([a-z0-9][a-z0-9._-]{1,220})/(.+)")
# google.rpc.Code: cancelled; deadline, exhausted, aborted, internal, unavailable.
_CANCELLED = 1
_PASSING = (4, 8, 10, 13, 14)


class Vertex(Hosted):
    """See `RemoteProvider`. The key is a service account's JSON, the path of its file, or an access token."""

    kind = "vertex"

    def __init__(self, setup: Setup) -> None:
        place = _PLACE.fullmatch((setup.base_url or "").strip().rstrip("/"))
        if place is None:
            raise ValueError(f"it must name project and location, like {_SHAPE}")
        address = place[0].partition("/buckets/")[0]
        super().__init__(
            replace(setup, base_url=address),
            base_url=address,
            headers={},
            capabilities=Capabilities(
                models=VERTEX_MODELS,
                concurrency=4,
                cancel="none",
                poll_every=_POLL_EVERY,
                # A bucket is the operator's own. How long an answer keeps its video Google does not say, so
                # it is fetched as if it were a day.
                output_lifetime=None if place["bucket"] else 24 * 3600.0,
            ),
        )
        self._bucket = place["bucket"]
        is_googles = (urlsplit(place["root"]).hostname or "").endswith(".googleapis.com")
        # A gateway before Vertex is one before its storage.
        self._storage = "https://storage.googleapis.com" if is_googles else place["root"]
        self._stall = setup.stall_timeout or 60.0
        self._tokens = Tokens(setup.api_key or "")
        self._credentials = Credentials(token=None)  # type: ignore[no-untyped-call]
        self._sdk = Sdk(
            lambda: genai.Client(
                vertexai=True,
                project=place["project"],
                location=place["location"],
                credentials=self._credentials,
                http_options=http_options(root=place["root"], version=place["version"]),
            )
        )

    async def close(self) -> None:
        await self._sdk.close()
        await super().close()

    async def submit(self, submission: Submission) -> Job:
        model = self._model(submission.model)
        check_alive(model)
        source, config = await _ask_for(submission, model, bucket=self._bucket)
        try:
            token = await self._tokens.get()
        except Down as error:
            # Nothing was sent that could have made a job.
            raise Busy(error.message, retry_after=error.retry_after, code=error.code) from error
        client = await self._sdk.open()
        self._credentials.token = token
        try:
            async with asyncio.timeout(self.submit_timeout):
                made = await client.aio.models.generate_videos(model=model.name, source=source, config=config)
        except aiohttp.ClientError as error:
            # Before the next: a connection that came to nothing in time is both.
            raise lost_in_sdk(error) from error
        except TimeoutError as error:
            raise late() from error
        except sdk_errors.APIError as error:
            return self._accepted(_answer_in(error), submission)
        except (OSError, GoogleAuthError) as error:
            raise lost_in_sdk(error) from error
        except ValueError as error:
            # 2xx with something that is no operation.
            raise nameless() from error
        if not made.name:
            raise nameless()
        return Job(id=made.name, state="queued", model=model.name)

    async def probe(self) -> None:
        """Asks about an operation that cannot exist. Raises Down or Refused."""
        self._check_key(await self._inquire("00000000-0000-4000-8000-000000000000"))

    def _submit_error(self, answer: Answer, submission: Submission) -> ProviderError:
        return google_error(answer, submission)

    def _job_path(self, job_id: str) -> str:
        found = _OPERATION.search(job_id)
        model = found[1] if found else VERTEX_MODELS[0].name
        return f"/publishers/google/models/{quote_id(model)}:fetchPredictOperation"

    async def _inquire(self, job_id: str) -> Answer:
        return await ask_outline(
            self._questions,
            self._address.url(self._job_path(job_id)),
            method="POST",
            headers=await self._signed(),
            json={"operationName": job_id},
        )

    def _read_job(self, data: Any) -> Job:
        return parse_operation(data)

    async def _file(self, job: Job, url: str) -> AsyncIterator[bytes]:
        number = inline_number(url)
        if number is None:
            async for chunk in self._from_bucket(url):
                yield chunk
            return
        async for chunk in stream_inline(
            self._questions,
            self._address.url(self._job_path(job.id)),
            wanted=number,
            method="POST",
            headers=await self._signed(),
            json={"operationName": job.id},
        ):
            yield chunk

    async def _from_bucket(self, url: str) -> AsyncIterator[bytes]:
        """A `gs://` object. The token goes to Google's storage alone."""
        named = _BUCKET_FILE.fullmatch(url)
        if named is None:
            raise Down("Google names no bucket for the result.", code="provider_result_elsewhere")
        where = URL(f"{self._storage}/{named[1]}/{quote(named[2], safe='/')}", encoded=True)
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=10, sock_read=self._stall)
        headers = {**await self._signed(), "Accept": "video/mp4, */*", "Accept-Encoding": "identity"}
        async with self._questions.request("GET", where, timeout=timeout, headers=headers) as response:
            if response.status in (404, 410):
                raise Gone("The bucket no longer has the file.", code="result_gone")
            if response.status != 200:
                raise question_error(Answer(response.status, b"", read_retry_after(response.headers)))
            async for chunk in response.content.iter_chunked(CHUNK):
                yield chunk

    async def _signed(self) -> dict[str, str]:
        """Raises Down: a question has no other no."""
        try:
            return await self._tokens.header()
        except Refused as error:
            raise Down(error.message, code=error.code) from error


def parse_operation(data: object) -> Job:
    """The job in an operation whose long strings were cut. Raises Unreadable."""
    if not isinstance(data, Mapping) or not isinstance(data.get("name"), str) or not data["name"]:
        raise Unreadable("no operation")
    name = data["name"]
    found = _OPERATION.search(name)
    model = found[1] if found else None
    if data.get("done") is not True:
        return Job(id=name, state="in_progress", model=model)
    failure = data.get("error")
    if isinstance(failure, Mapping):
        if read_number(failure.get("code")) == _CANCELLED:
            return Job(id=name, state="cancelled", model=model)
        return Job(id=name, state="failed", error=_read_failure(failure), model=model)
    response = data.get("response")
    response = response if isinstance(response, Mapping) else {}
    video = _find_video(response.get("videos"))
    if video is None:
        return Job(id=name, state="failed", error=_without_video(response), model=model)
    return Job(id=name, state="completed", progress=100, model=model, result_url=video)


async def _ask_for(
    submission: Submission, model: Model, *, bucket: str | None
) -> tuple[types.GenerateVideosSource, types.GenerateVideosConfig]:
    """Raises Refused."""
    pictures: dict[Role, list[types.Image]] = {}
    for reference in submission.references:
        if reference.role not in model.references:
            raise Refused(f"{model.label} takes no {reference.role.replace('_', ' ')}.", code="invalid_image")
        pictures.setdefault(reference.role, []).append(await _image(reference))
    first, last = pictures.get("first_frame"), pictures.get("last_frame")
    if last and not first:
        raise Refused(f"{model.label} takes a last frame with a first one only.", code="invalid_image")
    if first and "subject" in pictures:
        raise Refused(
            f"{model.label} takes a first frame or pictures of subjects, not both.", code="invalid_image"
        )
    ratio, resolution = asked_as(submission.width, submission.height)
    options = submission.options
    config = types.GenerateVideosConfig(
        number_of_videos=1,
        output_gcs_uri=f"gs://{bucket}/" if bucket else None,
        duration_seconds=round(submission.seconds),
        aspect_ratio=ratio,
        resolution=resolution,
        generate_audio=bool(submission.audio),
        # Its seeds are 32 bits wide.
        seed=None if submission.seed is None else submission.seed % 2**32,
        negative_prompt=options.get("negative_prompt"),
        person_generation=options.get("person_generation"),
        last_frame=last[0] if last else None,
        reference_images=[
            types.VideoGenerationReferenceImage(
                image=image, reference_type=types.VideoGenerationReferenceType.ASSET
            )
            for image in pictures.get("subject", ())
        ]
        or None,
    )
    source = types.GenerateVideosSource(prompt=submission.prompt, image=first[0] if first else None)
    return source, config


async def _image(reference: Reference) -> types.Image:
    return types.Image(image_bytes=await read_reference(reference), mime_type=reference.content_type)


def _answer_in(error: sdk_errors.APIError) -> Answer:
    """The answer that the SDK made an error of: any but 200."""
    headers = getattr(error.response, "headers", None)
    return Answer(
        error.code, orjson.dumps(error.details), read_retry_after(headers if headers is not None else {})
    )


def _find_video(videos: object) -> str | None:
    """Where the first video is: `gs://…`, or an `inline:` name."""
    for video in videos if isinstance(videos, list) else ():
        if isinstance(video, Mapping):
            if uri := read_text(video.get("gcsUri")):
                return uri
            if str(video.get("bytesBase64Encoded") or "").startswith(INLINE):
                return str(video["bytesBase64Encoded"])
    return None


def _without_video(response: Mapping[str, Any]) -> JobError:
    filtered = read_number(response.get("raiMediaFilteredCount")) or 0
    reasons = response.get("raiMediaFilteredReasons")
    said = " ".join(str(reason) for reason in reasons) if isinstance(reasons, list) else ""
    if filtered or said:
        text = said or "It was filtered."
        return JobError(
            "moderation_blocked", f"Google's content rules held the video back: {text}", charged="unknown"
        )
    return JobError("no_result", "Google made no video.", charged="unknown")


def _read_failure(failure: Mapping[str, Any]) -> JobError:
    said = read_text(failure.get("message")) or "Google gave no reason."
    if is_content_refusal(said):
        return JobError(
            "moderation_blocked", f"Google's content rules stopped this: {said}", charged="unknown"
        )
    passing = read_number(failure.get("code")) in _PASSING
    return JobError("provider_failed", said, retryable=passing, charged="unknown")
