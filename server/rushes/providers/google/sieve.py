"""JSON that carries a whole video in one string: read without keeping the video in memory.

Google writes results into its answers as base64. A poll wants the rest of the answer, a download only that
string; the sieve lets either through and forgets the other.

    sieve = Sieve()
    for chunk in body:
        sieve.feed(chunk)
    sieve.outline       # {"videos": [{"bytesBase64Encoded": "inline:0", "mimeType": "video/mp4"}]}
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import orjson
from yarl import URL

from rushes.providers.protocol import Down, Gone
from rushes.providers.wire.answers import Answer, question_error, read_retry_after
from rushes.providers.wire.questions import Questions

# How a cut string is named in the outline; the number counts them from the answer's beginning.
INLINE = "inline:"

_LARGEST_OUTLINE = 4 << 20
_CHUNK = 256 << 10
# Times a question's patience that a whole answer may take: it can be a film's worth of base64.
_PATIENCE = 8
_CUT = re.compile(rb'"(?:data|bytesBase64Encoded)"\s*:\s*$')
_TAIL = 64
_STOP = re.compile(rb'["\\]')
_QUOTE = 0x22


class Sieve:
    """Parts one JSON text, fed in pieces. `outline` is the text with the long strings cut; `feed` gives the
    characters of the string that is `wanted`, if any is."""

    def __init__(self, *, wanted: int | None = None) -> None:
        self.outline = bytearray()
        self.found = 0
        self._wanted = wanted
        self._inside = False
        self._cut = False
        self._escape = bytearray()

    def feed(self, chunk: bytes) -> bytes:
        """Raises Down when there is too much beside the strings."""
        passed = bytearray()
        at = 0
        while at < len(chunk):
            if self._escape:
                self._escape.append(chunk[at])
                at += 1
                if len(self._escape) == (6 if self._escape[1:2] == b"u" else 2):
                    self._take(bytes(self._escape), passed)
                    self._escape.clear()
            elif not self._inside:
                end = chunk.find(b'"', at)
                self.outline += chunk[at:] if end < 0 else chunk[at:end]
                at = len(chunk) if end < 0 else end + 1
                if end >= 0:
                    self._open()
            else:
                stop = _STOP.search(chunk, at)
                end = stop.start() if stop else len(chunk)
                self._take(chunk[at:end], passed)
                at = end + 1
                if stop and chunk[end] == _QUOTE:
                    self._close()
                elif stop:
                    self._escape += b"\\"
        if len(self.outline) > _LARGEST_OUTLINE:
            raise Down("The provider's answer is too large to be one.", code="provider_garbage")
        return bytes(passed)

    def _open(self) -> None:
        self._inside = True
        self._cut = _CUT.search(self.outline[-_TAIL:]) is not None
        self.outline += b'"%s%d"' % (INLINE.encode(), self.found) if self._cut else b'"'

    def _close(self) -> None:
        self._inside = False
        if self._cut:
            self.found += 1
        else:
            self.outline += b'"'

    def _take(self, piece: bytes, passed: bytearray) -> None:
        if not self._cut:
            self.outline += piece
        elif self.found == self._wanted:
            # Some of Google's servers write `=`, `+` and `/` escaped.
            passed += piece if not piece.startswith(b"\\") else _unescaped(piece)


def _unescaped(piece: bytes) -> bytes:
    """What an escape stands for; nothing for one that JSON does not know."""
    try:
        return str(orjson.loads(b'"%s"' % piece)).encode()
    except orjson.JSONDecodeError:
        return b""


async def ask_outline(
    questions: Questions,
    url: URL,
    *,
    method: str = "GET",
    headers: dict[str, str] | None = None,
    json: Any = None,
) -> Answer:
    """One answer with its long strings cut, whatever its status. Raises Down when there is none."""
    sieve = Sieve()
    async with questions.request(
        method, url, timeout=_timeout(questions.timeout), headers=headers, json=json
    ) as response:
        async for chunk in response.content.iter_chunked(_CHUNK):
            sieve.feed(chunk)
        return Answer(response.status, bytes(sieve.outline), read_retry_after(response.headers))


async def stream_inline(
    questions: Questions,
    url: URL,
    *,
    wanted: int,
    method: str = "GET",
    headers: dict[str, str] | None = None,
    json: Any = None,
) -> AsyncIterator[bytes]:
    """The bytes that the answer's string number `wanted` stands for. Raises Down or Gone."""
    sieve, kept = Sieve(wanted=wanted), b""
    async with questions.request(
        method, url, timeout=_timeout(questions.timeout), headers=headers, json=json
    ) as response:
        if response.status != 200:
            raise question_error(Answer(response.status, b"", read_retry_after(response.headers)))
        async for chunk in response.content.iter_chunked(_CHUNK):
            kept += sieve.feed(chunk)
            whole = len(kept) - len(kept) % 4
            if whole:
                yield _decoded(kept[:whole])
                kept = kept[whole:]
    if sieve.found <= wanted:
        raise Gone("The provider's answer no longer holds the file.", code="result_gone")
    if kept:
        raise Down("The result cannot be read.", code="provider_garbage")


def inline_number(url: str) -> int | None:
    """Which of an answer's strings an `inline:` name means; None for an address."""
    number = url.removeprefix(INLINE)
    return int(number) if url.startswith(INLINE) and number.isdecimal() else None


def _decoded(text: bytes) -> bytes:
    """Raises Down."""
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise Down("The result cannot be read.", code="provider_garbage") from error


def _timeout(patience: float) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(
        total=patience * _PATIENCE, sock_connect=min(10.0, patience), sock_read=patience
    )
