"""How addresses of productions answer, and read the number of a scene."""

from __future__ import annotations

from starlette.responses import Response

from rushes.errors import NotFound
from rushes.http.answers import answer
from rushes.http.endpoint import Call
from rushes.productions import queries
from rushes.productions.choices import Choices
from rushes.productions.present import view
from rushes.videos.idempotency import Repeatable, RepeatHeaders, repeatable


async def shown(call: Call, production_id: str, *, status: int = 200) -> Response:
    """As it is after the commit, so that its change number is the one that it carries."""
    async with call.studio.reading() as session:
        state = await queries.visible(session, call.actor, production_id)
    return answer(view(state, Choices(call.studio.providers, call.studio.makers)), status)


def scene_number(call: Call) -> int:
    """Raises `NotFound` for what is no number."""
    text = call.path["number"]
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        raise NotFound("scene")
    return int(text)


def asked_once(call: Call) -> Repeatable:
    """What tells the request from others, where asking twice would pay twice."""
    headers: RepeatHeaders = call.headers
    return repeatable(
        call.request.url.path,
        call.body.model_dump(mode="json"),
        key=headers.idempotency_key,
        is_retry=headers.retry_count > 0,
    )
