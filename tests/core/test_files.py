"""Files are sealed on disk, whole or unreadable."""

from pathlib import Path

import pytest

from marketplace.core import vault
from marketplace.core.errors import NotFound
from marketplace.core.files import FileStore, local_store
from marketplace.core.vault import Unreadable

PIECE = 1 << 20


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return local_store(tmp_path / "files", vault.load(tmp_path / "keys"))


def on_disk(store: FileStore, key: str) -> Path:
    return Path(store.store.prefix) / key[:2] / key


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE])
def test_what_is_put_is_got(store: FileStore, size: int) -> None:
    content = bytes(i % 251 for i in range(size))
    assert store.get(store.put(content)) == content


def test_nothing_readable_lies_on_disk(store: FileStore) -> None:
    key = store.put("身份证号码".encode() * 100)
    assert "身份证".encode() not in on_disk(store, key).read_bytes()


def test_an_absent_or_deleted_file_is_not_found(store: FileStore) -> None:
    key = store.put(b"x")
    store.delete(key)
    for absent in (key, "0" * 32):
        with pytest.raises(NotFound):
            store.get(absent)


@pytest.mark.parametrize("at", [0, 1, 2, 30, -1])
def test_an_altered_file_is_unreadable(store: FileStore, at: int) -> None:
    key = store.put(b"content")
    content = bytearray(on_disk(store, key).read_bytes())
    content[at] ^= 1
    on_disk(store, key).write_bytes(content)
    with pytest.raises(Unreadable):
        store.get(key)


def test_a_file_cut_at_a_piece_is_unreadable(store: FileStore) -> None:
    key = store.put(bytes(2 * PIECE))
    path = on_disk(store, key)
    path.write_bytes(path.read_bytes()[: -(PIECE + 16)])
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
