"""After approval on the bank rail: what was paid, that it came, and the books.

recorded -> confirmed (posted)
   `-> withdrawn: the statement waits for its money again
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from marketplace import audit, ledger
from marketplace.accounts import Kind, User
from marketplace.audit import AuditEvent
from marketplace.core.db import db
from marketplace.core.errors import NotFound, Refusal
from marketplace.core.money import in_figures
from marketplace.core.words import _
from marketplace.ledger import AccountKind, Entry
from marketplace.placements import Rail
from marketplace.settlement.closing import close_if_settled, owed_minor
from marketplace.settlement.invoices import invoice_problems, is_invoiced
from marketplace.settlement.models import Statement, StatementStatus
from marketplace.settlement.remittances import Remittance, RemittancePart
from marketplace.settlement.stating import carry

LONGEST_REFERENCE = 64

_PAYABLE = (StatementStatus.APPROVED, StatementStatus.INVOICED)


@dataclass(frozen=True)
class RemittanceRow:
    """A remittance as a page shows it. People appear by their code."""

    remittance: Remittance
    recorded_by: str
    confirmed_by: str


def part_of(by: User) -> RemittancePart:
    """What somebody's payments are for: the platform has only its fee to do with."""
    platform = by.organisation.kind is Kind.PLATFORM
    return RemittancePart.FEE if platform else RemittancePart.COMMISSION


def record_remittance(
    statement_id: int, *, amount_minor: int, paid_on: date, bank_reference: str, by: User,
    now: datetime,
) -> Remittance:  # fmt: skip
    """Say that a statement has been paid by bank, in one transfer of exactly what is due."""
    statement, part = _of_bank(statement_id), part_of(by)
    if part is RemittancePart.COMMISSION and statement.lender_id != by.organisation_id:
        raise NotFound
    _require_open(statement, part)
    if part is RemittancePart.COMMISSION:
        require_invoiced(statement)
    _require_fits(statement, part, amount_minor)
    reference = checked_reference(statement, paid_on, bank_reference, now)
    remittance = Remittance(
        lender_id=statement.lender_id,
        agency_id=statement.agency_id,
        statement_id=statement.id,
        part=part,
        amount_minor=amount_minor,
        currency=statement.currency,
        paid_on=paid_on,
        bank_reference=reference,
        recorded_by_id=by.id,
        recorded_at=now,
    )
    db.session.add(remittance)
    db.session.flush()
    if part is RemittancePart.COMMISSION:
        carry(statement.id, StatementStatus.PAID, now=now)
    _record("remittance.recorded", remittance, statement, by, now)
    return remittance


def confirm_remittance(remittance_id: int, *, by: User, now: datetime) -> Remittance:
    """Say that it came: the agency of its commission, a second person of the fee."""
    remittance = _waiting(remittance_id)
    statement = _of_bank(remittance.statement_id)
    if remittance.part is not part_of(by) or not _receives(remittance, by):
        raise NotFound
    if remittance.recorded_by_id == by.id:
        raise Refusal(
            _("You recorded this payment, so somebody else must confirm it."),
            next_step=_("Ask a colleague in finance."),
        )
    remittance.confirmed_by_id, remittance.confirmed_at = by.id, now
    db.session.flush()
    if remittance.part is RemittancePart.COMMISSION:
        carry(statement.id, StatementStatus.RECEIVED, now=now)
    else:
        _post(remittance, statement, by, now)
    _record("remittance.confirmed", remittance, statement, by, now)
    return remittance


def withdraw_remittance(
    remittance_id: int, *, reason: str, by: User, now: datetime
) -> Remittance:
    """Take a payment back that was recorded by mistake or never came, for a reason."""
    remittance = _waiting(remittance_id)
    statement = _of_bank(remittance.statement_id)
    sides = {remittance.lender_id, remittance.agency_id}
    of_mine = remittance.part is RemittancePart.FEE or by.organisation_id in sides
    if remittance.part is not part_of(by) or not of_mine:
        raise NotFound
    if not reason.strip():
        raise Refusal(
            _("Withdrawing a payment needs a reason."),
            next_step=_("The other side will read it."),
        )
    remittance.withdrawn_by_id, remittance.withdrawn_at = by.id, now
    remittance.withdrawn_because = reason.strip()
    db.session.flush()
    if remittance.part is RemittancePart.COMMISSION:
        invoiced = is_invoiced(statement)
        carry(statement.id, _PAYABLE[invoiced], now=now)
    _record("remittance.withdrawn", remittance, statement, by, now)
    return remittance


def post_remittance(event: AuditEvent, *, now: datetime) -> None:
    """React to a confirmation: the memos of the commission are settled, once.

    The agency confirms, but the books are not its to write, nor does it see the fee's
    payment: the worker posts, and closes a statement of which nothing is left to pay.
    """
    remittance = db.session.get_one(
        Remittance, event.subject_id, with_for_update=True, populate_existing=True
    )
    statement = db.session.get_one(Statement, remittance.statement_id, populate_existing=True)
    if remittance.journal_id is None and remittance.confirmed_by_id is not None:
        confirmer = db.session.get_one(User, remittance.confirmed_by_id)
        _post(remittance, statement, confirmer, now)
    close_if_settled(statement, now=now)


def remittances_of(statement: Statement) -> list[RemittanceRow]:
    """What was recorded of a statement's payment, the newest first."""
    found = db.session.scalars(
        select(Remittance)
        .where(Remittance.statement_id == statement.id)
        .order_by(Remittance.id.desc())
    ).all()
    people = [row.recorded_by_id for row in found]
    people += [row.confirmed_by_id for row in found if row.confirmed_by_id]
    codes = ledger.user_codes(people)
    return [
        RemittanceRow(
            row,
            codes[row.recorded_by_id],
            codes[row.confirmed_by_id] if row.confirmed_by_id else "",
        )
        for row in found
    ]


