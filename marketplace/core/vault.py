"""Field encryption: a ring of master keys, a key for every debtor, and blind indexes.

A sealed field is `key number (1 byte) | nonce (12) | ciphertext and tag`, AES-256-GCM, bound to
its place by associated data. A debtor's own key is stored sealed by the master key: destroying
it forgets the debtor, in every copy of the database that the tombstones are applied to.
"""

import base64
import contextlib
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12
_KEY = 32


class Unreadable(Exception):
    """A sealed field does not open: wrong place, wrong key, altered, or forgotten."""


@dataclass(frozen=True)
class Vault:
    """The keys of one installation. The newest key seals; every key opens."""

    keys: tuple[bytes, ...]
    index_key: bytes
    _ciphers: tuple[AESGCM, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_ciphers", tuple(AESGCM(key) for key in self.keys))

    @property
    def newest(self) -> int:
        return len(self.keys) - 1

    def seal(self, plain: bytes, *, place: str) -> bytes:
        nonce = os.urandom(_NONCE)
        sealed = self._ciphers[self.newest].encrypt(nonce, plain, place.encode())
        return bytes([self.newest]) + nonce + sealed

    def open(self, sealed: bytes, *, place: str) -> bytes:
        try:
            cipher = self._ciphers[sealed[0]]
            return cipher.decrypt(sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :], place.encode())
        except (InvalidTag, IndexError, ValueError) as error:
            raise Unreadable(place) from error

    def new_personal_key(self, *, place: str) -> tuple[AESGCM, bytes]:
        """A fresh key for one person: its cipher, and the key sealed for storage."""
        key = secrets.token_bytes(_KEY)
        return AESGCM(key), self.seal(key, place=place)

    def personal_key(self, sealed_key: bytes, *, place: str) -> AESGCM:
        return AESGCM(self.open(sealed_key, place=place))

    def seal_under_new_key(
        self, plain: bytes, *, place: str, chance: bytes
    ) -> tuple[bytes, bytes]:
        """One person's fresh key, sealed, and their data under it; `chance` is 56 new bytes."""
        key, outer, inner = chance[:_KEY], chance[_KEY:44], chance[44:56]
        sealed_key = self._ciphers[self.newest].encrypt(outer, key, place.encode())
        sealed = inner + AESGCM(key).encrypt(inner, plain, None)
        return bytes([self.newest]) + outer + sealed_key, sealed

    def blind_indexes(self, values: Iterable[str], *, kind: str) -> list[bytes]:
        """`blind_index` of many values."""
        start = f"{kind}:"
        return [
            hmac.digest(self.index_key, (start + value).encode(), "sha256")[:16]
            for value in values
        ]

    def blind_index(self, value: str, *, kind: str) -> bytes:
        """Equal values give equal indexes; nothing else can be learned from one."""
        return hmac.new(self.index_key, f"{kind}:{value}".encode(), hashlib.sha256).digest()[
            :16
        ]


def seal_with(cipher: AESGCM, plain: bytes) -> bytes:
    nonce = os.urandom(_NONCE)
    return nonce + cipher.encrypt(nonce, plain, None)


def open_with(cipher: AESGCM, sealed: bytes) -> bytes:
    try:
        return cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], None)
    except (InvalidTag, ValueError) as error:
        raise Unreadable("personal") from error


def load(folder: Path) -> Vault:
    """Read the installation's keys, making them (mode 0600) on the first run."""
    path = folder / "vault.json"
    if not path.exists():
        fresh = _as_json([secrets.token_bytes(_KEY)], secrets.token_bytes(_KEY))
        write_secret(path, fresh, replace=False)
    stored = json.loads(path.read_text())
    return Vault(
        keys=tuple(base64.b64decode(key) for key in stored["keys"]),
        index_key=base64.b64decode(stored["index_key"]),
    )


def add_key(folder: Path) -> Vault:
    """Put a new master key on the ring; old keys keep opening what they sealed."""
    vault = load(folder)
    if len(vault.keys) >= 255:
        raise ValueError("the key ring is full")
    ring = [*vault.keys, secrets.token_bytes(_KEY)]
    write_secret(folder / "vault.json", _as_json(ring, vault.index_key))
    return load(folder)


def write_secret(path: Path, content: str, *, replace: bool = True) -> None:
    """Write a file only its owner may read, at once or not at all.

    Without `replace`, whoever came first keeps their file.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    if replace:
        draft.replace(path)
        return
    with contextlib.suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()


def _as_json(keys: list[bytes], index_key: bytes) -> str:
    return json.dumps(
        {
            "keys": [base64.b64encode(key).decode() for key in keys],
            "index_key": base64.b64encode(index_key).decode(),
        }
    )
