"""Recomputing a chain of events, with nothing but the standard library."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

START = bytes(32)


@dataclass(frozen=True)
class Broken:
    """Where a chain stops being what was recorded, and why."""

    sequence: int
    why: str


def link(previous: bytes, body: str) -> bytes:
    """The hash of an event: SHA-256 of the hash before it and of its body."""
    return hashlib.sha256(previous + body.encode()).digest()


def verify_events(events: Iterable[Mapping[str, Any]]) -> Broken | bytes:
    """Follow a chain from its start; return the last hash, or the first broken event.

    Each event needs `sequence`, `body`, `hash` (hex), and the columns the body repeats.
    """
    previous, expected = START, 1
    for event in events:
        if event["sequence"] != expected:
            return Broken(expected, "an event is missing, added or out of order")
        if link(previous, event["body"]).hex() != event["hash"]:
            return Broken(expected, "the event is not what was recorded")
        body = json.loads(event["body"])
        for column in ("action", "actor_id", "subject_table", "subject_id", "details"):
            if column in event and event[column] != body[column]:
                return Broken(expected, f"the column {column} differs from the recorded body")
        previous, expected = bytes.fromhex(event["hash"]), expected + 1
    return previous
