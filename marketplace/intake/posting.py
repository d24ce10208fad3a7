"""Postings become recorded payments, through casework's own verbs and its own rules.

Whoever brought or proposed them is the recorder; whoever agrees verifies.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from marketplace import casework
from marketplace.accounts import User
from marketplace.casework import (
    Appropriation,
    BadPayments,
    Payment,
    PaymentMethod,
    PaymentRow,
)
from marketplace.core.bulk import insert_many
from marketplace.core.db import among, db
from marketplace.core.words import Words, _
from marketplace.intake.assembling import Assembled
from marketplace.intake.models import Line, LinePayment, Source
from marketplace.portfolios import Case
from marketplace.reconciliation import LedgerLine, Part

_KEY = 12


@dataclass(frozen=True)
class _Wanted:
    """A payment to be: which posting, and what casework is told."""

    line_id: int
    place: str
    row: PaymentRow


def record_postings(
    assembled: Assembled,
    lines: Iterable[LedgerLine],
    *,
    by: User,
    now: datetime,
    parts: Mapping[str, Sequence[Part]] | None = None,
) -> dict[str, Words]:
    """Record postings that are not recorded yet; say by place what could not be.

    `parts` overrules how postings are divided among cases.
    """
    allocation = assembled.allocation
    divided = {**allocation.parts, **(parts or {})}
    lines = list(lines)
    posted = _posted([int(line.id) for line in lines])
    fresh = [line for line in lines if _standing(posted.get(int(line.id), ())) is False]
    problems: dict[str, Words] = {}
    paid = [line for line in fresh if not line.is_reversal]
    wanted = [
        one
        for line in paid
        for one in _of_line(assembled, line, divided[line.id], posted.get(int(line.id), ()))
    ]
    problems |= _record(wanted, by, now)
    reversals = [line for line in fresh if line.is_reversal]
    originals = _originals(assembled, reversals)
    barred = {line.id: _why_not_reversed(line, originals[line.id]) for line in reversals}
    wanted = [
        one
        for line in reversals
        if not barred[line.id]
        for one in _of_reversal(
            assembled, line, originals[line.id], posted.get(int(line.id), ())
        )
    ]
    problems |= {
        assembled.rows[line_id].place: words for line_id, words in barred.items() if words
    }
    problems |= _record(wanted, by, now)
    return problems


def payments_of(line_ids: Sequence[int]) -> list[Payment]:
    """The payments that lines were recorded as."""
    return [one for held in _posted(line_ids).values() for one in held]


def verify_postings(line_ids: Sequence[int], *, by: User, now: datetime) -> int:
    """Verify what lines were recorded as, but for what this person recorded."""
    waiting = [payment.id for payment in _waiting(line_ids) if payment.reported_by_id != by.id]
    if not waiting:
        return 0
    return casework.verify_payments(waiting, by=by, now=now, matched=True)


def withdraw_postings(line_ids: Sequence[int], *, by: User, now: datetime) -> None:
    """Take out what lines were recorded as and nobody verified."""
    if waiting := [payment.id for payment in _waiting(line_ids)]:
        casework.withdraw_payments(waiting, by=by, now=now)


def take_back(line_ids: Sequence[int], *, by: User, now: datetime) -> int:
    """Record the reversal of verified payments of lines; a colleague verifies it.

    What nobody had verified is withdrawn.
    """
    withdraw_postings(line_ids, by=by, now=now)
    payments = payments_of(line_ids)
    reversed_already = _reversed([payment.id for payment in payments])
    wanted = [
        payment
        for payment in payments
        if payment.id not in reversed_already
        and payment.amount_minor > 0
        and payment.verified_by_id is not None
    ]
    numbers = _case_numbers([payment.case_id for payment in wanted])
    rows = [
        PaymentRow(
            numbers[payment.case_id], payment.value_on, -payment.amount_minor,
            f"{payment.ledger_ref}-R", reverses=payment.ledger_ref, method=payment.method,
        )
        for payment in wanted
    ]  # fmt: skip
    return casework.record_payments(rows, by=by, now=now) if rows else 0


def _waiting(line_ids: Sequence[int]) -> list[Payment]:
    """Of what lines were recorded as, that which was neither verified nor withdrawn."""
    return [
        payment
        for payment in payments_of(line_ids)
        if payment.verified_by_id is None and payment.withdrawn_by_id is None
    ]


def _of_line(
    assembled: Assembled,
    line: LedgerLine,
    parts: Sequence[Part],
    earlier: Sequence[Payment],
) -> list[_Wanted]:
    row = assembled.rows[line.id]
    base = line.reference or f"{row.dedupe_key.hex()[:_KEY]}"
    again = _again(earlier)
    # What a posting was set against is told of all of it: not of its share in one case.
    whole = [part.amount_minor for part in parts] == [line.amount_minor]
    applied = Appropriation(*row.parts) if row.parts and whole else None
    return [
        _Wanted(
            row.id,
            row.place,
            PaymentRow(
                part.case.number,
                line.value_on,
                part.amount_minor,
                f"{base}/{n}{again}" if len(parts) > 1 else f"{base}{again}",
                method=PaymentMethod(row.method),
                applied=applied,
            ),
        )
        for n, part in enumerate(parts, 1)
    ]


def _originals(
    assembled: Assembled, reversals: Sequence[LedgerLine]
) -> dict[str, list[Payment]]:
    """The payments that reversals take back: of this month, of an earlier one, or of none.

    A reversal names a posting of an earlier month by its reference, or a payment that was
    recorded without any month.
    """
    lender_id, known = assembled.lender.id, assembled.allocation.original
    named = [line.reverses for line in reversals if line.reverses and line.id not in known]
    earlier = {
        row.reference: row.id
        for row in db.session.execute(
            select(Line.id, Line.reference).where(
                Line.lender_id == lender_id,
                Line.source == Source.LEDGER,
                Line.reference.in_(named),
            )
        )
    }
    undone = {
        line.id: int(known[line.id].id) if line.id in known else earlier.get(line.reverses)
        for line in reversals
    }
    posted = _posted([one for one in undone.values() if one is not None])
    recorded = {
        payment.ledger_ref: payment
        for payment in db.session.scalars(
            select(Payment).where(Payment.lender_id == lender_id, Payment.ledger_ref.in_(named))
        )
    }
    found: dict[str, list[Payment]] = {}
    for line in reversals:
        original = undone[line.id]
        alone = [recorded[line.reverses]] if line.reverses in recorded else []
        payments = alone if original is None else posted.get(original, [])
        found[line.id] = [one for one in payments if one.withdrawn_by_id is None]
    return found


def _again(earlier: Sequence[Payment]) -> str:
    """What was reversed or withdrawn keeps its reference; another one is needed then."""
    return f"~{len(earlier) + 1}" if earlier else ""


def _why_not_reversed(line: LedgerLine, originals: Sequence[Payment]) -> Words | None:
    if not originals:
        return _("What it takes back has not been recorded.")
    if sum(payment.amount_minor for payment in originals) < -line.amount_minor:
        return _("It takes back more than was paid.")
    return None


def _of_reversal(
    assembled: Assembled,
    line: LedgerLine,
    originals: Sequence[Payment],
    earlier: Sequence[Payment],
) -> list[_Wanted]:
    """Each payment is taken back whole; what a part refund leaves of it is recorded anew."""
    row = assembled.rows[line.id]
    again = _again(earlier)
    numbers = _case_numbers([payment.case_id for payment in originals])
    base = line.reference or f"{row.dedupe_key.hex()[:_KEY]}"
    kept = sum(payment.amount_minor for payment in originals) + line.amount_minor
    wanted = []
    for n, payment in enumerate(originals, 1):
        stays = min(kept, payment.amount_minor)
        kept -= stays
        if stays == payment.amount_minor:
            continue
        reference = f"{base}/{n}{again}" if len(originals) > 1 else f"{base}{again}"
        back = PaymentRow(
            numbers[payment.case_id], line.value_on, -payment.amount_minor, reference,
            reverses=payment.ledger_ref, method=payment.method,
        )  # fmt: skip
        wanted.append(back)
        if stays:
            left = PaymentRow(
                numbers[payment.case_id], payment.value_on, stays, f"{reference}/left",
                method=payment.method,
            )  # fmt: skip
            wanted.append(left)
    return [_Wanted(row.id, row.place, one) for one in wanted]


def _record(wanted: list[_Wanted], by: User, now: datetime) -> dict[str, Words]:
    """Record all that casework takes; what it does not, by place in its own words."""
    problems: dict[str, Words] = {}
    while wanted:
        try:
            casework.record_payments(
                [one.row for one in wanted], by=by, now=now, awaits_match=True
            )
            break
        except BadPayments as bad:
            found = {wanted[n - 1].place: words for n, words in bad.problems}
            problems |= found
            # A posting is recorded whole or not at all.
            wanted = [one for one in wanted if one.place not in found]
    if wanted:
        _link(wanted, by.organisation_id)
    return problems


def _link(wanted: list[_Wanted], lender_id: int) -> None:
    rows = db.session.execute(
        select(Payment.ledger_ref, Payment.id).where(
            Payment.lender_id == lender_id,
            Payment.ledger_ref.in_([one.row.ledger_ref for one in wanted]),
        )
    )
    ids = {row.ledger_ref: row.id for row in rows}
    insert_many(
        LinePayment,
        [
            {
                "line_id": one.line_id,
                "payment_id": ids[one.row.ledger_ref],
                "lender_id": lender_id,
            }
            for one in wanted
        ],
    )


def _posted(line_ids: Sequence[int]) -> dict[int, list[Payment]]:
    rows = db.session.execute(
        select(LinePayment.line_id, Payment)
        .join(Payment, Payment.id == LinePayment.payment_id)
        .where(among(LinePayment.line_id, line_ids))
        .order_by(Payment.id)
        .execution_options(populate_existing=True)
    )
    found: dict[int, list[Payment]] = defaultdict(list)
    for line_id, payment in rows:
        found[line_id].append(payment)
    return found


def _standing(payments: Sequence[Payment]) -> bool:
    """Whether a posting is recorded by payments that were not all taken back or withdrawn."""
    live = [payment.id for payment in payments if payment.withdrawn_by_id is None]
    return len(_reversed(live)) < len(live)


def _reversed(payment_ids: Sequence[int]) -> set[int]:
    if not payment_ids:
        return set()
    query = select(Payment.reversal_of_id).where(
        among(Payment.reversal_of_id, payment_ids), Payment.withdrawn_by_id.is_(None)
    )
    return {one for one in db.session.scalars(query) if one is not None}


def _case_numbers(case_ids: Sequence[int]) -> dict[int, str]:
    rows = db.session.execute(
        select(Case.id, Case.lender_case_no).where(among(Case.id, case_ids))
    )
    return {row.id: row.lender_case_no for row in rows}
