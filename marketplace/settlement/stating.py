"""Statements: drafted from verified cash, confirmed by both sides, approved, posted."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import delete, select

from marketplace import audit, ledger
from marketplace.accounts import Kind, User
from marketplace.core.bulk import insert_many
from marketplace.core.db import db, queue_up
from marketplace.core.errors import NotFound, Refusal
from marketplace.core.installation import installed
from marketplace.core.words import _
from marketplace.ledger import AccountKind, Entry
from marketplace.placements import FrameworkContract, Rail
from marketplace.settlement.adjusting import score_stands
from marketplace.settlement.correcting import require_approved_before, require_uncorrected
from marketplace.settlement.gathering import Due, contract_payments
from marketplace.settlement.invoices import is_invoiced, needs_red_letter, standing_invoices
from marketplace.settlement.line_disputes import LineDispute, StatementCopy
from marketplace.settlement.lines import line_rows, releases_of
from marketplace.settlement.models import (
    HoldbackRelease,
    LineKind,
    Statement,
    StatementLine,
    StatementStatus,
)
from marketplace.settlement.reckoning import Line, reckon
from marketplace.settlement.sharing import Share
from marketplace.settlement.snapshots import rates_of
from marketplace.settlement.totalling import totalled
from marketplace.settlement.undone import stated_and_undone

_OPEN = {
    StatementStatus.DRAFT,
    StatementStatus.AGENCY_CONFIRMED,
    StatementStatus.LENDER_CONFIRMED,
}


class NothingToSettle(Refusal):
    """No verified cash without a statement."""


def draft_statement(
    due: Due, *, period_start: date, period_end: date, by: User, now: datetime,
    instead_of: Statement | None = None,
) -> Statement:  # fmt: skip
    """Compute a statement of everything verified before `period_end` and not yet stated.

    It may have no line at all, and release what was held back. Instead of an earlier version it
    keeps that one's window for disputes.
    """
    queue_up("draft statement", due.contract_id)
    contract = contract_payments(due, period_end)
    lines = reckon(contract.payments, contract.stated, contract.terms)
    found = totalled(due, lines, contract, period_end)
    if found is None:
        raise NothingToSettle(
            _("There is no verified cash left to settle."),
            next_step=_("Payments count once the lender has verified them."),
        )
    _require_new_period(due, period_start)
    statement = found.statement
    statement.period_start, statement.rail = period_start, _rail_of(statement)
    statement.made_by_id, statement.made_at = by.id, now
    statement.rates = rates_of(statement, lines, contract)
    if instead_of is not None:
        statement.replaces_id, statement.edition = instead_of.id, instead_of.edition + 1
        statement.disputes_end_at = instead_of.disputes_end_at
    db.session.add(statement)
    db.session.flush()
    for release in found.releases:
        release.released_by_id = statement.id
        db.session.add(release)
    _write_lines(statement, lines, found.shares, contract.weights)
    audit.record(
        "statement.drafted", statement, by=None if instead_of else by, now=now,
        parties=[due.lender_id, due.agency_id], code=statement.code,
        commission_minor=statement.commission_minor, payments=statement.payments,
    )  # fmt: skip
    return statement


def _write_lines(
    statement: Statement, lines: Sequence[Line], shares: Sequence[Share],
    weights: Mapping[int, int],
) -> None:  # fmt: skip
    if not lines:
        return
    again = stated_and_undone([line.payment.id for line in lines])
    insert_many(
        StatementLine,
        [
            {
                "lender_id": statement.lender_id,
                "agency_id": statement.agency_id,
                "statement_id": statement.id,
                "payment_id": line.payment.id,
                "placement_id": line.payment.placement_id,
                "case_id": line.payment.case_id,
                "value_on": line.payment.value_on,
                "kind": line.kind,
                "tier": line.tier,
                "terms_id": line.terms_id,
                "reason": line.reason,
                "gross_minor": line.gross_minor,
                "rate_bps": line.rate_bps,
                "unrounded": line.unrounded,
                "commission_minor": line.commission_minor,
                "round": line.payment.kind.round,
                "dpd": line.payment.kind.dpd,
                "cell": line.payment.cell,
                "bid_bps": line.payment.awarded_bps,
                "weight_bps": weights[line.payment.placement_id],
                **vars(share),
                "again": 0 if line.kind is LineKind.TRUE_UP else again.get(line.payment.id, 0),
            }
            for line, share in zip(lines, shares, strict=True)
        ],
    )


def confirm(statement_id: int, *, by: User, now: datetime) -> Statement:
    """The agency confirms first, then the lender."""
    statement = _locked(statement_id)
    if by.organisation_id not in {statement.lender_id, statement.agency_id}:
        raise NotFound
    _require_undisputed(statement)
    _require_score(statement)
    agency_turn = statement.status is StatementStatus.DRAFT
    lender_turn = statement.status is StatementStatus.AGENCY_CONFIRMED
    if by.organisation.kind is Kind.AGENCY and agency_turn:
        statement.status = StatementStatus.AGENCY_CONFIRMED
        statement.agency_confirmed_by_id = by.id
    elif by.organisation.kind is Kind.LENDER and lender_turn:
        statement.status = StatementStatus.LENDER_CONFIRMED
        statement.lender_confirmed_by_id = by.id
    else:
        raise Refusal(
            _("It is not your turn to confirm this statement."),
            next_step=_("The agency confirms first, then the lender, then the platform."),
        )
    _record("statement.confirmed", statement, by, now)
    return statement


def approve(statement_id: int, *, by: User, now: datetime) -> Statement:
    """A second person of the platform's finance approves, and the books are posted."""
    statement = _locked(statement_id)
    if statement.status is not StatementStatus.LENDER_CONFIRMED:
        raise Refusal(
            _("Only a statement that both sides confirmed can be approved."),
            next_step=_("Wait for the confirmations, or reload the page."),
        )
    if statement.made_by_id == by.id:
        raise Refusal(
            _("You drafted this statement, so somebody else must approve it."),
            next_step=_("Ask a colleague in finance."),
        )
    _require_undisputed(statement)
    _require_score(statement)
    require_approved_before(statement)
    if needs_red_letter(statement):
        raise Refusal(
            _("It takes back commission that was invoiced, without a red-letter invoice."),
            next_step=_("The agency or the lender enters the red-letter invoice first."),
        )
    statement.rail = _rail_of(statement)
    entries = entries_of(statement)
    # Cash that came and went within the period leaves nothing to post.
    if any(entry.amount_minor for entry in entries):
        statement.journal_id = ledger.post(
            f"statement:{statement.id}",
            entries,
            effective_on=ledger.open_day(statement.last_on),
            words=f"Statement {statement.code} to {statement.period_end.isoformat()}",
            made_by_id=statement.made_by_id,
            approved_by=by,
            now=now,
        ).id
    statement.status = StatementStatus.APPROVED
    statement.approved_by_id, statement.approved_at = by.id, now
    _record("statement.approved", statement, by, now)
    if statement.rail is Rail.BANK and is_invoiced(statement):
        db.session.flush()
        carry(statement.id, StatementStatus.INVOICED, now=now)
    return statement


