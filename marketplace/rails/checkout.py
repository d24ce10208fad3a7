"""A debtor pays the lender on a page of Stripe's; what the lender keeps becomes a payment."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import select

from marketplace import audit, casework
from marketplace.accounts import User
from marketplace.casework import PaymentRow
from marketplace.core import jobs
from marketplace.core.db import db, locked, queue_up
from marketplace.core.errors import NotFound, Refusal
from marketplace.core.words import _
from marketplace.portfolios import PAID, Case
from marketplace.rails import outbox
from marketplace.rails.access import is_on, open_gateway, require_on
from marketplace.rails.gateway import CheckoutFacts
from marketplace.rails.models import OperationKind, RailAccount, RailCheckout, RailOperation

WATCH = "watch payment pages"
"""The job that asks for the present state of every page that waits for money."""


def ask_for_checkout(
    case_id: int, amount_minor: int, *, by: User, now: datetime
) -> RailCheckout:
    """Ask for a payment page of one case; the worker makes it at Stripe."""
    require_on()
    case = db.session.get(Case, case_id)
    if case is None or case.lender_id != by.organisation_id:
        raise NotFound
    _require_account(case)
    if PAID in case.hold_flags or not 0 < amount_minor <= case.balance_minor:
        raise Refusal(
            _("The amount must be above zero and at most the balance of the case."),
            next_step=_("Correct the amount. A debt that is paid needs no payment page."),
        )
    queue_up("payment page", case.id)
    if open_checkout(case.id) is not None:
        raise Refusal(
            _("There is an open payment page for this case already."),
            next_step=_("Use that one; it ends by itself a day after it was made."),
        )
    made = RailCheckout(
        lender_id=case.lender_id, case_id=case.id, amount_minor=amount_minor,
        currency=case.currency, made_by_id=by.id, made_at=now,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    outbox.plan(
        f"checkout:{made.code}", OperationKind.CHECKOUT, case.lender_id, now=now,
        amount_minor=amount_minor, currency=case.currency,
    )  # fmt: skip
    audit.record(
        "checkout.asked", made, by=by, now=now, case=case.code, amount_minor=amount_minor
    )
    return made


def _require_account(case: Case) -> None:
    account = db.session.scalar(
        select(RailAccount).where(RailAccount.organisation_id == case.lender_id)
    )
    if case.currency == "CNY":
        raise Refusal(
            _("Stripe carries no yuan."), next_step=_("Give the debtor your bank account.")
        )
    if account is None or not account.charges_enabled:
        raise Refusal(
            _("Your account at Stripe cannot take payments yet."),
            next_step=_("Finish setting it up under Payments by Stripe."),
        )


def open_checkout(case_id: int) -> RailCheckout | None:
    return locked(
        select(RailCheckout).where(
            RailCheckout.case_id == case_id,
            RailCheckout.paid_at.is_(None),
            RailCheckout.ended_at.is_(None),
        )
    )


def checkouts_of(case_id: int, *, lender_id: int) -> list[RailCheckout]:
    """The payment pages of a case, the newest first."""
    query = select(RailCheckout).where(
        RailCheckout.case_id == case_id, RailCheckout.lender_id == lender_id
    )
    return list(db.session.scalars(query.order_by(RailCheckout.id.desc())))


def keep_session(operation: RailOperation) -> None:
    """The page is there; where, is asked for next."""
    found = _of(operation.op_id)
    if found is not None:
        found.session_ref = operation.external_ref
        jobs.enqueue_once(WATCH, WATCH)


def take_open(*, now: datetime) -> list[tuple[str, str]] | None:
    """Pages that wait for money, and whose they are: asked for in case a doorbell was lost."""
    if not is_on():
        return None
    query = (
        select(RailCheckout.session_ref, RailAccount.account_ref)
        .join(RailAccount, RailAccount.organisation_id == RailCheckout.lender_id)
        .where(
            RailCheckout.session_ref.is_not(None),
            RailCheckout.paid_at.is_(None),
            RailCheckout.ended_at.is_(None),
        )
        .order_by(RailCheckout.id)
    )
    return [(ref or "", account or "") for ref, account in db.session.execute(query)] or None


def look(pages: Sequence[tuple[str, str]]) -> list[CheckoutFacts]:
    gateway = open_gateway()
    return [gateway.checkout(ref, account) for ref, account in pages]


def keep(
    _pages: Sequence[tuple[str, str]], found: Sequence[CheckoutFacts], *, now: datetime
) -> None:
    for facts in found:
        checkout_changed(facts, now=now)


def checkout_changed(facts: CheckoutFacts, *, now: datetime) -> None:
    """Keep the present state of a page; the payments of the case follow what is kept of it."""
    found = _of(facts.op_id)
    if found is None:
        return
    found.session_ref, found.url = facts.ref, facts.url or found.url
    found.expires_at = datetime.fromtimestamp(facts.expires, UTC)
    found.intent_ref = facts.intent_ref or found.intent_ref
    if facts.status == "expired" and found.paid_at is None:
        found.ended_at = found.ended_at or now
    if facts.kept_minor != found.kept_minor:
        _follow(found, facts.kept_minor, now)


def _follow(found: RailCheckout, kept_minor: int, now: datetime) -> None:
    """Take back the payment that stood for the page, and record what is kept instead."""
    case = db.session.get_one(Case, found.case_id)
    maker = db.session.get_one(User, found.made_by_id)
    rows = []
    if found.standing_ref:
        rows.append(
            PaymentRow(
                case.lender_case_no, now.date(), -found.kept_minor,
                f"{found.standing_ref}:back", reverses=found.standing_ref,
            )
        )  # fmt: skip
    found.standing_ref = None
    if kept_minor:
        found.payments += 1
        found.standing_ref = f"{found.intent_ref}:{found.payments}"
        rows.append(PaymentRow(case.lender_case_no, now.date(), kept_minor, found.standing_ref))
    casework.record_payments(rows, by=maker, now=now)
    found.kept_minor, found.paid_at = kept_minor, found.paid_at or now
    audit.record(
        "checkout.paid", found, by=None, now=now, parties=[found.lender_id],
        kept_minor=kept_minor, intent=found.intent_ref,
    )  # fmt: skip


def _of(op_id: str) -> RailCheckout | None:
    code = op_id.removeprefix("checkout:")
    return locked(select(RailCheckout).where(RailCheckout.code == code))
