"""How the money came is carried from ledger to payment, whose commission hangs on it."""

import json

import pytest
from sqlalchemy import select

from marketplace import intake
from marketplace.accounts import User
from marketplace.casework import Payment, PaymentMethod
from marketplace.core.db import db
from marketplace.intake import Brought, FileKind
from tests.conftest import as_user
from tests.factories import someone
from tests.intake.files import LATER, MONTH, bank, bring, ledger, placed, table
from tests.intake.test_feeding import COLUMNS, FIRST, SECOND, deliver, headed
from tests.refusing import refused

pytestmark = pytest.mark.usefixtures("app")


def methods() -> dict[str, str]:
    rows = db.session.execute(select(Payment.ledger_ref, Payment.method).order_by(Payment.id))
    return {row.ledger_ref: row.method.value for row in rows}


def test_a_ledger_says_how_the_money_came() -> None:
    placed()
    bring(
        ledger(
            ("C000001", "2026-03-03", "100.00", "R1", "", "抵扣"),
            ("C000002", "2026-03-03", "50.00", "R2", "", "Auto_Debit"),
            ("C000003", "2026-03-03", "25.00", "R3"),
            ("C000001", "2026-03-10", "-100.00", "R4", "R1", "退款"),
        ),
        bank(
            ("C000001", "2026-03-03", "100.00"),
            ("C000002", "2026-03-03", "50.00"),
            ("C000003", "2026-03-03", "25.00"),
            ("退回 C000001", "2026-03-10", "-100.00"),
        ),
    )
    # What is taken back is what was paid: the contract treats both alike.
    assert methods() == {
        "R1": "set_off", "R2": "auto_debit", "R3": "voluntary", "R4": "set_off",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("word", "method"),
    [
        ("主动还款", "voluntary"), ("代扣", "auto_debit"), ("set-off", "set_off"),
        ("担保代偿", "insurer"), ("保险理赔", "insurer"), ("法院执行", "court"),
        ("处置", "collateral"), ("提前还款", "prepayment"), ("Refund", "refund"),
        *((method.value, method.value) for method in PaymentMethod),
    ],
)  # fmt: skip
def test_usual_words_are_known(word: str, method: str) -> None:
    placed()
    bring(
        ledger(("C000001", "2026-03-03", "1.00", "R1", "", word)),
        bank(("C000001", "2026-03-03", "1.00")),
    )
    assert methods() == {"R1": method}


def test_an_unknown_word_is_refused_by_its_line() -> None:
    placed()
    with refused("ledger.csv:2: “以物易物” is no way of paying; write one of voluntary,"):
        bring(ledger(("C000001", "2026-03-03", "1.00", "R1", "", "以物易物")))


def test_without_the_column_the_debtor_paid_unless_the_profile_names_it(fang: User) -> None:
    placed()
    columns = intake.LEDGER_COLUMNS[:-1]
    plain = table(columns, [("C000001", "2026-03-03", "1.00", "R1", "")])
    bring(Brought(FileKind.LEDGER, "plain.csv", plain), bank(("C000001", "2026-03-03", "1.00")))
    assert methods() == {"R1": "voluntary"}
    said = {
        "case_no": "lender_case_no", "value_date": "value_date", "amount": "amount",
        "method": "method",
    }  # fmt: skip
    profile = json.dumps({"lenders": {"JIANGNAN": {"ledger_columns": said}}, "agencies": {}})
    lacking = table(columns, [("C000002", "2026-03-03", "1.00", "R2", "")])
    with as_user(fang), refused("has no column “method”"):
        intake.bring_in(
            [Brought(FileKind.LEDGER, "own.csv", lacking)], month=MONTH,
            profile=profile.encode(), by=fang, now=LATER,
        )  # fmt: skip


def test_a_feed_says_it_too_and_another_word_later_is_another_payment(
    clara: User, aline: User
) -> None:
    placed()
    feed = headed("还款方式", "method")
    headings = (*COLUMNS, "还款方式")
    first = deliver(feed, content=table(headings, [(*FIRST, "", "法院执行")]))
    assert first.status == "applied", str(first.failure)
    bring(bank(("C000001", "2026-03-03", "100.00")))
    assert methods() == {"R1": "court"}
    rows = [(*FIRST, "", "代扣"), (*SECOND, "", "")]
    other = deliver(feed, content=table(headings, rows))
    assert other.reasons == ["payments_changed"]
    bad = deliver(feed, content=table(headings, [(*SECOND, "", "以物易物")]))
    assert "payments.csv:2: “以物易物” is no way of paying" in str(bad.failure)


def test_its_column_is_suggested(clara: User, aline: User) -> None:
    placed()
    feed = headed("还款方式", "method", confirmed=False)
    content = table((*COLUMNS, "还款方式"), [(*FIRST, "", "代扣")])
    delivery = deliver(feed, content=content)
    assert delivery.reasons == ["columns_unknown"]
    assert delivery.layout["mapping"]["还款方式"]["field"] == "method"
    assert someone("clara").organisation_id == feed.lender_id
