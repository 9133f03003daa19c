"""Logs: one stream, whoever writes, and no secret in it."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any, Literal

import pytest
import structlog

from rushes.observe.logs import set_up_logs
from rushes.observe.redaction import redact, without_secrets

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1c2VyXzEifQ.c2lnbmF0dXJl"


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """The logging of the test run itself, given back afterwards."""
    root = logging.getLogger()
    handlers, level, config = list(root.handlers), root.level, structlog.get_config()
    # Servers that other tests ran in this process were told to be quieter.
    logging.getLogger("uvicorn.error").setLevel(logging.NOTSET)
    yield
    root.handlers, root.level = handlers, level
    structlog.configure(**config)


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """What was written meanwhile by the loggers that these tests use; others may have a last word to say."""
    written = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    return [line for line in written if line["logger"] in ("rushes.x", "uvicorn.error")]


def test_our_lines_and_the_libraries_take_the_same_way(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs("info", "json")
    structlog.get_logger("rushes.x").info("made", video="video_1", token=JWT)
    structlog.get_logger("rushes.x").debug("too quiet")
    logging.getLogger("uvicorn.error").warning("careful %s", f"Bearer {JWT}")
    logging.getLogger("uvicorn.error").info("too talkative")
    ours, theirs = lines(capsys)
    assert (ours["event"], ours["video"], ours["token"]) == ("made", "video_1", "[redacted]")
    assert (ours["level"], ours["logger"]) == ("info", "rushes.x")
    assert theirs["event"] == "careful [redacted]"
    assert theirs["level"] == "warning"


@pytest.mark.parametrize("form", ["json", "console"])
def test_an_exception_is_told_with_its_secrets_masked(
    capsys: pytest.CaptureFixture[str], form: Literal["json", "console"]
) -> None:
    set_up_logs("info", form)
    password = "a-local-variable"
    try:
        raise ValueError(f"bad address redis://user:hunter2@example/0 and {JWT}")
    except ValueError:
        structlog.get_logger("rushes.x").exception("failed", video="video_1")
    told = capsys.readouterr().err
    assert "ValueError" in told
    for secret in ("hunter2", "eyJ", password):
        assert secret not in told


def test_what_was_told_already_is_not_told_again(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs("info", "json", told_already=[KeyError])
    for error in (KeyError("once"), ValueError("always")):
        try:
            raise error
        except (KeyError, ValueError):
            logging.getLogger("uvicorn.error").exception("in the server")
    (line,) = lines(capsys)
    assert "always" in line["exception"]


def test_a_value_without_a_json_form_does_not_lose_the_line(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs("info", "json")
    structlog.get_logger("rushes.x").info("odd", thing=object, numbers={1, 2})
    assert lines(capsys)[0]["event"] == "odd"


@pytest.mark.parametrize(
    "name",
    [
        "password",
        "new_password",
        "token",
        "refresh_token",
        "Authorization",
        "api_key",
        "OPENAI_API_KEY",
        "cookie",
    ],
)
def test_fields_that_are_called_secrets_are_masked(name: str) -> None:
    assert redact(None, "info", {name: "hunter2"}) == {name: "[redacted]"}
    assert redact(None, "info", {"headers": [{name: "hunter2"}]}) == {"headers": [{name: "[redacted]"}]}


@pytest.mark.parametrize("name", ["tokens_used", "key", "secretary", "video", "password_min_length"])
def test_others_are_not(name: str) -> None:
    assert redact(None, "info", {name: "poll:openai"}) == {name: "poll:openai"}


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        (f"got {JWT} today", "got [redacted] today"),
        ("Authorization: Bearer abcdefgh12345", "Authorization: [redacted]"),
        ("key sk-proj-abcdefghijklmnop", "key [redacted]"),
        ("hash $2b$12$" + "a" * 53, "hash [redacted]"),
        ("GET /f?expires=1&signature=abc123&x=1", "GET /f?expires=1&signature=[redacted]&x=1"),
        ("postgresql://rushes:pa55@db/rushes", "postgresql://[redacted]@db/rushes"),
        ("http://127.0.0.1:3000/videos", "http://127.0.0.1:3000/videos"),
        ("task poll:openai started", "task poll:openai started"),
    ],
)
def test_texts_that_look_like_secrets_are_masked(text: str, safe: str) -> None:
    assert without_secrets(text) == safe


def test_a_secret_in_an_address_of_ours_is_masked_and_an_id_is_not() -> None:
    kept = {
        "path": "/api/videos/video_01m8c675ae7bf7eta3m43sec2t/content",
        "request_id": "0f" * 16,
        "ms": 1.5,
    }
    assert redact(None, "info", dict(kept)) == kept
    for path in (
        f"/api/videos/{JWT}",
        "/api/keys/key_01m8c675ae7bf7eta3m43sec2t",
        "/api/x/sk-0123456789abcdef",
    ):
        assert "[redacted]" in redact(None, "info", {"path": path})["path"]


def test_loggers_that_are_set_up_for_good_keep_their_way(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs("info", "json", process="web", for_good=True)
    log = structlog.get_logger("rushes.x")
    log.info("one", token=JWT)
    log.info("two")
    assert [(line["event"], line["process"]) for line in lines(capsys)] == [("one", "web"), ("two", "web")]
