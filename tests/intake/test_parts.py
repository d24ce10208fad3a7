"""What a payment was set against is carried from ledger to payment, where it is told."""

import pytest
from sqlalchemy import select

from marketplace import intake
from marketplace.accounts import User
from marketplace.casework import Appropriation, Payment
from marketplace.core.db import db
from marketplace.intake import Brought, FileKind
from tests.intake.files import bank, bring, placed, table
from tests.intake.test_feeding import COLUMNS, FIRST, deliver, headed
from tests.refusing import refused

pytestmark = pytest.mark.usefixtures("app", "fang")
PARTS = ("costs", "interest", "fees", "principal")


def told() -> dict[str, Appropriation | None]:
    payments = db.session.scalars(select(Payment).order_by(Payment.id))
    return {one.ledger_ref: one.applied for one in payments}


def ledger(*rows: tuple[str, ...]) -> Brought:
    columns = (*intake.LEDGER_COLUMNS, *PARTS)
    filled = [(*row, *[""] * (len(columns) - len(row))) for row in rows]
    return Brought(FileKind.LEDGER, "ledger.csv", table(columns, filled))


def test_a_ledger_tells_and_a_reversal_takes_back_the_same() -> None:
    placed()
    bring(
        ledger(
            ("C000001", "2026-03-03", "100.00", "R1", "", "", "1.00", "20.50", "", "78.50"),
            ("C000002", "2026-03-03", "50.00", "R2"),
            ("C000001", "2026-03-10", "-100.00", "R3", "R1", "", "", "", "", "-100.00"),
        ),
        bank(
            ("C000001", "2026-03-03", "100.00"), ("C000002", "2026-03-03", "50.00"),
            ("退回 C000001", "2026-03-10", "-100.00"),
        ),
    )  # fmt: skip
    assert told() == {
        "R1": Appropriation(100, 2_050, 0, 7_850), "R2": None,
        "R3": Appropriation(-100, -2_050, 0, -7_850),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        (("1.00", "20.50", "", "78.49"), "costs, interest, fees and principal do not add up"),
        (("-1.00", "", "", "101.00"), "costs, interest, fees and principal do not add up"),
        (("", "", "much", ""), "“much” is not an amount"),
    ],
)
def test_parts_that_cannot_be_are_refused_by_their_line(
    parts: tuple[str, ...], words: str
) -> None:
    placed()
    with refused(f"ledger.csv:2: {words}"):
        bring(ledger(("C000001", "2026-03-03", "100.00", "R1", "", "", *parts)))


def test_a_feed_tells_it_and_other_parts_later_are_another_payment(aline: User) -> None:
    placed()
    feed = headed("其中本金", "principal")
    headings = (*COLUMNS, "其中本金")
    first = deliver(feed, content=table(headings, [(*FIRST, "", "100.00")]))
    assert first.status == "applied", first.note
    bring(bank(("C000001", "2026-03-03", "100.00")))
    assert told() == {"R1": Appropriation(0, 0, 0, 10_000)}
    silent = deliver(feed, content=table(headings, [(*FIRST, "", "")]))
    assert silent.reasons == ["payments_changed"]


def test_its_column_is_suggested(clara: User, aline: User) -> None:
    placed()
    feed = headed("其中利息", "interest", confirmed=False)
    delivery = deliver(feed, content=table((*COLUMNS, "其中利息"), [(*FIRST, "", "1.00")]))
    assert delivery.layout["mapping"]["其中利息"]["field"] == "interest"
