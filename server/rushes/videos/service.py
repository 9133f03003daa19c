"""What people do with their videos: change, trash, restore, purge, cancel, retry."""

from __future__ import annotations

from typing import Any

from rushes import loose_files
from rushes.actor import Actor
from rushes.collections import service as collections
from rushes.errors import Charged, Conflict
from rushes.providers.registry import Providers
from rushes.transaction import Transaction
from rushes.videos import ending, idempotency, lost, queries, references
from rushes.videos.asking import price_again
from rushes.videos.idempotency import Repeatable
from rushes.videos.lifecycle import FINISHED, Stage
from rushes.videos.models import VideoChange
from rushes.videos.queries import VideoRow


async def change(
    work: Transaction, actor: Actor, *, video_id: str, wanted: VideoChange, now: float
) -> VideoRow:
    """Writes the fields that the request names. Raises `NotFound`, or `Conflict` for publishing too early."""
    row = await queries.writable(work, actor, video_id)
    values = {name: getattr(wanted, name) for name in wanted.model_fields_set}
    if "title" in values:
        values["title"] = values["title"] or None
    if values.get("is_published") and row.stage != "completed":
        raise Conflict("Only a completed video can be published.", code="not_completed")
    if values.get("is_published") and row.trashed_at is not None:
        raise Conflict("It is in the trash: restore it before you publish it.", code="in_trash")
    if all(getattr(row, name) == value for name, value in values.items()):
        return row
    return await _changed(work, video_id, updated_at=now, **values)


async def trash(
    work: Transaction, actor: Actor, providers: Providers, *, video_id: str, now: float
) -> VideoRow:
    """Moves the video to the trash; what costs nothing to cancel is cancelled. Doing it twice is fine."""
    row = await queries.writable(work, actor, video_id)
    if row.stage not in FINISHED and cancel_terms(row, providers)["charged"] == "no":
        await cancel(work, actor, providers, video_id=video_id, now=now)
    if row.trashed_at is not None:
        return row
    await collections.video_seen(work, video_id, again=False, now=now)
    return await _changed(work, video_id, trashed_at=now, updated_at=now, is_published=False)


async def restore(work: Transaction, actor: Actor, *, video_id: str, now: float) -> VideoRow:
    """Takes the video out of the trash. Doing it twice is fine."""
    row = await queries.writable(work, actor, video_id)
    if row.trashed_at is None:
        return row
    await collections.video_seen(work, video_id, again=True, now=now)
    return await _changed(work, video_id, trashed_at=None, updated_at=now)


async def purge(work: Transaction, actor: Actor, providers: Providers, *, video_id: str, now: float) -> None:
    """Deletes the video for good: a tombstone stays so that live clients hear of it, the files go.

    Raises `NotFound`, or `Conflict` while it is being made and cancelling would not be free.
    """
    row = await queries.writable(work, actor, video_id)
    if row.stage not in FINISHED:
        if cancel_terms(row, providers)["charged"] != "no":
            raise Conflict("It is still being made and paid for. Cancel it first.", code="still_running")
        await cancel(work, actor, providers, video_id=video_id, now=now)
    lost.refuse_while_looked_for(row)
    await bury(work, row, now=now)


async def bury(work: Transaction, row: VideoRow, *, now: float) -> None:
    """Makes a tombstone of the row and lets go of its files."""
    await loose_files.let_go(work, [row.file_path, row.thumbnail_path, row.spritesheet_path], now=now)
    if row.trashed_at is None:
        await collections.video_seen(work, row.id, again=False, now=now)
    await references.let_go(work, row.id)
    queries.tell_production(work, row)
    await _changed(
        work,
        row.id,
        purged_at=now,
        updated_at=now,
        trashed_at=row.trashed_at or now,
        prompt="",
        prompts=None,
        title=None,
        tags=[],
        error=None,
        favourite=False,
        is_published=False,
        references=None,
        options=None,
        file_path=None,
        thumbnail_path=None,
        spritesheet_path=None,
        spritesheet=None,
    )


def cancel_terms(row: VideoRow, providers: Providers) -> dict[str, Any]:
    """What cancelling `row` now would mean (`models.CancelTerms`)."""
    cost = row.cost_estimate
    if row.stage in FINISHED:
        return _terms(False, "no", "It is finished: there is nothing to cancel.", amount=None, saves=0.0)
    if row.stage == "waiting":
        return _free("Nothing was spent yet. Cancelling is free.", cost)
    provider = providers.get(row.provider)
    if provider is None and row.stage == "downloading":
        message = f"It is made, but {row.provider} is not set up here any more, so it cannot be fetched."
        return _terms(True, "yes", message, amount=cost, saves=0.0)
    if row.stage in ("downloading", "finishing"):
        return _terms(False, "yes", "It is already made and is being fetched.", amount=cost, saves=0.0)
    if row.stage == "unknown":
        message = "Nobody knows whether it is being made. Decide that first."
        return _terms(False, "unknown", message, amount=cost, saves=None)
    if provider is None and row.stage == "generating":
        message = f"{row.provider} is not set up here any more. It may go on there, and charge for it."
        return _terms(True, "unknown", message, amount=cost, saves=None)
    how = provider.capabilities.cancel if provider else "none"
    if provider and provider.capabilities.embedded:
        return _free("It is drawn on this machine. Cancelling is free.", 0.0)
    if row.stage == "submitting" and row.submitted_at is None:
        return _free("Nothing was sent yet. Cancelling is free.", cost)
    if row.stage == "submitting":
        message = "It is being handed over just now and may be charged all the same."
        return _terms(True, "unknown", message, amount=cost, saves=None)
    if how == "free":
        return _free("The provider stops the work and charges nothing for it.", cost)
    if how == "charged":
        message = "The provider stops the work but charges for it in full."
        return _terms(True, "yes", message, amount=cost, saves=0.0)
    return _terms(False, "yes", "This provider cannot stop what it has begun.", amount=cost, saves=0.0)


