"""What is kept encrypted can be read again with the same ENCRYPTION_KEY, and with no other."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from pydantic import SecretStr

from rushes.encryption import CannotOpen, Encryption
from rushes.secrets import BadSecret

OLD, NEW = "the old passphrase", "the new passphrase"


def given(*phrases: str, folder: Path) -> Encryption:
    return Encryption.load(SecretStr(",".join(phrases)), folder / "encryption_key")


def test_what_was_sealed_is_opened_on_every_machine(tmp_path: Path) -> None:
    sealed = given(OLD, folder=tmp_path).seal("sk-1")
    assert "sk-1" not in sealed
    assert given(OLD, folder=tmp_path).open(sealed) == "sk-1"
    assert not (tmp_path / "encryption_key").exists()


def test_another_key_opens_nothing(tmp_path: Path) -> None:
    sealed = given(OLD, folder=tmp_path).seal("sk-1")
    for wrong in (sealed, sealed[:-4], "", "nonsense", "ключ"):
        with pytest.raises(CannotOpen):
            given(NEW, folder=tmp_path).open(wrong)


def test_one_follows_another(tmp_path: Path) -> None:
    sealed = given(OLD, folder=tmp_path).seal("sk-1")
    both = given(NEW, OLD, folder=tmp_path)
    renewed = both.renew(sealed)
    assert renewed is not None
    assert both.renew(renewed) is None
    assert given(NEW, folder=tmp_path).open(renewed) == "sk-1"


def test_a_random_one_is_kept_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "encryption_key"
    sealed = Encryption.load(None, path).seal("sk-1")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert Encryption.load(None, path).open(sealed) == "sk-1"
    # It is still read when ENCRYPTION_KEY is given later.
    assert given(NEW, folder=tmp_path).open(sealed) == "sk-1"


def test_looking_makes_none(tmp_path: Path) -> None:
    looking = Encryption.load(None, tmp_path / "encryption_key", make=False)
    with pytest.raises(CannotOpen):
        looking.open("gAAAA")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("weak", ["short", "long enough it is,short", ","])
def test_a_short_one_is_refused_without_being_repeated(tmp_path: Path, weak: str) -> None:
    with pytest.raises(BadSecret, match="at least 16") as refused:
        given(weak, folder=tmp_path)
    assert "short" not in str(refused.value)
