"""Bank statements: ISO 20022 camt.053, SWIFT MT940, and a bank's own CSV."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from xml.etree.ElementTree import Element, ParseError

import mt940
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from marketplace.core.errors import Refusal
from marketplace.core.words import Words, _
from marketplace.reconciliation.files import (
    as_day,
    as_minor,
    csv_rows,
    decoded,
    digits_of,
    unreadable_day,
)
from marketplace.reconciliation.month import BankLine

_ENTRY = re.compile(r":61:\d{6}(\d{4})?R?[CD][A-Z]?\d{1,14},\d{0,2}[A-Z]")
"""Date, entry date, mark, funds code, amount, and the type that follows it."""

_MT940_FRAME = (":20:", ":60", ":62")
"""Reference, opening and closing balance: without one of them it is none, or was cut short."""

_MT940_TEXTS = (
    "transaction_details", "purpose", "additional_purpose", "end_to_end_reference",
)  # fmt: skip

_CAMT_FRAME = {"Stmt", "Rpt", "Ntfctn"}

_OUT, _IN, _VALUE, _TEXT = "借方金额", "贷方金额", "起息日", "摘要"


def read_statement(
    file: str,
    content: bytes,
    lender: str,
    kind: str,
    *,
    encoding: str,
    currency: str,
    dates: str = "",
) -> list[BankLine]:
    """Every entry of a statement; money out is negative.

    `dates` is the order of the days of a bank's own CSV: the standards have theirs.
    """
    if kind == "camt":
        return list(_camt(file, content, lender, currency))
    text = decoded(file, content, encoding)
    if kind == "mt940":
        return list(_mt940(file, text, lender, currency))
    if kind == "csv":
        return list(_csv(file, text, lender, currency, dates))
    raise Refusal(
        _(
            "%(file)s: a statement of kind “%(kind)s” cannot be read.",
            file=file,
            kind=kind,
        ),
        next_step=_("Use camt, mt940 or csv."),
    )


def _camt(file: str, content: bytes, lender: str, currency: str) -> Iterator[BankLine]:
    try:
        root = fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise _unreadable(file, str(error)) from error
    if not any(_name(element) in _CAMT_FRAME for element in root.iter()):
        raise _unreadable(file, "Stmt")
    for entry in root.iter():
        if _name(entry) == "Ntry":
            yield _camt_entry(file, entry, lender, currency)


def _camt_entry(file: str, entry: Element, lender: str, currency: str) -> BankLine:
    reference = _said(entry, "NtryRef") or _said(entry, "AcctSvcrRef")
    place = f"{file}:{reference}"
    amount = next((one for one in entry if _name(one) == "Amt"), None)
    told = currency if amount is None else amount.get("Ccy", currency)
    if currency and told != currency:
        raise _unreadable(place, told)
    digits = digits_of(told)
    minor = None if amount is None else as_minor(amount.text or "", digits=digits)
    value = _first(entry, "ValDt") or _first(entry, "BookgDt")
    day = as_day("".join(value.itertext()).strip()) if value is not None else None
    if not reference or minor is None or day is None:
        raise _unreadable(place, "NtryRef, Amt, ValDt")
    debit = _said(entry, "CdtDbtInd") == "DBIT"
    text = " ".join(
        (one.text or "").strip()
        for details in entry.iter()
        if _name(details) == "RmtInf"
        for one in details.iter()
        if _name(one) in ("Ustrd", "Ref")
    )
    return BankLine(place, lender, day, -abs(minor) if debit else abs(minor), text)


def _name(element: Element) -> str:
    """The element's name in whichever version of the schema."""
    return element.tag.rpartition("}")[2]


def _first(entry: Element, name: str) -> Element | None:
    return next((one for one in entry if _name(one) == name), None)


def _said(entry: Element, name: str) -> str:
    found = _first(entry, name)
    return (found.text or "").strip() if found is not None else ""


def _mt940(file: str, text: str, lender: str, currency: str) -> Iterator[BankLine]:
    for tag in _MT940_FRAME:
        if not re.search(f"^{tag}", text, re.MULTILINE):
            raise _unreadable(file, tag)
    numbers = _mt940_numbers(file, text)
    statement = mt940.models.Transactions()
    try:
        statement.parse(text)
    except (ValueError, RuntimeError, AssertionError) as error:
        raise _unreadable(file, str(error)) from error
    entries = [one for one in statement.transactions if "amount" in one.data]
    if len(entries) != len(numbers):
        raise _unreadable(file, ":61:")
    for number, entry in zip(numbers, entries, strict=True):
        place = f"{file}:{number}"
        amount = entry.data["amount"]
        told = amount.currency or currency
        if currency and told != currency:
            raise _unreadable(place, str(amount))
        minor = as_minor(str(amount.amount), digits=digits_of(told))
        found = entry.data["date"]
        if minor is None:
            raise _unreadable(place, str(amount))
        out = entry.data["status"] in ("D", "RC")
        yield BankLine(
            place,
            lender,
            date(found.year, found.month, found.day),
            -abs(minor) if out else abs(minor),
            _mt940_text(entry.data),
        )


def _mt940_text(data: Mapping[str, object]) -> str:
    """The :86: as it is written; of a structured one its purpose, without the names."""
    return " ".join(str(data[name]) for name in _MT940_TEXTS if data.get(name))


def _mt940_numbers(file: str, text: str) -> list[int]:
    """The lines of the :61: tags, in order: the library keeps no line numbers."""
    numbers = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith(":61:"):
            # The library would read a damaged amount as far as it goes.
            if not _ENTRY.match(line):
                raise _unreadable(f"{file}:{number}", line[:40])
            numbers.append(number)
    return numbers


def _csv(file: str, text: str, lender: str, currency: str, dates: str) -> Iterator[BankLine]:
    rows = csv_rows(file, text)
    _number, cells = next(rows, (0, []))
    header = [cell.strip() for cell in cells]
    missing = [name for name in (_OUT, _IN, _VALUE, _TEXT) if name not in header]
    if missing:
        raise Refusal(
            _("%(file)s has no column “%(name)s”.", file=file, name=missing[0]),
            next_step=_("Correct the header, or the profile of the month."),
        )
    digits = digits_of(currency)
    for number, cells in rows:
        place = f"{file}:{number}"
        if not any(cell.strip() for cell in cells):
            continue
        row = dict(zip(header, cells, strict=False))
        out, into = (_filled(row.get(name, ""), digits) for name in (_OUT, _IN))
        minor = as_minor(out or into, digits=digits)
        written = row.get(_VALUE, "")
        day = as_day(written, dates)
        if day is None and dates:
            raise _unreadable(place, unreadable_day(written[:40], dates))
        if minor is None or day is None or bool(out) == bool(into):
            raise _unreadable(place, ", ".join((_OUT, _IN, _VALUE)))
        yield BankLine(place, lender, day, -abs(minor) if out else minor, row.get(_TEXT, ""))


def _filled(written: str, digits: int) -> str:
    """A cell; some banks write zero, or a dash, into the one that does not apply."""
    bare = written.strip()
    return "" if bare in ("-", "--") or as_minor(bare, digits=digits) == 0 else bare


def _unreadable(place: str, what: str | Words) -> Refusal:
    shown = what[:120] if isinstance(what, str) else what
    return Refusal(
        _("%(place)s cannot be read: %(what)s.", place=place, what=shown),
        next_step=_("Ask the bank for the file again; nothing was kept."),
    )
