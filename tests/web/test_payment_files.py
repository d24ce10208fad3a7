"""A file of payments at the lender's door: read line by line, or refused with every line."""

import io

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.accounts import User
from marketplace.casework import Appropriation, Payment
from marketplace.core.db import acting, db
from tests import factories
from tests.conftest import SYSTEM, client_of

HEADER = "case_no,value_date,amount,reference,reverses,method\n"


def post(app: Flask, by: User, *lines: str) -> tuple[int, str]:
    content = (HEADER + "".join(f"{line}\n" for line in lines)).encode()
    answer = client_of(app, by).post(
        "/lender/payments/", data={"file": (io.BytesIO(content), "payments.csv")}
    )
    return answer.status_code, answer.text


def kept() -> list[tuple[str, int]]:
    with acting(SYSTEM):
        rows = db.session.execute(
            select(Payment.currency, Payment.amount_minor).order_by(Payment.id)
        )
        return [tuple(row) for row in rows]


def test_an_amount_has_the_digits_of_its_cases_currency(
    app: Flask, clara: User, fang: User
) -> None:
    factories.portfolio(clara, 1, currency="JPY")
    factories.portfolio(clara, 1, first=2, name="Yuan")
    code, _page = post(
        app, fang, "C000001,2026-03-01,5000,R1", 'C000002,2026-03-01,"5,000.50",R2'
    )
    assert code == 303
    assert kept() == [("JPY", 5_000), ("CNY", 500_050)]


def test_the_way_of_paying_is_read_in_the_words_of_ledgers(
    app: Flask, clara: User, fang: User
) -> None:
    factories.portfolio(clara, 3)
    days = ["代扣", "Set-off", ""]
    lines = [f"C00000{n},2026-03-0{n},5,R{n},,{word}" for n, word in enumerate(days, 1)]
    assert post(app, fang, *lines)[0] == 303
    with acting(SYSTEM):
        found = db.session.scalars(select(Payment.method).order_by(Payment.id)).all()
    assert found == ["auto_debit", "set_off", "voluntary"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("C000001,2026-03-01,5000.50,R1", "“5000.50” has more decimals than JPY takes."),
        ("C000002,2026-03-01,5.505,R1", "“5.505” has more decimals than CNY takes."),
        ("C000001,2026-03-01,much,R1", "“much” is not an amount."),
        *(
            (f"C000001,2026-03-01,{amount},R1", f"“{amount}” is not an amount.")
            for amount in ("9" * 20, "1e400", "1e999999", "Infinity", "NaN", "sNaN")
        ),
        ("C000001,2026-03-01,1,R\0", "It holds characters that no text has."),
        (f"C000001,2026-03-01,1,R1,{'x' * 140_000}", "It holds characters that no text has."),
        ("C000001,0001-01-01,1,R1", "“0001-01-01” is not a date such as"),
        ("C000009,2026-03-01,5000,R1", "There is no case C000009."),
        ("C000001,2026-03-01,1,R1,,barter", "“barter” is no way of paying; write one of"),
    ],
)
def test_what_is_no_payment_is_named_by_its_line(
    app: Flask, clara: User, fang: User, line: str, words: str
) -> None:
    factories.portfolio(clara, 1, currency="JPY")
    factories.portfolio(clara, 1, first=2, name="Yuan")
    code, page = post(app, fang, "C000002,2026-03-01,1.00,R0", line)
    assert code == 422
    assert f"Line 2: {words}" in page
    assert kept() == []


def test_a_file_may_tell_what_a_payment_was_set_against(
    app: Flask, clara: User, fang: User
) -> None:
    factories.portfolio(clara, 1)

    def send(*lines: str) -> tuple[int, str]:
        header = HEADER.strip() + ",costs,interest,fees,principal\n"
        content = (header + "".join(f"{line}\n" for line in lines)).encode()
        answer = client_of(app, fang).post(
            "/lender/payments/", data={"file": (io.BytesIO(content), "payments.csv")}
        )
        return answer.status_code, answer.text

    for parts, words in (
        ("1.00,,,98.99", "do not add up to the amount"),
        ("-1.00,,,101.00", "do not add up to the amount"),
        ("much,,,", "“much” is not an amount."),
    ):
        code, page = send(f"C000001,2026-03-01,100.00,R1,,,{parts}")
        assert code == 422
        assert words in page
    code, _page = send(
        "C000001,2026-03-01,100.00,R1,,,,20.50,,79.50", "C000001,2026-03-01,1.00,R2"
    )
    assert code == 303
    with acting(SYSTEM):
        told = db.session.scalars(select(Payment).order_by(Payment.id)).all()
        assert [one.applied for one in told] == [Appropriation(0, 2_050, 0, 7_950), None]
