"""A fault campaign: videos at every adapter while their vendors misbehave and the studio is killed at random.

    python -m tests.faults.campaign --videos 200 --kills 12        # `make faults`

What must hold in the end: no vendor accepted two jobs for one video, every completed file plays, whatever is
not completed has failed for a reason that its vendor really gave or waits in the recovery inbox, and nothing
that a vendor made is lost: what waits in the inbox is decided as a person would, by the vendor's own list of
jobs, and must be completed then.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
from rich.console import Console
from rich.table import Table
from tests.faults.studio_process import StudioProcess, wait_for
from tests.faults.whole import check_left_whole
from tests.providers.contract.cases import CASES, Case
from tests.standins.vendor import VendorJob, VendorStandIn, serving

_OVER = ("completed", "failed", "unknown", "cancelled")

# What is thrown at vendors: the verb, the kind of fault, and its particulars.
_FAULTS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("create", "drop", {}),
    ("create", "done_drop", {}),
    ("create", "done_drop", {}),
    ("create", "garbage", {}),
    ("create", "done_garbage", {}),
    ("create", "done_status", {"status": 500}),
    ("create", "status", {"status": 502}),
    ("create", "status", {"status": 429, "retry_after": 1}),
    ("create", "status", {"status": 503, "retry_after": 1}),
    ("create", "not_http", {}),
    ("retrieve", "status", {"status": 500, "times": 3}),
    ("retrieve", "garbage", {}),
    ("retrieve", "drop", {"times": 2}),
    ("retrieve", "html", {}),
    ("retrieve", "status", {"status": 429, "retry_after": 1}),
    ("list", "status", {"status": 500}),
    ("list", "drop", {}),
    ("content", "zero", {}),
    ("content", "truncated", {}),
    ("content", "page", {}),
    ("content", "mid_body", {}),
    ("content", "drop", {}),
    ("content", "status", {"status": 503}),
)
# Codes of failures that a stand-in was told to answer with, by what it was told.
_REASONS = {
    "moderation": {"moderation_blocked"},
    "credit": {"no_credit"},
    "internal": None,
    "quality": None,
}


INSTALLED = [case for case in CASES if case.installed]


# Failures of a file that did not play however often it was fetched.
_BAD_FILES = ("unplayable_result",)


@dataclass
class Tally:
    """One adapter's part of the report."""

    kind: str
    made: int = 0
    asked: int = 0
    accepted: int = 0
    completed: int = 0
    failed: int = 0
    inbox: int = 0
    recovered: int = 0
    wrongs: list[str] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)
    met: Counter[str] = field(default_factory=Counter)


@dataclass
class _Vendor:
    case: Case
    standin: VendorStandIn
    told: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.case.name


