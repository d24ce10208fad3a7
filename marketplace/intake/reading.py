"""Lines out of the files of a batch, each with its dedupe key and without what names people."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from marketplace.casework import Appropriation, PaymentMethod
from marketplace.core.errors import Refusal
from marketplace.core.installation import vault
from marketplace.core.words import Code, _
from marketplace.intake.methods import method_of
from marketplace.intake.models import FileKind, Source
from marketplace.intake.profiles import Profile, bank_format
from marketplace.reconciliation import (
    LedgerLine,
    read_calendars,
    read_claims,
    read_ledger,
    read_statement,
    table_rows,
)

_RUN = re.compile(r"[A-Z0-9]+")
_LONGEST_NUMBER = 14
"""Longer runs may be account numbers."""

_SHOWN = 40
_LONGEST_DIGITS, _FEWEST_DIGITS = 8, 4


@dataclass(frozen=True)
class Brought:
    """A file as it was brought; of claims, with whose they are."""

    kind: FileKind
    name: str
    content: bytes
    agency: str = ""
    agency_id: int | None = None


@dataclass(frozen=True)
class ReadLine:
    """A line as it will be kept."""

    source: Source
    place: str
    value_on: date
    amount_minor: int
    number: str = ""
    claim_id: str = ""
    reference: str = ""
    reverses: str = ""
    text: str = ""
    agency_id: int | None = None
    method: PaymentMethod = PaymentMethod.VOLUNTARY
    parts: list[int] | None = None
    """What a payment was set against: costs, interest, fees, principal."""

    dedupe_key: bytes = b""


def read_file(
    file: Brought, lender: str, profile: Profile, *, may_be_empty: bool = False
) -> list[ReadLine]:
    """Every line of a file; what cannot be read, or cannot be, is refused by its place."""
    try:
        lines = list(_READERS[file.kind](file, lender, profile))
    except (KeyError, AttributeError, TypeError) as error:
        raise Refusal(
            _("%(file)s does not fit its profile: %(what)s.", file=file.name, what=str(error)),
            next_step=_("Correct the profile and bring the files again."),
        ) from error
    if not lines and file.kind in _CARRYING and not may_be_empty:
        raise Refusal(
            _("%(file)s holds no line.", file=file.name), next_step=_("Choose another file.")
        )
    _refuse_reference_twice(lines)
    for line in lines:
        if line.amount_minor == 0:
            raise _bad(line.place, _("the amount is zero"))
        if line.source is Source.CLAIM and line.amount_minor < 0:
            raise _bad(line.place, _("a claim cannot be below zero"))
    return _keyed(lines)


def _refuse_reference_twice(lines: Sequence[ReadLine]) -> None:
    """One reference is one posting: the second would be taken for the first."""
    first: dict[str, str] = {}
    for line in lines:
        if line.source is Source.LEDGER and line.reference:
            place = first.setdefault(line.reference, line.place)
            if place != line.place:
                raise _bad(
                    line.place,
                    _("the reference %(ref)s is that of %(other)s already",
                      ref=line.reference, other=place),
                )  # fmt: skip


def _ledger(file: Brought, lender: str, profile: Profile) -> Iterator[ReadLine]:
    for line in read_ledger(file.name, file.content, lender, profile.lender):
        yield ReadLine(
            Source.LEDGER, line.id, line.value_on, line.amount_minor, line.number,
            reference=line.reference, reverses=line.reverses, method=_method(line),
            parts=_parts(line),
        )  # fmt: skip


def _method(line: LedgerLine) -> PaymentMethod:
    method = method_of(line.method)
    if method is None:
        raise _bad(
            line.id,
            _("“%(value)s” is no way of paying; write one of %(known)s, or nothing",
              value=line.method[:_SHOWN], known=", ".join(one.value for one in PaymentMethod)),
        )  # fmt: skip
    return method


def _parts(line: LedgerLine) -> list[int] | None:
    applied = Appropriation.told(line.parts)
    if applied is None:
        return None
    if not applied.fits(line.amount_minor):
        raise _bad(
            line.id, _("costs, interest, fees and principal do not add up to the amount")
        )
    return list(applied)


def _bank(file: Brought, lender: str, profile: Profile) -> Iterator[ReadLine]:
    # A profile names the format of the usual statement; what the file is, it shows itself.
    for entry in read_statement(
        file.name, file.content, lender, bank_format(file.content),
        encoding=profile.lender.get("bank_encoding", "utf-8-sig"), currency=profile.currency,
        dates=profile.lender.get("bank_dates", ""),
    ):  # fmt: skip
        yield ReadLine(
            Source.BANK, entry.id, entry.value_on, entry.amount_minor, text=entry.text
        )


def _claims(file: Brought, lender: str, profile: Profile) -> Iterator[ReadLine]:
    for claim in read_claims(
        file.name, file.content, file.agency, profile.of_agency(file.agency),
        {lender: profile.currency},
    ):  # fmt: skip
        if claim.lender != lender:
            raise _bad(
                claim.id,
                _("it claims from %(other)s, not from %(lender)s", other=claim.lender,
                  lender=lender),
            )  # fmt: skip
        yield ReadLine(
            Source.CLAIM, claim.id, claim.value_on, claim.amount_minor, claim.number,
            claim.claim_id, claim.reference, agency_id=file.agency_id,
        )  # fmt: skip


def _holidays(file: Brought, _lender: str, _profile: Profile) -> Iterator[ReadLine]:
    read_calendars(file.name, file.content)
    return iter(())


def _debtors(file: Brought, _lender: str, _profile: Profile) -> Iterator[ReadLine]:
    cases_of_debtors(file.name, file.content)
    return iter(())


def cases_of_debtors(name: str, content: bytes) -> dict[str, str]:
    """By case number: the customer number that the lender's ledger uses."""
    return {
        row.needed("lender_case_no"): row.needed("debtor_key")
        for row in table_rows(name, content, ["debtor_key", "lender_case_no"])
    }


