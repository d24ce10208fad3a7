"""A month out of the database, as the matcher takes it. Lines bear their keys as ids."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import Row, select, text

from marketplace.accounts import Organisation, organisation_codes
from marketplace.core.calendars import public_holidays
from marketplace.core.days import day_of
from marketplace.core.db import db
from marketplace.core.installation import files, installed, vault
from marketplace.intake.bringing import sealed_place
from marketplace.intake.models import Batch, BatchFile, FileKind, Source
from marketplace.intake.profiles import Profile, plain_profile
from marketplace.intake.reading import cases_of_debtors
from marketplace.intake.standing import HOLDING
from marketplace.reconciliation import (
    Allocation,
    BankLine,
    Calendar,
    Claim,
    LedgerLine,
    Month,
    PlacedCase,
    Window,
    allocate,
    read_calendars,
)

_CASES = """
SELECT c.id, c.code, c.lender_case_no, c.debtor_id, c.balance_minor,
       coalesce(c.overdue_on, c.balance_as_of) AS oldest_due
  FROM cases c
 WHERE c.lender_id = :lender AND c.currency = :currency
 ORDER BY c.id
"""

_WINDOWS = f"""
SELECT pc.case_id, p.agency_id, p.starts_on,
       coalesce({day_of("p.ended_at")}, p.recall_due_on) + f.tail_days::integer AS ends_on
  FROM placements p
  JOIN framework_contracts f ON f.id = p.contract_id
  JOIN placement_cases pc ON pc.placement_id = p.id
 WHERE p.lender_id = :lender AND p.answered_at IS NOT NULL AND p.status <> 'declined'
 ORDER BY pc.case_id, p.starts_on, p.id
"""  # noqa: S608
"""Asked for apart from the cases: joined, both are looked through for each other as long as the
database knows nothing of tables that were just filled."""

_LINES = f"""
SELECT l.id, l.source, l.agency_id, l.batch_id, l.number, l.claim_id, l.value_on,
       l.amount_minor, l.reference, l.reverses, l.method, l.parts, l.text_sealed,
       l.dedupe_key, l.place
  FROM intake_lines l
 WHERE l.lender_id = :lender AND l.month_start = :month
   AND (:everything OR NOT EXISTS ({HOLDING}))
 ORDER BY l.id
"""  # noqa: S608 -- composed of this project's own constants


_PAID = f"""
SELECT p.case_id, sum(p.amount_minor)::bigint AS amount
  FROM intake_lines l JOIN intake_payments i ON i.line_id = l.id
  JOIN payments p ON p.id = i.payment_id AND p.withdrawn_by_id IS NULL
 WHERE l.lender_id = :lender AND EXISTS ({HOLDING})
 GROUP BY 1
"""  # noqa: S608


@dataclass(frozen=True)
class Assembled:
    """A month, and the rows it was made of by their ids."""

    month: Month
    rows: Mapping[str, Row[Any]]
    case_ids: Mapping[str, int]
    """By case code."""

    currency: str
    lender: Organisation

    @cached_property
    def allocation(self) -> Allocation:
        """Which cases each posting pays."""
        return allocate(self.month)


def assemble(lender_id: int, month: date, *, everything: bool = False) -> Assembled:
    """The free lines of a month, or all of them, with the lender's cases and calendar."""
    lender = db.session.get_one(Organisation, lender_id)
    profile, by_code = _profiles(lender_id, month)
    rows = db.session.execute(
        text(_LINES), {"lender": lender_id, "month": month, "everything": everything}
    ).all()
    by_debtor = profile.lender["ledger_style"] == "debtor"
    name = lender.short_code
    debtors = _debtors(lender_id) if by_debtor else {}
    # What decided postings paid is not there to be paid again.
    paid = _paid(lender_id) if by_debtor and not everything else {}
    cases, case_ids = _cases(lender, profile.currency, debtors, paid)
    agencies = organisation_codes({row.agency_id for row in rows if row.agency_id})
    assembled = Month(
        cases=cases,
        ledger=[_posting(row, name) for row in rows if row.source == Source.LEDGER],
        bank=[_entry(row, name) for row in rows if row.source == Source.BANK],
        claims=[
            _claim(row, name, agencies[row.agency_id])
            for row in rows
            if row.source == Source.CLAIM
        ],
        calendars={name: _calendar(lender_id, profile)},
        by_debtor=frozenset([name] if by_debtor else []),
        by_code=frozenset(by_code),
        currencies={name: profile.currency},
    )
    return Assembled(
        assembled, {str(row.id): row for row in rows}, case_ids, profile.currency, lender
    )


