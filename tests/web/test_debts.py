"""Ending a debt on the pages: who sees which form, and what follows."""

from flask.testing import FlaskClient

from marketplace.settlement import Statement
from tests import factories
from tests.factories import TODAY, drain
from tests.settlement.test_clearing import memos, owe
from tests.web.test_remittances import enter, page_of

REPAID = {"paid_on": TODAY.isoformat(), "bank_reference": "BK 7"}


def clearance_in(seen: str) -> str:
    """The address of the first clearance that somebody may answer on a page."""
    return seen.split("/debts/")[1].split("/")[0]


def post(client: FlaskClient, door: str, of: Statement, what: str, **data: str) -> int:
    return client.post(f"/{door}/statements/{of.code}/debts/{what}", data=data).status_code


def test_the_agency_repays_and_the_lender_confirms(client: FlaskClient) -> None:
    debt = owe()
    page = f"statements/{debt.code}"
    assert "Record the repayment" not in page_of(client, "amy", f"/agency/{page}")
    assert "Record the repayment" in page_of(client, "fred", f"/agency/{page}")
    assert "Not ended yet" in page_of(client, "fred", "/agency/clawbacks/")
    assert post(client, "agency", debt, "repaid", **REPAID | {"bank_reference": ""}) == 409
    assert post(client, "agency", debt, "repaid", **REPAID) == 303
    assert post(client, "agency", debt, "repaid", **REPAID) == 409
    seen = page_of(client, "fred", f"/agency/{page}")
    assert "BK 7" in seen
    assert "It has come" not in seen
    one = clearance_in(seen)
    assert post(client, "agency", debt, f"{one}/confirm") == 403
    assert "It has come" not in page_of(client, "victor", f"/lender/{page}")
    assert "It has come" in page_of(client, "aline", f"/lender/{page}")
    assert post(client, "lender", debt, "999/confirm") == 404
    assert post(client, "lender", debt, f"{one}/confirm") == 303
    assert post(client, "lender", debt, f"{one}/confirm") == 409
    drain()
    assert memos() == {}
    assert "Not ended yet" not in page_of(client, "pia", "/finance/clawbacks/")


def test_two_people_of_the_lender_give_it_up(client: FlaskClient) -> None:
    debt = owe()
    page = f"/lender/statements/{debt.code}"
    assert "Propose to give it up" in page_of(client, "fang", page)
    assert post(client, "lender", debt, "write-off", reason=" ") == 409
    assert post(client, "lender", debt, "write-off", reason="<gone>") == 303
    seen = page_of(client, "fang", page)
    assert "&lt;gone&gt;" in seen
    assert "Give it up" not in seen
    one = clearance_in(seen)
    assert post(client, "lender", debt, f"{one}/confirm") == 409
    assert post(client, "lender", debt, f"{one}/withdraw", reason="no") == 303
    assert "Not confirmed yet" not in page_of(client, "fang", page)
    assert post(client, "lender", debt, "write-off", reason="gone") == 303
    assert "Give it up" in page_of(client, "aline", page)
    for stranger in ("ravi",):
        enter(client, stranger)
        assert post(client, "agency", debt, "repaid", **REPAID) in (403, 404)
    assert factories.events("debt.cleared") == []
