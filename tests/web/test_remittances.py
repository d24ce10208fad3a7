"""Paying a statement by bank on the pages: each side sees its part, and what it may do."""

import io
from datetime import timedelta

from flask.testing import FlaskClient

from marketplace.core.db import acting
from marketplace.settlement import Statement, StatementStatus
from tests import factories
from tests.conftest import SYSTEM, sign_in
from tests.factories import TODAY, drain, someone

REFERENCE = "ICBC 20260302"


def enter(client: FlaskClient, name: str) -> None:
    with acting(SYSTEM):
        sign_in(client, someone(name))


def page_of(client: FlaskClient, name: str, address: str) -> str:
    enter(client, name)
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def record(client: FlaskClient, door: str, statement: Statement, amount: str) -> int:
    answer = client.post(
        f"/{door}/statements/{statement.code}/remittances",
        data={"amount": amount, "paid_on": _day(statement), "bank_reference": REFERENCE},
    )
    return answer.status_code


def _day(statement: Statement) -> str:
    return (statement.approved_at.date() if statement.approved_at else TODAY).isoformat()


def test_from_approval_to_closed_on_the_pages(client: FlaskClient) -> None:
    statement = factories.paid_by_bank()
    page = f"statements/{statement.code}"
    assert "Record the payment" not in page_of(client, "fred", f"/agency/{page}")
    assert "Record the payment" not in page_of(client, "victor", f"/lender/{page}")
    assert "Due to the agency" in page_of(client, "fang", f"/lender/{page}")
    assert record(client, "lender", statement, "26.49") == 409
    assert record(client, "lender", statement, "26.50") == 303
    assert "Not confirmed yet" in page_of(client, "amy", f"/agency/{page}")
    assert "It has come" not in page_of(client, "amy", f"/agency/{page}")
    seen = page_of(client, "fred", f"/agency/{page}")
    assert REFERENCE in seen
    assert "It has come" in seen
    one = seen.split(f"/agency/{page}/remittances/")[1].split("/")[0]
    address = f"/agency/{page}/remittances/{one}/confirm"
    assert client.post(address).status_code == 303
    assert client.post(address).status_code == 409
    enter(client, "pia")
    assert record(client, "finance", statement, "3.18") == 303
    assert "It has come" not in page_of(client, "pia", f"/finance/{page}")
    seen = page_of(client, "paul", f"/finance/{page}")
    fee = seen.split("/confirm")[0].rsplit("/", 1)[1]
    assert client.post(f"/finance/{page}/remittances/{fee}/confirm").status_code == 303
    drain()
    with acting(SYSTEM):
        assert factories.read(Statement, statement.id).status is StatementStatus.CLOSED
    assert "Closed" in page_of(client, "fang", f"/lender/{page}")


def test_a_remittance_of_another_statement_is_not_found(client: FlaskClient) -> None:
    statement = factories.paid_by_bank()
    enter(client, "fang")
    base = f"/lender/statements/{statement.code}/remittances"
    assert client.post(f"{base}/999/withdraw", data={"reason": "x"}).status_code == 404
    assert client.post(f"{base}/999/confirm").status_code == 403, "lenders do not confirm"


def test_payment_files_on_the_page(client: FlaskClient) -> None:
    assert "Nothing waits for payment" in page_of(client, "fang", "/lender/payment-files/")
    statement = factories.paid_by_bank()
    assert "no account in CNY" in page_of(client, "fang", "/lender/payment-files/")
    with acting(SYSTEM):
        account = factories.bank_account(someone("clara"))
        factories.bank_account(someone("amy"))
    seen = page_of(client, "fang", "/lender/payment-files/")
    assert "•••• 3445" in seen
    assert "6222020200112233445" not in seen
    today = seen.split('name="execute_on" value="')[1][:10]
    asked = {"statement": statement.code, "account": account.id, "execute_on": today}
    assert client.post("/lender/payment-files/", data=asked).status_code == 303
    seen = page_of(client, "fang", "/lender/payment-files/")
    code = seen.split("/take")[0].rsplit("/", 1)[1]
    answer = client.post(f"/lender/payment-files/{code}/take")
    assert answer.mimetype == "application/xml"
    assert b"<EndToEndId>" + statement.code.encode() in answer.data
    enter(client, "clara")
    assert client.get("/lender/payment-files/").status_code == 403


