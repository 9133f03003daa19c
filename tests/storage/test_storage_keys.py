"""Keys lead to files of the store and nowhere else."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as some

from rushes.storage import InvalidKey, LocalStorage, Storage, check_key, safe_name, storage_key

ATTACKS = [
    "",
    ".",
    "..",
    "/etc/passwd",
    "../outside",
    "u_1/../../outside",
    "u_1/..",
    "u_1/./video.mp4",
    "u_1//video.mp4",
    "u_1/",
    "/",
    "u_1\\..\\outside",
    "..\\outside",
    "u_1/video\0.mp4",
    "u_1/vid\neo.mp4",
    ".incoming/something",
    "u_1/.hidden",
    "u_1/" + "é" * 200,
    "a" * 256,
    "a/" * 256 + "b",
    "\ud800",
]


@pytest.mark.parametrize("key", ATTACKS)
async def test_no_method_takes_a_malformed_key(store: Storage, tmp_path: Path, key: str) -> None:
    (tmp_path / "outside").write_bytes(b"secret")
    source = store.scratch() / "source"
    source.write_bytes(b"x")
    with pytest.raises(InvalidKey):
        await store.put(key, source)
    with pytest.raises(InvalidKey):
        await anext(store.open(key))
    with pytest.raises(InvalidKey):
        await store.size(key)
    with pytest.raises(InvalidKey):
        await store.exists(key)
    with pytest.raises(InvalidKey):
        await store.delete(key)
    with pytest.raises(InvalidKey):
        await store.signed_url(key, 60)
    with pytest.raises(InvalidKey):
        async with store.local_copy(key):
            raise AssertionError("a malformed key led somewhere")
    assert (tmp_path / "outside").read_bytes() == b"secret"
    assert source.exists()


@pytest.mark.parametrize("key", ["u_1/link", "u_1/folder/secret", "u_1/folder/new"])
async def test_no_symbolic_link_leads_out(
    local_store: LocalStorage, root: Path, tmp_path: Path, key: str
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret").write_bytes(b"secret")
    (root / "u_1").mkdir()
    (root / "u_1" / "link").symlink_to(outside / "secret")
    (root / "u_1" / "folder").symlink_to(outside)
    source = local_store.scratch() / "source"
    source.write_bytes(b"x")
    with pytest.raises(InvalidKey):
        await local_store.put(key, source)
    with pytest.raises(InvalidKey):
        await anext(local_store.open(key))
    with pytest.raises(InvalidKey):
        await local_store.exists(key)
    with pytest.raises(InvalidKey):
        await local_store.delete(key)
    assert [path.name for path in outside.iterdir()] == ["secret"]
    assert (outside / "secret").read_bytes() == b"secret"


async def test_the_store_itself_may_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "videos").symlink_to(tmp_path / "disk")
    store = LocalStorage(tmp_path / "videos", b"0123456789abcdef")
    source = store.scratch() / "source"
    source.write_bytes(b"x")
    await store.put("u_1/x", source)
    assert (tmp_path / "disk" / "u_1" / "x").read_bytes() == b"x"


def test_the_name_of_a_file() -> None:
    key = storage_key("u_7", "v_412", "video-clips", "video.mp4")
    assert key == "u_7/v_412/video-clips/video.mp4"


@pytest.mark.parametrize("user", ["", "..", "a/b", "a.b", "ü", "x" * 65])
def test_ids_are_plain(user: str) -> None:
    with pytest.raises(InvalidKey):
        storage_key(user, "v_1", "video-clips", "video.mp4")
    with pytest.raises(InvalidKey):
        storage_key("u_1", user, "video-clips", "video.mp4")


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("my cat.PNG", "my-cat.PNG"),
        ("../../etc/passwd", "passwd"),
        ("C:\\photos\\cat.jpg", "cat.jpg"),
        (".htaccess", "htaccess"),
        ("", "file"),
        ("...", "file"),
        ("%d.png", "d.png"),
        ("größe.png", "größe.png"),
        ("a" * 300 + ".png", "a" * 96 + ".png"),
        ('"; rm -rf ~;".mp4', "rm--rf.mp4"),
    ],
)
def test_names_that_people_chose(name: str, safe: str) -> None:
    assert safe_name(name) == safe


@given(some.text(max_size=400))
def test_any_name_becomes_one_safe_part(name: str) -> None:
    key = storage_key("u_1", "v_1", "user-uploads", name)
    assert check_key(key).count("/") == 3


async def test_a_signed_address_opens_its_file_for_its_time(
    local_store: LocalStorage, later: Callable[[float], None]
) -> None:
    key = "u_1/v_1/user-uploads/größe & ende?.png"
    url = urlsplit(await local_store.signed_url(key, 60))
    assert f"{url.scheme}://{url.netloc}" == "https://studio.example"
    path = unquote(url.path)
    assert path == f"/api/files/{key}"
    query = parse_qs(url.query)
    expires, signature = query["expires"][0], query["signature"][0]

    assert local_store.verify(key, expires, signature)
    assert local_store.verify(key, int(expires), signature)
    later(58)
    assert local_store.verify(key, expires, signature)
    later(3)
    assert not local_store.verify(key, expires, signature)


async def test_a_signature_is_good_for_nothing_else(local_store: LocalStorage, root: Path) -> None:
    key = "u_1/v_1/video-clips/video.mp4"
    query = parse_qs(urlsplit(await local_store.signed_url(key, 60)).query)
    expires, signature = query["expires"][0], query["signature"][0]
    last = "A" if signature[0] != "A" else "B"
    assert not local_store.verify("u_2/v_1/video-clips/video.mp4", expires, signature)
    assert not local_store.verify(key, int(expires) + 1, signature)
    assert not local_store.verify(key, expires, last + signature[1:])
    assert not local_store.verify(key, expires, "")
    assert not local_store.verify(key, expires, "ünïcode\ud800")
    for odd in ("", "-1", "1e9", "٣", "9" * 30, " 1"):
        assert not local_store.verify(key, odd, signature)
    stranger = LocalStorage(root, b"another secret of sixteen bytes")
    assert not stranger.verify(key, expires, signature)


def test_a_short_secret_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        LocalStorage(tmp_path, b"short")
