"""Payments: what the lender's ledger shows, what agencies report, and who verified it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, exists, select, true, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from marketplace import audit
from marketplace.accounts import Organisation, User
from marketplace.casework.attributing import attribute, attribute_reversals, parts_of
from marketplace.casework.models import (
    Appropriation,
    Payment,
    PaymentMethod,
    PaymentSource,
)
from marketplace.core.bulk import insert_many
from marketplace.core.days import local_day
from marketplace.core.db import among, db
from marketplace.core.errors import NotFound, Refusal
from marketplace.core.money import MINOR_DIGITS
from marketplace.core.words import Words, _
from marketplace.portfolios import Case

LARGEST_PAYMENT = 10**9
"""In whole units of the currency; what is as large or larger has lost its point."""


@dataclass(frozen=True)
class PaymentRow:
    """One line of a payment file. A reversal names the reference it takes back."""

    lender_case_no: str
    value_on: date
    amount_minor: int
    ledger_ref: str
    reverses: str = ""
    method: PaymentMethod = PaymentMethod.VOLUNTARY
    applied: Appropriation | None = None
    """What it was set against, where the ledger tells; a reversal follows its payment."""


class BadPayments(Refusal):
    """The file holds lines that cannot be payments; every one is listed."""

    def __init__(self, problems: Sequence[tuple[int, Words]]) -> None:
        super().__init__(
            _("%(n)s lines cannot be recorded. Nothing was.", n=len(problems)),
            next_step=_("Correct the lines below and send the file again."),
        )
        self.problems = list(problems)


def record_payments(
    rows: Sequence[PaymentRow], *, by: User, now: datetime, awaits_match: bool = False
) -> int:
    """Record lines of the lender's own ledger, all or none; return how many are new.

    A line whose reference is known is the same payment: sending a file twice changes nothing.
    One that awaits a match is verified only with the decision that it was recorded for.
    """
    cases = _cases_by_number(by.organisation_id, {row.lender_case_no for row in rows})
    known = _payments_by_reference(
        by.organisation_id, {r for row in rows for r in (row.ledger_ref, row.reverses) if r}
    )
    reversed_already = _reversals_of(known)
    problems = [
        (line, words)
        for line, row in enumerate(rows, 1)
        if (words := _problem(row, cases, known, local_day(now), reversed_already))
    ]
    problems = sorted([*problems, *_contradictions(rows)], key=lambda problem: problem[0])
    if problems:
        raise BadPayments(problems)
    fresh = {row.ledger_ref: row for row in rows if row.ledger_ref not in known}
    values: list[dict[str, object]] = [
        {
            "lender_id": by.organisation_id,
            "case_id": cases[row.lender_case_no].id,
            "value_on": row.value_on,
            "posted_on": local_day(now),
            "amount_minor": row.amount_minor,
            "currency": cases[row.lender_case_no].currency,
            "source": PaymentSource.LENDER_LEDGER,
            "method": row.method,
            **parts_of(row.applied),
            "ledger_ref": row.ledger_ref,
            "reversal_of_id": known[row.reverses].id if row.reverses else None,
            "reported_by_id": by.id,
            "reported_at": now,
            "awaits_match": awaits_match,
            "agency_id": None,
            "placement_id": None,
        }
        for row in fresh.values()
    ]
    attribute([value for value in values if value["reversal_of_id"] is None])
    attribute_reversals(values, known)
    if values:
        insert_many(Payment, values)
        organisation = db.session.get_one(Organisation, by.organisation_id)
        audit.record(
            "payments.recorded", organisation, by=by, now=now, count=len(values),
            amount_minor=sum(row.amount_minor for row in fresh.values()),
        )  # fmt: skip
    return len(values)


def report_payment(
    case_id: int, *, value_on: date, amount_minor: int, reference: str, by: User, now: datetime
) -> Payment:
    """An agency says that its debtor paid. It counts once the lender has verified it."""
    case = db.session.get(Case, case_id)
    if case is None or case.agency_id != by.organisation_id:
        raise NotFound
    row = PaymentRow(case.lender_case_no, value_on, amount_minor, reference.strip())
    if words := _problem(row, {case.lender_case_no: case}, {}, local_day(now), {}):
        raise Refusal(words, next_step=_("Correct it and send it again."))
    values: dict[str, object] = {
        "case_id": case.id,
        "value_on": value_on,
        "agency_id": None,
        "placement_id": None,
    }
    attribute([values])
    if values["agency_id"] != by.organisation_id:
        raise Refusal(
            _("On %(day)s this case was not placed with you.", day=value_on),
            next_step=_("Look up the value date; cash of another day is not yours to report."),
        )
    payment = Payment(
        lender_id=case.lender_id,
        agency_id=by.organisation_id,
        case_id=case.id,
        placement_id=values["placement_id"],
        value_on=value_on,
        posted_on=local_day(now),
        amount_minor=amount_minor,
        currency=case.currency,
        source=PaymentSource.AGENCY_CLAIM,
        ledger_ref=row.ledger_ref,
        reported_by_id=by.id,
        reported_at=now,
    )
    try:
        with db.session.begin_nested():
            db.session.add(payment)
    except IntegrityError as taken:
        # The lender's own payments are hidden from an agency, but not from the constraint.
        raise Refusal(_("A payment with this reference has already been reported.")) from taken
    audit.record(
        "payment.reported", payment, by=by, now=now, parties=[case.lender_id],
        amount_minor=amount_minor,
    )  # fmt: skip
    return payment


def verify_payments(
    payment_ids: Sequence[int], *, by: User, now: datetime, matched: bool = False
) -> int:
    """A second person of the lender confirms that the money arrived.

    `matched`: somebody agreed to the decision that those which await one were recorded for.
    """
    own = db.session.scalar(
        select(Payment.id)
        .where(among(Payment.id, payment_ids), Payment.reported_by_id == by.id)
        .limit(1)
    )
    if own is not None:
        raise Refusal(
            _("You recorded these payments, so somebody else must verify them."),
            next_step=_("Ask a colleague who may verify payments."),
        )
    free = Payment.awaits_match.is_(False)
    return _decide(
        payment_ids, "payments.verified", true() if matched else free, by, now,
        verified_by_id=by.id, verified_at=now,
    )  # fmt: skip


def withdraw_payments(payment_ids: Sequence[int], *, by: User, now: datetime) -> int:
    """Take payments out that nobody verified: they were none. Their references stay used.

    One that was taken back since stays, unless what takes it back goes as well.
    """
    taken_back = aliased(Payment)
    stands = ~exists().where(
        taken_back.reversal_of_id == Payment.id,
        taken_back.withdrawn_by_id.is_(None),
        ~among(taken_back.id, payment_ids),
    )
    return _decide(
        payment_ids, "payments.withdrawn", stands, by, now,
        withdrawn_by_id=by.id, withdrawn_at=now,
    )  # fmt: skip


def _decide(
    payment_ids: Sequence[int],
    action: str,
    only: ColumnElement[bool],
    by: User,
    now: datetime,
    **values: object,
) -> int:
    """Say of the lender's own payments, as far as nothing was said yet, what they are."""
    done = db.session.execute(
        update(Payment)
        .where(
            among(Payment.id, payment_ids),
            Payment.lender_id == by.organisation_id,
            Payment.verified_by_id.is_(None),
            Payment.withdrawn_by_id.is_(None),
            only,
        )
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    count: int = done.rowcount  # type: ignore[attr-defined]
    if count:
        organisation = db.session.get_one(Organisation, by.organisation_id)
        audit.record(action, organisation, by=by, now=now, count=count)
    return count


def unverified_payments(lender_id: int) -> list[int]:
    """Payments that wait for a second person, and for no decision."""
    return list(db.session.scalars(_unverified(lender_id)))


def unverified_by_others(*, by: User) -> list[int]:
    """What this person may verify: payments that somebody else recorded."""
    mine = _unverified(by.organisation_id).where(Payment.reported_by_id != by.id)
    return list(db.session.scalars(mine))


def _unverified(lender_id: int) -> Select[int]:
    return (
        select(Payment.id)
        .where(
            Payment.lender_id == lender_id,
            Payment.verified_by_id.is_(None),
            Payment.withdrawn_by_id.is_(None),
            Payment.awaits_match.is_(False),
        )
        .order_by(Payment.id)
    )


def _problem(
    row: PaymentRow,
    cases: dict[str, Case],
    known: dict[str, Payment],
    today: date,
    reversed_already: dict[int, str],
) -> Words | None:
    case = cases.get(row.lender_case_no)
    if case is None:
        return _("There is no case %(number)s.", number=row.lender_case_no)
    if not row.ledger_ref:
        return _("The reference is missing.")
    recorded = known.get(row.ledger_ref)
    if recorded and not _is_same(row, case, recorded):
        return _("The reference %(ref)s is known with other content.", ref=row.ledger_ref)
    if recorded and recorded.withdrawn_by_id is not None:
        return _(
            "The payment %(ref)s was withdrawn: record it under another reference.",
            ref=row.ledger_ref,
        )
    if row.value_on > today:
        return _("The value date %(day)s lies in the future.", day=row.value_on)
    if row.reverses:
        return _problem_of_reversal(row, case, known, reversed_already)
    return _problem_of_amount(row, case.currency)


def _is_same(row: PaymentRow, case: Case, recorded: Payment) -> bool:
    """Whether a known payment says what the ledger says: its day and its way of paying decide
    who earns on it, and an agency may have told them otherwise."""
    told = (row.amount_minor, case.id, row.value_on, row.method)
    return told == (
        recorded.amount_minor, recorded.case_id, recorded.value_on, recorded.method,
    )  # fmt: skip


def _problem_of_amount(row: PaymentRow, currency: str) -> Words | None:
    if row.amount_minor <= 0:
        return _("The amount must be above zero; a reversal names what it reverses.")
    if row.amount_minor >= LARGEST_PAYMENT * 10 ** MINOR_DIGITS[currency]:
        return _("No payment is 1,000,000,000 or more: look whether its unit is right.")
    if row.applied is not None and not row.applied.fits(row.amount_minor):
        return _("Costs, interest, fees and principal do not add up to the amount.")
    return None


def _problem_of_reversal(
    row: PaymentRow, case: Case, known: dict[str, Payment], reversed_already: dict[int, str]
) -> Words | None:
    original = known.get(row.reverses)
    if (
        original is None
        or original.case_id != case.id
        or original.amount_minor < 0
        or original.withdrawn_by_id is not None
    ):
        return _("There is no payment %(ref)s to reverse.", ref=row.reverses)
    if reversed_already.get(original.id, row.ledger_ref) != row.ledger_ref:
        return _("The payment %(ref)s has already been reversed.", ref=row.reverses)
    if row.amount_minor != -original.amount_minor:
        return _("A reversal takes back the whole payment: %(ref)s.", ref=row.reverses)
    return None


def _contradictions(rows: Sequence[PaymentRow]) -> list[tuple[int, Words]]:
    """Lines of one file that give a reference a second meaning, or reverse a payment twice."""
    first: dict[str, PaymentRow] = {}
    reversal: dict[str, str] = {}
    found = []
    for line, row in enumerate(rows, 1):
        if first.setdefault(row.ledger_ref, row) != row:
            words = _("The reference %(ref)s is used twice in this file.", ref=row.ledger_ref)
            found.append((line, words))
        elif row.reverses and reversal.setdefault(row.reverses, row.ledger_ref) != (
            row.ledger_ref
        ):
            words = _("The payment %(ref)s has already been reversed.", ref=row.reverses)
            found.append((line, words))
    return found


def _reversals_of(known: dict[str, Payment]) -> dict[int, str]:
    """Of each payment that has been taken back, the reference that did it."""
    rows = db.session.execute(
        select(Payment.reversal_of_id, Payment.ledger_ref).where(
            among(Payment.reversal_of_id, [payment.id for payment in known.values()]),
            Payment.withdrawn_by_id.is_(None),
        )
    )
    return {row.reversal_of_id: row.ledger_ref for row in rows}


def _cases_by_number(lender_id: int, numbers: set[str]) -> dict[str, Case]:
    rows = db.session.scalars(
        select(Case).where(Case.lender_id == lender_id, Case.lender_case_no.in_(numbers))
    )
    return {case.lender_case_no: case for case in rows}


def _payments_by_reference(lender_id: int, references: set[str]) -> dict[str, Payment]:
    rows = db.session.scalars(
        select(Payment).where(
            Payment.lender_id == lender_id, Payment.ledger_ref.in_(references)
        )
    )
    return {payment.ledger_ref: payment for payment in rows}
