"""The lines that drafting would write, down to the payment: nothing of them is stored yet."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import text

from marketplace.accounts import organisation_codes
from marketplace.core.db import db
from marketplace.core.exports import Cell, csv_file
from marketplace.core.money import in_decimal
from marketplace.core.words import Code, _
from marketplace.settlement.models import LineKind
from marketplace.settlement.previewing import Preview, PreviewRow
from marketplace.settlement.reasons import percent, why_line
from marketplace.settlement.reckoning import Line

# The code of a row follows from its id: no reader needs a right to the row itself.
_CODES = """
SELECT id, app.public_code(:prefix, id, 7) AS code FROM unnest(CAST(:ids AS bigint[])) AS id
"""


@dataclass(frozen=True)
class PreviewLine:
    payment: str
    case_code: str
    value_on: date
    kind: LineKind
    gross_minor: int
    rate_bps: int
    commission_minor: int
    terms_version: int | None
    reason: str
    takes_back: str | None

    @property
    def why(self) -> str:
        return why_line(self)


def preview_lines(
    preview: Preview, row: PreviewRow | None = None, *, most: int | None = None
) -> list[PreviewLine]:
    """The lines of a preview, or of one of its rows; the first `most` of them."""
    wanted = [
        line
        for line in preview.lines
        if row is None or (line.kind, line.rate_bps) == (row.kind, row.rate_bps)
    ][:most]
    undone = [x.payment.reversal_of_id for x in wanted if x.payment.reversal_of_id is not None]
    payments = _codes("PY", [*(line.payment.id for line in wanted), *undone])
    cases = _codes("CS", [line.payment.case_id for line in wanted])
    versions = {one.id: one.version for one in preview.terms}
    return [_line(line, payments, cases, versions) for line in wanted]


def preview_lines_csv(previews: Iterable[Preview]) -> bytes:
    """All lines of all previews as one table."""
    found = list(previews)
    codes = organisation_codes([i for p in found for i in (p.due.lender_id, p.due.agency_id)])
    named = (
        _("Lender"), _("Agency"), _("Currency"), _("Payment"), _("Case"), _("Value date"),
        _("Kind of line"), _("Amount"), _("Rate"), _("Commission"), _("Why"),
    )  # fmt: skip
    return csv_file(
        [str(name) for name in named],
        (
            (codes[p.due.lender_id], codes[p.due.agency_id], *_cells(line, p.due.currency))
            for p in found
            for line in preview_lines(p)
        ),
    )


def _cells(line: PreviewLine, currency: str) -> Sequence[Cell]:
    return (
        currency, line.payment, line.case_code, line.value_on.isoformat(),
        str(Code(f"line_{line.kind.value}")), in_decimal(line.gross_minor, currency),
        percent(line.rate_bps), in_decimal(line.commission_minor, currency), line.why,
    )  # fmt: skip


def _line(
    line: Line, payments: dict[int, str], cases: dict[int, str], versions: dict[int, int]
) -> PreviewLine:
    paid = line.payment
    return PreviewLine(
        payment=payments[paid.id],
        case_code=cases[paid.case_id],
        value_on=paid.value_on,
        kind=line.kind,
        gross_minor=line.gross_minor,
        rate_bps=line.rate_bps,
        commission_minor=line.commission_minor,
        terms_version=versions.get(line.terms_id) if line.terms_id is not None else None,
        reason=line.reason,
        takes_back=payments[paid.reversal_of_id] if paid.reversal_of_id is not None else None,
    )


def _codes(prefix: str, ids: list[int]) -> dict[int, str]:
    rows = db.session.execute(text(_CODES), {"prefix": prefix, "ids": ids})
    return {row.id: row.code for row in rows}
