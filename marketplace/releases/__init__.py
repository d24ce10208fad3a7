"""Releases: what outsiders are told of a portfolio, so that nobody in it can be told apart.

Debtors are sorted into classes of at least so many, for good. Whatever is told is a sum over
whole classes, and a class is told anew only if enough of its debtors have changed. More than a
headline is told only to agencies that have signed the lender's non-disclosure agreement.
"""

from marketplace.releases.classes import MIXED, PARTS
from marketplace.releases.models import (
    SIGNED,
    Nda,
    NdaSignature,
    Release,
    ReleaseClass,
    ReleaseMembers,
)
from marketplace.releases.releasing import (
    FIGURES,
    TooFewDebtors,
    classes_of,
    members_sql,
    release,
    release_of,
)
from marketplace.releases.signing import (
    NdaMissing,
    Signature,
    current_nda,
    require_nda,
    set_nda,
    sign_nda,
    signatures_of,
    unsigned_nda,
)

__all__ = [
    "FIGURES",
    "MIXED",
    "PARTS",
    "SIGNED",
    "Nda",
    "NdaMissing",
    "NdaSignature",
    "Release",
    "ReleaseClass",
    "ReleaseMembers",
    "Signature",
    "TooFewDebtors",
    "classes_of",
    "current_nda",
    "members_sql",
    "release",
    "release_of",
    "require_nda",
    "set_nda",
    "sign_nda",
    "signatures_of",
    "unsigned_nda",
]
