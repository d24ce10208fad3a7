"""Reading a month's folder by its profile: ledgers, claims, cases, holidays."""

import io
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, load_workbook

from marketplace.core.calendars import Calendar
from marketplace.core.errors import Refusal
from marketplace.core.words import _
from marketplace.reconciliation.files import (
    DATE_ORDERS,
    as_day,
    as_minor,
    content_of,
    csv_rows,
    decoded,
    digits_of,
    no_text,
    unreadable_day,
)
from marketplace.reconciliation.month import (
    Claim,
    LedgerLine,
    Month,
    PlacedCase,
    Window,
)
from marketplace.reconciliation.statements import read_statement

PARTS = ("costs", "interest", "fees", "principal")
"""What a payment was set against, in columns that a file has if it likes."""
REVERSALS = frozenset(("REV", "冲正"))
_SHOWN = 40


@dataclass(frozen=True)
class Row:
    """One row of a file by its column names, and where it stands."""

    file: str
    number: int
    cells: Mapping[str, str]
    dates: str = ""
    """The order in which its days are written, if the profile says; see DATE_ORDERS."""

    @property
    def id(self) -> str:
        return f"{self.file}:{self.number}"

    def text(self, column: str) -> str:
        return self.cells.get(column, "").strip()

    def needed(self, column: str) -> str:
        value = self.text(column)
        if not value:
            raise self.bad(_("“%(column)s” is empty", column=column))
        return value

    def day(self, column: str) -> date:
        written = self.needed(column)
        found = as_day(written, self.dates)
        if found is None:
            raise self.bad(unreadable_day(written[:_SHOWN], self.dates))
        return found

    def day_or(self, column: str, other: date) -> date:
        return self.day(column) if self.text(column) else other

    def minor(self, column: str, unit: str, currency: str = "") -> int:
        """The amount in minor units; never rounded."""
        written = self.needed(column)
        amount = as_minor(written, digits=digits_of(currency) if unit == "major" else 0)
        if amount is None:
            raise self.bad(_("“%(value)s” is not an amount", value=written[:_SHOWN]))
        return amount

    def bad(self, what: object) -> Refusal:
        return Refusal(
            _("%(place)s: %(what)s.", place=self.id, what=what),
            next_step=_("Correct the file and read the month again; nothing was kept."),
        )


def read_month(folder: Path) -> Month:
    """Everything in a folder that its `profiles.json` names."""
    profile = _profile(folder)
    lenders, agencies = profile["lenders"], profile["agencies"]
    currencies = {name: given.get("currency", "") for name, given in lenders.items()}

    def content(name: str) -> bytes:
        return content_of(folder / name)

    ledger = [
        line
        for name, given in lenders.items()
        for line in read_ledger(
            given["ledger_file"], content(given["ledger_file"]), name, given
        )
    ]
    bank = [
        entry
        for name, given in lenders.items()
        for entry in read_statement(
            given["bank_file"], content(given["bank_file"]), name, given["bank_format"],
            encoding=given.get("bank_encoding", "utf-8-sig"),
            currency=given.get("currency", ""), dates=given.get("bank_dates", ""),
        )
    ]  # fmt: skip
    claims = [
        line
        for name, given in agencies.items()
        for line in read_claims(
            given["claims_file"], content(given["claims_file"]), name, given, currencies
        )
    ]
    calendars = read_calendars("holidays.csv", content("holidays.csv"))
    return Month(
        cases=_cases(folder),
        ledger=ledger,
        bank=bank,
        claims=claims,
        calendars={
            name: calendars.get(given.get("calendar", ""), Calendar())
            for name, given in lenders.items()
        },
        currencies=currencies,
        by_debtor=frozenset(n for n, g in lenders.items() if g["ledger_style"] == "debtor"),
        by_code=frozenset(n for n, g in agencies.items() if g["case_no_is"] == "case_code"),
    )


_LENDER_SAYS = (
    "ledger_file", "ledger_style", "ledger_amount_unit", "bank_file", "bank_format",
)  # fmt: skip
_AGENCY_SAYS = ("claims_file", "amount_unit", "case_no_is")
_ORDERS = ("ledger_dates", "bank_dates", "dates")
"""What a profile may say of how days are written: of a lender's two files, of an agency's."""

_CLAIM_FIELDS = {"lender", "case_no", "value_date", "amount"}


