"""How long cash earns after a recall: set with the contract, seen by both sides."""

import pytest
from flask.testing import FlaskClient

from marketplace import placements
from marketplace.accounts import User
from marketplace.core.db import db
from marketplace.placements import FrameworkContract
from tests import factories
from tests.conftest import NOON
from tests.web.test_remittances import enter, page_of


def record(client: FlaskClient, clara: User, amy: User, days: str) -> int:
    ours, theirs = factories.entity(clara), factories.entity(amy)
    enter(client, "clara")
    return client.post(
        "/lender/agencies/ANHENG/contracts",
        data={
            "lender_entity": ours.id, "agency_entity": theirs.id, "number": "C-7",
            "valid_from": "2026-01-01", "valid_to": "2027-01-01", "tail_days": days,
        },
    ).status_code  # fmt: skip


@pytest.mark.parametrize("days", ["-1", "366", "1.5", "soon", "", "9" * 30])
def test_days_that_cannot_be_are_refused(
    client: FlaskClient, clara: User, amy: User, days: str
) -> None:
    assert record(client, clara, amy, days) == 409
    assert db.session.scalars(db.select(FrameworkContract)).all() == []


@pytest.mark.parametrize(
    ("days", "words"), [("0", "until the recall"), ("1", "until 1 day after the recall"),
                        ("365", "until 365 days after the recall")]
)  # fmt: skip
def test_both_sides_see_them_with_the_contract(
    client: FlaskClient, clara: User, amy: User, days: str, words: str
) -> None:
    assert record(client, clara, amy, days) == 303
    assert db.session.scalars(db.select(FrameworkContract.tail_days)).one() == int(days)
    assert words in page_of(client, "victor", "/lender/agencies/ANHENG")
    assert words in page_of(client, "amy", "/agency/terms/")
    assert "C-7" not in page_of(client, "ravi", "/agency/terms/")


def test_a_placement_says_until_when(client: FlaskClient, clara: User, amy: User) -> None:
    factories.papers(clara, amy, tail_days=30)
    placed = factories.placement(clara, amy)
    pages = (("clara", f"/lender/placements/{placed.code}"),
             ("amy", f"/agency/placements/{placed.code}"))  # fmt: skip
    for name, address in pages:
        assert "until 30 days after the recall</dd>" in page_of(client, name, address)
    placements.recall(placed.id, reason="over", by=clara, now=NOON)
    for name, address in pages:
        assert "until 30 days after the recall (2026-04-01)" in page_of(client, name, address)
