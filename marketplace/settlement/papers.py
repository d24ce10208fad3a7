"""A statement on paper and as a workbook: the same figures, down to each payment."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

from marketplace.core.exports import Sheet, workbook
from marketplace.core.money import MINOR_DIGITS
from marketplace.core.paper import Paper
from marketplace.core.words import Code, _
from marketplace.settlement.models import Statement
from marketplace.settlement.queries import line_rows, parties_of

Show = Callable[[int], str]


def statement_pdf(statement: Statement, *, now: datetime, audit_head: str) -> bytes:
    """The statement as both sides sign it, in the reader's language."""
    show = _shower(statement.currency)
    title = str(_("Commission statement %(code)s", code=statement.code))
    paper = Paper(title, foot=f"Recoup {statement.code} v{statement.version}")
    paper.facts(_facts(statement, now, audit_head))
    paper.facts((str(name), show(amount)) for name, amount in _totals(statement))
    paper.grid(
        _headers(),
        (
            (
                row.payment,
                row.case_code,
                row.value_on.isoformat(),
                show(row.gross_minor),
                f"{row.rate_bps / 100:.2f}%",
                show(row.commission_minor),
            )
            for row in line_rows(statement)
        ),
        widths=(26, 26, 24, 30, 18, 30),
        numeric=(3, 4, 5),
    )
    paper.ln(3)
    paper.say(
        str(
            _(
                "Commission is rounded once per rate, half away from zero, and given out to"
                " the lines by largest remainder. The debtor paid the lender; the lender pays"
                " the agency."
            )
        ),
        size=8,
    )
    return paper.content()


def statement_workbook(statement: Statement, *, now: datetime, audit_head: str) -> bytes:
    """The statement as XLSX: facts, totals, and one row per payment."""
    digits = MINOR_DIGITS[statement.currency]

    def amount(minor: int) -> float:
        return float(Decimal(minor).scaleb(-digits))

    totals = Sheet(
        str(_("Totals")),
        (str(_("Item")), statement.currency),
        [(str(name), amount(minor)) for name, minor in _totals(statement)],
        widths=(36, 18),
    )
    lines = Sheet(
        str(_("Lines")),
        _headers(),
        [
            (
                row.payment,
                row.case_code,
                row.value_on.isoformat(),
                amount(row.gross_minor),
                row.rate_bps / 10_000,
                amount(row.commission_minor),
            )
            for row in line_rows(statement)
        ],
    )
    return workbook(_facts(statement, now, audit_head), [totals, lines])


def _facts(statement: Statement, now: datetime, audit_head: str) -> list[tuple[str, str]]:
    parties = parties_of(statement)
    period = f"{statement.period_start.isoformat()} – {statement.period_end.isoformat()}"
    named = (
        (_("Lender"), f"{parties.lender} {parties.lender_uscc}"),
        (_("Agency"), f"{parties.agency} {parties.agency_uscc}"),
        (_("Period (end excluded)"), period),
        (_("Currency"), statement.currency),
        (_("Payments"), str(statement.payments)),
        (_("State"), str(Code(statement.status))),
        (_("Printed at"), now.strftime("%Y-%m-%d %H:%M UTC")),
        (_("Audit head"), audit_head),
    )
    return [(str(name), value) for name, value in named]


def _totals(statement: Statement) -> list[tuple[object, int]]:
    owed = statement.commission_minor + statement.commission_tax_minor
    return [
        (_("Recovered by the debtors"), statement.gross_minor),
        (_("Commission"), statement.commission_minor),
        (
            _("VAT on commission, %(rate)s%%", rate=f"{statement.commission_tax_bps / 100:g}"),
            statement.commission_tax_minor,
        ),
        (_("Lender pays agency"), owed),
        (_("Platform fee"), statement.fee_minor),
        (
            _("VAT on the fee, %(rate)s%%", rate=f"{statement.fee_tax_bps / 100:g}"),
            statement.fee_tax_minor,
        ),
        (_("Lender pays platform"), statement.fee_minor + statement.fee_tax_minor),
    ]


def _headers() -> tuple[str, ...]:
    named = (
        _("Payment"), _("Case"), _("Value date"), _("Amount"), _("Rate"), _("Commission"),
    )  # fmt: skip
    return tuple(str(name) for name in named)


def _shower(currency: str) -> Show:
    digits = MINOR_DIGITS[currency]
    return lambda minor: f"{Decimal(minor).scaleb(-digits):,.{digits}f}"
