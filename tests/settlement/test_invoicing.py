"""Invoices (发票): matched to a statement, and a bar to its payment while they do not fit."""

import csv
import io
from datetime import timedelta

import pytest
from sqlalchemy import text

from marketplace import settlement
from marketplace.accounts import User
from marketplace.core.db import db
from marketplace.core.errors import NotFound
from marketplace.settlement import Statement, StatementStatus
from tests import factories
from tests.conftest import NOON, as_user, rows_of
from tests.factories import TODAY
from tests.refusing import refused, refused_by_database


@pytest.fixture
def confirmed(fred: User, fang: User, pia: User, paul: User) -> Statement:
    """25.00 of commission and 1.50 of tax, confirmed by both sides."""
    return factories.paid_by_bank(approve=False)


@pytest.fixture
def approved(confirmed: Statement, paul: User) -> Statement:
    return settlement.approve(confirmed.id, by=paul, now=NOON)


def pay(statement: Statement, by: User) -> settlement.Remittance:
    with as_user(by):
        return settlement.record_remittance(
            statement.id, amount_minor=statement.due_minor, paid_on=TODAY,
            bank_reference="B", by=by, now=NOON,
        )  # fmt: skip


def said(statement: Statement) -> str:
    return " ".join(map(str, settlement.invoice_problems(statement)))


def test_an_invoice_that_fits_lets_the_lender_pay(
    approved: Statement, fang: User, fred: User
) -> None:
    assert said(approved) == "No invoice has been entered."
    with refused("cannot be paid"):
        pay(approved, fang)
    with as_user(fred):
        factories.invoice(approved)
    assert (said(approved), approved.status) == ("", StatementStatus.INVOICED)
    assert pay(approved, fang).amount_minor == 2_650


def test_it_may_come_before_the_approval(confirmed: Statement, fang: User, paul: User) -> None:
    with as_user(fang):
        factories.invoice(confirmed, by=fang)
    settlement.approve(confirmed.id, by=paul, now=NOON)
    assert confirmed.status is StatementStatus.INVOICED


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"buyer_name": "别家银行"}, "the buyer is 别家银行"),
        ({"rate_bps": 100}, "the rate is 1%, and should be 6%"),
        (
            {"net_minor": 2_400, "tax_minor": 144, "gross_minor": 2_544},
            "Net at 6%: the invoices say",
        ),
        ({"tax_minor": 151, "gross_minor": 2_651}, "Tax at 6%: the invoices say 1.51"),
        ({"gross_minor": 2_649}, "do not fit together"),
        ({"tax_minor": 100, "gross_minor": 2_600}, "do not fit together"),
    ],
)
def test_what_does_not_fit_is_listed_and_blocks(
    approved: Statement, fang: User, wrong: dict[str, object], words: str
) -> None:
    bad = factories.invoice(approved, **wrong)
    assert words in said(approved)
    assert approved.status is StatementStatus.APPROVED
    with refused("cannot be paid"):
        pay(approved, fang)
    with as_user(fang):
        settlement.withdraw_invoice(bad.id, reason="Wrong", by=fang, now=NOON)
    factories.invoice(approved, "1" * 20)
    pay(approved, fang)


def test_the_buyers_tax_number_is_compared(approved: Statement, clara: User) -> None:
    buyer = factories.entity(clara)
    buyer.uscc = "91350200776049653A"
    db.session.flush()
    factories.invoice(approved, buyer_tax_no="91350200776049653B")
    assert "tax number is 91350200776049653B" in said(approved)


def test_several_invoices_add_up(approved: Statement) -> None:
    half = {"net_minor": 1_250, "tax_minor": 75, "gross_minor": 1_325}
    factories.invoice(approved, "1" * 20, **half)
    assert "Net at 6%: the invoices say 12.50" in said(approved)
    factories.invoice(approved, "2" * 20, **half)
    assert said(approved) == ""


def test_a_number_counts_once_for_all_lenders(approved: Statement, fred: User) -> None:
    first = factories.invoice(approved, "0123456789-12345678")
    with refused("entered already"):
        factories.invoice(approved, " 0123456789 - 12345678 ")
    with refused_by_database("uq_received_invoices_number"):
        db.session.execute(
            text(
                "INSERT INTO received_invoices (lender_id, agency_id, statement_id, number,"
                " kind, red_reference, buyer_name, buyer_tax_no, rate_bps, net_minor,"
                " tax_minor, gross_minor, issued_on, file_key, file_name, entered_by_id,"
                " entered_at, withdrawn_because) SELECT lender_id, agency_id, statement_id,"
                " number, kind, '', '', '', 600, 1, 0, 1, issued_on, '', '', entered_by_id,"
                " entered_at, '' FROM received_invoices"
            )
        )
    settlement.withdraw_invoice(first.id, reason="Torn", by=fred, now=NOON)
    assert factories.invoice(approved, "0123456789-12345678").id != first.id


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"number": "12"}, "has 20 digits"),
        ({"number": "1" * 19 + "x"}, "has 20 digits"),
        ({"net_minor": 0}, "all above 0"),
        ({"net_minor": -5}, "all above 0"),
        ({"net_minor": -1, "tax_minor": 0, "gross_minor": -1}, "names what it corrects"),
        ({"red_reference": "3101"}, "names what it corrects"),
        ({"rate_bps": 2_501}, "between 0 and 25"),
        ({"issued_on": TODAY + timedelta(days=2)}, "in the future"),
    ],
)
def test_what_cannot_stand_on_an_invoice_is_refused(
    approved: Statement, wrong: dict[str, object], words: str
) -> None:
    with refused(words):
        factories.invoice(approved, **wrong)