def run(
    folder: Path, *, videos: int, kills: int, seed: int, cases: list[Case] = INSTALLED, say: Any = print
) -> list[Tally]:
    """The whole campaign: `videos` at each adapter, `kills` of the studio. Raises AssertionError when it does
    not come to an end."""
    dice = random.Random(seed)
    with ExitStack() as stack:
        vendors = [_Vendor(case, stack.enter_context(serving(case.wire, duration=0.3))) for case in cases]
        studio = StudioProcess(folder, "http://127.0.0.1:9", **_settings(vendors))
        stack.callback(studio.close)
        studio.start()
        wait_for(lambda: _all_known(studio, vendors), "all vendors' models", seconds=60)
        order = [(vendor, number) for vendor in vendors for number in range(videos)]
        dice.shuffle(order)
        ids: dict[str, tuple[_Vendor, str]] = {}
        share = -(-len(order) // (kills + 1))
        with _misbehaving(vendors, dice):
            for done, (vendor, number) in enumerate(order, 1):
                prompt = f"{vendor.name} number {number} of {videos}"
                _perhaps_refuse(vendor, prompt, dice)
                ids[_make(studio, vendor, prompt)] = (vendor, prompt)
                if done % share == 0 and done < len(order):
                    time.sleep(dice.uniform(0.0, 2.0))
                    studio.kill()
                    # Who waits for an answer that was lost has waited long enough by now.
                    studio.pass_time(dice.choice([0, 200]))
                    studio.start()
                    say(f"{done} of {len(order)} asked for, killed and started again")
        for vendor in vendors:
            vendor.standin.wire.control({"clear": True})
        studio.kill()
        studio.pass_time(200)
        studio.start()
        _settle(studio, ids, say)
        undecided = {video_id for video_id in ids if studio.look(video_id)["stage"] == "unknown"}
        _decide(studio, {video_id: ids[video_id] for video_id in undecided})
        _settle(studio, ids, say)
        found = {video_id: studio.look(video_id) for video_id in ids}
        tallies = [_tally(vendor, ids, found, undecided) for vendor in vendors]
        assert studio.stop() == 0
        check_left_whole(studio.settings())
        return tallies


def _settings(vendors: list[_Vendor]) -> dict[str, str]:
    found = {}
    for vendor in vendors:
        prefix = f"PROVIDERS__{vendor.name.upper()}__"
        found |= {
            f"{prefix}KIND": vendor.case.kind,
            f"{prefix}BASE_URL": vendor.standin.url + vendor.case.base_path,
            f"{prefix}API_KEY": vendor.case.wire.key,
            f"{prefix}CONCURRENCY": "20",
        }
    return found


def _all_known(studio: StudioProcess, vendors: list[_Vendor]) -> bool:
    known = {model["id"] for model in studio.client.get("/api/models").json()["models"]}
    return all(f"{vendor.name}/{vendor.case.model}" in known for vendor in vendors)


def _make(studio: StudioProcess, vendor: _Vendor, prompt: str) -> str:
    """Asks as a careful program does: with a key, again after an answer that never came."""
    case = vendor.case
    size = f"{case.size[0]}x{case.size[1]}"
    body = {"prompt": prompt, "model": f"{vendor.name}/{case.model}", "size": size, "seconds": case.seconds}
    for _ in range(20):
        answer = studio.client.post("/api/videos", json=body, headers={"Idempotency-Key": prompt})
        if answer.status_code == 201:
            return str(answer.json()["id"])
        # A studio that has just started may not know the models yet.
        assert answer.status_code == 503, answer.text
        time.sleep(0.5)
    raise AssertionError(f"{prompt} was not taken: {answer.text}")


def _perhaps_refuse(vendor: _Vendor, prompt: str, dice: random.Random) -> None:
    """One in twelve is refused by its vendor, one in twelve fails there."""
    roll = dice.random()
    if roll < 1 / 12:
        vendor.told[prompt] = kind = dice.choice(["moderation", "credit"])
        vendor.standin.refuse(kind, prompt=prompt)  # type: ignore[arg-type]
    elif roll < 2 / 12:
        vendor.told[prompt] = kind = dice.choice(["internal", "moderation"])
        vendor.standin.fail(kind, prompt=prompt)  # type: ignore[arg-type]


@contextmanager
def _misbehaving(vendors: list[_Vendor], dice: random.Random) -> Iterator[None]:
    """Something goes wrong somewhere a few times a second until the block ends."""
    over = threading.Event()
    own = random.Random(dice.random())

    def misbehave() -> None:
        while not over.wait(own.uniform(0.1, 0.9) / len(vendors) ** 0.5):
            verb, kind, more = own.choice(_FAULTS)
            own.choice(vendors).standin.fault(verb, kind, **more)

    thread = threading.Thread(target=misbehave, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(5)


def _settle(studio: StudioProcess, ids: dict[str, Any], say: Any) -> None:
    """Until every video is over; lost answers are waited for as long as it would really take, in one leap."""
    open_ids = set(ids)
    deadline = time.monotonic() + 120 + len(ids)
    while open_ids:
        stages = Counter()
        for video_id in list(open_ids):
            stage = studio.look(video_id)["stage"]
            stages[stage] += 1
            if stage in _OVER:
                open_ids.discard(video_id)
        left = ", ".join(f"{count} {stage}" for stage, count in stages.items() if stage not in _OVER)
        say(f"{len(ids) - len(open_ids)} of {len(ids)} are over {left}".rstrip())
        assert time.monotonic() < deadline, f"these never ended: {stages}"
        if open_ids:
            if not stages.keys() - {"submitting", *_OVER}:
                studio.kill()
                studio.pass_time(200)
                studio.start()
            time.sleep(1.0)


def _decide(studio: StudioProcess, undecided: dict[str, tuple[_Vendor, str]]) -> None:
    """What is in the inbox, as its owner would: the job's id from the vendor's own pages, else given up."""
    for video_id, (vendor, prompt) in undecided.items():
        job = _job_of(vendor, prompt)
        order = {"action": "write_off"}
        if job is not None:
            order = {"action": "attach", "provider_video_id": vendor.case.job_id(job)}
        answer = studio.client.post(f"/api/recovery/{video_id}", json=order)
        assert answer.status_code == 200, answer.text


def _job_of(vendor: _Vendor, prompt: str) -> VendorJob | None:
    wire = vendor.standin.wire
    found = [wire.jobs[one.made] for one in wire.asked if one.made and one.prompt == prompt]
    return found[0] if found else None


def _bad_files(vendor: _Vendor, job: VendorJob | None) -> int:
    """How often the vendor handed out something else than the job's video."""
    bad = ("zero", "truncated", "page")
    asked = vendor.standin.wire.asked
    return sum(one.verb == "content" and one.fault in bad and one.job == (job and job.id) for one in asked)


def _tally(
    vendor: _Vendor, ids: dict[str, Any], found: dict[str, dict[str, Any]], undecided: set[str]
) -> Tally:
    """What became of one adapter's videos, held against what its vendor knows."""
    counts = vendor.standin.counts()
    tally = Tally(vendor.name)
    tally.met.update(one["fault"] for one in counts["asked"] if one["fault"])
    for video_id, (owner, prompt) in ids.items():
        if owner is not vendor:
            continue
        video = found[video_id]
        asked = counts["by_prompt"].get(prompt, {"asked": 0, "accepted": 0})
        was_lost = video_id in undecided
        tally.made += 1
        tally.asked += asked["asked"]
        tally.accepted += asked["accepted"]
        tally.inbox += was_lost
        tally.recovered += was_lost and video["stage"] == "completed"
        wrong = _wrong(vendor, video, prompt, asked["accepted"], was_lost=was_lost)
        if wrong is not None:
            tally.wrongs.append(f"{prompt}: {wrong}")
        match video["stage"]:
            case "completed":
                tally.completed += 1
            case _:
                tally.failed += 1
                tally.reasons[(video["error"] or {}).get("code", "none")] += 1
    return tally


def _wrong(
    vendor: _Vendor, video: dict[str, Any], prompt: str, accepted: int, *, was_lost: bool
) -> str | None:
    """What is wrong with the end that a video has come to, or None."""
    stage, error, job = video["stage"], video["error"] or {}, _job_of(vendor, prompt)
    if accepted > 1:
        return f"{accepted} jobs were accepted"
    if stage == "completed" and (accepted != 1 or not video["content_url"]):
        return "it is completed without a job or a file"
    if stage == "failed":
        reason = vendor.told.get(prompt)
        if was_lost and job is None and error.get("code") == "written_off":
            return None
        if reason is None and error.get("code") in _BAD_FILES and _bad_files(vendor, job) >= 3:
            # It was fetched three times, and never played.
            return None
        if reason is None:
            return f"it failed ({error.get('code')}) although its vendor refused nothing"
        allowed = _REASONS[reason]
        if allowed is not None and error.get("code") not in allowed:
            return f"its vendor said {reason}, it says {error.get('code')}"
    if job is not None and job.state() == "completed" and stage != "completed":
        return f"its result is lost: {stage}"
    return None


def show(tallies: list[Tally]) -> None:
    """The table."""
    table = Table(title="Fault campaign")
    table.add_column("adapter")
    for name in ("videos", "creates", "accepted", "completed", "failed", "inbox", "recovered", "wrong"):
        table.add_column(name, justify="right")
    table.add_column("faults met")
    for tally in tallies:
        table.add_row(
            tally.kind,
            *(str(n) for n in (tally.made, tally.asked, tally.accepted, tally.completed)),
            str(tally.failed),
            str(tally.inbox),
            str(tally.recovered),
            str(len(tally.wrongs)),
            ", ".join(f"{kind} {count}" for kind, count in tally.met.most_common(4)),
        )
    console = Console(width=140)
    console.print(table)
    for tally in tallies:
        for wrong in tally.wrongs:
            console.print(f"WRONG {wrong}")


def main() -> int:
    parser = argparse.ArgumentParser(prog="campaign", description=__doc__)
    parser.add_argument("--videos", type=int, default=200, help="at each adapter")
    parser.add_argument("--kills", type=int, default=12, help="of the studio")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--only", nargs="*", help="adapters by name")
    given = parser.parse_args()
    cases = [case for case in INSTALLED if not given.only or case.name in given.only]
    print(f"seed {given.seed}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        try:
            tallies = run(Path(folder), videos=given.videos, kills=given.kills, seed=given.seed, cases=cases)
        except (AssertionError, httpx2.HTTPError):
            for log in Path(folder).glob("*.log"):
                print(f"--- {log.name}\n{log.read_text()[-4000:]}", file=sys.stderr)
            raise
    show(tallies)
    return 1 if any(tally.wrongs for tally in tallies) else 0


if __name__ == "__main__":
    sys.exit(main())
