"""The addresses of the recovery inbox."""

from __future__ import annotations

from starlette.responses import Response

from rushes.errors import Invalid
from rushes.http.answers import answer
from rushes.http.endpoint import Call, Endpoint, endpoint
from rushes.videos import reading, recovery
from rushes.videos.eta import Learned
from rushes.videos.idempotency import Repeatable, RepeatHeaders, repeatable
from rushes.videos.models import Video
from rushes.videos.recovery_models import Inbox, RecoveryAnswer


@endpoint("GET", "/api/recovery", answers={200: Inbox}, tag="Recovery")
async def inbox(call: Call) -> Response:
    """One's videos whose job nobody knows: they wait for a decision, newest first."""
    async with call.studio.reading() as session:
        return answer(await reading.inbox(call.studio, session, call.actor, call.studio.shared(Learned)))


@endpoint(
    "POST",
    "/api/recovery/{video_id}",
    body=RecoveryAnswer,
    headers=RepeatHeaders,
    answers={200: Video},
    errors=(402, 404, 409, 422, 503),
    tag="Recovery",
)
async def decide(call: Call) -> Response:
    """Decide about one of them.

    `check` looks for the job at the provider once more; the video stays as it is when it is not there.
    `attach` takes the provider's job `provider_video_id` for it. `resubmit` submits it again, which may be
    charged twice; with `Idempotency-Key` it is done once however often it is asked. `write_off` gives it up:
    it has `failed`, with the code `written_off`.
    """
    studio, decision, now = call.studio, call.body, call.studio.clock.now()
    video_id = call.path["video_id"]
    if decision.action == "attach" and decision.provider_video_id is None:
        raise Invalid(provider_video_id="is required to attach a job")
    if decision.action != "attach" and decision.provider_video_id is not None:
        raise Invalid(provider_video_id="goes with the action attach alone")
    async with studio.transaction() as work:
        if decision.action == "resubmit":
            asked = _repeatable(call)
            row = await recovery.resubmit(
                work, call.actor, studio.providers, video_id=video_id, asked=asked, now=now
            )
        else:
            row = await recovery.undecided(work, call.actor, video_id)
        if decision.action == "write_off":
            await recovery.write_off(work, row, now=now)
    # No transaction waits for a provider.
    if decision.action == "check":
        await recovery.check(studio, row)
    elif decision.action == "attach":
        await recovery.attach(studio, row, decision.provider_video_id)
    return answer(await reading.one(studio, call.actor, studio.shared(Learned), row.id))


def _repeatable(call: Call) -> Repeatable:
    headers: RepeatHeaders = call.headers
    return repeatable(
        call.request.url.path,
        call.body.model_dump(mode="json"),
        key=headers.idempotency_key,
        is_retry=headers.retry_count > 0,
    )


ROUTES: list[Endpoint] = [inbox, decide]