def _profile(folder: Path) -> dict[str, Any]:
    path = folder / "profiles.json"
    try:
        found = json.loads(path.read_text("utf-8-sig"))
        if not isinstance(found["lenders"], dict) or not isinstance(found["agencies"], dict):
            raise TypeError
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Refusal(
            _("%(path)s is missing or does not name lenders and agencies.", path=path.name),
            next_step=_("Put the month's profile into the folder."),
        ) from error
    for name, given in found["lenders"].items():
        style = given.get("ledger_style") if isinstance(given, dict) else ""
        key = "debtor_key" if style == "debtor" else "lender_case_no"
        fields = {key, "value_date", "amount"}
        _require(name, given, _LENDER_SAYS, "ledger_columns", fields)
    for name, given in found["agencies"].items():
        _require(name, given, _AGENCY_SAYS, "columns", _CLAIM_FIELDS)
    result: dict[str, Any] = found
    return result


def _require(
    name: str, given: Any, says: tuple[str, ...], columns: str, fields: set[str]
) -> None:
    """Refuse a part of a profile that does not say how its files are read."""
    told = given if isinstance(given, dict) else {}
    lacking = [one for one in says if not (isinstance(told.get(one), str) and told[one])]
    lacking += [
        one
        for one in ("currency", "calendar", "bank_encoding")
        if not isinstance(told.get(one, ""), str)
    ]
    lacking += [one for one in _ORDERS if told.get(one, "") not in ("", *DATE_ORDERS)]
    held = told.get(columns)
    if isinstance(held, dict) and all(isinstance(field, str) for field in held.values()):
        lacking += sorted(fields - set(held.values()))
    else:
        lacking.append(columns)
    if lacking:
        raise Refusal(
            _(
                "The profile of %(name)s lacks %(fields)s.",
                name=name,
                fields=", ".join(lacking),
            ),
            next_step=_("Put what is missing into profiles.json, and read the month again."),
        )


def read_ledger(
    file: str, content: bytes, lender: str, given: Mapping[str, Any]
) -> Iterator[LedgerLine]:
    """The postings of a lender's ledger, by its part of a profile."""
    columns = {field: name for name, field in given["ledger_columns"].items()}
    number = columns["debtor_key" if given["ledger_style"] == "debtor" else "lender_case_no"]
    optional = given.get("ledger_optional_columns", ())
    needed = [name for name in given["ledger_columns"] if name not in optional]
    for row in table_rows(file, content, needed, given.get("ledger_dates", "")):
        currency = row.text(columns.get("currency", ""))
        if currency and currency != given.get("currency", currency):
            raise row.bad(_("the currency %(currency)s is not the lender's", currency=currency))
        amount = row.minor(
            columns["amount"], given["ledger_amount_unit"], given.get("currency", "")
        )
        if row.text(columns.get("kind", "")) in REVERSALS:
            amount = -abs(amount)
        reverses = row.text(columns.get("reverses_ref", ""))
        memo = row.text(columns.get("memo", ""))
        if amount < 0 and not reverses and memo:
            reverses = memo.split()[-1]
        yield LedgerLine(
            id=row.id,
            lender=lender,
            number=row.needed(number),
            value_on=row.day(columns["value_date"]),
            amount_minor=amount,
            reference=row.text(columns.get("ledger_ref", "")),
            reverses=reverses,
            method=row.text(columns.get("method", "")),
            parts=_parts(row, columns, given) if amount > 0 else (),
        )


def _parts(
    row: Row, columns: Mapping[str, str], given: Mapping[str, Any]
) -> tuple[int | None, ...]:
    """What a payment was set against, as far as it is told."""
    unit, currency = given["ledger_amount_unit"], given.get("currency", "")
    named = [columns.get(part, "") for part in PARTS]
    parts = tuple(row.minor(one, unit, currency) if row.text(one) else None for one in named)
    return () if all(part is None for part in parts) else parts


def read_claims(
    file: str,
    content: bytes,
    agency: str,
    given: Mapping[str, Any],
    currencies: Mapping[str, str],
) -> Iterator[Claim]:
    """What an agency claims, by its part of a profile; each lender keeps its own currency."""
    columns = {field: name for name, field in given["columns"].items()}
    for row in table_rows(file, content, list(given["columns"]), given.get("dates", "")):
        lender = row.needed(columns["lender"])
        yield Claim(
            id=row.id,
            agency=agency,
            claim_id=row.text(columns.get("claim_id", "")),
            lender=lender,
            number=row.text(columns["case_no"]),
            value_on=row.day(columns["value_date"]),
            amount_minor=row.minor(
                columns["amount"], given["amount_unit"], currencies.get(lender, "")
            ),
            reference=row.text(columns.get("ledger_ref", "")),
        )


