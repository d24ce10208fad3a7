"""A month of the demo lender's files: what was posted, what the bank shows, what is claimed.

Most of it fits. Some entries name no case, one is short, one is missing, and some claims are
wrong: those wait for a person, and the rest for a second one.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from marketplace import intake
from marketplace.accounts import Organisation
from marketplace.core.db import acting, db
from marketplace.core.money import in_figures
from marketplace.demo.cast import email
from marketplace.intake import CLAIM_COLUMNS, LEDGER_COLUMNS, Brought, FileKind
from marketplace.placements import Placement, PlacementCase
from marketplace.portfolios import Case
from marketplace.reactions import SYSTEM, drain

if TYPE_CHECKING:
    from marketplace.demo.story import Story

LINES = 48
NAMELESS, SHORT, MISSING, MISSPELT, REPEATED = 3, 11, 17, 5, 7
"""Which line of twenty-four the bank or the agency tells otherwise."""


@dataclass(frozen=True)
class _Paid:
    number: str
    agency: str
    on: date
    amount_minor: int
    reference: str
    turn: int


def send_month(story: "Story", auction_code: str) -> None:
    """The lender brings its ledger and bank statement, agencies their claims."""
    from marketplace.demo.story import as_person, demo_lender  # noqa: PLC0415

    month = (story.now.date().replace(day=1) - timedelta(days=1)).replace(day=1)
    paid = _paid(auction_code, month)
    ledger = _csv(
        LEDGER_COLUMNS,
        ((one.number, one.on, in_figures(one.amount_minor, "CNY"), one.reference, "", "")
         for one in paid),
    )  # fmt: skip
    with as_person(demo_lender("finance")) as by:
        intake.bring_in(
            [
                Brought(FileKind.LEDGER, f"ledger_{month:%Y%m}.csv", ledger),
                Brought(FileKind.BANK, f"bank_{month:%Y%m}.sta", _statement(paid, month)),
            ],
            month=month, by=by, now=story.now,
        )  # fmt: skip
        lender_id = by.organisation_id
    for agency in sorted({one.agency for one in paid}):
        claims = _claims([one for one in paid if one.agency == agency])
        with as_person(email(agency, "finance")) as by:
            intake.bring_claims(
                f"claims_{month:%Y%m}.csv", claims, lender_id=lender_id, month=month, by=by,
                now=story.now,
            )  # fmt: skip
    drain(story.now)
    with as_person(demo_lender("finance")) as by:
        totals = intake.totals(lender_id, month)
    waiting = sum(one.groups for one in totals if one.state == "open")
    story.say(f"  {len(paid)} payments of {month:%Y-%m}; {waiting} groups wait for people")


def _paid(auction_code: str, month: date) -> list[_Paid]:
    """A hundredth of each balance, spread over the month."""
    with acting(SYSTEM):
        found = db.session.execute(
            select(Case.lender_case_no, Organisation.short_code, Case.balance_minor)
            .join(PlacementCase, PlacementCase.case_id == Case.id)
            .join(Placement, Placement.id == PlacementCase.placement_id)
            .join(Organisation, Organisation.id == PlacementCase.agency_id)
            .where(Placement.award_reference == auction_code, PlacementCase.open)
            .order_by(Case.id)
            .limit(LINES)
        ).all()
        db.session.rollback()
    return [
        _Paid(number, agency, month + timedelta(days=n % 27), max(balance // 100, 100),
              f"{month:%y%m}-{n:04d}", n % 24)
        for n, (number, agency, balance) in enumerate(found)
    ]  # fmt: skip


def _claims(paid: Sequence[_Paid]) -> bytes:
    rows = []
    for n, one in enumerate(paid, 1):
        number = one.number[:-1] if one.turn == MISSPELT else one.number
        row = (f"C{n:04d}", "DEMO", number, one.on, in_figures(one.amount_minor, "CNY"), "")
        rows.append(row)
        if one.turn == REPEATED:
            rows.append((f"C{n:04d}b", *row[1:]))
    return _csv(CLAIM_COLUMNS, rows)


def _statement(paid: Sequence[_Paid], month: date) -> bytes:
    """An MT940 of the account that debtors pay into."""
    lines = [":20:DEMO", ":25:6222000000000000", ":28C:1/1", f":60F:C{month:%y%m%d}CNY0,00"]
    total = 0
    for one in paid:
        if one.turn == MISSING:
            continue
        amount = one.amount_minor * 9 // 10 if one.turn == SHORT else one.amount_minor
        total += amount
        figures = f"{amount // 100},{amount % 100:02d}"
        said = "跨行转账" if one.turn == NAMELESS else f"还款 {one.number}"
        lines += [f":61:{one.on:%y%m%d}{one.on:%m%d}C{figures}NTRFNONREF", f":86:{said}"]
    end = month + timedelta(days=27)
    lines += [f":62F:C{end:%y%m%d}CNY{total // 100},{total % 100:02d}", "-"]
    return "\r\n".join(lines).encode()


def _csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(header)
    writer.writerows(rows)
    return stream.getvalue().encode()
