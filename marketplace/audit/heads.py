"""Signed heads: what the parties take home, to check the whole chain against later.

`python -m marketplace.audit.heads bundle.json` verifies an exported bundle without a database.
"""

import base64
import hashlib
import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from marketplace.audit.chain import Broken, verify_events
from marketplace.core.vault import write_secret


@dataclass(frozen=True)
class SigningKey:
    """The platform's Ed25519 key."""

    private: Ed25519PrivateKey

    @property
    def public(self) -> str:
        raw = self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return base64.b64encode(raw).decode()


def load_signing_key(folder: Path) -> SigningKey:
    path = folder / "audit.json"
    if not path.exists():
        raw = Ed25519PrivateKey.generate().private_bytes_raw()
        fresh = json.dumps({"private": base64.b64encode(raw).decode()})
        write_secret(path, fresh, replace=False)
    raw = base64.b64decode(json.loads(path.read_text())["private"])
    return SigningKey(Ed25519PrivateKey.from_private_bytes(raw))


def sign_head(
    key: SigningKey, *, chain: int, sequence: int, digest: str, at: str
) -> dict[str, Any]:
    head = {"chain": chain, "sequence": sequence, "hash": digest, "at": at}
    signature = base64.b64encode(key.private.sign(_canonical(head))).decode()
    return {**head, "signature": signature, "public_key": key.public}


def verify_bundle(
    bundle: dict[str, Any], *, held_head: dict[str, Any] | None = None
) -> list[str]:
    """Everything that is wrong with an exported chain; empty when nothing is.

    `held_head` is an older head somebody kept: the chain must still contain it.
    """
    outcome = verify_events(bundle["events"])
    if isinstance(outcome, Broken):
        return [f"event {outcome.sequence}: {outcome.why}"]
    faults = []
    head = bundle["head"]
    if not _signed(head):
        faults.append("the head's signature does not match")
    last = bundle["events"][-1]["sequence"] if bundle["events"] else 0
    if (head["sequence"], head["hash"]) != (last, outcome.hex()):
        faults.append("the chain does not end at its signed head")
    if held_head is not None:
        faults += _missing_from(bundle, held_head)
    return faults


def unissued(bundle: dict[str, Any], files: Iterable[Path]) -> list[str]:
    """The files that were not handed out just like this, by what the chain says."""
    known = {json.loads(one["body"])["details"].get("sha256") for one in bundle["events"]}
    return [
        f"{file.name} was not issued like this, or is not there"
        for file in files
        if not file.exists() or hashlib.sha256(file.read_bytes()).hexdigest() not in known
    ]


def _missing_from(bundle: dict[str, Any], held: dict[str, Any]) -> list[str]:
    if not _signed(held):
        return ["the held head's signature does not match"]
    if held["public_key"] != bundle["head"]["public_key"]:
        return ["the held head was signed with another key"]
    hashes = {event["sequence"]: event["hash"] for event in bundle["events"]}
    if hashes.get(held["sequence"]) != held["hash"]:
        return [f"event {held['sequence']} is not the one in the held head"]
    return []


def _signed(head: dict[str, Any]) -> bool:
    public = Ed25519PublicKey.from_public_bytes(base64.b64decode(head["public_key"]))
    try:
        public.verify(base64.b64decode(head["signature"]), _canonical(head))
    except InvalidSignature:
        return False
    return True


def _canonical(head: dict[str, Any]) -> bytes:
    signed = {name: head[name] for name in ("chain", "sequence", "hash", "at")}
    return json.dumps(signed, sort_keys=True, separators=(",", ":")).encode()


def _main(arguments: list[str]) -> int:
    bundle = json.loads(Path(arguments[0]).read_text())
    held = json.loads(Path(arguments[1]).read_text()) if len(arguments) > 1 else None
    faults = verify_bundle(bundle, held_head=held)
    for fault in faults:
        sys.stdout.write(f"BROKEN {fault}\n")
    if not faults:
        sys.stdout.write(f"OK {len(bundle['events'])} events\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1:]))