def test_an_invoice_on_the_pages(client: FlaskClient) -> None:
    statement = factories.paid_by_bank(approve=False)
    address = f"statements/{statement.code}"
    assert "No invoice has been entered" in page_of(client, "fred", f"/agency/{address}")
    with acting(SYSTEM):
        buyer = factories.entity(someone("clara")).name
    fields = {
        "number": "7" * 20, "kind": "special", "buyer_name": buyer, "buyer_tax_no": "",
        "rate": "6", "net": "25.00", "tax": "1.50", "gross": "26.50", "issued_on": "2026-03-02",
        "red_reference": "", "file": (io.BytesIO(b"%PDF-1.7 scan"), "fapiao.pdf"),
    }  # fmt: skip
    entered = client.post(f"/agency/{address}/invoices", data=fields)
    assert entered.status_code == 303
    seen = page_of(client, "fang", f"/lender/{address}")
    assert "They fit the statement" in seen
    scan = seen.split("/file")[0].rsplit("/", 1)[1]
    assert client.get(f"/lender/{address}/invoices/{scan}/file").data == b"%PDF-1.7 scan"
    assert client.get(f"/lender/{address}.csv").mimetype == "text/csv"
    withdrawn = client.post(f"/lender/{address}/invoices/{scan}/withdraw", data={"reason": "x"})
    assert withdrawn.status_code == 303
    assert "fapiao.pdf" in page_of(client, "olga", f"/finance/{address}")
    assert client.post(f"/finance/{address}/invoices", data={}).status_code == 403


def test_the_tax_export_is_asked_for_by_month(client: FlaskClient) -> None:
    statement = factories.paid_by_bank()
    enter(client, "fang")
    month = f"{statement.last_on:%Y-%m}"
    asked = client.get(f"/lender/statements/exports/tax?month={month}")
    assert statement.code in asked.get_data(as_text=True)
    assert client.get("/lender/statements/exports/tax?month=2026-13").status_code == 409
    assert client.get("/lender/statements/exports/tax?month=9999-12").status_code == 200


def test_a_line_is_disputed_and_decided_on_the_pages(client: FlaskClient) -> None:
    statement = factories.paid_by_bank(approve=False)
    with acting(SYSTEM):
        case = factories.any_case()
        factories.payment(case, 4_000, reference="R2", verified_by=someone("aline"))
        draft = factories.statement(someone("pia"), start=TODAY + timedelta(days=1))
        code = draft.code
    assert "No line is disputed" in page_of(client, "fred", "/agency/disputes/")
    assert "Dispute the chosen" not in page_of(
        client, "fred", f"/agency/statements/{statement.code}"
    )
    seen = page_of(client, "fred", f"/agency/statements/{code}")
    payment = seen.split('name="payment" value="')[1].split('"')[0]
    asked = {"payment": payment, "reason": "Not ours"}
    assert client.post(f"/agency/disputes/of/{code}", data=asked).status_code == 303
    drain()
    assert "Not ours" in page_of(client, "fang", "/lender/disputes/")
    seen = page_of(client, "pia", "/finance/disputes/")
    one = seen.split("/propose")[0].rsplit("/", 1)[1]
    proposed = client.post(
        f"/finance/disputes/{one}/propose", data={"outcome": "back", "because": "It is"}
    )
    assert proposed.status_code == 303
    assert "Agree:" not in page_of(client, "pia", "/finance/disputes/")
    assert "Agree:" in page_of(client, "paul", "/finance/disputes/")
    assert 'name="outcome" value="back"' in page_of(client, "paul", "/finance/disputes/")
    agree = f"/finance/disputes/{one}/agree"
    for other in ({}, {"outcome": "out"}):
        assert client.post(agree, data=other).status_code == 409
    assert client.post(agree, data={"outcome": "back"}).status_code == 303
    assert "Back in the next statement" in page_of(client, "fred", "/agency/disputes/")
    assert payment in page_of(client, "fred", f"/agency/statements/{code}"), "still read"
    enter(client, "olga")
    assert client.post(agree, data={"outcome": "back"}).status_code == 403


def test_the_pages_speak_chinese(client: FlaskClient) -> None:
    statement = factories.paid_by_bank()
    for name, door in (("fang", "lender"), ("fred", "agency"), ("pia", "finance")):
        with acting(SYSTEM):
            someone(name).locale = "zh"
        seen = page_of(client, name, f"/{door}/statements/{statement.code}")
        assert "银行付款" in seen
        assert "机构发票" in seen
        assert "争议明细" in page_of(client, name, f"/{door}/disputes/")
