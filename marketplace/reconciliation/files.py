"""Bytes, text, days and amounts, as the files of a month write them."""

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

from marketplace.core.errors import Refusal
from marketplace.core.money import MINOR_DIGITS
from marketplace.core.words import _

_DATE_FORMATS = ("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y.%m.%d")


def content_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Refusal(
            _("The file %(file)s is missing.", file=path.name),
            next_step=_("Put it into the folder, or take it out of the profile."),
        ) from error


def decoded(content: bytes, encoding: str = "utf-8-sig") -> str:
    """The text of a file: as it is said to be, else in the two that lenders use."""
    for name in (encoding, "utf-8-sig", "gb18030"):
        try:
            return content.decode(name).removeprefix("\ufeff")
        except (UnicodeDecodeError, LookupError):
            continue
    return content.decode("latin-1")


def as_day(written: str) -> date | None:
    bare = written.strip().split(" ")[0].split("T")[0]
    for notation in _DATE_FORMATS:
        try:
            return datetime.strptime(bare, notation).date()  # noqa: DTZ007 -- a plain day
        except ValueError:
            continue
    return None


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
    bare = written.strip().replace(",", "").replace("¥", "").replace("￥", "")
    try:
        scaled = Decimal(bare).scaleb(digits)
    except InvalidOperation:
        return None
    return int(scaled) if scaled.is_finite() and scaled == scaled.to_integral_value() else None
