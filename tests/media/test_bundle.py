"""A bundle comes back as it was made, or not at all: each way to tamper with one has its own refusal."""

from __future__ import annotations

import asyncio
import hashlib
import io
import random
import stat
import struct
import threading
import zipfile
from collections.abc import AsyncIterator, Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import orjson
import pytest

from rushes.media.bundle import BadBundle, Bundle, Limits, bundle, read_bundle
from rushes.media.bundle.entries import key_of
from rushes.media.zipping import Member, SourceChanged, data

FILES = {
    "clips/1.mp4": random.Random(1).randbytes(300_000),
    "clips/2.mp4": b"",
    "voices/möwe 🎬.wav": b"RIFF" * 500,
}
CONTENT: dict[str, Any] = {"title": "Der Leuchtturm", "scenes": [{"number": 1, "cost": 0.25, "note": None}]}


async def made(files: dict[str, bytes] = FILES, content: dict[str, Any] = CONTENT) -> bytes:
    archive = bundle([data(name, body) for name, body in files.items()], content, made_at=1_790_000_000)
    body = b"".join([chunk async for chunk in archive.chunks])
    assert len(body) == archive.size
    return body


def zipped(
    entries: list[tuple[str | zipfile.ZipInfo, bytes]], *, compression: int = zipfile.ZIP_STORED
) -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", compression) as archive:
        for name, body in entries:
            archive.writestr(name, body)
    return into.getvalue()


def manifest(files: dict[str, bytes], /, **changed: Any) -> bytes:
    listed = [
        {"name": name, "size": len(body), "sha256": hashlib.sha256(body).hexdigest()}
        for name, body in files.items()
    ]
    plain = {"format": "rushes.production", "version": 1, "files": listed, "content": {}}
    return orjson.dumps({**plain, **changed})


def listing(files: dict[str, bytes]) -> list[dict[str, Any]]:
    return orjson.loads(manifest(files))["files"]


@pytest.fixture
def place(tmp_path: Path) -> Callable[[bytes], Path]:
    def put(body: bytes) -> Path:
        path = tmp_path / "given.bundle"
        path.write_bytes(body)
        return path

    return put


Place = Callable[[bytes], Path]


async def refused(path: Path, limits: Limits | None = None) -> BadBundle:
    into = path.parent / "into"
    with pytest.raises(BadBundle) as caught:
        await read_bundle(path, into=into, limits=limits)
    assert not into.exists(), "something was left behind"
    assert caught.value.message.endswith(".") and str(caught.value) == caught.value.message
    return caught.value


async def test_it_comes_back_as_it_was_made(place: Place, tmp_path: Path) -> None:
    found = await read_bundle(place(await made()), into=tmp_path / "new" / "into")
    assert found.content == CONTENT
    assert {name: file.path.read_bytes() for name, file in found.files.items()} == FILES
    for file in found.files.values():
        assert file.sha256 == hashlib.sha256(FILES[file.name]).hexdigest()
        # Nobody else's names on our disk.
        assert file.path.parent == tmp_path / "new" / "into" and file.path.name.isdigit()


async def test_it_is_a_plain_zip_with_a_manifest() -> None:
    with zipfile.ZipFile(io.BytesIO(await made())) as archive:
        assert archive.testzip() is None
        found = orjson.loads(archive.read("manifest.json"))
    assert (found["format"], found["version"]) == ("rushes.production", 1)
    assert found["files"] == listing(FILES)


async def test_a_bundle_without_files_is_one(place: Place, tmp_path: Path) -> None:
    found = await read_bundle(place(await made({}, {})), into=tmp_path / "into")
    assert (found.content, dict(found.files)) == ({}, {})


async def test_another_tool_may_have_packed_it_again(place: Place, tmp_path: Path) -> None:
    entries = [("manifest.json", manifest(FILES)), *FILES.items()]
    body = zipped(list(entries), compression=zipfile.ZIP_DEFLATED)
    assert len((await read_bundle(place(body), into=tmp_path / "into")).files) == 3


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"PK\x05\x06",
        b"not a zip at all" * 100,
        zipped([]),
        zipped([("clips/1.mp4", b"x")]),
        zipped([("manifest.json", b"{")]),
        zipped([("manifest.json", b"[]")]),
        zipped([("manifest.json", b"[" * 100_000)]),
        zipped([("manifest.json", b"\xff\xfe")]),
        zipped([("manifest.json", manifest({}, format="other"))]),
        *(
            zipped([("manifest.json", manifest({}, version=version))])
            for version in (0, -1, "1", 1.0, True, None)
        ),
        zipped([("manifest.json", manifest({}, files={}))]),
        zipped([("manifest.json", manifest({}, content=[]))]),
        zipped([("manifest.json", manifest({}, more=1))]),
        zipped([("manifest.json", manifest({}, files=[{"name": "a", "size": -1, "sha256": "0" * 64}]))]),
        zipped([("manifest.json", manifest({}, files=[{"name": "a", "size": 1, "sha256": "0" * 63}]))]),
    ],
)
async def test_what_is_no_bundle(body: bytes, place: Place) -> None:
    assert (await refused(place(body))).code == "not_a_bundle"


