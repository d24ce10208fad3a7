"""Terms of commission on the pages: what is typed is read or refused in words."""

import re

import pytest
from flask.testing import FlaskClient

from marketplace import settlement
from marketplace.accounts import User
from marketplace.core.db import db
from marketplace.placements import FrameworkContract
from marketplace.settlement import CommissionTerms, RateBasis
from tests import factories
from tests.conftest import NOON
from tests.factories import TODAY
from tests.web.test_remittances import enter, page_of

FORM = {"valid_from": TODAY.isoformat(), "holdback": "0", "holdback_days": "0"}
TIERED = {"row-0-rate-0": "25", "row-0-end-0": "300000", "row-0-rate-1": "18"}


@pytest.fixture
def contract(clara: User, amy: User) -> FrameworkContract:
    return factories.papers(clara, amy).contract


def placed(clara: User, amy: User, currency: str, first: int = 1) -> None:
    book = factories.portfolio(clara, currency=currency, name=currency, first=first)
    factories.placement(clara, amy, of=book)


def propose(client: FlaskClient, contract: FrameworkContract, **typed: str) -> tuple[int, str]:
    enter(client, "clara")
    answer = client.post(f"/lender/terms/ANHENG/{contract.id}", data=FORM | typed)
    return answer.status_code, answer.get_data(as_text=True)


def proposed(contract: FrameworkContract) -> list[CommissionTerms]:
    return settlement.terms_of(contract.id)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"basis": "xyz"}, "“xyz” is not one of the choices"),
        ({"tier_mode": "xyz"}, "“xyz” is not one of the choices"),
        ({"currency": "XYZ"}, "“XYZ” is not one of the choices"),
        ({"rates_include_tax": "perhaps"}, "“perhaps” is not one of the choices"),
        (TIERED | {"row-0-product": "yacht"}, "Row 1: “yacht” is not one of the choices"),
        (TIERED | {"row-0-secured": "perhaps"}, "Row 1: “perhaps” is not one of the choices"),
        ({"row-1-rate-1": "18"}, "Row 2 has no rate 1."),
        ({"row-2-dpd-from": "1", "row-2-dpd-to": "90"}, "Row 3 has no rate 1."),
        ({"row-7-product": "credit_card"}, "Row 8 has no rate 1."),
        (
            {"row-0-rate-0": "25", "row-0-end-0": "1", "row-0-end-1": "2"},
            "Row 1 has no rate 2.",
        ),
        ({"row-0-rate-0": "25", "row-0-rate-2": "18"}, "Row 1 has no rate 2."),
        (TIERED, "Nothing says of which currency the cash of the tiers is."),
        (TIERED | {"currency": "JPY", "row-0-end-0": "0.5"}, "too many digits"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_words(
    client: FlaskClient, contract: FrameworkContract, typed: dict[str, str], words: str
) -> None:
    status, page = propose(client, contract, **typed)
    assert status == 422
    assert words in page
    assert proposed(contract) == []


def test_an_empty_table_pays_what_was_bid(
    client: FlaskClient, contract: FrameworkContract
) -> None:
    assert propose(client, contract)[0] == 303
    (terms,) = proposed(contract)
    assert (terms.scale, terms.currency) == ([], None)


def test_tiers_are_read_and_shown_in_the_currency_of_what_is_placed(
    client: FlaskClient, contract: FrameworkContract, clara: User, amy: User
) -> None:
    placed(clara, amy, "JPY")
    assert "<option selected>JPY</option>" in page_of(client, "clara", "/lender/terms/ANHENG")
    assert propose(client, contract, **TIERED)[0] == 303
    (terms,) = proposed(contract)
    assert terms.scale[0]["tiers"] == [[300_000, 2_500], [None, 1_800]]
    assert terms.currency == "JPY"
    for name, page in (("victor", "/lender/terms/ANHENG"), ("amy", "/agency/terms/")):
        assert "up to JP¥300,000," in page_of(client, name, page)


def test_tiers_by_cash_hold_for_one_currency(
    client: FlaskClient, contract: FrameworkContract, clara: User, amy: User
) -> None:
    placed(clara, amy, "JPY")
    words = "Tiers by cash in CNY cannot hold here: cases in JPY were placed"
    assert words in propose(client, contract, **TIERED, currency="CNY")[1]
    placed(clara, amy, "CNY", first=11)
    assert words in propose(client, contract, **TIERED, currency="CNY")[1]
    assert propose(client, contract, **TIERED)[0] == 422
    # Rates without tiers hold for any.
    assert propose(client, contract, **{"row-0-rate-0": "25"})[0] == 303
    assert db.session.scalars(db.select(CommissionTerms)).one().currency is None


def rows_of_what_is_paid_for(page: str) -> dict[str, list[str]]:
    """By way of paying, yes or no for every hold, of the first table on a page."""
    table = page.split("What is paid for: the whole table", 2)[2].split("</table>")[0]
    return {
        row.split("</th>")[0].split(">")[-1]: re.findall("<td>(.*?)</td>", row)
        for row in table.split("<tbody>")[1].split("<tr>")[1:]
    }


@pytest.mark.parametrize(
    ("name", "address"), [("victor", "/lender/terms/ANHENG"), ("amy", "/agency/terms/")]
)
def test_both_sides_read_the_whole_table_of_what_is_paid_for(
    client: FlaskClient, contract: FrameworkContract, clara: User, name: str, address: str
) -> None:
    usual = rows_of_what_is_paid_for(page_of(client, name, address))
    assert usual["Set off by the lender"] == ["no"] * 13
    settlement.propose_terms(
        contract.id, valid_from=TODAY, basis=RateBasis.PAYMENT,
        paid_for={"set_off": ["none", "fraud"]}, by=clara, now=NOON,
    )  # fmt: skip
    table = rows_of_what_is_paid_for(page_of(client, name, address))
    assert list(table) == list(usual)
    assert len(table) == len(settlement.METHODS) == 8
    assert table.pop("Set off by the lender") == [
        "yes" if hold in ("none", "fraud") else "no" for hold in settlement.HOLDS
    ]
    assert set(map(tuple, table.values())) == {("no",) * 13}
