"""Files of a small month, and the people who bring them."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date

from marketplace import intake
from marketplace.accounts import User
from marketplace.core.db import db
from marketplace.intake import Batch, Brought, FileKind
from marketplace.portfolios import Case, PortfolioStatus
from tests import factories
from tests.conftest import NOON, as_user
from tests.factories import someone

MONTH = date(2026, 3, 1)
LATER = NOON.replace(month=4)


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(header)
    writer.writerows(rows)
    return stream.getvalue().encode()


def ledger(*rows: Sequence[object], name: str = "ledger.csv") -> Brought:
    """Rows of case number, day, amount, reference and, of a reversal, what it reverses."""
    filled = [[*row, *[""] * (5 - len(row))] for row in rows]
    return Brought(FileKind.LEDGER, name, table(intake.LEDGER_COLUMNS, filled))


def bank(*rows: tuple[str, str, str], name: str = "bank.csv") -> Brought:
    """Rows of text, day and amount; an amount below zero went out."""
    header = ["起息日", "借方金额", "贷方金额", "摘要"]
    filled = [
        (day, amount[1:] if amount.startswith("-") else "",
         "" if amount.startswith("-") else amount, text)
        for text, day, amount in rows
    ]  # fmt: skip
    return Brought(FileKind.BANK, name, table(header, filled))


def claims(
    *rows: Sequence[object], agency: str = "ANHENG", name: str = "claims.csv",
    lender: str = "JIANGNAN",
) -> Brought:  # fmt: skip
    """Rows of claim id, case number, day, amount and reference."""
    filled = [(one[0], lender, *one[1:], *[""] * (5 - len(one))) for one in rows]
    return Brought(FileKind.CLAIMS, name, table(intake.CLAIM_COLUMNS, filled), agency)


def placed(cases: int = 5) -> list[Case]:
    """Cases C000001 and on of Jiangnan, the first half with Anheng, the rest with Huaxin."""
    clara = someone("clara")
    of = factories.portfolio(clara, cases, status=PortfolioStatus.PLACED)
    found = factories.cases_of(of)
    half = (cases + 1) // 2
    factories.placement(clara, someone("amy"), of=of, cases=found[:half])
    factories.placement(clara, someone("ravi"), of=of, cases=found[half:])
    db.session.flush()
    return found


def bring(*brought: Brought, by: User | None = None, month: date = MONTH) -> Batch:
    """Bring files in and let the worker match the month."""
    by = by or someone("fang")
    with as_user(by):
        batch = intake.bring_in(brought, month=month, by=by, now=LATER)
    factories.drain(LATER)
    return batch


def small_month() -> list[Case]:
    """Two that match, one posted only, one entry without a reference, one claim too many."""
    cases = placed()
    bring(
        ledger(
            ("C000001", "2026-03-03", "100.00", "R1"),
            ("C000002", "2026-03-04", "50.00", "R2"),
            ("C000003", "2026-03-05", "70.00", "R3"),
            ("C000004", "2026-03-05", "20.00", "R4"),
        ),
        bank(
            ("还款 C000001", "2026-03-03", "100.00"),
            ("还款 C000002", "2026-03-04", "50.00"),
            ("手机银行转账 王小明", "2026-03-06", "70.00"),
            ("还款 C000004", "2026-03-05", "20.00"),
        ),
        claims(
            ("K1", "C000001", "2026-03-03", "100.00"), ("K2", "C000003", "2026-03-09", "71.00")
        ),
        claims(
            ("H1", "C000004", "2026-03-05", "20.00"),
            ("H2", "C000005", "2026-03-05", "33.00"),
            agency="HUAXIN", name="huaxin.csv",
        ),
    )  # fmt: skip
    return cases