def _cases(folder: Path) -> list[PlacedCase]:
    rows: dict[str, list[Row]] = defaultdict(list)
    for row in table_rows("cases.csv", content_of(folder / "cases.csv"), _CASE_COLUMNS):
        rows[row.needed("case_code")].append(row)
    return [_case(code, found) for code, found in rows.items()]


_CASE_COLUMNS = [
    "case_code", "lender", "lender_case_no", "debtor_key", "agency", "placement_start",
    "recall_due", "recalled_on", "balance_minor", "oldest_due",
]  # fmt: skip


def _case(code: str, rows: list[Row]) -> PlacedCase:
    first = rows[0]
    windows = [
        Window(
            row.needed("agency"),
            row.day("placement_start"),
            row.day_or("recalled_on", row.day("recall_due")),
        )
        for row in rows
    ]
    return PlacedCase(
        code=code,
        lender=first.needed("lender"),
        number=first.needed("lender_case_no"),
        debtor=first.needed("debtor_key"),
        balance_minor=first.minor("balance_minor", "minor"),
        oldest_due=first.day("oldest_due"),
        windows=tuple(sorted(windows, key=lambda window: window.start)),
    )


def read_calendars(file: str, content: bytes) -> dict[str, Calendar]:
    """Days off and days made up for, by the name of the calendar."""
    days: dict[tuple[str, str], set[date]] = defaultdict(set)
    for row in table_rows(file, content, ["date", "calendar", "kind"]):
        days[row.text("calendar"), row.text("kind")].add(row.day("date"))
    return {
        name: Calendar(
            frozenset(days.get((name, "holiday"), ())),
            frozenset(days.get((name, "workday"), ())),
        )
        for name in {calendar for calendar, _kind in days}
    }


def table_headings(file: str, content: bytes) -> list[str]:
    """What the columns of a table are called: its first row."""
    table = _table(file, content)
    _number, cells = next(table, (0, []))
    headings = [cell.strip() for cell in cells if cell.strip()]
    if not headings:
        raise Refusal(
            _("%(file)s has no headings in its first row.", file=file),
            next_step=_("Send it with the names of its columns in the first row."),
        )
    return headings


def table_rows(file: str, content: bytes, columns: list[str], dates: str = "") -> Iterator[Row]:
    """The rows of a table below its header, each with the line it starts on."""
    table = _table(file, content, dates)
    header: list[str] | None = None
    for number, cells in table:
        if header is None:
            header = [cell.strip() for cell in cells]
            missing = [name for name in columns if name not in header]
            if missing:
                raise Refusal(
                    _("%(file)s has no column “%(name)s”.", file=file, name=missing[0]),
                    next_step=_("Correct the header, or the profile of the month."),
                )
        elif any(cell.strip() for cell in cells):
            yield Row(file, number, dict(zip(header, cells, strict=False)), dates)


def _table(file: str, content: bytes, dates: str = "") -> Iterator[tuple[int, list[str]]]:
    if content.startswith(b"PK"):
        return _sheet(file, content, dates)
    return csv_rows(file, decoded(file, content))


def _sheet(name: str, content: bytes, dates: str) -> Iterator[tuple[int, list[str]]]:
    try:
        sheet = load_workbook(io.BytesIO(content)).get_sheet_by_index(0)
    except (CalamineError, OSError, ValueError) as error:
        raise Refusal(
            _("The workbook %(file)s cannot be read.", file=name),
            next_step=_("Save it again as .xlsx."),
        ) from error
    for number, cells in enumerate(sheet.to_python(skip_empty_area=False), 1):
        found = [_as_text(cell, dates) for cell in cells]
        if any("\0" in cell for cell in found):
            raise no_text(f"{name}:{number}")
        yield number, found


def _as_text(cell: object, dates: str) -> str:
    # A cell that is a day, not a text, is in no order: it is written in the one that is read.
    if dates and isinstance(cell, date):
        return cell.strftime(DATE_ORDERS[dates][0])
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
