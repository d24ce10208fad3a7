"""What becomes of payments: a proposal records them, agreement verifies, refusal withdraws.

The maker records and the checker verifies, so that both names stand on every payment.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import select

from marketplace.accounts import User
from marketplace.core.db import db
from marketplace.core.errors import Refusal
from marketplace.core.words import _
from marketplace.intake.assembling import Assembled, assemble, posting_lines
from marketplace.intake.models import (
    Decision,
    DecisionKind,
    DecisionLine,
    Line,
    Portion,
    ReasonCode,
    Source,
)
from marketplace.intake.posting import (
    record_postings,
    take_back,
    verify_postings,
    withdraw_postings,
)
from marketplace.portfolios import Case
from marketplace.reconciliation import LedgerLine, Part, ordered

CASH_STANDS = frozenset(
    (
        ReasonCode.SHORT_ACCEPTED,
        ReasonCode.OVER_TO_REFUND,
        ReasonCode.BANK_CHARGE,
        ReasonCode.CLAIM_REFUSED,
        ReasonCode.CLAIM_LATE,
    )
)
"""Reasons that dispute a difference, but not the cash that bank and ledger both show."""


def record(decision: Decision, *, by: User, now: datetime) -> None:
    """Record what a proposal says its postings paid, in place of what was recorded before."""
    lines = _lines_of(decision)
    ids = _postings(lines)
    withdraw_postings(ids, by=by, now=now)
    if decision.kind is DecisionKind.RESOLVE:
        _refuse_reversals(decision, lines)
    if not ids or (decision.kind is DecisionKind.RESOLVE and not _has_cash(decision, lines)):
        return
    for month in sorted({line.month_start for line in lines if line.source is Source.LEDGER}):
        _record(decision, month, [line for line in lines if line.month_start == month], by, now)


def _record(
    decision: Decision, month: date, lines: Sequence[Line], by: User, now: datetime
) -> None:
    whole = assemble(decision.lender_id, month, everything=True)
    postings = posting_lines(whole, _postings(lines))
    parts = _parts(decision, whole, postings, _cash(lines))
    _require_cases(whole, postings, parts)
    problems = record_postings(whole, postings, by=by, now=now, parts=parts)
    if problems:
        place, words = next(iter(problems.items()))
        raise Refusal(
            _("%(place)s cannot be recorded as a payment: %(words)s", place=place, words=words),
            next_step=_("Correct the ledger, or resolve the group with a reason code."),
        )


def carry_out(decision: Decision, *, by: User, now: datetime) -> int:
    """Do what was agreed; say how many payments were verified, or taken back, by that."""
    lines = _lines_of(decision)
    if decision.kind is DecisionKind.REVERSE:
        return take_back(_postings(lines), by=by, now=now)
    return verify_postings(_postings(lines), by=by, now=now) if _shown(decision, lines) else 0


def drop(decision: Decision, *, by: User, now: datetime) -> None:
    """What a refused proposal recorded is no payment. Automatic matches may still be right."""
    if decision.kind not in (DecisionKind.AUTOMATIC, DecisionKind.REVERSE):
        withdraw_postings(_postings(_lines_of(decision)), by=by, now=now)


def _lines_of(decision: Decision) -> Sequence[Line]:
    return db.session.scalars(
        select(Line)
        .join(DecisionLine, DecisionLine.line_id == Line.id)
        .where(DecisionLine.decision_id == decision.id)
        .order_by(Line.id)
    ).all()


def _postings(lines: Sequence[Line]) -> list[int]:
    return [line.id for line in lines if line.source is Source.LEDGER]


def _sum(lines: Sequence[Line], source: Source) -> int:
    return sum(line.amount_minor for line in lines if line.source is source)


def _cash(lines: Sequence[Line]) -> int:
    """What bank and ledger both show."""
    return min(_sum(lines, Source.BANK), _sum(lines, Source.LEDGER))


def _has_cash(decision: Decision, lines: Sequence[Line]) -> bool:
    return decision.reason_code in CASH_STANDS and _cash(lines) > 0


def _shown(decision: Decision, lines: Sequence[Line]) -> bool:
    """Cash is verified where bank and ledger both show it."""
    if decision.kind is DecisionKind.RESOLVE:
        return _has_cash(decision, lines)  # and no more was recorded
    return decision.kind is DecisionKind.AUTOMATIC or _sum(lines, Source.BANK) == _sum(
        lines, Source.LEDGER
    )


def _refuse_reversals(decision: Decision, lines: Sequence[Line]) -> None:
    """Of a reversal nothing may be left over: it takes back the whole of its original."""
    back = [line for line in lines if line.source is not Source.CLAIM and line.amount_minor < 0]
    if decision.reason_code in CASH_STANDS and back:
        raise Refusal(
            _("%(place)s takes money back, so no part of the group can stand.",
              place=back[0].place),
            next_step=_("Match it with what went out at the bank, and resolve the rest alone."),
        )  # fmt: skip


def _require_cases(
    whole: Assembled, postings: Sequence[LedgerLine], parts: Mapping[str, Sequence[Part]]
) -> None:
    """Cash of a case that is not known would silently be left out of commission."""
    divided = whole.allocation.parts
    for line in postings:
        if not line.is_reversal and line.id not in parts and not divided[line.id]:
            raise Refusal(
                _("%(place)s names no case of yours.", place=whole.rows[line.id].place),
                next_step=_("Say whose payment it is: split it onto that case."),
            )


def _parts(
    decision: Decision, whole: Assembled, postings: Sequence[LedgerLine], cash: int
) -> Mapping[str, Sequence[Part]]:
    """How postings are divided, where that is not as the matcher would."""
    if decision.kind is DecisionKind.RESOLVE:
        return _within(whole, postings, cash)
    shares = _shares(decision)
    return {
        line.id: tuple(
            Part(line, whole.month.case_of_code[code], amount)
            for code, amount in shares.items()
        )
        for line in postings
        if shares and int(line.id) == decision.line_id
    }


def _shares(decision: Decision) -> dict[str, int]:
    rows = db.session.execute(
        select(Case.code, Portion.amount_minor)
        .join(Case, Case.id == Portion.case_id)
        .where(Portion.decision_id == decision.id)
        .order_by(Case.id)
    )
    return {row.code: row.amount_minor for row in rows}


def _within(
    whole: Assembled, postings: Sequence[LedgerLine], cash: int
) -> dict[str, Sequence[Part]]:
    """The parts of postings as far as the cash goes: a shortage is taken from the last."""
    divided = whole.allocation.parts
    found: dict[str, Sequence[Part]] = {}
    for line in ordered(postings):
        kept = []
        for part in divided[line.id]:
            amount = min(part.amount_minor, cash)
            cash -= max(amount, 0)
            if amount > 0:
                kept.append(replace(part, amount_minor=amount))
        if divided[line.id]:
            found[line.id] = tuple(kept)
    return found
