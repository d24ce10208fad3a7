"""Placements: some of a portfolio's cases in an agency's hands, on agreed terms.

offered -> accepted -> returned
   |           `-----> recalled
   `-----> declined

No case is released unless contract, data-processing agreement and the lender's published
approval are all in force, at the offer, at the acceptance and at the release.
"""

from marketplace.placements.contracts import (
    LONGEST_TAIL,
    ContractMissing,
    Papers,
    approve_agency,
    papers_in_force,
    record_agreement,
    record_contract,
    require_papers,
    withdraw_approval,
)
from marketplace.placements.models import (
    AgencyApproval,
    FrameworkContract,
    Placement,
    PlacementCase,
    PlacementStatus,
    ProcessingAgreement,
    Rail,
)
from marketplace.placements.offering import (
    DECLINE_REASONS,
    OfferClosed,
    Terms,
    accept,
    decline,
    end_due,
    offer,
    recall,
    release_cases,
)
from marketplace.placements.queries import (
    PlacementLine,
    RateLine,
    Tail,
    agreements_of,
    approvals_of,
    approved_agencies,
    contracts_of,
    contracts_with,
    currencies_under,
    owned_placement,
    placement_lines,
    rate_lines,
    tail_of,
)
from marketplace.placements.records import (
    AgencyRecord,
    TrackRecord,
    replace_track_records,
    track_records,
)

__all__ = [
    "DECLINE_REASONS",
    "LONGEST_TAIL",
    "AgencyApproval",
    "AgencyRecord",
    "ContractMissing",
    "FrameworkContract",
    "OfferClosed",
    "Papers",
    "Placement",
    "PlacementCase",
    "PlacementLine",
    "PlacementStatus",
    "ProcessingAgreement",
    "Rail",
    "RateLine",
    "Tail",
    "Terms",
    "TrackRecord",
    "accept",
    "agreements_of",
    "approvals_of",
    "approve_agency",
    "approved_agencies",
    "contracts_of",
    "contracts_with",
    "currencies_under",
    "decline",
    "end_due",
    "offer",
    "owned_placement",
    "papers_in_force",
    "placement_lines",
    "rate_lines",
    "recall",
    "record_agreement",
    "record_contract",
    "release_cases",
    "replace_track_records",
    "require_papers",
    "tail_of",
    "track_records",
    "withdraw_approval",
]
