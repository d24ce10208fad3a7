"""The vault: a sealed field opens in its own place, with any key of the ring, or not at all."""

from pathlib import Path

import pytest

from marketplace.core import vault
from marketplace.core.vault import Unreadable, Vault, open_with, seal_with


@pytest.fixture
def keys(tmp_path: Path) -> Vault:
    return vault.load(tmp_path)


def test_a_sealed_field_opens_in_its_place_only(keys: Vault) -> None:
    sealed = keys.seal(b"13800138000", place="debtor:1")
    assert keys.open(sealed, place="debtor:1") == b"13800138000"
    with pytest.raises(Unreadable):
        keys.open(sealed, place="debtor:2")


def test_sealing_twice_looks_different_and_hides_the_text(keys: Vault) -> None:
    first, second = (keys.seal(b"13800138000", place="p") for _ in range(2))
    assert first != second
    assert b"138" not in first


@pytest.mark.parametrize("at", [0, 1, 13, -1])
def test_every_altered_byte_is_noticed(keys: Vault, at: int) -> None:
    sealed = bytearray(keys.seal(b"secret", place="p"))
    sealed[at] ^= 1
    with pytest.raises(Unreadable):
        keys.open(bytes(sealed), place="p")


@pytest.mark.parametrize("sealed", [b"", b"\x00", b"\xff" * 40, b"\x00" * 12])
def test_rubbish_is_unreadable_rather_than_a_crash(keys: Vault, sealed: bytes) -> None:
    with pytest.raises(Unreadable):
        keys.open(sealed, place="p")


def test_after_a_rotation_old_fields_open_and_new_ones_use_the_new_key(
    keys: Vault, tmp_path: Path
) -> None:
    old = keys.seal(b"old", place="p")
    rotated = vault.add_key(tmp_path)
    new = rotated.seal(b"new", place="p")
    assert (old[0], new[0]) == (0, 1)
    assert rotated.open(old, place="p") == b"old"
    assert vault.load(tmp_path).open(new, place="p") == b"new"
    with pytest.raises(Unreadable):
        keys.open(new, place="p")


def test_a_rotation_keeps_the_blind_indexes(keys: Vault, tmp_path: Path) -> None:
    before = keys.blind_index("X", kind="person")
    assert vault.add_key(tmp_path).blind_index("X", kind="person") == before
    assert keys.blind_index("X", kind="phone") != before
    assert keys.blind_index("Y", kind="person") != before


def test_two_installations_do_not_share_keys(keys: Vault, tmp_path: Path) -> None:
    other = vault.load(tmp_path / "other")
    with pytest.raises(Unreadable):
        other.open(keys.seal(b"x", place="p"), place="p")
    assert other.blind_index("X", kind="k") != keys.blind_index("X", kind="k")


def test_loading_twice_gives_the_same_keys(keys: Vault, tmp_path: Path) -> None:
    again = vault.load(tmp_path)
    assert (again.keys, again.index_key) == (keys.keys, keys.index_key)
    assert (tmp_path / "vault.json").stat().st_mode & 0o777 == 0o600


def test_a_key_that_was_there_first_is_kept(tmp_path: Path) -> None:
    vault.write_secret(tmp_path / "s", "first", replace=False)
    vault.write_secret(tmp_path / "s", "second", replace=False)
    assert (tmp_path / "s").read_text() == "first"
    assert [path.name for path in tmp_path.iterdir()] == ["s"]


def test_a_full_ring_takes_no_more_keys(tmp_path: Path) -> None:
    ring = [bytes([i]) * 32 for i in range(255)]
    vault.write_secret(tmp_path / "vault.json", vault._as_json(ring, b"i" * 32))
    with pytest.raises(ValueError, match="full"):
        vault.add_key(tmp_path)


def test_a_persons_key_opens_only_their_data(keys: Vault) -> None:
    mine, sealed_key = keys.new_personal_key(place="debtor:1")
    theirs, _sealed = keys.new_personal_key(place="debtor:2")
    sealed = seal_with(mine, b"Wang")
    assert open_with(keys.personal_key(sealed_key, place="debtor:1"), sealed) == b"Wang"
    for wrong in (lambda: open_with(theirs, sealed), lambda: open_with(mine, b"short")):
        with pytest.raises(Unreadable):
            wrong()
    with pytest.raises(Unreadable):
        keys.personal_key(sealed_key, place="debtor:2")
