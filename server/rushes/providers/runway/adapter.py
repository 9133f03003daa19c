"""Runway over its own API. Creates and uploads go through its SDK, with the SDK's retries off.

Facts: the SDK 5.24 and docs.dev.runwayml.com. It can neither list its tasks nor send webhooks, so a create
whose answer was lost stays open.
"""

from __future__ import annotations

import asyncio
import mimetypes
from dataclasses import replace
from typing import Any

import httpx
from runwayml import APIError, APIStatusError, AsyncRunwayML

from rushes.providers.hosted import Hosted
from rushes.providers.kinds import Setup
from rushes.providers.model import Role
from rushes.providers.protocol import (
    Busy,
    Capabilities,
    Down,
    Gone,
    Job,
    ProviderError,
    Reference,
    Refused,
    Submission,
)
from rushes.providers.runway.bodies import Endpoint, endpoint_of, fields_of
from rushes.providers.runway.models import KNOWN, LARGEST_UPLOAD, RETIRED, Known
from rushes.providers.runway.tasks import parse_task, read_credits, read_submit_error
from rushes.providers.wire.address import bearer, quote_id
from rushes.providers.wire.answers import Answer, question_error
from rushes.providers.wire.pictures import data_url, read_reference
from rushes.providers.wire.sdk import TIMEOUT, answer_of, http_client, lost_by_sdk

_VERSION = "2024-11-06"
# A file may go along in the request while its `data:` URL is no longer than this.
_LARGEST_INLINE = 5_000_000
_BY_NAME = {known.model.name: known for known in (*KNOWN, *RETIRED)}


