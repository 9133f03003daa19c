"""Vendors' JSON on disk, read into jobs."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rushes.providers.openai_shaped.jobs import parse_job
from rushes.providers.wire.reading import Unreadable

WIRE = Path(__file__).parent / "wire"
LONG_ID = "video_68d7512d07848190b3e45da0ecbebcde004da08e1e0678d5"
LITELLM_ID = (
    "video_bGl0ZWxsbTpjdXN0b21fbGxtX3Byb3ZpZGVyOm9wZW5haTttb2RlbF9pZDpzb3JhLTI7dmlkZW9faWQ6dmlkZW9fNjhk+/8="
)

# What each file says, but for what is None.
EXPECTED: dict[str, dict[str, Any]] = {
    "openai_queued": {
        "id": LONG_ID,
        "state": "queued",
        "progress": 0,
        "created_at": 1758941485,
        "prompt": "She turns around and smiles",
        "model": "sora-2",
        "size": "1280x720",
        "seconds": 8,
    },
    "openai_in_progress": {
        "id": LONG_ID,
        "state": "in_progress",
        "progress": 33,
        "created_at": 1758941485,
        "model": "sora-2-pro",
        "size": "1280x720",
        "seconds": 8,
    },
    "openai_failed_moderation": {
        "id": "video_68d75",
        "state": "failed",
        "progress": 0,
        "error": {
            "code": "moderation_blocked",
            "message": "Your request was blocked by our moderation system.",
            "retryable": False,
            "charged": "unknown",
        },
        "created_at": 1758941485,
        "model": "sora-2",
        "size": "720x1280",
        "seconds": 4,
    },
    "openai_completed": {
        "id": "video_68d75",
        "state": "completed",
        "progress": 100,
        "created_at": 1758941485,
        "expires_at": 1759027885,
        "model": "sora-2",
        "size": "720x1280",
        "seconds": 4,
    },
    "vllm_omni_in_progress": {
        "id": "video_gen_2f1c",
        "state": "in_progress",
        "progress": 0,
        "created_at": 1772000000,
        "prompt": "a lighthouse",
        "model": "Wan-AI/Wan2.2-T2V-A14B-Diffusers",
        "size": "832x480",
        "seconds": 5,
    },
    "vllm_omni_failed": {
        "id": "video_gen_2f1c",
        "state": "failed",
        "progress": 0,
        "error": {
            "code": "provider_failed",
            "message": "CUDA out of memory",
            "retryable": True,
            "charged": "unknown",
        },
        "created_at": 1772000000,
        "prompt": "a lighthouse",
        "model": "Wan-AI/Wan2.2-T2V-A14B-Diffusers",
        "size": "832x480",
        "seconds": 5,
    },
    "sglang_queued": {
        "id": "0f8e1c52-7f6b-4a0f-9a7e-9d4f3b6e2a11",
        "state": "queued",
        "progress": 0,
        "created_at": 1765432100,
        "model": "Wan2.1-T2V-1.3B-Diffusers",
        "seconds": 4,
    },
    "sglang_failed_string": {
        "id": "0f8e1c52",
        "state": "failed",
        "progress": 10,
        "error": {
            "code": "provider_failed",
            "message": "Error executing request: worker timed out",
            "retryable": True,
            "charged": "unknown",
        },
        "created_at": 1765432100,
        "size": "1280x720",
        "seconds": 4,
    },
    "sglang_failed_no_code": {
        "id": "0f8e1c52",
        "state": "failed",
        "progress": 10,
        "error": {
            "code": "provider_failed",
            "message": "Number of frames must be 4n+1",
            "retryable": False,
            "charged": "unknown",
        },
        "created_at": 1765432100,
        "model": "wan",
        "size": "1280x720",
        "seconds": 4,
    },
    "litellm_processing": {
        "id": LITELLM_ID,
        "state": "in_progress",
        "progress": 45,
        "created_at": 1771234567.25,
        "model": "azure/sora-2",
        "size": "1280x720",
        "seconds": 8,
    },
    "gateway_odd": {
        "id": "job-7",
        "state": "cancelled",
        "progress": 100,
        "created_at": 1793611800,
        "expires_at": 1793611800,
        "size": "640x360",
        "seconds": 2.5,
    },
    "gateway_bare": {"id": "4711", "state": "in_progress"},
}


@pytest.mark.parametrize("name", sorted(path.stem for path in WIRE.glob("*.json")))
def test_each_vendor_is_read(name: str) -> None:
    job = asdict(parse_job(json.loads((WIRE / f"{name}.json").read_text())))
    assert {key: value for key, value in job.items() if value is not None} == EXPECTED[name]


@pytest.mark.parametrize(
    "data", [None, [], "video", 7, {}, {"id": None}, {"id": " "}, {"id": True}, {"error": {"code": "x"}}]
)
def test_what_names_no_job_is_unreadable(data: object) -> None:
    with pytest.raises(Unreadable):
        parse_job(data)


@pytest.mark.parametrize(
    ("told", "read"),
    [
        (None, None),
        (True, None),
        ("soon", None),
        (float("nan"), None),
        (-3, 0),
        (0.4, 0),
        (99.9, 99),
        (10**400, None),
        (1e9, 100),
    ],
)
def test_progress_is_a_whole_number_or_unknown(told: object, read: int | None) -> None:
    assert parse_job({"id": "a", "status": "in_progress", "progress": told}).progress == read


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
FIELDS = [
    "status",
    "progress",
    "error",
    "created_at",
    "expires_at",
    "prompt",
    "model",
    "size",
    "seconds",
    "width",
]


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(FIELDS), json_values))
@example({"created_at": 10**400, "seconds": "9" * 400, "width": 1e308, "error": {"code": 10**30}})
@example({"created_at": "0001-01-01T00:00:00+14:00", "expires_at": "9999-12-31T23:59:59-14:00"})
def test_no_field_can_break_a_job_that_has_an_id(fields: dict[str, Any]) -> None:
    job = parse_job({**fields, "id": "kept"})
    assert job.id == "kept"
    assert job.progress is None or 0 <= job.progress <= 100
    assert (job.error is not None) == (job.state == "failed")