def _profiles(lender_id: int, month: date) -> tuple[Profile, set[str]]:
    """How the month's files are to be read, and which agencies claim by case code."""
    batches = db.session.execute(
        select(Batch.profile, Batch.agency_id)
        .where(Batch.lender_id == lender_id, Batch.month_start <= month)
        .order_by(Batch.id)
    ).all()
    # What the lender said last; until then, what its agencies did.
    of_lender = [batch.profile for batch in batches if batch.agency_id is None]
    profile = plain_profile((of_lender or [batch.profile for batch in batches])[-1])
    by_code: set[str] = set()
    for batch in batches:
        found = plain_profile(batch.profile)
        by_code |= {n for n, one in found.agencies.items() if one["case_no_is"] == "case_code"}
    return profile, by_code


def _cases(
    lender: Organisation, currency: str, debtors: Mapping[str, str], paid: Mapping[int, int]
) -> tuple[list[PlacedCase], dict[str, int]]:
    windows: dict[int, list[Row[Any]]] = defaultdict(list)
    of = {"lender": lender.id, "zone": installed().time_zone}
    for row in db.session.execute(text(_WINDOWS), of):
        windows[row.case_id].append(row)
    agencies = organisation_codes({row.agency_id for held in windows.values() for row in held})
    rows = db.session.execute(text(_CASES), {"lender": lender.id, "currency": currency}).all()
    cases = [
        PlacedCase(
            code=row.code,
            lender=lender.short_code,
            number=row.lender_case_no,
            debtor=debtors.get(row.lender_case_no, f"#{row.debtor_id}"),
            balance_minor=row.balance_minor - paid.get(row.id, 0),
            oldest_due=row.oldest_due,
            windows=tuple(
                Window(agencies[one.agency_id], one.starts_on, one.ends_on)
                for one in windows.get(row.id, ())
            ),
        )
        for row in rows
    ]
    return cases, {row.code: row.id for row in rows}


def _paid(lender_id: int) -> dict[int, int]:
    rows = db.session.execute(text(_PAID), {"lender": lender_id})
    return {row.case_id: row.amount for row in rows}


def _latest_file(lender_id: int, kind: FileKind) -> tuple[str, bytes] | None:
    found = db.session.execute(
        select(BatchFile.filename, BatchFile.file_key)
        .where(BatchFile.lender_id == lender_id, BatchFile.kind == kind)
        .order_by(BatchFile.id.desc())
        .limit(1)
    ).first()
    return (found.filename, files().get(found.file_key)) if found else None


def _debtors(lender_id: int) -> dict[str, str]:
    found = _latest_file(lender_id, FileKind.DEBTORS)
    return cases_of_debtors(*found) if found else {}


def _calendar(lender_id: int, profile: Profile) -> Calendar:
    """The calendar that the profile names: of the lender's file, which may have just one, or
    the public one of that place; else weekends alone."""
    found = _latest_file(lender_id, FileKind.HOLIDAYS)
    calendars = read_calendars(*found) if found else {}
    if len(calendars) == 1:
        return next(iter(calendars.values()))
    name = str(profile.lender.get("calendar", ""))
    return calendars.get(name) or public_holidays(name).calendar


def _posting(row: Row[Any], lender: str) -> LedgerLine:
    return LedgerLine(
        str(row.id), lender, row.number, row.value_on, row.amount_minor, row.reference,
        row.reverses, row.method,
    )  # fmt: skip


def _entry(row: Row[Any], lender: str) -> BankLine:
    sealed = row.text_sealed
    written = vault().open(sealed, place=sealed_place(row.dedupe_key)) if sealed else b""
    return BankLine(str(row.id), lender, row.value_on, row.amount_minor, written.decode())


def _claim(row: Row[Any], lender: str, agency: str) -> Claim:
    return Claim(
        str(row.id), agency, row.claim_id, lender, row.number, row.value_on, row.amount_minor,
        row.reference,
    )  # fmt: skip


def posting_lines(assembled: Assembled, ids: Sequence[int]) -> list[LedgerLine]:
    """The postings among some lines."""
    wanted = {str(one) for one in ids}
    return [line for line in assembled.month.ledger if line.id in wanted]
