"""Non-disclosure: a lender's text, version by version, and the agencies' signatures."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from marketplace import audit
from marketplace.accounts import Organisation, User
from marketplace.core.db import db
from marketplace.core.errors import NotFound, Refusal
from marketplace.core.words import Name, _
from marketplace.releases.models import Nda, NdaSignature

SHORTEST = 40
"""Characters of an agreement that says anything."""


class NdaMissing(Refusal):
    """The agency has not signed the lender's current text."""


@dataclass(frozen=True)
class Signature:
    version: int
    agency: Name
    signed_as: str
    signed_at: datetime


def set_nda(body: str, *, by: User, now: datetime) -> Nda:
    """Replace the text that agencies sign. Who signed an earlier one has to sign again."""
    text = body.strip()
    if len(text) < SHORTEST:
        raise Refusal(
            _("The text is too short to bind anybody."),
            next_step=_("Paste the whole agreement, at least %(n)s characters.", n=SHORTEST),
        )
    before = db.session.scalar(
        select(Nda).where(Nda.lender_id == by.organisation_id, Nda.current).with_for_update()
    )
    if before is not None:
        if before.body == text:
            return before
        before.current = False
        db.session.flush()
    nda = Nda(
        lender_id=by.organisation_id,
        version=1 + (before.version if before else 0),
        body=text,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        made_by_id=by.id,
        made_at=now,
    )
    db.session.add(nda)
    audit.record("nda.set", nda, by=by, now=now, version=nda.version, sha256=nda.sha256)
    return nda


def current_nda(lender_id: int) -> Nda | None:
    return db.session.scalar(select(Nda).where(Nda.lender_id == lender_id, Nda.current))


def unsigned_nda(lender_id: int, *, by: User) -> Nda | None:
    """The text that the agency still has to sign to see more; None if there is none."""
    nda = current_nda(lender_id)
    if nda is None or _signature(nda, by) is not None:
        return None
    return nda


def require_nda(lender_id: int, *, by: User) -> None:
    """Refuse whoever has not signed."""
    if unsigned_nda(lender_id, by=by) is not None:
        raise NdaMissing(
            _("You have not signed the lender's non-disclosure agreement."),
            next_step=_("Read and sign it on the page of the auction."),
        )


def sign_nda(nda_id: int, *, signed_as: str, by: User, now: datetime) -> NdaSignature:
    """Sign for one's agency, with one's name typed in."""
    nda = db.session.get(Nda, nda_id)
    if nda is None:
        raise NotFound
    if not nda.current:
        raise Refusal(
            _("The lender has replaced this text."),
            next_step=_("Reload the page and read the new one."),
        )
    if not signed_as.strip():
        raise Refusal(_("Type your name to sign."), next_step=_("Go back and sign."))
    known = _signature(nda, by)
    if known is not None:
        return known
    signature = NdaSignature(
        nda_id=nda.id,
        lender_id=nda.lender_id,
        agency_id=by.organisation_id,
        signed_by_id=by.id,
        signed_as=signed_as.strip(),
        signed_at=now,
    )
    db.session.add(signature)
    audit.record(
        "nda.signed", signature, by=by, now=now, parties=[nda.lender_id, by.organisation_id],
        version=nda.version, sha256=nda.sha256,
    )  # fmt: skip
    return signature


def signatures_of(lender_id: int) -> list[Signature]:
    """Who has signed what, the latest first."""
    rows = db.session.execute(
        select(Nda.version, Organisation.called, NdaSignature.signed_as, NdaSignature.signed_at)
        .join(NdaSignature, NdaSignature.nda_id == Nda.id)
        .join(Organisation, Organisation.id == NdaSignature.agency_id)
        .where(Nda.lender_id == lender_id)
        .order_by(NdaSignature.id.desc())
    )
    return [Signature(*row) for row in rows]


def _signature(nda: Nda, by: User) -> NdaSignature | None:
    return db.session.scalar(
        select(NdaSignature).where(
            NdaSignature.nda_id == nda.id, NdaSignature.agency_id == by.organisation_id
        )
    )
