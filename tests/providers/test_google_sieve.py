"""The sieve, held against a plain JSON reader: however the bytes are cut into pieces."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rushes.providers.google.sieve import Sieve, inline_number
from rushes.providers.protocol import Down

_TEXTS = st.text(alphabet=st.characters(codec="utf-8"), max_size=20)
_PLAIN = st.dictionaries(
    _TEXTS.filter(lambda name: name not in ("data", "bytesBase64Encoded")), _TEXTS, max_size=3
)


@given(
    around=_PLAIN,
    files=st.lists(st.binary(max_size=60), min_size=1, max_size=3),
    sizes=st.lists(st.integers(1, 9), min_size=1, max_size=40),
    key=st.sampled_from(["data", "bytesBase64Encoded"]),
    indent=st.sampled_from([None, 2]),
    escaped=st.booleans(),
)
def test_it_parts_an_answer_as_a_reader_would(
    around: dict[str, str], files: list[bytes], sizes: list[int], key: str, indent: int | None, escaped: bool
) -> None:
    videos = [{key: base64.b64encode(content).decode(), "mimeType": "video/mp4"} for content in files]
    text = json.dumps({"before": around, "videos": videos, "after": around}, indent=indent)
    if escaped:
        text = text.replace("=", "\\u003d").replace("/", "\\/")
    for wanted, content in enumerate(files):
        sieve, passed = Sieve(wanted=wanted), b""
        for piece in _cut(text.encode(), sizes):
            passed += sieve.feed(piece)
        assert base64.b64decode(passed) == content
        outline: dict[str, Any] = json.loads(sieve.outline)
        assert [inline_number(video[key]) for video in outline["videos"]] == list(range(len(files)))
        assert outline["before"] == outline["after"] == around
        assert sieve.found == len(files)


def test_what_only_looks_like_a_long_string_is_kept() -> None:
    told = {"prompt": 'say "data": "no"', "data": {"data": None}, "metadata": "kept", "list": ["data", "x"]}
    sieve = Sieve()
    sieve.feed(json.dumps(told).encode())
    assert json.loads(sieve.outline) == told
    assert sieve.found == 0


def test_it_keeps_little_of_a_long_answer_and_nothing_of_an_endless_one() -> None:
    sieve = Sieve()
    sieve.feed(b'{"data": "')
    for _ in range(100):
        sieve.feed(b"A" * 100_000)
    sieve.feed(b'"}')
    assert json.loads(sieve.outline) == {"data": "inline:0"}
    with pytest.raises(Down):
        sieve.feed(b" " * (5 << 20))


def _cut(text: bytes, sizes: list[int]) -> list[bytes]:
    pieces, at = [], 0
    while at < len(text):
        size = sizes[len(pieces) % len(sizes)]
        pieces.append(text[at : at + size])
        at += size
    return pieces
