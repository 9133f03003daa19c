"""fal itself: its queue, its models by their own schemas, its signed webhooks."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from yarl import URL

from rushes.providers.fal.catalogue import FAMILIES, family_of
from rushes.providers.fal.places import is_request_id
from rushes.providers.fal.queue import FalQueue
from rushes.providers.fal.schemas import Endpoint, Offered
from rushes.providers.fal.webhooks import Webhooks
from rushes.providers.kinds import Setup
from rushes.providers.protocol import Capabilities, Refused, Submission
from rushes.providers.wire.address import read_address
from rushes.providers.wire.answers import Answer
from rushes.providers.wire.questions import Questions

_QUEUE = "https://queue.fal.run"
_PLATFORM = "https://api.fal.ai"
_KEYS = "https://rest.fal.ai"


class Fal(FalQueue):
    """See `RemoteProvider`. `setup.models` are names of `catalogue.FAMILIES` or of any endpoint.

    With a base URL of one's own, all of fal's hosts are looked for there.
    """

    kind = "fal"

    def __init__(self, setup: Setup) -> None:
        headers = {"Authorization": f"Key {setup.api_key}"} if setup.api_key else {}
        super().__init__(
            setup,
            base_url=_QUEUE,
            headers=headers,
            capabilities=Capabilities(
                models=(),
                # New accounts run two at a time; the others wait in the queue and are not refused.
                concurrency=4,
                # One that runs may go on to its end after it was cancelled.
                cancel="charged",
                webhooks=True,
                # Files live for days, but an account may shorten that, and the queue promises its answers
                # for about an hour.
                output_lifetime=3600.0,
            ),
        )
        platform = read_address(_PLATFORM if self._is_vendor else self._address.base)
        self._platform = Questions(platform, headers=headers, timeout=self._questions.timeout)
        self._webhooks = Webhooks(self._ask_keys)

    async def close(self) -> None:
        await super().close()
        await self._platform.close()

    async def verify_webhook(self, headers: Mapping[str, str], body: bytes, *, now: float) -> str | None:
        """A request that this process has not seen is named by its bare id."""
        request = await self._webhooks.request_of(headers, body, now=now)
        if request is None or not is_request_id(request):
            return None
        return self._places.get(request, request)

    async def probe(self) -> None:
        """Asks the queue about a job that cannot exist, then for a price, which needs a key that is right:
        public models are also told of without one."""
        await super().probe()
        path = f"/v1/models/pricing?endpoint_id={quote('fal-ai/veo3.1', safe='')}"
        answer = await self._platform.ask(path)
        if answer.status == 401:
            raise Refused("The provider does not accept the API key.", code="provider_key")

    def _route(self, path: str) -> str:
        return f"/{path}"

    def _submit_path(self, endpoint: Endpoint, submission: Submission) -> str:
        path = self._route(endpoint.id)
        if submission.webhook_url is None:
            return path
        return f"{path}?fal_webhook={quote(submission.webhook_url, safe='')}"

    def _names(self) -> tuple[str, ...]:
        return self._named or tuple(family.name for family in FAMILIES)

    async def _learn(self, name: str) -> Offered:
        return await self._learn_family(family_of(name))

    async def _ask_keys(self) -> Answer:
        base = _KEYS if self._is_vendor else self._address.base
        return await self._questions.ask_url(URL(f"{base}/.well-known/jwks.json"))
