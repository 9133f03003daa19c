"""Finding out which server it is: from the list of its models, which is asked for anyway, else by one more
question that costs nothing.

Plain vLLM has no `/v1/videos`, so a video server that calls itself vllm is vLLM-Omni.
"""

from __future__ import annotations

from collections.abc import Mapping

from rushes.providers.openai_shaped.dialect import (
    LITELLM,
    SGLANG,
    UNKNOWN,
    Dialect,
    dialect_of_owners,
    model_owners,
)
from rushes.providers.openai_shaped.paths import root_url
from rushes.providers.protocol import Down
from rushes.providers.wire.answers import Answer
from rushes.providers.wire.questions import Questions


class Recognising:
    """The dialect of one server, kept until it was away or its models have other owners."""

    def __init__(self, questions: Questions) -> None:
        self.dialect: Dialect = UNKNOWN
        self.is_settled = False
        self._questions = questions
        self._owners: frozenset[str] = frozenset()

    def doubt(self) -> None:
        """It was away: another server may come back. What is known of it holds until then."""
        self.is_settled = False

    async def learn(self, models: Answer) -> None:
        """Settles who answered `/v1/models` like this."""
        owners = model_owners(models.json()) if models.ok else frozenset[str]()
        if self.is_settled and owners == self._owners:
            return
        found = dialect_of_owners(owners)
        if found is None and not models.ok and await self._is_old_sglang():
            found = SGLANG
        if found is None and await self._is_litellm():
            found = LITELLM
        self.dialect, self._owners, self.is_settled = found or UNKNOWN, owners, True

    async def _is_old_sglang(self) -> bool:
        """Its first builds told their one model at `/models`, beside the API."""
        said = await self._ask("/models")
        return isinstance(said, Mapping) and {"model_path", "task_type"} <= said.keys()

    async def _is_litellm(self) -> bool:
        """docs.litellm.ai/docs/proxy/health: no key, no model called."""
        return bool(await self._ask("/health/liveliness") == "I'm alive!")

    async def _ask(self, path: str) -> object:
        """The JSON at an address beside the API, None where there is none: a proxy that lets only the API
        through is no reason not to use that."""
        try:
            answer = await self._questions.ask_url(root_url(self._questions.address, path))
        except Down:
            return None
        return answer.json() if answer.ok else None