async def cancel(
    work: Transaction, actor: Actor, providers: Providers, *, video_id: str, now: float
) -> VideoRow:
    """Cancels; the provider is told after the commit. Raises `NotFound`, or `Conflict` with the reason."""
    row = await queries.writable(work, actor, video_id)
    if row.stage == "cancelled":
        return row
    terms = cancel_terms(row, providers)
    if not terms["can_cancel"]:
        raise Conflict(terms["message"], code="cannot_cancel", charged=terms["charged"])
    moved = await queries.move(
        work,
        video_id,
        "cancelled",
        # What it costs was said of this stage.
        sources=(row.stage,),
        now=now,
        charged=terms["charged"],
        completed_at=now,
        progress_known=False,
    )
    if moved is None:
        raise Conflict("It has just finished.", code="cannot_cancel")
    if moved.provider_video_id:
        await ending.note(work, moved.provider, moved.provider_video_id, now=now)
    work.wake(row.provider)
    return moved


async def retry(
    work: Transaction, actor: Actor, providers: Providers, *, video_id: str, asked: Repeatable, now: float
) -> VideoRow:
    """Puts a failed or cancelled video back in line under its own id; asked again, only once.

    It costs anew, by today's price. Raises `NotFound` or `Conflict`, and whatever `back_in_line` does.
    """
    row = await queries.writable(work, actor, video_id)
    if await idempotency.first_answer(work, actor, asked, now=now) is not None:
        return row
    if row.trashed_at is not None:
        raise Conflict("It is in the trash: restore it before you try it again.", code="in_trash")
    if row.kind == "cut":
        raise Conflict("It was cut from a production: cut that again instead.", code="made_by_production")
    if row.kind == "upload":
        raise Conflict("It was brought, not generated: bring it once more instead.", code="not_generated")
    lost.refuse_while_looked_for(row)
    moved = None
    if row.stage in ("failed", "cancelled"):
        await loose_files.let_go(work, [row.file_path, row.thumbnail_path, row.spritesheet_path], now=now)
        moved = await back_in_line(
            work, actor, providers, row, "failed", "cancelled", now=now, queue_position=now
        )
    if moved is None:
        raise Conflict("Only a failed or cancelled video can be tried again.", code="not_failed")
    await idempotency.remember(work, actor, asked, [video_id], now=now)
    return moved


async def back_in_line(
    work: Transaction,
    actor: Actor,
    providers: Providers,
    row: VideoRow,
    *sources: Stage,
    now: float,
    **values: Any,
) -> VideoRow | None:
    """Begins a new attempt, which `actor` pays for, at a video that stands in one of `sources`; None when it
    stands elsewhere.

    Raises `Invalid` for a model that has ended, and `PaymentRequired`, which the commit may raise too.
    """
    if row.stage not in sources:
        return None
    cost = price_again(providers, row, now=now)
    moved = await queries.begin_again(work, actor, row, *sources, cost=cost, now=now, **_AS_NEW, **values)
    if moved is not None:
        work.wake(row.provider)
        work.enqueue("poll", row.provider, key=f"poll:{row.provider}")
    return moved


# A retried video begins with nothing of its former attempt.
_AS_NEW: dict[str, Any] = {
    "error": None,
    "progress": 0,
    "progress_known": False,
    "submission_key": None,
    "submitted_at": None,
    "claim": None,
    "provider_video_id": None,
    "accepted_at": None,
    "missing_since": None,
    "result_expires_at": None,
    "download_failures": 0,
    "refetches": 0,
    "not_before": None,
    "deadline": None,
    "started_at": None,
    "completed_at": None,
    "file_path": None,
    "file_size": None,
    "sha256": None,
    "thumbnail_path": None,
    "spritesheet_path": None,
    "spritesheet": None,
    "cost_actual": None,
}


def _free(message: str, saves: float | None) -> dict[str, Any]:
    return _terms(True, "no", message, amount=0.0, saves=saves)


def _terms(
    can_cancel: bool, charged: Charged, message: str, *, amount: float | None, saves: float | None
) -> dict[str, Any]:
    return {
        "can_cancel": can_cancel,
        "charged": charged,
        "message": message,
        "amount": amount,
        "saves": saves,
    }


async def _changed(work: Transaction, video_id: str, **values: Any) -> VideoRow:
    row = await queries.change(work, video_id, **values)
    # The row was locked by `writable` in this transaction, so it is there.
    assert row is not None
    return row
