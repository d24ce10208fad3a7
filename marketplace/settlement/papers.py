"""A statement on paper and as a workbook: the same figures, down to each payment."""

from collections.abc import Callable
from datetime import UTC, datetime

from marketplace import ledger
from marketplace.core.exports import Sheet, csv_file, workbook
from marketplace.core.money import in_figures, in_units
from marketplace.core.paper import Paper
from marketplace.core.words import Code, _
from marketplace.settlement.models import LineKind, Statement
from marketplace.settlement.queries import LineRow, amounts_of, line_rows, parties_of

Show = Callable[[int], str]


def statement_pdf(statement: Statement, *, now: datetime, audit_head: str) -> bytes:
    """The statement as both sides sign it, in the reader's language."""
    show = _shower(statement.currency)
    title = str(_("Commission statement %(code)s", code=statement.code))
    paper = Paper(title, foot=f"Recoup {statement.code} v{statement.edition}")
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
                why_line(row),
            )
            for row in line_rows(statement)
        ),
        widths=(24, 24, 22, 28, 16, 28, 36),
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

    def amount(minor: int) -> float:
        return in_units(minor, statement.currency)

    totals = Sheet(
        str(_("Totals")),
        (str(_("Item")), statement.currency),
        [(str(name), amount(minor)) for name, minor in _totals(statement)],
        widths=(36, 18),
    )
    lines = Sheet(
        str(_("Lines")),
        (*_headers(), *_more_headers()),
        [
            (
                row.payment,
                row.case_code,
                row.value_on.isoformat(),
                amount(row.gross_minor),
                row.rate_bps / 10_000,
                amount(row.commission_minor),
                why_line(row),
                *_more(row),
            )
            for row in line_rows(statement)
        ],
    )
    return workbook(_facts(statement, now, audit_head), [totals, lines])


def statement_csv(statement: Statement, *, now: datetime, audit_head: str) -> bytes:
    """The statement as CSV: facts and totals, an empty row, then one row per line."""

    def amount(minor: int) -> str:
        return in_figures(minor, statement.currency).replace(",", "")

    rows: list[tuple[str, ...]] = list(_facts(statement, now, audit_head))
    rows += [(str(name), amount(minor)) for name, minor in _totals(statement)]
    rows += [(), (*_headers(), *_more_headers())]
    rows += [
        (
            row.payment,
            row.case_code,
            row.value_on.isoformat(),
            amount(row.gross_minor),
            f"{row.rate_bps / 100:.2f}%",
            amount(row.commission_minor),
            why_line(row),
            *_more(row),
        )
        for row in line_rows(statement)
    ]
    return csv_file((str(_("Statement")), statement.code), rows)


def _facts(statement: Statement, now: datetime, audit_head: str) -> list[tuple[str, str]]:
    parties = parties_of(statement)
    period = f"{statement.period_start.isoformat()} – {statement.period_end.isoformat()}"
    people = ledger.user_codes(
        [one for one in (statement.made_by_id, statement.approved_by_id) if one]
    )
    named = (
        (_("Lender"), f"{parties.lender} {parties.lender_uscc}"),
        (_("Agency"), f"{parties.agency} {parties.agency_uscc}"),
        (_("Period (end excluded)"), period),
        (_("Currency"), statement.currency),
        (_("Version"), str(statement.edition)),
        (_("Payments"), str(statement.payments)),
        (_("State"), str(Code(statement.status))),
        (_("Prepared by"), people[statement.made_by_id]),
        (_("Approved by"), people.get(statement.approved_by_id or 0, "–")),
        (_("Lines can be disputed until"), _moment(statement.disputes_end_at)),
        (_("Printed at"), _moment(now)),
        (_("Audit head"), audit_head),
    )
    return [(str(name), value) for name, value in named]


def _moment(when: datetime) -> str:
    return when.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def _totals(statement: Statement) -> list[tuple[object, int]]:
    cash: list[tuple[object, int]] = [(_("Recovered by the debtors"), statement.gross_minor)]
    return [*cash, *amounts_of(statement)]


def _headers() -> tuple[str, ...]:
    named = (
        _("Payment"), _("Case"), _("Value date"), _("Amount"), _("Rate"), _("Commission"),
        _("Why"),
    )  # fmt: skip
    return tuple(str(name) for name in named)


def _more_headers() -> tuple[str, ...]:
    named = (
        _("Lender’s reference"), _("Posted on"), _("Way of paying"), _("Tier"), _("Takes back"),
    )  # fmt: skip
    return tuple(str(name) for name in named)


def _more(row: LineRow) -> tuple[str, ...]:
    """What there is no room for on paper."""
    return (
        row.reference, row.posted_on.isoformat(), str(Code(row.method)), str(row.tier or ""),
        row.takes_back or "",
    )  # fmt: skip


def why_line(row: LineRow) -> str:
    """Which rule gave a line its amount."""
    by = (
        _("rate bid")
        if row.terms_version is None
        else _("terms, version %(n)s", n=row.terms_version)
    )
    if row.kind is LineKind.EXCLUDED:
        return str(_("not paid for: %(why)s", why=Code(row.reason)))
    if row.kind is LineKind.REVERSAL:
        return str(_("takes back %(payment)s", payment=row.takes_back))
    if row.kind is LineKind.TRUE_UP:
        return str(_("made up for a change of %(what)s", what=Code(f"true_up_{row.reason}")))
    return str(by)


def _shower(currency: str) -> Show:
    return lambda minor: in_figures(minor, currency)
