"""Files people upload and the product makes: sealed in pieces, addressed by a random key.

A file is a folder of small objects: its key, sealed by the vault, and pieces numbered from 0. A
piece is `last or not (1 byte) | nonce (12) | ciphertext and tag`, AES-256-GCM, bound to its
number. Pieces can be added as they arrive; a file opens only once its last piece is there.
"""

import contextlib
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from obstore.store import LocalStore

from marketplace.core.errors import NotFound
from marketplace.core.vault import Unreadable, Vault

PIECE = 1 << 20
"""How much of a file is sealed, and held in memory, at a time."""

_MORE, _LAST = b"\0", b"\1"
_NONCE = 12


@dataclass(frozen=True)
class Stored:
    """A file that lies sealed already: its key, and what it holds."""

    key: str
    sha256: str
    size_bytes: int


@dataclass(frozen=True)
class FileStore:
    """Sealed files below one folder, or in any object store obstore knows."""

    store: LocalStore
    vault: Vault

    def put(self, content: bytes) -> str:
        """Store `content`; return the key that `get` takes."""
        key = self.begin()
        starts = range(0, max(len(content), 1), PIECE)
        for number, at in enumerate(starts):
            self.add(key, number, content[at : at + PIECE], last=at + PIECE >= len(content))
        return key

    def get(self, key: str) -> bytes:
        return b"".join(self.pieces(key))

    def begin(self) -> str:
        """A file without any piece yet; return its key."""
        key = secrets.token_hex(16)
        _cipher, sealed_key = self.vault.new_personal_key(place=f"file:{key}")
        self.store.put(f"{_folder(key)}/key", sealed_key)
        return key

    def add(self, key: str, number: int, content: bytes, *, last: bool) -> None:
        """Seal the next piece of a file; the last one closes it.

        A piece whose writer was stopped before it could say so is simply written again: its
        nonce is new.
        """
        nonce, part = os.urandom(_NONCE), _LAST if last else _MORE
        sealed = self._cipher(key).encrypt(nonce, content, _place(part, number))
        self.store.put(_piece(key, number), part + nonce + sealed)

    def pieces(self, key: str) -> Iterator[bytes]:
        """What a file holds, piece by piece; unreadable where one is missing or altered."""
        cipher = self._cipher(key)
        number, part = 0, _MORE
        while part != _LAST:
            try:
                sealed = bytes(self.store.get(_piece(key, number)).bytes())
                part, nonce, body = sealed[:1], sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :]
                content = cipher.decrypt(nonce, body, _place(part, number))
            except (FileNotFoundError, InvalidTag, ValueError) as error:
                raise Unreadable(f"file:{key}") from error
            yield content
            number += 1

    def delete(self, key: str) -> None:
        found = [one["path"] for page in self.store.list(_folder(key)) for one in page]
        with contextlib.suppress(FileNotFoundError):
            self.store.delete(found)

    def _cipher(self, key: str) -> AESGCM:
        try:
            sealed_key = bytes(self.store.get(f"{_folder(key)}/key").bytes())
        except FileNotFoundError as error:
            raise NotFound from error
        return self.vault.personal_key(sealed_key, place=f"file:{key}")


def local_store(folder: Path, vault: Vault) -> FileStore:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return FileStore(LocalStore(folder, automatic_cleanup=True), vault)


def _folder(key: str) -> str:
    return f"{key[:2]}/{key}"


def _piece(key: str, number: int) -> str:
    return f"{_folder(key)}/{number:06}"


def _place(part: bytes, number: int) -> bytes:
    """Sealed with each piece, so that none can be moved, left out or taken for the last."""
    return part + number.to_bytes(8, "big")