def carry(statement_id: int, to: StatementStatus, *, now: datetime) -> Statement:
    """An approved statement follows its money; a state it has already is left alone."""
    statement = _locked(statement_id)
    if statement.status is not to:
        statement.status = to
        _record("statement.carried", statement, None, now)
    return statement


def _rail_of(statement: Statement) -> Rail:
    """Stripe if the contract says so and it is set up; the yuan goes by bank only."""
    contract = db.session.get_one(FrameworkContract, statement.contract_id)
    if statement.currency == "CNY" or installed().stripe is None:
        return Rail.BANK
    return contract.rail


def cancel(statement_id: int, *, reason: str, by: User, now: datetime) -> Statement:
    """Drop a statement before its approval; its payments are free for another one."""
    statement = _locked(statement_id)
    if statement.status not in _OPEN:
        raise Refusal(
            _("An approved statement is corrected by the next one, not cancelled."),
            next_step=_("Reverse the payment: the next statement takes the commission back."),
        )
    if not reason.strip():
        raise Refusal(
            _("A cancellation needs a reason."), next_step=_("Both sides will read it.")
        )
    if standing_invoices(statement):
        raise Refusal(
            _("Invoices have been entered for this statement."),
            next_step=_("Ask the agency or the lender to withdraw them first."),
        )
    queue_up("draft statement", statement.contract_id)
    require_uncorrected(statement)
    set_aside(statement)
    _record("statement.cancelled", statement, by, now, reason=reason.strip())
    return statement


def set_aside(statement: Statement) -> None:
    """Cancel it and free its payments; a copy of its lines stays for its readers."""
    db.session.add(
        StatementCopy(
            statement_id=statement.id,
            lender_id=statement.lender_id,
            agency_id=statement.agency_id,
            lines=[line.as_stored() for line in line_rows(statement)],
            releases=releases_of(statement),
        )
    )
    db.session.flush()
    db.session.execute(delete(StatementLine).where(StatementLine.statement_id == statement.id))
    db.session.execute(
        delete(HoldbackRelease).where(HoldbackRelease.released_by_id == statement.id)
    )
    statement.status = StatementStatus.CANCELLED


