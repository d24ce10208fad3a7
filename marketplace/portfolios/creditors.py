"""Who owns a portfolio's claims, from which day on, and with which shares (co-lending)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from marketplace import audit
from marketplace.accounts import User
from marketplace.core.db import db
from marketplace.core.errors import NotFound, Refusal
from marketplace.core.money import BPS
from marketplace.core.words import _
from marketplace.portfolios.models import Creditor, Portfolio


@dataclass(frozen=True)
class Share:
    """One creditor's part. `notice_on` is when the debtors were told of an assignment."""

    name: str
    share_bps: int
    entity_id: int | None = None
    notice_on: date | None = None


def change_creditors(
    portfolio_id: int, shares: Sequence[Share], *, valid_from: date, by: User, now: datetime
) -> None:
    """Record who owns the claims from a day on; what was before stays on record."""
    portfolio = db.session.get(Portfolio, portfolio_id, with_for_update=True)
    if portfolio is None or portfolio.lender_id != by.organisation_id:
        raise NotFound
    if sum(share.share_bps for share in shares) != BPS or not all(
        s.name.strip() for s in shares
    ):
        raise Refusal(
            _("The creditors' shares must add up to 100 %."),
            next_step=_("Name every creditor and correct the shares."),
        )
    newest = db.session.scalar(
        select(Creditor.valid_from)
        .where(Creditor.portfolio_id == portfolio.id)
        .order_by(Creditor.valid_from.desc())
        .limit(1)
    )
    if newest is not None and valid_from <= newest:
        raise Refusal(
            _("A change on or before %(day)s would rewrite history.", day=newest),
            next_step=_("Enter a later day."),
        )
    db.session.add_all(
        Creditor(
            lender_id=portfolio.lender_id,
            portfolio_id=portfolio.id,
            entity_id=share.entity_id,
            name=share.name.strip(),
            share_bps=share.share_bps,
            valid_from=valid_from,
            notice_on=share.notice_on,
            recorded_at=now,
        )
        for share in shares
    )
    audit.record(
        "creditors.changed", portfolio, by=by, now=now, valid_from=valid_from,
        shares_bps=[share.share_bps for share in shares],
    )  # fmt: skip


def creditors_of(portfolio_id: int) -> list[Creditor]:
    """Every creditor there has been, the present ones first."""
    return list(
        db.session.scalars(
            select(Creditor)
            .where(Creditor.portfolio_id == portfolio_id)
            .order_by(Creditor.valid_from.desc(), Creditor.share_bps.desc())
        )
    )


def creditors_on(portfolio_id: int, day: date) -> list[Creditor]:
    """Who owns the claims on a day."""
    known = [one for one in creditors_of(portfolio_id) if one.valid_from <= day]
    return [one for one in known if one.valid_from == known[0].valid_from]
