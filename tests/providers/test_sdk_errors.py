"""What an SDK on httpx makes of a create without an answer: nothing left, or nobody knows."""

from __future__ import annotations

import socket
import ssl

import httpx
import pytest

from rushes.providers.protocol import Ambiguous, Busy
from rushes.providers.wire.sdk import lost_by_sdk


def wrapped(cause: BaseException, *, reason: BaseException | None = None) -> Exception:
    """As an SDK raises it: its own error from httpx's, which is from what the socket said."""
    cause.__cause__ = reason
    error = RuntimeError("Connection error.")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    "cause",
    [
        httpx.ConnectError("refused"),
        httpx.ConnectTimeout("late"),
        httpx.PoolTimeout("full"),
        httpx.ProxyError("403"),
    ],
    ids=lambda cause: type(cause).__name__,
)
def test_a_connection_that_never_came_to_be_can_be_tried_again(cause: Exception) -> None:
    lost = lost_by_sdk(wrapped(cause))
    assert isinstance(lost, Busy)
    assert lost.code == "provider_unreachable"


@pytest.mark.parametrize(
    "cause",
    [
        httpx.ReadTimeout("late"),
        httpx.WriteTimeout("late"),
        httpx.ReadError("reset"),
        httpx.WriteError("reset"),
        httpx.RemoteProtocolError("no HTTP"),
        TimeoutError(),
        ValueError("something of its own"),
    ],
    ids=lambda cause: type(cause).__name__,
)
def test_whatever_comes_later_leaves_it_open(cause: Exception) -> None:
    assert isinstance(lost_by_sdk(wrapped(cause)), Ambiguous)


def test_the_first_error_of_httpx_decides() -> None:
    # A connection that broke while another was being tried is still one that broke.
    assert isinstance(
        lost_by_sdk(wrapped(httpx.ReadError("reset"), reason=httpx.ConnectError("x"))), Ambiguous
    )


def test_the_operator_reads_why() -> None:
    for reason, text in (
        (ssl.SSLCertVerificationError("self-signed"), "certificate"),
        (socket.gaierror(-2, "unknown"), "name"),
        (ConnectionRefusedError(), "cannot be reached"),
    ):
        assert text in lost_by_sdk(wrapped(httpx.ConnectError("x"), reason=reason)).message
