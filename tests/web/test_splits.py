"""The pages of a split: what limits cost, why a case went where it went, and what clashes."""

import pytest
from flask import Flask

from marketplace import auctions
from marketplace.accounts import User
from marketplace.auctions import Auction
from marketplace.core.db import db
from tests import factories
from tests.conftest import as_user, client_of
from tests.factories import CLOSES


@pytest.fixture
def auction(clara: User, aline: User, amy: User, ravi: User) -> Auction:
    made = factories.auction(
        clara, aline, of=factories.portfolio(clara, 5), max_share_bps=10_000
    )
    for agent, rate, capacity in ((amy, 1000, 2), (ravi, 2000, 2)):
        factories.credential(agent)
        factories.bid(made, agent, rate_bps=rate, capacity=capacity)
    return made


def test_the_split_is_explained_down_to_the_case(
    app: Flask, auction: Auction, clara: User
) -> None:
    split = factories.split(auction, clara)
    with as_user(clara):
        line = auctions.placed_lines(split.id, page=1)[0]
    base = f"/lender/auctions/{auction.code}"
    cases = f"{base}/splits/{split.code}/cases"
    client = client_of(app, clara)
    page = client.get(base).text
    assert cases in page
    assert 'name="place_all"' in page
    assert line.case_code in client.get(cases).text
    found = client.get(cases, query_string={"case": line.case_code.lower()})
    assert found.headers["Location"].endswith(f"/cases/{line.case_code}")
    why = client.get(found.headers["Location"])
    assert why.status_code == 200
    assert 'aria-current="true"' in why.text
    assert client.get(f"{cases}/CS-0000000").status_code == 404


def test_a_clash_is_said_where_the_split_would_be(
    app: Flask, auction: Auction, clara: User
) -> None:
    auctions.open_bids(auction.id, by=clara, now=CLOSES)
    db.session.commit()
    base = f"/lender/auctions/{auction.code}"
    client = client_of(app, clara)
    client.post(f"{base}/split", data={"place_all": "1"})
    factories.drain(CLOSES)
    page = client.get(base).text
    assert "5 cases in Shanghai, licensed capacity 4." in page
    assert "None of these can be spared" in page