def require_invoiced(statement: Statement) -> None:
    """Commission is paid only where its invoices fit the statement."""
    problems = invoice_problems(statement)
    if problems:
        said = " ".join(str(words) for words in problems)
        raise Refusal(
            _("%(code)s cannot be paid: %(problems)s", code=statement.code, problems=said),
            next_step=_("Withdraw the wrong invoice and enter the right one."),
        )


def is_to_pay(statement: Statement, part: RemittancePart) -> bool:
    """Is there something to pay by bank that nobody has recorded yet?"""
    if statement.rail is not Rail.BANK or owed_minor(statement, part) == 0:
        return False
    if part is RemittancePart.COMMISSION:
        return statement.status in _PAYABLE
    return statement.approved_at is not None and _standing(statement.id, part) is None


def entries_of_remittance(remittance: Remittance) -> Sequence[Entry]:
    """Commission settles the memos of what is owed and earned; a fee comes into the bank."""
    amount, currency = remittance.amount_minor, remittance.currency
    if remittance.part is RemittancePart.FEE:
        return (
            Entry(AccountKind.BANK_CLEARING, None, amount, currency),
            Entry(AccountKind.FEE_RECEIVABLE, remittance.lender_id, -amount, currency),
        )
    return (
        Entry(AccountKind.MEMO_AGENCY_EARNED, remittance.agency_id, amount, currency),
        Entry(AccountKind.MEMO_LENDER_OWES, remittance.lender_id, -amount, currency),
    )


def _post(remittance: Remittance, statement: Statement, confirmer: User, now: datetime) -> None:
    what = "Commission" if remittance.part is RemittancePart.COMMISSION else "Fee"
    remittance.journal_id = ledger.post(
        f"remittance:{remittance.id}",
        entries_of_remittance(remittance),
        effective_on=ledger.open_day(remittance.paid_on),
        words=f"{what} of statement {statement.code} paid",
        made_by_id=remittance.recorded_by_id,
        approved_by=confirmer,
        now=now,
    ).id


def _receives(remittance: Remittance, by: User) -> bool:
    if remittance.part is RemittancePart.FEE:
        return True
    return remittance.agency_id == by.organisation_id


def _standing(statement_id: int, part: RemittancePart) -> Remittance | None:
    return db.session.scalar(
        select(Remittance).where(
            Remittance.statement_id == statement_id,
            Remittance.part == part,
            Remittance.withdrawn_at.is_(None),
        )
    )


def _require_open(statement: Statement, part: RemittancePart) -> None:
    if statement.approved_at is None or statement.status is StatementStatus.CANCELLED:
        raise Refusal(
            _("Only an approved statement is paid."),
            next_step=_("Wait for the approval of the platform."),
        )
    if _standing(statement.id, part) is not None:
        raise Refusal(
            _("The payment of this statement has been recorded already."),
            next_step=_("Withdraw that record first if it is wrong."),
        )
    if owed_minor(statement, part) == 0:
        raise Refusal(
            _("Nothing is due on this statement."),
            next_step=_("What it leaves goes into the next statement."),
        )


def _require_fits(statement: Statement, part: RemittancePart, amount_minor: int) -> None:
    due = owed_minor(statement, part)
    if amount_minor != due:
        raise Refusal(
            _(
                "The statement says %(due)s %(currency)s, and the payment %(paid)s.",
                due=in_figures(due, statement.currency),
                paid=in_figures(amount_minor, statement.currency),
                currency=statement.currency,
            ),
            next_step=_("Pay a statement in one transfer of exactly what is due."),
        )


def checked_reference(
    statement: Statement, paid_on: date, bank_reference: str, now: datetime
) -> str:
    """What the bank calls a payment for a statement, which lies after its approval."""
    approved = statement.approved_at or now
    # The payer's day may have begun before that of the clock, which is kept in UTC.
    if not approved.date() <= paid_on <= now.date() + timedelta(days=1):
        raise Refusal(
            _("A payment lies between the approval of the statement and today."),
            next_step=_("Enter the day on which the bank carried it out."),
        )
    reference = " ".join(bank_reference.split())
    if not 1 <= len(reference) <= LONGEST_REFERENCE:
        raise Refusal(
            _("A payment needs the bank's reference, of at most 64 characters."),
            next_step=_("Copy it from the bank statement."),
        )
    return reference


def _of_bank(statement_id: int) -> Statement:
    statement = db.session.get(
        Statement, statement_id, with_for_update=True, populate_existing=True
    )
    if statement is None:
        raise NotFound
    if statement.rail is not Rail.BANK:
        raise Refusal(
            _("This statement is paid through Stripe."),
            next_step=_("Its state follows the money by itself."),
        )
    return statement


def _waiting(remittance_id: int) -> Remittance:
    remittance = db.session.get(
        Remittance, remittance_id, with_for_update=True, populate_existing=True
    )
    if remittance is None:
        raise NotFound
    if remittance.withdrawn_at is not None or remittance.confirmed_at is not None:
        raise Refusal(
            _("This payment has been confirmed or withdrawn already."),
            next_step=_("Reload the page to see its present state."),
        )
    return remittance


def _record(
    action: str, remittance: Remittance, statement: Statement, by: User, now: datetime
) -> None:
    parties = [statement.lender_id]
    if remittance.part is RemittancePart.COMMISSION:
        parties.append(statement.agency_id)
    audit.record(
        action, remittance, by=by, now=now, parties=parties, code=statement.code,
        part=remittance.part.value, amount_minor=remittance.amount_minor,
    )  # fmt: skip
