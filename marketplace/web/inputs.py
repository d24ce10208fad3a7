"""Reading what people typed: amounts, percentages, dates. What cannot be read is refused."""

from calendar import monthrange
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import TypeVar
from zoneinfo import ZoneInfo

from flask import request
from flask_babel import gettext as _

from marketplace.core import installation
from marketplace.core.errors import Refusal
from marketplace.core.money import LARGEST_MINOR, MINOR_DIGITS
from marketplace.core.scanning import require_clean

LAST_PAGE = 1_000_000

Choice = TypeVar("Choice", bound=str)


def text(name: str) -> str:
    """What was typed, without blanks around it and without what no text has."""
    return request.form.get(name, "").replace("\0", "").strip()


def one_of(name: str, label: str, choices: Iterable[Choice]) -> Choice:
    """What was chosen of a list; nothing chosen is the first of it."""
    offered = list(choices)
    chosen = text(name) or offered[0]
    for one in offered:
        if one == chosen:
            return one
    raise Refusal(
        _("%(label)s: “%(value)s” is not one of the choices.", label=label, value=chosen[:40]),
        next_step=_("Choose one of the list."),
    )


def amount_minor(name: str, label: str, currency: str = "CNY") -> int:
    """An amount in major units, such as 1,234.50, as whole minor units."""
    written = text(name).replace(",", "").replace("，", "").replace(" ", "")
    scaled = _decimal(written, label).scaleb(MINOR_DIGITS[currency])
    if scaled != scaled.to_integral_value():
        raise Refusal(
            _("%(label)s has too many digits after the point: %(value)s", label=label,
              value=written),
            next_step=_("Go back and correct it."),
        )  # fmt: skip
    return int(scaled)


def amount_minor_or_none(name: str, label: str, currency: str = "CNY") -> int | None:
    """The same where the field may be left empty."""
    return amount_minor(name, label, currency) if text(name) else None


def percent_bps(name: str, label: str) -> int:
    """A percentage, such as 25 or 25.5, as basis points."""
    return bps_of(text(name), label)


def bps_of(written: str, label: str) -> int:
    scaled = _decimal(written.replace("%", "").replace("％", ""), label) * 100
    if scaled != scaled.to_integral_value():
        raise Refusal(
            _("%(label)s takes at most two digits after the point: %(value)s", label=label,
              value=written),
            next_step=_("Go back and correct it."),
        )  # fmt: skip
    return int(scaled)


def whole(name: str, label: str) -> int:
    written = text(name).replace(",", "")
    digits = written.removeprefix("-")
    # (No more digits than the largest has: the interpreter itself refuses to read thousands.)
    if not (digits.isdecimal() and len(digits) <= len(str(LARGEST_MINOR))):
        raise Refusal(
            _("%(label)s must be a whole number, not “%(value)s”.", label=label, value=written),
            next_step=_("Go back and correct it."),
        )
    return int(written)


def day(name: str, label: str) -> date:
    try:
        return date.fromisoformat(text(name))
    except ValueError as error:
        raise Refusal(
            _("%(label)s must be a date such as 2026-03-31, not “%(value)s”.", label=label,
              value=text(name)),
            next_step=_("Go back and correct it."),
        ) from error  # fmt: skip


def moment(name: str, label: str) -> datetime:
    """A local date and time, at the installation's clock."""
    try:
        local = datetime.fromisoformat(text(name))
    except ValueError as error:
        raise Refusal(
            _("%(label)s must be a date and time such as 2026-03-31 17:00.", label=label),
            next_step=_("Go back and correct it."),
        ) from error
    return local.replace(tzinfo=ZoneInfo(installation.installed().time_zone))


def uploaded(name: str, label: str) -> tuple[str, bytes]:
    """Name and content of a file, once the virus scanner, if there is one, finds it clean."""
    file = request.files.get(name)
    if file is None or not file.filename:
        raise Refusal(
            _("%(label)s: choose a file first.", label=label),
            next_step=_("Go back and try again."),
        )
    content = file.read()
    require_clean([content])
    return file.filename, content


def month_asked() -> tuple[date | None, date | None]:
    """The first and the last day of a month such as 2026-03 in the address; none: all time."""
    written = request.args.get("month", "").strip()
    if not written:
        return None, None
    try:
        first = date.fromisoformat(f"{written}-01")
    except ValueError as error:
        raise Refusal(
            _("“%(value)s” is not a month such as 2026-03.", value=written),
            next_step=_("Go back and correct it."),
        ) from error
    return first, first.replace(day=monthrange(first.year, first.month)[1])


def day_asked(name: str, usual: date) -> date:
    """A day in the address; the usual one where none is asked for."""
    written = request.args.get(name, "").strip()
    if not written:
        return usual
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise Refusal(
            _("“%(value)s” is not a date such as 2026-03-31.", value=written[:40]),
            next_step=_("Go back and correct it."),
        ) from error


def page_number() -> int:
    """Which page of a list is asked for; beyond the last there is nothing to count to."""
    return min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE)


def number_asked(name: str) -> int | None:
    """The number of a thing in the address; of one that no database holds, the largest."""
    asked = request.args.get(name, type=int)
    return None if asked is None else min(max(asked, 0), LARGEST_MINOR)


def _decimal(written: str, label: str) -> Decimal:
    try:
        value = Decimal(written)
        sound = abs(value) <= LARGEST_MINOR
    except ArithmeticError as error:
        raise Refusal(
            _("%(label)s must be a number, not “%(value)s”.", label=label, value=written),
            next_step=_("Go back and correct it."),
        ) from error
    if not sound:
        raise Refusal(
            _("%(label)s is too large: %(value)s", label=label, value=written[:40]),
            next_step=_("Go back and correct it."),
        )
    return value