def test_it_is_never_changed(approved: Statement, fred: User) -> None:
    made = factories.invoice(approved)
    for change in ("net_minor = 1", "number = repeat('9', 20)", "statement_id = 0"):
        with refused_by_database("never changed"):
            db.session.execute(text(f"UPDATE received_invoices SET {change}"))
    with refused_by_database("never changed"):
        db.session.execute(text("DELETE FROM received_invoices"))
    with refused("needs a reason"):
        settlement.withdraw_invoice(made.id, reason="", by=fred, now=NOON)


def test_not_before_both_confirmed_and_not_after_it_is_paid(
    approved: Statement, fang: User, fred: User
) -> None:
    made = factories.invoice(approved)
    pay(approved, fang)
    with refused("nobody has paid"):
        settlement.withdraw_invoice(made.id, reason="late", by=fred, now=NOON)
    with refused("nobody has paid"):
        factories.invoice(approved, "3" * 20)


def test_a_statement_with_invoices_is_not_cancelled(confirmed: Statement, pia: User) -> None:
    factories.invoice(confirmed)
    with refused("Invoices have been entered"):
        settlement.cancel(confirmed.id, reason="x", by=pia, now=NOON)


def test_strangers_enter_and_see_nothing(approved: Statement, bea: User, ravi: User) -> None:
    made = factories.invoice(approved)
    for stranger in (bea, ravi):
        with as_user(stranger):
            assert rows_of("received_invoices") == 0
            with pytest.raises(NotFound):
                factories.invoice(approved, "4" * 20, by=stranger)
            with pytest.raises(NotFound):
                settlement.withdraw_invoice(made.id, reason="x", by=stranger, now=NOON)


def test_taking_invoiced_commission_back_needs_a_red_letter(
    approved: Statement, aline: User, paul: User
) -> None:
    factories.invoice(approved)
    case = factories.any_case()
    factories.payment(case, -10_000, reference="back", reverses="R1", verified_by=aline)
    debt = factories.settle(TODAY + timedelta(days=1), approve=False)
    assert settlement.needs_red_letter(debt)
    with refused("without a red-letter invoice"):
        settlement.approve(debt.id, by=paul, now=NOON)
    factories.invoice(debt, "5" * 20, red_reference="31012026030200001")
    assert not settlement.needs_red_letter(debt)
    settlement.approve(debt.id, by=paul, now=NOON)
    assert debt.status is StatementStatus.INVOICED


def test_what_was_never_invoiced_is_taken_back_without(
    approved: Statement, aline: User, paul: User
) -> None:
    factories.payment(
        factories.any_case(), -10_000, reference="back", reverses="R1", verified_by=aline
    )
    debt = factories.settle(TODAY + timedelta(days=1), approve=False)
    assert not settlement.needs_red_letter(debt)
    settlement.approve(debt.id, by=paul, now=NOON)


def test_a_scan_is_sealed_and_found_again(approved: Statement, fred: User) -> None:
    plain = factories.invoice(approved)
    with pytest.raises(NotFound):
        settlement.invoice_file(plain.id, approved)
    settlement.withdraw_invoice(plain.id, reason="Without a scan", by=fred, now=NOON)
    made = factories.invoice(approved, "6" * 20, file=("发票.pdf", b"%PDF-1.7"))
    assert settlement.invoice_file(made.id, approved) == ("发票.pdf", b"%PDF-1.7")


def test_the_tax_export_has_what_each_side_sells_and_buys(
    approved: Statement, fang: User, fred: User, paul: User, bea: User
) -> None:
    """The lender buys from the agency and from the platform; the agency sells commission."""
    told = {}
    for by, of in ((fang, fang.organisation_id), (fred, fred.organisation_id), (paul, None)):
        with as_user(by):
            content = settlement.tax_export(organisation_id=of, first=None, last=None)
        assert content.startswith(b"\xef\xbb\xbf")
        told[by] = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert told[fang] == told[paul]
    row, fee = told[fang]
    assert told[fred] == [row]
    assert (fee["Net"], fee["Tax"], fee["What is sold"]) == ("3.00", "0.18", "Platform fee")
    assert fee["Seller"]
    assert fee["Buyer"] == row["Buyer"]
    assert row["Statement"] == approved.code
    assert row["Tax code"].strip() == "3040802990000000000"
    assert (row["Net"], row["Tax"], row["Gross"]) == ("25.00", "1.50", "26.50")
    for by, first in ((bea, None), (fang, TODAY + timedelta(days=31))):
        with as_user(by):
            none = settlement.tax_export(
                organisation_id=by.organisation_id, first=first, last=None
            )
        assert none.count(b"\n") == 1


def test_the_csv_of_a_statement_names_head_and_version(approved: Statement) -> None:
    content = settlement.statement_csv(approved, now=NOON, audit_head="7 ab12")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    facts = {row[0]: row[1] for row in rows if len(row) == 2}
    assert (facts["Statement"], facts["Audit head"], facts["Version"]) == (
        approved.code, "7 ab12", "1",
    )  # fmt: skip
    assert facts["Lender pays agency"] == "26.50"
    headers, line = rows[-2:]
    told = dict(zip(headers, line, strict=True))
    assert (told["Amount"], told["Rate"], told["Commission"]) == ("100.00", "25%", "25.00")