async def test_a_bundle_that_did_not_arrive_whole(place: Place) -> None:
    whole = await made()
    for left in (1, 21, 22, 50, 200, len(whole) // 2, len(whole) - 1):
        assert (await refused(place(whole[:-left]))).code == "not_a_bundle"


@pytest.mark.parametrize("version", [2, 10**30])
async def test_a_newer_one(version: int, place: Place) -> None:
    raw = manifest({}, files="who knows").replace(b'"version":1', f'"version":{version}'.encode())
    code = (await refused(place(zipped([("manifest.json", raw)])))).code
    assert code == ("too_new" if version == 2 else "not_a_bundle")  # JSON has no integers like that one


@pytest.mark.parametrize("at", [0, 150_000, 299_999])
async def test_a_flipped_byte_in_a_file(at: int, place: Place) -> None:
    whole = bytearray(await made())
    start = whole.index(FILES["clips/1.mp4"][:50])
    whole[start + at] ^= 1
    error = await refused(place(bytes(whole)))
    assert (error.code, error.file) == ("tampered", "clips/1.mp4")
    assert "clips/1.mp4" in error.message


async def test_a_file_that_was_exchanged_with_all_its_checksums(place: Place) -> None:
    body = zipped([("manifest.json", manifest({"a": b"one"})), ("a", b"two")])
    error = await refused(place(body))
    assert (error.code, error.file) == ("tampered", "a")


async def test_a_file_of_another_size(place: Place) -> None:
    error = await refused(place(zipped([("manifest.json", manifest({"a": b"one"})), ("a", b"three")])))
    assert (error.code, error.file) == ("tampered", "a")


async def test_a_file_that_is_not_listed(place: Place) -> None:
    body = zipped([("manifest.json", manifest({"a": b"one"})), ("a", b"one"), ("evil.sh", b"")])
    error = await refused(place(body))
    assert (error.code, error.file) == ("tampered", "evil.sh")


async def test_a_file_that_is_missing(place: Place) -> None:
    error = await refused(
        place(zipped([("manifest.json", manifest({"a": b"one", "b": b""})), ("a", b"one")]))
    )
    assert (error.code, error.file) == ("missing_file", "b")


async def test_a_file_that_is_listed_twice(place: Place) -> None:
    twice = listing({"a": b"one"}) * 2
    body = zipped([("manifest.json", manifest({}, files=twice)), ("a", b"one")])
    assert (await refused(place(body))).code == "tampered"


BAD_NAMES = [
    "../a",
    "a/../../b",
    "/etc/passwd",
    "//host/share",
    "C:/a",
    "C:a",
    "a\\b",
    "./a",
    "a//b",
    "a/",
    "a/.",
    "a/..",
    "...",
    "a. ",
    "a/b./c",
    " /a",
    "a\nb",
    "a\x7fb",
    "a:stream",
    "a\u202egpj",
    "x" * 600,
    "/".join("x" * 300),
]


@pytest.mark.parametrize("name", BAD_NAMES)
async def test_names_that_lead_elsewhere(name: str, place: Place) -> None:
    body = zipped([("manifest.json", manifest({name: b"one"})), (name, b"one")])
    assert (await refused(place(body))).code == "tampered"
    # The directory is one thing, the list another.
    assert (await refused(place(zipped([("manifest.json", manifest({name: b"one"}))])))).code == "tampered"
    with pytest.raises(ValueError, match="plain names"):
        bundle([data(name, b"")], {})


async def test_a_name_that_ends_before_its_end(place: Place) -> None:
    body = zipped([("manifest.json", manifest({"a": b"one"})), ("a_b", b"one")]).replace(b"a_b", b"a\0b")
    assert (await refused(place(body))).code == "tampered"


@pytest.mark.parametrize(
    "names", [("a", "a"), ("Clip", "clip"), ("u\u0308", "\u00fc"), ("MANIFEST.json", "x")]
)
async def test_two_files_of_one_name(names: tuple[str, str], place: Place) -> None:
    entries: list[tuple[str | zipfile.ZipInfo, bytes]] = [("manifest.json", manifest({names[0]: b"one"}))]
    with pytest.warns(UserWarning, match="Duplicate") if names[0] == names[1] else nullcontext():
        body = zipped([*entries, (names[0], b"one"), (names[1], b"two")])
    assert (await refused(place(body))).code == "tampered"
    with pytest.raises(ValueError, match="plain names"):
        bundle([data(name, b"") for name in (*names, names[0])], {})


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFDIR, stat.S_IFIFO, stat.S_IFCHR])
async def test_links_and_devices(kind: int, place: Place) -> None:
    info = zipfile.ZipInfo("a")
    info.create_system = 3
    info.external_attr = (kind | 0o777) << 16
    body = zipped([("manifest.json", manifest({"a": b"/etc/passwd"})), (info, b"/etc/passwd")])
    error = await refused(place(body))
    assert (error.code, error.file) == ("tampered", "a")


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
async def test_unusual_packing(compression: int, place: Place) -> None:
    body = zipped([("manifest.json", manifest({"a": b"x"})), ("a", b"x")], compression=compression)
    assert (await refused(place(body))).code == "tampered"


