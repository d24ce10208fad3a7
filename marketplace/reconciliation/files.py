"""Bytes, text, days and amounts, as the files of a month write them."""

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from marketplace.core.calendars import FIRST_DAY, LAST_DAY
from marketplace.core.errors import Refusal
from marketplace.core.money import LARGEST_MINOR, MINOR_DIGITS
from marketplace.core.words import Code, Words, _

_YEAR_FIRST = ("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y.%m.%d", "%Y年%m月%d日")
DATE_ORDERS = {
    "ymd": (*_YEAR_FIRST, "%y-%m-%d", "%y/%m/%d", "%y.%m.%d"),
    "dmy": (
        "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d%m%Y", "%d/%m/%y", "%d-%m-%y", "%d.%m.%y",
    ),
    "mdy": (
        "%m/%d/%Y", "%m-%d-%Y", "%m.%d.%Y", "%m%d%Y", "%m/%d/%y", "%m-%d-%y", "%m.%d.%y",
    ),
}  # fmt: skip
"""How the days of a file are written, if its profile says; only years of four digits first if
not, for 02/03/2026 is two days."""

_COMPACT = 8
"""Digits of a day without signs between: with fewer, day and month would run together."""


def content_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Refusal(
            _("The file %(file)s is missing.", file=path.name),
            next_step=_("Put it into the folder, or take it out of the profile."),
        ) from error


def decoded(file: str, content: bytes, encoding: str = "utf-8-sig") -> str:
    """The text of a file: as it is said to be, else in the two that lenders use."""
    text = _decoded(content, encoding)
    if "\0" in text:
        raise no_text(f"{file}:{text.count(chr(10), 0, text.index(chr(0))) + 1}")
    return text


def _decoded(content: bytes, encoding: str) -> str:
    for name in (encoding, "utf-8-sig", "gb18030"):
        try:
            return content.decode(name).removeprefix("\ufeff")
        except (UnicodeDecodeError, LookupError):
            continue
    return content.decode("latin-1")


def no_text(place: str) -> Refusal:
    """What holds a NUL, or a cell without end, is no table; nothing could keep it either."""
    return Refusal(
        _("%(place)s holds characters that no text has.", place=place),
        next_step=_("Export the file again as plain text, or as .xlsx."),
    )


def csv_rows(file: str, text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows of a text, each with the line it starts on."""
    reader = csv.reader(io.StringIO(text, newline=""))
    start = 1
    try:
        for cells in reader:
            yield start, cells
            start = reader.line_num + 1
    except csv.Error as error:
        raise no_text(f"{file}:{start}") from error


def as_day(written: str, order: str = "") -> date | None:
    """The day, unless it is none that a payment or a due date can have.

    In the order that a profile names, and in no other.

    >>> as_day("02/03/2026"), as_day("02/03/2026", "dmy"), as_day("2026-03-02", "dmy")
    (None, datetime.date(2026, 3, 2), None)
    """
    bare = written.strip().split(" ")[0].split("T")[0]
    if order and bare.isdigit() and len(bare) != _COMPACT:
        return None
    for notation in DATE_ORDERS.get(order, _YEAR_FIRST):
        try:
            found = datetime.strptime(bare, notation).date()  # noqa: DTZ007 -- a plain day
        except ValueError:
            continue
        return found if FIRST_DAY <= found <= LAST_DAY else None
    return None


def unreadable_day(written: str, order: str = "") -> Words:
    """Why something is no day, in the order that the profile names if it does."""
    if order:
        return _(
            "“%(value)s” is not a day between 1990 and 2100 written %(order)s, as the"
            " profile says",
            value=written,
            order=Code(f"dates_{order}"),
        )
    return _("“%(value)s” is not a date between 1990 and 2100", value=written)


def digits_of(currency: str) -> int:
    """Digits after the point of amounts in a currency; where none is told, it is the yuan."""
    digits = MINOR_DIGITS.get(currency or "CNY")
    if digits is None:
        raise Refusal(
            _("The currency %(currency)s is not kept here.", currency=currency),
            next_step=_("Use one of %(known)s.", known=", ".join(MINOR_DIGITS)),
        )
    return digits


def as_minor(written: str, *, digits: int) -> int | None:
    """The amount in minor units, unless it has more digits than money has, at either end."""
    bare = written.strip().replace(",", "").replace("¥", "").replace("￥", "")
    try:
        scaled = Decimal(bare).scaleb(digits)
        sound = abs(scaled) <= LARGEST_MINOR and scaled == scaled.to_integral_value()
    except ArithmeticError:
        return None
    return int(scaled) if sound else None