def entries_of(statement: Statement) -> list[Entry]:
    """What an approved statement posts.

    On the bank rail the lender pays the agency directly, so the commission is a memo and only
    the fee is ours; on Stripe the platform bills the lender all of it, and owes the agency.
    A debt that was left on the other rail leaves that one's accounts for those of this.
    """
    lender, agency, currency = statement.lender_id, statement.agency_id, statement.currency
    owed = statement.earned_minor + statement.commission_tax_minor
    billed, credit = statement.billed_minor, statement.fee_carried_in_minor
    debt = _debt_of_other_rail(statement)

    def entry(kind: AccountKind, who: int | None, amount: int) -> Entry:
        return Entry(kind, who, amount, currency)

    if statement.rail is Rail.STRIPE:
        return [
            entry(AccountKind.LENDER_RECEIVABLE, lender, owed + billed + debt),
            entry(AccountKind.AGENCY_PAYABLE, agency, -owed - debt),
            entry(AccountKind.MEMO_LENDER_OWES, lender, -debt),
            entry(AccountKind.MEMO_AGENCY_EARNED, agency, debt),
            entry(AccountKind.FEE_INCOME, None, -statement.fee_minor),
            entry(AccountKind.OUTPUT_VAT, None, -statement.fee_tax_minor),
        ]
    return [
        entry(AccountKind.MEMO_CASH, lender, statement.gross_minor),
        entry(AccountKind.MEMO_RECOVERIES, agency, -statement.gross_minor),
        entry(AccountKind.MEMO_LENDER_OWES, lender, owed + debt),
        entry(AccountKind.MEMO_AGENCY_EARNED, agency, -owed - debt),
        entry(AccountKind.FEE_RECEIVABLE, lender, billed + credit),
        # Credit from a time when the platform billed all of it through Stripe.
        entry(AccountKind.LENDER_RECEIVABLE, lender, -credit - debt),
        entry(AccountKind.AGENCY_PAYABLE, agency, debt),
        entry(AccountKind.FEE_INCOME, None, -statement.fee_minor),
        entry(AccountKind.OUTPUT_VAT, None, -statement.fee_tax_minor),
    ]


def _debt_of_other_rail(statement: Statement) -> int:
    """Commission owed back, zero or less, that a statement of another rail left to this one."""
    if statement.carried_from_id is None:
        return 0
    left_by = db.session.get_one(Statement, statement.carried_from_id)
    return 0 if left_by.rail is statement.rail else statement.carried_in_minor


def _require_undisputed(statement: Statement) -> None:
    """Nothing is confirmed while the worker drafts it anew."""
    disputed = select(LineDispute.id).where(LineDispute.statement_id == statement.id).limit(1)
    if statement.status is not StatementStatus.CANCELLED and db.session.scalar(disputed):
        raise Refusal(
            _("A line of this statement is disputed: a new version is being drafted."),
            next_step=_("Confirm the new version. It is there in a moment."),
        )


def _require_score(statement: Statement) -> None:
    if not score_stands(statement):
        raise Refusal(
            _("The score of conduct that it was reckoned with is contested or replaced."),
            next_step=_("Ask the platform to cancel it and to draft it by what counts now."),
        )


def _require_new_period(due: Due, period_start: date) -> None:
    stated = db.session.scalar(
        select(Statement.code).where(
            Statement.lender_id == due.lender_id,
            Statement.agency_id == due.agency_id,
            Statement.contract_id == due.contract_id,
            Statement.currency == due.currency,
            Statement.period_start == period_start,
            Statement.status != StatementStatus.CANCELLED,
        )
    )
    if stated is not None:
        raise Refusal(
            _(
                "The statement %(code)s already begins on %(day)s.",
                code=stated,
                day=period_start,
            ),
            next_step=_("Let this one begin on a later day: late payments are still included."),
        )


def _locked(statement_id: int) -> Statement:
    # Locked, so that two approvers cannot post the same statement.
    statement = db.session.get(
        Statement, statement_id, with_for_update=True, populate_existing=True
    )
    if statement is None:
        raise NotFound
    return statement


def _record(
    action: str, statement: Statement, by: User | None, now: datetime, **details: object
) -> None:
    audit.record(
        action, statement, by=by, now=now, parties=[statement.lender_id, statement.agency_id],
        code=statement.code, status=statement.status.value, **details,
    )  # fmt: skip
