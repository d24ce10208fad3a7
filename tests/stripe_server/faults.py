"""What can go wrong on the way: asked for by a test, used up one call at a time."""

import re
import threading
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    LOCKED = "409"
    """Another request holds the object: docs.stripe.com/rate-limits#object-lock-timeouts"""

    BUSY = "429"
    """Too many requests; nothing was executed: docs.stripe.com/rate-limits"""

    ERROR_BEFORE = "500 before"
    """Execution began and failed, and this answer is kept: docs.stripe.com/error-low-level"""

    ERROR_AFTER = "500 after"
    """It was done, and the answer says it was not; this answer is kept too."""

    CUT_BEFORE = "cut before"
    """The connection breaks before anything is executed."""

    CUT_AFTER = "cut after"
    """It was done, and the answer is lost."""

    SLOW_AFTER = "slow after"
    """It was done, and the answer comes later than the client waits."""

    HELD_BEFORE = "held before"
    """Nothing happens until the test lets go: time to kill the caller."""

    HELD_AFTER = "held after"
    """It was done; the answer waits until the test lets go."""


@dataclass
class Fault:
    """`kind` befalls the next `times` calls whose "METHOD /path" matches `calls` in full."""

    calls: str
    kind: Kind
    times: int = 1
    seconds: float = 1.0
    arrived: threading.Event = field(default_factory=threading.Event)
    let_go: threading.Event = field(default_factory=threading.Event)

    def wait(self) -> None:
        self.arrived.set()
        self.let_go.wait(timeout=180)


def next_fault(faults: list[Fault], call: str) -> Fault | None:
    for fault in faults:
        if fault.times > 0 and re.fullmatch(fault.calls, call):
            fault.times -= 1
            return fault
    return None