_READERS = {
    FileKind.LEDGER: _ledger,
    FileKind.BANK: _bank,
    FileKind.CLAIMS: _claims,
    FileKind.HOLIDAYS: _holidays,
    FileKind.DEBTORS: _debtors,
}
_CARRYING = {FileKind.LEDGER, FileKind.BANK, FileKind.CLAIMS}


def _keyed(lines: Sequence[ReadLine]) -> list[ReadLine]:
    """Give each line its key: equal lines of one file are told apart by their order."""
    seen: Counter[str] = Counter()
    plain = []
    for line in lines:
        said = _said(line)
        seen[said] += 1
        plain.append(f"{said}|{seen[said]}")
    keys = vault().blind_indexes(plain, kind="intake line")
    return [replace(line, dedupe_key=key) for line, key in zip(lines, keys, strict=True)]


def _said(line: ReadLine) -> str:
    """What makes a line the same line in another file: its reference, or all it says."""
    if line.source is Source.LEDGER and line.reference:
        return f"ledger|{line.reference}"
    named = line.place.rpartition(":")[2] if line.source is Source.BANK else ""
    entry = "" if named.isdigit() else named
    return "|".join(
        str(part)
        for part in (
            line.source, line.agency_id or "", line.number, line.claim_id, line.value_on,
            line.amount_minor, line.reference, line.text, entry,
        )
    )  # fmt: skip


def fragments_of(text: str) -> str:
    """What of an entry's text may be a case number; of a longer number, its end."""
    shown = []
    for run in _RUN.findall(text.upper()):
        digits = sum(sign.isdigit() for sign in run)
        if digits < _FEWEST_DIGITS:
            continue
        longest = _LONGEST_DIGITS if run.isdigit() else _LONGEST_NUMBER
        shown.append(run if len(run) <= longest else f"…{run[-_FEWEST_DIGITS:]}")
    return " ".join(shown)


def _bad(place: str, what: object) -> Refusal:
    return Refusal(
        _("%(place)s: %(what)s.", place=place, what=what),
        next_step=_("Correct the file and bring it again; nothing was kept."),
    )


def name_of(kind: FileKind) -> Code:
    return Code(f"file_{kind.value}")
