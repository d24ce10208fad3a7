"""The awards and rate tables that a statement is reckoned by, kept as they were then."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from marketplace.core.db import db
from marketplace.placements import Placement
from marketplace.settlement.adjusting import terms_in_force
from marketplace.settlement.gathering import ContractCash
from marketplace.settlement.models import Statement
from marketplace.settlement.reckoning import Line
from marketplace.settlement.terms import CommissionTerms

_SHOWN = 16


def rates_of(statement: Statement, lines: Sequence[Line], contract: ContractCash) -> Any:
    """Of each award the bids that its lines rest on, and each version of the terms in force."""
    bids: dict[int, set[tuple[str, int]]] = defaultdict(set)
    for line in lines:
        bids[line.payment.placement_id].add((line.payment.cell, line.payment.awarded_bps))
    placements = db.session.scalars(
        select(Placement).where(Placement.id.in_(bids)).order_by(Placement.id)
    )
    used = {line.terms_id for line in lines}
    newest = terms_in_force(contract.terms, statement.period_end)
    return {
        "awards": [
            {
                "award": one.award_reference,
                "placement": one.code,
                "starts_on": one.starts_on.isoformat(),
                "weight_bps": one.result_weight_bps,
                "rates_include_tax": one.rates_include_tax,
                "bids": [
                    {"cell": cell, "rate_bps": rate} for cell, rate in sorted(bids[one.id])
                ],
            }
            for one in placements
        ],
        "terms": [_version(one) for one in contract.terms if one.id in used or one is newest],
    }


def _version(terms: CommissionTerms) -> dict[str, Any]:
    return {
        "version": terms.version,
        "valid_from": terms.valid_from.isoformat(),
        "basis": terms.basis.value,
        "rates_include_tax": terms.rates_include_tax,
        "tier_mode": terms.tier_mode.value,
        "scale": terms.scale,
        "paid_for": terms.paid_for,
        "from_first_activity": terms.from_first_activity,
        "holdback_bps": terms.holdback_bps,
        "holdback_days": terms.holdback_days,
    }


def fingerprint(rates: Mapping[str, Any]) -> str:
    """What one snapshot is told from another by: the start of its SHA-256.

    >>> fingerprint({"awards": [], "terms": []})
    '32423e2e689fb1d1'
    """
    written = json.dumps(rates, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(written.encode()).hexdigest()[:_SHOWN]
