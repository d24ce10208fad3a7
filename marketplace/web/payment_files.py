"""Reading a payment file: CSV with the lender's case number, date, amount and reference."""

import csv
import io
from datetime import date
from decimal import Decimal

from flask_babel import gettext as _

from marketplace import portfolios
from marketplace.casework import Appropriation, BadPayments, PaymentMethod, PaymentRow
from marketplace.core.calendars import FIRST_DAY, LAST_DAY
from marketplace.core.errors import Refusal
from marketplace.core.money import LARGEST_MINOR, MINOR_DIGITS
from marketplace.core.words import Words
from marketplace.core.words import _ as words
from marketplace.intake import method_of
from marketplace.reconciliation import PARTS

_NO_TEXT = words("It holds characters that no text has.")
COLUMNS = ("case_no", "value_date", "amount", "reference", "reverses", "method")


def read_payments(content: bytes, *, lender_id: int) -> list[PaymentRow]:
    """Every line of the file, or a refusal that lists every line that cannot be read.

    An amount is written in the currency of its case.
    """
    lines = _lines(_decoded(content))
    numbers = {given["case_no"] for given in lines}
    currencies = portfolios.currencies_of(numbers, lender_id=lender_id)
    rows, problems = [], []
    for line, given in enumerate(lines, 1):
        read = _row(given, currencies.get(given["case_no"]))
        if isinstance(read, Words):
            problems.append((line, read))
        else:
            rows.append(read)
    if problems:
        raise BadPayments(problems)
    if not rows:
        raise Refusal(_("The payment file is empty."), next_step=_("Choose another file."))
    return rows


def _lines(text: str) -> list[dict[str, str]]:
    reader = csv.DictReader(io.StringIO(text, newline=""))
    try:
        missing = [name for name in COLUMNS[:4] if name not in (reader.fieldnames or ())]
        if missing:
            raise Refusal(
                _("The payment file lacks the columns %(names)s.", names=", ".join(missing)),
                next_step=_("Its first line reads: %(line)s", line=",".join(COLUMNS)),
            )
        return [
            {name: (cells.get(name) or "").strip() for name in (*COLUMNS, *PARTS)}
            for cells in reader
        ]
    except csv.Error as error:
        raise BadPayments([(max(reader.reader.line_num - 1, 1), _NO_TEXT)]) from error


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refusal(
        _("The payment file is not a text file."), next_step=_("Save it as CSV and try again.")
    )


def _row(given: dict[str, str], currency: str | None) -> PaymentRow | Words:
    if any("\0" in value for value in given.values()):
        return _NO_TEXT
    value_on = _day(given["value_date"])
    if value_on is None:
        return words("“%(value)s” is not a date such as 2026-03-31.", value=given["value_date"])
    if currency is None:
        return words("There is no case %(number)s.", number=given["case_no"])
    amount_minor = _minor(given["amount"], currency)
    if isinstance(amount_minor, Words):
        return amount_minor
    method = method_of(given["method"])
    if method is None:
        return words(
            "“%(value)s” is no way of paying; write one of %(known)s, or nothing.",
            value=given["method"],
            known=", ".join(one.value for one in PaymentMethod),
        )
    parts = [_minor(given[name], currency) if given[name] else None for name in PARTS]
    told = [part for part in parts if not isinstance(part, Words)]
    if len(told) < len(parts):
        return next(part for part in parts if isinstance(part, Words))
    return PaymentRow(
        given["case_no"], value_on, amount_minor, given["reference"], given["reverses"], method,
        Appropriation.told(told),
    )  # fmt: skip


def _day(written: str) -> date | None:
    try:
        found = date.fromisoformat(written)
    except ValueError:
        return None
    return found if FIRST_DAY <= found <= LAST_DAY else None


def _minor(written: str, currency: str) -> int | Words:
    try:
        scaled = Decimal(written.replace(",", "")).scaleb(MINOR_DIGITS[currency])
        sound = abs(scaled) <= LARGEST_MINOR
    except ArithmeticError:
        sound = False
    if not sound:
        return words("“%(value)s” is not an amount.", value=written[:40])
    if scaled != scaled.to_integral_value():
        return words(
            "“%(value)s” has more decimals than %(currency)s takes.",
            value=written,
            currency=currency,
        )
    return int(scaled)