class Runway(Hosted):
    """See `RemoteProvider`. `setup.models` may name models that are not among `KNOWN`: they are asked for
    from text."""

    kind = "runway"

    def __init__(self, setup: Setup) -> None:
        # Its paths begin with /v1, which people write into the address too.
        address = (setup.base_url or "").rstrip("/").removesuffix("/v1") or None
        offered = KNOWN if not setup.models else (*KNOWN, *RETIRED)
        super().__init__(
            replace(setup, base_url=address),
            base_url="https://api.dev.runwayml.com",
            headers={**bearer(setup.api_key), "X-Runway-Version": _VERSION},
            capabilities=Capabilities(
                models=tuple(known.model for known in offered),
                # More than an account may run at once wait at Runway, THROTTLED, for no money.
                concurrency=5,
                # What was RUNNING by then is not given back.
                cancel="charged",
                # Of addresses; asking anew gives fresh ones for as long as the task is known.
                output_lifetime=24 * 3600.0,
                poll_every=5.0,
            ),
            # Uploads of large references count too.
            submit_timeout=120.0,
        )
        self._sdk = AsyncRunwayML(
            api_key=setup.api_key or "",
            runway_version=_VERSION,
            base_url=self.base_url,
            max_retries=0,
            http_client=http_client(),
        )
        # The SDK imports each of them when it is first looked at.
        self._creates: dict[Endpoint, Any] = {
            "text_to_video": self._sdk.text_to_video.with_raw_response.create,
            "image_to_video": self._sdk.image_to_video.with_raw_response.create,
            "video_to_video": self._sdk.video_to_video.with_raw_response.create,
        }
        self._uploads = self._sdk.uploads

    async def close(self) -> None:
        await self._sdk.close()
        await super().close()

    async def submit(self, submission: Submission) -> Job:
        # Both halves share one deadline: the recovery of a lost answer reckons with `submit_timeout`.
        until = asyncio.get_running_loop().time() + self.submit_timeout
        known = self._known(submission.model)
        endpoint = endpoint_of(known, submission)
        files: dict[Role, list[str]] = {}
        for reference in submission.references:
            files.setdefault(reference.role, []).append(await self._address_of(reference, until=until))
        fields = fields_of(known, submission, endpoint, files)
        return self._accepted(await self._create(endpoint, fields, until=until), submission)

    async def cancel(self, job_id: str) -> None:
        """Ends a task that goes on. A finished one is left alone: the same request would delete its video."""
        try:
            job = await self._ask(job_id)
        except Gone:
            return
        if job.state not in ("queued", "in_progress"):
            return
        answer = await self._questions.ask(self._job_path(job_id), method="DELETE")
        if not answer.ok and answer.status not in (404, 409, 410):
            raise question_error(answer)

    async def probe(self) -> None:
        await self._organization()

    async def balance(self) -> float | None:
        return read_credits(await self._organization())

    def _job_path(self, job_id: str) -> str:
        return f"/v1/tasks/{quote_id(job_id)}"

    def _read_job(self, data: Any) -> Job:
        return parse_task(data)

    def _submit_error(self, answer: Answer, submission: Submission) -> ProviderError:
        return read_submit_error(answer, model=submission.model)

    def _known(self, name: str) -> Known:
        model = self._model(name)
        return replace(_BY_NAME[name], model=model) if name in _BY_NAME else Known(model)

    async def _organization(self) -> dict[str, Any]:
        """What Runway says of the account. Raises Down or Refused."""
        answer = await self._questions.ask("/v1/organization")
        self._check_key(answer)
        if not answer.ok:
            raise question_error(answer)
        data = answer.json()
        if not isinstance(data, dict):
            raise Down("The provider's answer makes no sense.", code="provider_garbage")
        return data

    async def _create(self, endpoint: Endpoint, fields: dict[str, Any], *, until: float) -> Answer:
        """The one POST. Raises Busy or Ambiguous when there is no answer."""
        try:
            async with asyncio.timeout_at(until):
                raw = await self._creates[endpoint](**fields, timeout=TIMEOUT)
        except APIStatusError as error:
            return answer_of(error.response)
        except (APIError, httpx.HTTPError, TimeoutError) as error:
            raise lost_by_sdk(error) from error
        return answer_of(raw.http_response)

    async def _address_of(self, reference: Reference, *, until: float) -> str:
        """A `data:` URL, or for a large file one that Runway keeps for a day. Raises Refused or Busy."""
        size = await _size_of(reference)
        if size > LARGEST_UPLOAD:
            raise Refused("A reference is too large: Runway takes 200 MB.", code="payload_too_large")
        if 4 * -(-size // 3) + 64 <= _LARGEST_INLINE:
            return await data_url(reference)
        name = f"{reference.role}{mimetypes.guess_extension(reference.content_type) or ''}"
        content = await read_reference(reference)
        try:
            async with asyncio.timeout_at(until):
                kept = await self._uploads.create_ephemeral(
                    file=(name, content, reference.content_type), timeout=TIMEOUT
                )
                return kept.uri
        except APIStatusError as error:
            raise _upload_error(answer_of(error.response)) from error
        except (APIError, httpx.HTTPError, TimeoutError) as error:
            raise Busy("A reference could not be brought to Runway.", code="provider_unreachable") from error
        except (AttributeError, ValueError) as error:
            # The SDK does not look at what it was answered before it uses it.
            raise Busy("Runway's answer to an upload makes no sense.", code="provider_garbage") from error


async def _size_of(reference: Reference) -> int:
    try:
        return (await asyncio.to_thread(reference.path.stat)).st_size
    except OSError as error:
        raise Refused("A reference is no longer there.", code="invalid_image") from error


def _upload_error(answer: Answer) -> ProviderError:
    """No job can have been made by then, so whatever may pass is waited for."""
    if answer.status in (401, 403):
        return Refused("The provider does not accept the API key.", code="provider_key", retryable=True)
    if answer.status == 429 or answer.status >= 500:
        return Busy("Runway takes no references just now.", retry_after=answer.retry_after)
    if answer.status == 413:
        return Refused("A reference is too large for Runway.", code="payload_too_large")
    return Refused("Runway does not take a reference.", code="invalid_image")
