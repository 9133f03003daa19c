"""The state of many jobs in few questions: pages of the server's list first, then the rest one by one.

A page of a hundred answers a hundred jobs for the price of one, so single questions are only for what the
list does not show. A server without a usable list is asked singly for a while before its list is tried again.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from rushes.providers.openai_shaped.dialect import UNKNOWN
from rushes.providers.openai_shaped.jobs import job_id_of, parse_job
from rushes.providers.openai_shaped.models import model_names
from rushes.providers.openai_shaped.paths import job_path
from rushes.providers.openai_shaped.refusals import names_the_job
from rushes.providers.protocol import Down, Job
from rushes.providers.wire.answers import Answer, question_error
from rushes.providers.wire.questions import Questions
from rushes.providers.wire.reading import Unreadable, read_time

PAGE = 100
SINGLES_AT_ONCE = 8

_LIST_REST = 600.0
_MOST_PAGES = 200
_NO_LIST = (400, 403, 404, 405, 410, 422, 500, 501)
_MOST_REMEMBERED = 50_000


class _NoList(Exception):
    """The server has no list, or one that cannot be read."""


@dataclass(frozen=True, slots=True)
class _Page:
    items: dict[str, dict[str, Any]]
    # When the oldest shown was made; None when unknown, or when the page is not newest first.
    oldest: float | None
    is_last: bool


class Polling:
    """Asks about jobs of a server that speaks `dialect`; remembers when each was made, to know how far back
    to page."""

    def __init__(self, questions: Questions) -> None:
        self.dialect = UNKNOWN
        self._questions = questions
        self._made_at: dict[str, float] = {}
        self._no_list_until = 0.0

    def remember(self, job: Job) -> None:
        """Keeps when a job was made."""
        if job.created_at is not None:
            if len(self._made_at) >= _MOST_REMEMBERED:
                del self._made_at[next(iter(self._made_at))]
            self._made_at[job.id] = job.created_at

    async def poll(self, ids: Sequence[str]) -> dict[str, Job]:
        """States by id. Raises Down, with what it has learned before."""
        wanted = dict.fromkeys(ids)
        seen: dict[str, Job] = {}
        is_listed = len(wanted) > 1 and _now() >= self._no_list_until
        try:
            if is_listed:
                is_listed = await self._read_pages(wanted, seen)
            listed = len(seen)
            await self._ask_singly([job_id for job_id in wanted if job_id not in seen], seen)
        except Down as down:
            down.learned = seen
            raise
        if is_listed and not listed and any(job.state != "missing" for job in seen.values()):
            # It lists, but not under the ids that it hands out.
            self._no_list_until = _now() + _LIST_REST
        return seen

    async def find(self, since: float) -> list[Job]:
        """Jobs made at or after `since` (Unix seconds), in the list's order. Raises Down."""
        # Most servers tell whole seconds, cut off.
        since = math.floor(since)
        found: list[Job] = []
        try:
            async for page in self._pages():
                for item in page.items.values():
                    job = self.dialect.understood(parse_job(item))
                    if job.created_at is None or job.created_at >= since:
                        found.append(job)
                if page.oldest is not None and page.oldest < since:
                    break
        except _NoList as error:
            raise Down("The provider cannot list its jobs.", code="provider_has_no_list") from error
        return found

    async def is_job_gone(self, answer: Answer) -> bool:
        """Does this 404 speak of one job, on a server that is otherwise there? Raises Down."""
        if names_the_job(answer):
            return True
        page = await self._questions.ask("/videos?limit=1&order=desc")
        if page.ok and _items(page.json()) is not None:
            return True
        models = await self._questions.ask("/models")
        return models.ok and model_names(models.json()) is not None

    async def _read_pages(self, wanted: Iterable[str], seen: dict[str, Job]) -> bool:
        """Fills `seen` from the list; True if the list went as far back as the wanted jobs do."""
        unseen = set(wanted) - seen.keys()
        in_vain = 0
        try:
            async for page in self._pages():
                hits = unseen & page.items.keys()
                for job_id in hits:
                    seen[job_id] = job = self.dialect.understood(parse_job(page.items[job_id]))
                    self.remember(job)
                unseen -= hits
                if not unseen or page.is_last or self._is_past(page, unseen):
                    return True
                # Elsewhere than in the list's next pages, they are cheaper asked for one by one.
                in_vain = 0 if hits else in_vain + 1
                if in_vain >= max(3, len(unseen) // 10):
                    return False
        except _NoList:
            self._no_list_until = _now() + _LIST_REST
            return False
        return True

    def _is_past(self, page: _Page, unseen: set[str]) -> bool:
        made = [self._made_at.get(job_id) for job_id in unseen]
        known = [at for at in made if at is not None]
        return page.oldest is not None and len(known) == len(made) and page.oldest < min(known)

    async def _pages(self) -> AsyncIterator[_Page]:
        """The list from its newest job back. Raises _NoList, Down."""
        shown: set[str] = set()
        after = ""
        for _ in range(_MOST_PAGES):
            answer = await self._questions.ask(f"/videos?limit={PAGE}&order=desc{after}")
            if answer.status in _NO_LIST and answer.retry_after is None:
                raise _NoList
            if not answer.ok:
                raise question_error(answer)
            data = answer.json()
            items = _items(data)
            if items is None:
                raise _NoList
            # Some servers ignore `after` and show the same page for ever.
            fresh = {job_id: item for job_id, item in items.items() if job_id not in shown}
            has_more = data.get("has_more") if isinstance(data, dict) else None
            is_last = not fresh or has_more is False or (has_more is None and len(items) < PAGE)
            yield _Page(fresh, _oldest(fresh), is_last)
            if is_last:
                return
            shown |= fresh.keys()
            after = f"&after={quote(next(reversed(fresh)), safe='')}"

    async def _ask_singly(self, ids: Sequence[str], seen: dict[str, Job]) -> None:
        """Fills `seen` one question a job, a few at a time. Raises Down if the server wants a pause, is away,
        or answered nothing of use."""
        waiting = iter(ids)
        not_found: dict[str, Answer] = {}
        troubles: list[Down] = []
        failures = 0

        async def ask_next() -> None:
            nonlocal failures
            for job_id in waiting:
                if troubles or failures >= SINGLES_AT_ONCE:
                    return
                try:
                    answer = await self._questions.ask(job_path(job_id))
                except Down as down:
                    troubles.append(down)
                    return
                job = _read(answer) if answer.ok else _read_failed(answer, job_id)
                if job is not None:
                    seen[job_id] = self.dialect.understood(job)
                    self.remember(job)
                    failures = 0
                elif answer.status in (404, 410):
                    not_found[job_id] = answer
                elif answer.ok or (answer.status >= 500 and answer.retry_after is None):
                    # Perhaps this one job's record is broken: the others must not wait for it.
                    failures += 1
                else:
                    troubles.append(question_error(answer))

        await asyncio.gather(*(ask_next() for _ in range(min(SINGLES_AT_ONCE, len(ids)))))
        # What holds for one 404 that leaves it open holds for all of them.
        unclear = next((answer for answer in not_found.values() if not names_the_job(answer)), None)
        if unclear is not None and not await self.is_job_gone(unclear):
            raise no_video_server()
        seen.update((job_id, Job(id=job_id, state="missing")) for job_id in not_found)
        if troubles:
            raise troubles[0]
        if ids and failures and not seen:
            raise Down("The provider's answers make no sense.", code="provider_garbage")


def no_video_server() -> Down:
    return Down("The provider's address answers, but not as a video server.", code="provider_address")


def _read(answer: Answer) -> Job | None:
    try:
        return parse_job(answer.json())
    except Unreadable:
        return None


def _read_failed(answer: Answer, job_id: str) -> Job | None:
    """vLLM-Omni tells of a failed job under the status of what it failed with, be it 404 or 500."""
    job = _read(answer)
    return job if job is not None and job.id == job_id and job.state == "failed" else None


def _items(data: object) -> dict[str, dict[str, Any]] | None:
    """The list's video objects by id, in its order; None if this is no list of them."""
    entries = data.get("data") if isinstance(data, dict) else data
    if not isinstance(entries, list):
        return None
    items = {
        job_id: entry
        for entry in entries
        if isinstance(entry, dict) and (job_id := job_id_of(entry)) is not None
    }
    return None if entries and not items else items


def _oldest(items: dict[str, dict[str, Any]]) -> float | None:
    times = [read_time(item.get("created_at")) for item in items.values()]
    known = [at for at in times if at is not None]
    if not known or len(known) < len(times) or known[0] < known[-1]:
        return None
    return min(known)


def _now() -> float:
    return asyncio.get_running_loop().time()