async def test_an_encrypted_one(place: Place) -> None:
    body = bytearray(zipped([("manifest.json", manifest({"a": b"x"})), ("a", b"x")]))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        body[body.rindex(signature) + offset] |= 1
    assert (await refused(place(bytes(body)))).code == "tampered"


async def test_a_bomb_by_its_ratio(place: Place) -> None:
    zeros = bytes(20_000_000)
    entries = [("manifest.json", manifest({"a": zeros})), ("a", zeros)]
    body = zipped(list(entries), compression=zipfile.ZIP_DEFLATED)
    error = await refused(place(body))
    assert (error.code, error.file) == ("too_large", "a")


async def test_a_bomb_that_lies_about_its_size(place: Place) -> None:
    zeros = bytes(20_000_000)
    body = bytearray(
        zipped([("manifest.json", manifest({"a": b"x"})), ("a", zeros)], compression=zipfile.ZIP_DEFLATED)
    )
    at = body.rindex(b"PK\x01\x02") + 24
    body[at : at + 4] = struct.pack("<L", 1)
    error = await refused(place(bytes(body)))
    assert (error.code, error.file) == ("tampered", "a")


async def test_more_than_the_limits_allow(place: Place, tmp_path: Path) -> None:
    path = place(await made())
    assert (await refused(path, Limits(files=2))).code == "too_large"
    assert (await refused(path, Limits(bytes=300_000))).code == "too_large"
    fits = Limits(files=3, bytes=sum(map(len, FILES.values())))
    assert len((await read_bundle(path, into=tmp_path / "into", limits=fits)).files) == 3


async def test_a_huge_directory_is_never_read(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    body = zipped([(f"{number:0100}", b"") for number in range(2_000)])
    monkeypatch.setattr(zipfile, "ZipFile", None)
    assert (await refused(place(body), Limits(files=10))).code == "too_large"


async def test_a_directory_that_is_said_to_be_huge(place: Place) -> None:
    body = bytearray(await made())
    at = body.rindex(b"PK\x05\x06")
    body[at + 12 : at + 16] = struct.pack("<L", 0xFFFFFFF0)
    assert (await refused(place(bytes(body)))).code == "too_large"


async def test_any_damage_is_refused_or_harmless(place: Place) -> None:
    """Bytes at random places, most of them in what describes the files."""
    small = await made({"a.mp4": b"picture" * 20, "b.wav": b"sound"})
    chance = random.Random(4)
    for _ in range(1_500):
        body = bytearray(small)
        for _ in range(chance.choice((1, 1, 2, 8))):
            body[chance.randrange(len(body))] = chance.randrange(256)
        path = place(bytes(body))
        into = path.parent / "into"
        try:
            found = await read_bundle(path, into=into)
        except BadBundle:
            assert not into.exists()
        else:
            await _harmless(found)
            for file in into.iterdir():
                file.unlink()
            into.rmdir()


async def _harmless(found: Bundle) -> None:
    for file in found.files.values():
        assert hashlib.sha256(file.path.read_bytes()).hexdigest() == file.sha256


async def test_a_folder_that_is_there_is_left_alone(place: Place, tmp_path: Path) -> None:
    into = tmp_path / "into"
    into.mkdir()
    (into / "mine").touch()
    with pytest.raises(FileExistsError):
        await read_bundle(place(await made()), into=into)
    assert (into / "mine").exists()


async def test_who_stops_waiting_leaves_nothing_behind(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started, may_go_on = threading.Event(), threading.Event()
    original = zipfile.ZipExtFile.read

    def slow(self: zipfile.ZipExtFile, n: int | None = -1) -> bytes:
        started.set()
        may_go_on.wait(5)
        return original(self, n)

    monkeypatch.setattr(zipfile.ZipExtFile, "read", slow)
    path = place(await made())
    task = asyncio.create_task(read_bundle(path, into=tmp_path / "into"))
    await asyncio.to_thread(started.wait, 5)
    task.cancel()
    asyncio.get_running_loop().call_later(0.05, may_go_on.set)
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not (tmp_path / "into").exists()


async def test_hashes_are_of_what_was_read_and_sizes_are_kept() -> None:
    async def changed() -> AsyncIterator[bytes]:
        yield b"shorter"

    with pytest.raises(SourceChanged):
        async for _ in bundle([Member("a", 100, changed)], {}).chunks:
            pass


async def test_leaving_a_bundle_closes_its_files() -> None:
    closed = []

    async def film() -> AsyncIterator[bytes]:
        try:
            while True:
                yield bytes(1000)
        finally:
            closed.append(True)

    chunks = bundle([Member("a", 10**6, film)], {}).chunks
    await anext(chunks)
    await anext(chunks)
    await chunks.aclose()
    assert closed == [True]


def test_plain_names_are_taken() -> None:
    for name in ("a", "a.b.c", "clips/1.mp4", "Ümlaut & ' +.wav", "灯台/🎬.mp4", ".hidden/x"):
        assert key_of(name) is not None
