"""Files are sealed on disk, whole or unreadable."""

from pathlib import Path

import pytest

from marketplace.core import vault
from marketplace.core.errors import NotFound
from marketplace.core.files import PIECE, FileStore, local_store
from marketplace.core.vault import Unreadable


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return local_store(tmp_path / "files", vault.load(tmp_path / "keys"))


def on_disk(store: FileStore, key: str, name: str = "000000") -> Path:
    return Path(store.store.prefix) / key[:2] / key / name


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE])
def test_what_is_put_is_got(store: FileStore, size: int) -> None:
    content = bytes(i % 251 for i in range(size))
    assert store.get(store.put(content)) == content


def test_nothing_readable_lies_on_disk(store: FileStore) -> None:
    key = store.put("身份证号码".encode() * 100)
    for path in on_disk(store, key).parent.iterdir():
        assert "身份证".encode() not in path.read_bytes()


def test_an_absent_or_deleted_file_is_not_found(store: FileStore) -> None:
    key = store.put(bytes(PIECE + 1))
    store.delete(key)
    store.delete(key)
    assert not on_disk(store, key).parent.exists()
    for absent in (key, "0" * 32):
        with pytest.raises(NotFound):
            store.get(absent)


@pytest.mark.parametrize("at", [0, 1, 12, 13, -1])
@pytest.mark.parametrize("name", ["key", "000000"])
def test_an_altered_file_is_unreadable(store: FileStore, name: str, at: int) -> None:
    key = store.put(b"content")
    path = on_disk(store, key, name)
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)
    with pytest.raises(Unreadable):
        store.get(key)


def test_a_file_without_its_last_piece_is_unreadable(store: FileStore) -> None:
    key = store.put(bytes(2 * PIECE))
    on_disk(store, key, "000001").unlink()
    with pytest.raises(Unreadable):
        store.get(key)


def test_pieces_cannot_change_places(store: FileStore) -> None:
    key = store.put(bytes(3 * PIECE))
    first, second = on_disk(store, key), on_disk(store, key, "000001")
    kept = first.read_bytes()
    first.write_bytes(second.read_bytes())
    second.write_bytes(kept)
    with pytest.raises(Unreadable):
        store.get(key)


def test_a_file_put_in_anothers_place_is_unreadable(store: FileStore) -> None:
    mine, theirs = store.put(b"mine"), store.put(b"theirs")
    on_disk(store, mine).write_bytes(on_disk(store, theirs).read_bytes())
    with pytest.raises(Unreadable):
        store.get(mine)


def test_files_survive_a_rotation(store: FileStore, tmp_path: Path) -> None:
    key = store.put(b"old")
    rotated = local_store(tmp_path / "files", vault.add_key(tmp_path / "keys"))
    assert rotated.get(key) == b"old"
    assert rotated.get(rotated.put(b"new")) == b"new"


def test_a_file_grows_by_pieces_of_any_size_and_opens_when_it_is_whole(
    store: FileStore,
) -> None:
    key, content = store.begin(), [b"a" * 7, b"", b"b" * PIECE, b"c"]
    for number, piece in enumerate(content):
        with pytest.raises(Unreadable):
            store.get(key)
        store.add(key, number, piece, last=number == len(content) - 1)
    assert list(store.pieces(key)) == content
    assert store.get(key) == b"".join(content)


def test_a_piece_written_again_replaces_the_first_try(store: FileStore) -> None:
    key = store.begin()
    store.add(key, 0, b"half", last=False)
    first = on_disk(store, key).read_bytes()
    store.add(key, 0, b"half and more", last=True)
    again = on_disk(store, key).read_bytes()
    assert store.get(key) == b"half and more"
    assert first[1:13] != again[1:13], "one nonce must not seal two contents"


def test_pieces_after_the_last_are_not_part_of_the_file(store: FileStore) -> None:
    key = store.put(b"whole")
    store.add(key, 1, b"smuggled", last=True)
    assert store.get(key) == b"whole"
