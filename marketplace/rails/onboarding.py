"""Setting an organisation up at Stripe: asked for here, done there, and heard of again."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from marketplace import audit
from marketplace.accounts import Kind, User
from marketplace.core.db import db, queue_up
from marketplace.core.errors import Refusal
from marketplace.core.words import _
from marketplace.rails import outbox
from marketplace.rails.access import open_gateway, require_on
from marketplace.rails.models import OperationKind, RailAccount

COUNTRIES = ("US", "GB", "IE", "DE", "FR", "NL", "ES", "IT", "SG", "HK")
"""Where an organisation can be set up; the yuan goes by bank."""


@dataclass(frozen=True)
class RailState:
    """Where an organisation stands."""

    account: RailAccount | None
    ready: bool


def state_of(organisation_id: int) -> RailState:
    account = db.session.scalar(
        select(RailAccount).where(RailAccount.organisation_id == organisation_id)
    )
    return RailState(account, bool(account and account.transfers_active))


def ask_for_account(country: str, *, by: User, now: datetime) -> RailAccount:
    """Ask for an account at Stripe; the worker makes it, and a lender's customer with it."""
    require_on()
    if country not in COUNTRIES:
        raise Refusal(
            _("Payments by Stripe cannot be set up in this country."),
            next_step=_("Choose one of the countries in the list, or stay with the bank."),
        )
    queue_up("stripe account", by.organisation_id)
    known = state_of(by.organisation_id).account
    if known is not None:
        return known
    account = RailAccount(
        organisation_id=by.organisation_id, country=country, asked_by_id=by.id, asked_at=now,
    )  # fmt: skip
    db.session.add(account)
    audit.record("rail.account_asked", account, by=by, now=now, country=country)
    number = by.organisation_id
    outbox.plan(f"account:{number}", OperationKind.ACCOUNT, number, now=now)
    if by.organisation.kind is Kind.LENDER:
        outbox.plan(f"customer:{number}", OperationKind.CUSTOMER, number, now=now)
    return account


def onboarding_link(account_ref: str, *, page: str) -> str:
    """A fresh link to Stripe's own form, good for minutes. Opens no transaction."""
    return open_gateway().account_link(account_ref, return_url=page, refresh_url=page)
