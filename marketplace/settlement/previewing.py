"""What would be drafted now, and how it differs from the last statement. Nothing is written."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from marketplace.accounts import organisation_codes
from marketplace.core.days import local_day
from marketplace.core.db import db
from marketplace.core.exports import Cell, csv_file
from marketplace.core.money import in_decimal
from marketplace.core.words import Code, _
from marketplace.placements import Placement
from marketplace.settlement.gathering import Due, contract_payments
from marketplace.settlement.models import LineKind, Statement, StatementLine
from marketplace.settlement.reckoning import Line, reckon
from marketplace.settlement.terms import CommissionTerms
from marketplace.settlement.totalling import last_statement, totalled

_Group = tuple[LineKind, int]


@dataclass(frozen=True)
class Sums:
    lines: int = 0
    cash_minor: int = 0
    commission_minor: int = 0


@dataclass(frozen=True)
class PreviewRow:
    """Lines of one kind at one rate: as they would be now, and as they were last."""

    kind: LineKind
    rate_bps: int
    now: Sums
    last: Sums

    @property
    def change_minor(self) -> int:
        return self.now.commission_minor - self.last.commission_minor


@dataclass(frozen=True)
class Preview:
    due: Due
    last: Statement | None
    rows: Sequence[PreviewRow]
    lines: Sequence[Line]
    """Those that would be written, in their order."""

    new_terms: Sequence[int]
    """Versions of the terms that rates come from now, and did not last time."""

    tier_crossings: int
    """Earlier lines that earn otherwise because a tier has been crossed since."""

    terms: Sequence[CommissionTerms]
    """Those that rates come from now."""

    tail: Sums
    """Of what is new, the cash valued after the recall, while it still earns."""

    totals: Statement | None
    """The statement that would be drafted, with its amounts; None if it says nothing."""

    @property
    def commission_minor(self) -> int:
        return sum(row.now.commission_minor for row in self.rows)

    @property
    def change_minor(self) -> int:
        return sum(row.change_minor for row in self.rows)


def preview_statement(due: Due, *, period_end: date) -> Preview:
    """Reckon a statement as `draft_statement` would, beside the contract's last one."""
    contract = contract_payments(due, period_end)
    lines = reckon(contract.payments, contract.stated, contract.terms)
    last = last_statement(due)
    totals = totalled(due, lines, contract, period_end)
    now, before = _sums_of(lines), _sums_of_statement(last)
    used = {line.terms_id for line in lines}
    terms = [one for one in contract.terms if one.id in used]
    nothing = Sums()
    return Preview(
        due=due,
        last=last,
        rows=[
            PreviewRow(*group, now.get(group, nothing), before.get(group, nothing))
            for group in sorted({*now, *before})
        ],
        lines=lines,
        new_terms=sorted({one.version for one in terms} - _versions_of(last)),
        tier_crossings=sum(x.kind is LineKind.TRUE_UP and x.reason == "tier" for x in lines),
        terms=terms,
        tail=_tail(lines),
        totals=totals.statement if totals is not None else None,
    )


def preview_csv(previews: Iterable[Preview]) -> bytes:
    """All previews as one table, a row for each kind and rate."""
    found = list(previews)
    codes = organisation_codes([i for p in found for i in (p.due.lender_id, p.due.agency_id)])
    named = (
        _("Lender"), _("Agency"), _("Currency"), _("Last statement"), _("Kind"), _("Rate"),
        _("Lines now"), _("Cash now"), _("Commission now"), _("Lines last"), _("Cash last"),
        _("Commission last"), _("Change"),
    )  # fmt: skip
    return csv_file(
        [str(name) for name in named],
        (_csv_row(preview, row, codes) for preview in found for row in preview.rows),
    )


def _csv_row(preview: Preview, row: PreviewRow, codes: dict[int, str]) -> tuple[Cell, ...]:
    due = preview.due

    def of(sums: Sums) -> tuple[Cell, ...]:
        return sums.lines, amount(sums.cash_minor), amount(sums.commission_minor)

    def amount(minor: int) -> Cell:
        return in_decimal(minor, due.currency)

    return (
        codes[due.lender_id], codes[due.agency_id], due.currency,
        preview.last.code if preview.last else "", str(Code(f"line_{row.kind.value}")),
        f"{row.rate_bps / 100:.2f}%", *of(row.now), *of(row.last), amount(row.change_minor),
    )  # fmt: skip


def _tail(lines: Sequence[Line]) -> Sums:
    """New cash of placements that had ended when it was paid."""
    placements = {line.payment.placement_id for line in lines}
    query = select(Placement.id, Placement.ended_at).where(Placement.id.in_(placements))
    ended = {
        row.id: local_day(row.ended_at) for row in db.session.execute(query) if row.ended_at
    }
    late = [
        line
        for line in lines
        if line.kind is LineKind.PAYMENT
        and line.payment.value_on > ended.get(line.payment.placement_id, date.max)
    ]
    return _sum(late)


def _sum(lines: Sequence[Line]) -> Sums:
    return Sums(
        len(lines), sum(x.gross_minor for x in lines), sum(x.commission_minor for x in lines)
    )


def _sums_of(lines: Iterable[Line]) -> dict[_Group, Sums]:
    groups: dict[_Group, list[Line]] = defaultdict(list)
    for line in lines:
        groups[line.kind, line.rate_bps].append(line)
    return {group: _sum(of) for group, of in groups.items()}


def _sums_of_statement(last: Statement | None) -> dict[_Group, Sums]:
    if last is None:
        return {}
    rows = db.session.execute(
        select(
            StatementLine.kind,
            StatementLine.rate_bps,
            func.count(),
            func.sum(StatementLine.gross_minor),
            func.sum(StatementLine.commission_minor),
        )
        .where(StatementLine.statement_id == last.id)
        .group_by(StatementLine.kind, StatementLine.rate_bps)
    )
    return {(row[0], row[1]): Sums(row[2], int(row[3]), int(row[4])) for row in rows}


def _versions_of(last: Statement | None) -> set[int]:
    if last is None:
        return set()
    return set(
        db.session.scalars(
            select(CommissionTerms.version)
            .join(StatementLine, StatementLine.terms_id == CommissionTerms.id)
            .where(StatementLine.statement_id == last.id)
        )
    )
