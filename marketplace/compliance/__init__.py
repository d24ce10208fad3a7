"""Compliance: rule packs, holds and the gate that stands before every contact.

The gate knows rules, not cases: who asks brings the counters and the holds.
"""

from marketplace.compliance.gate import (
    BALANCE_RULE,
    PLACEMENT_RULE,
    Attempt,
    Block,
    Decision,
    Pressure,
    decide,
)
from marketplace.compliance.holding import holds_on, lift_hold, place_hold
from marketplace.compliance.models import Hold, HoldReason
from marketplace.compliance.rules import Pack, Rule, pack

__all__ = [
    "BALANCE_RULE",
    "PLACEMENT_RULE",
    "Attempt",
    "Block",
    "Decision",
    "Hold",
    "HoldReason",
    "Pack",
    "Pressure",
    "Rule",
    "decide",
    "holds_on",
    "lift_hold",
    "pack",
    "place_hold",
]
