"""Files people upload and the product makes: sealed on disk, addressed by a random key."""

import contextlib
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from obstore.store import LocalStore

from marketplace.core.errors import NotFound
from marketplace.core.vault import Unreadable, Vault

_PIECE = 1 << 20
_SEALED_PIECE = _PIECE + 16


@dataclass(frozen=True)
class FileStore:
    """Sealed files below one folder, or in any object store obstore knows."""

    store: LocalStore
    vault: Vault

    def put(self, content: bytes) -> str:
        """Store `content`; return the key that `get` takes."""
        key = secrets.token_hex(16)
        cipher, sealed_key = self.vault.new_personal_key(place=f"file:{key}")
        starts = range(0, max(len(content), 1), _PIECE)
        pieces = [
            cipher.encrypt(_nonce(i), content[at : at + _PIECE], _part(i, len(starts)))
            for i, at in enumerate(starts)
        ]
        head = len(sealed_key).to_bytes(2, "big") + sealed_key
        self.store.put(_path(key), head + b"".join(pieces))
        return key

    def get(self, key: str) -> bytes:
        try:
            stored = bytes(self.store.get(_path(key)).bytes())
        except FileNotFoundError as error:
            raise NotFound from error
        length = int.from_bytes(stored[:2], "big")
        cipher: AESGCM = self.vault.personal_key(stored[2 : 2 + length], place=f"file:{key}")
        body = stored[2 + length :]
        starts = range(0, max(len(body), 1), _SEALED_PIECE)
        try:
            return b"".join(
                cipher.decrypt(_nonce(i), body[at : at + _SEALED_PIECE], _part(i, len(starts)))
                for i, at in enumerate(starts)
            )
        except (InvalidTag, ValueError) as error:
            raise Unreadable(f"file:{key}") from error

    def delete(self, key: str) -> None:
        with contextlib.suppress(FileNotFoundError):
            self.store.delete(_path(key))


def local_store(folder: Path, vault: Vault) -> FileStore:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return FileStore(LocalStore(folder), vault)


def _path(key: str) -> str:
    return f"{key[:2]}/{key}"


def _part(piece: int, pieces: int) -> bytes | None:
    """Sealed with each piece, so that a file cut short does not open."""
    if pieces == 1:
        return None
    return b"last" if piece == pieces - 1 else b"more"


def _nonce(piece: int) -> bytes:
    # Every file has a key of its own, so counting is a safe nonce.
    return piece.to_bytes(12, "big")
