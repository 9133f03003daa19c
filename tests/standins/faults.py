"""What can go wrong at a stand-in, verb by verb, a given number of times.

Kinds, for every verb:
    status       answers `status` (with `retry_after` and `body`) and does nothing
    drop         closes the connection before reading or doing anything
    hang         never answers, and does nothing
    garbage      answers 200 with bytes that mean nothing, and does nothing
    html         answers `status` (200) with an HTML page, and does nothing
    not_http     answers something that is not HTTP, and does nothing
    redirect     answers 302 to `url`, and does nothing
    answer       answers `status` (200) with `body`, and does nothing
    late         the same as status, after `seconds`
    done_drop, done_hang, done_status, done_garbage, done_answer
                 the same after having done what was asked: a job has been accepted
    mid_body     does it, announces the whole answer, sends half and closes
    slow         does it and sends the answer in `pieces`, `seconds` apart

For `create` and `remix`, about the job that is accepted:
    fail         it fails, with `error` as its error (an object, a string or null)
    never        it never finishes
    word         it has the status `word` until it is completed

For `content`:
    zero         an empty file
    truncated    the first half of an MP4, as if it were all
    page, picture   an HTML page or a PNG instead of the video
    cloud        400 with the address of a bucket (`url`, or one on the stand-in)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

VERBS = (
    *("create", "remix", "retrieve", "list", "delete", "content", "models", "any"),
    *("cancel", "upload", "result", "keys", "health"),
)
JOB_KINDS = ("fail", "never", "word")
CONTENT_KINDS = ("zero", "truncated", "page", "picture", "cloud")
BEFORE_KINDS = ("status", "drop", "hang", "garbage", "html", "not_http", "redirect", "answer", "late")
AFTER_KINDS = (
    *("done_drop", "done_hang", "done_status", "done_garbage", "done_answer"),
    *("mid_body", "slow"),
)
KINDS = (*BEFORE_KINDS, *AFTER_KINDS, *JOB_KINDS, *CONTENT_KINDS)


@dataclass
class Fault:
    """`times` None means for ever; `skip` lets as many pass first. `prompt` (a part of it) and `job` (an id)
    narrow it down."""

    verb: str
    kind: str
    times: int | None = 1
    skip: int = 0
    prompt: str | None = None
    job: str | None = None
    status: int | None = None
    retry_after: float | str | None = None
    body: Any = None
    error: Any = None
    word: str = "processing"
    url: str | None = None
    seconds: float = 0.1
    pieces: int = 20

    def __post_init__(self) -> None:
        if self.verb not in VERBS or self.kind not in KINDS:
            raise ValueError(f"verbs are {', '.join(VERBS)}; kinds are {', '.join(KINDS)}")

    def is_early(self) -> bool:
        return self.kind == "drop" and self.prompt is None

    def fits(self, verb: str, *, prompt: str | None, job: str | None) -> bool:
        return (
            self.verb in (verb, "any")
            and (self.prompt is None or (prompt is not None and self.prompt in prompt))
            and (self.job is None or self.job == job)
        )


class Faults:
    """What is still to go wrong, in the order in which it was set."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def add(self, fault: Fault) -> None:
        self._waiting.append(fault)

    def clear(self) -> None:
        self._waiting.clear()

    def take(
        self, verb: str, *, before_reading: bool, prompt: str | None = None, job: str | None = None
    ) -> Fault | None:
        """The fault that this request meets, used up by one; None if all goes well.

        Each request is asked about twice: as it arrives, when only a dropped connection can meet it, and once
        its body is read.
        """
        for fault in list(self._waiting):
            if fault.is_early() != before_reading or not fault.fits(verb, prompt=prompt, job=job):
                continue
            if fault.skip > 0:
                fault.skip -= 1
                continue
            if fault.times is not None:
                fault.times -= 1
                if fault.times <= 0:
                    self._waiting.remove(fault)
            return fault
        return None
