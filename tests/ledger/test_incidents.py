"""An incident is opened once while it stands, and closed once, with words."""

import pytest

from marketplace import ledger
from marketplace.accounts import User
from marketplace.core.errors import NotFound
from tests import factories
from tests.conftest import NOON, as_user, rows_of
from tests.refusing import refused, refused_by_database


def opened():
    return ledger.open_incident("statement", "ST-1", {"difference_minor": 1}, now=NOON)


def test_the_same_difference_is_one_incident(app, paul: User) -> None:
    first = opened()
    assert opened() is None
    assert ledger.open_incidents() == 1
    ledger.close_incident(first.id, note="A refund was missing; posted", by=paul, now=NOON)
    assert opened() is not None
    assert [row.closed_at is None for row in ledger.incidents()] == [True, False]
    assert len(ledger.incidents(open_only=True)) == 1
    assert len(factories.events("incident.opened")) == 2


def test_finance_closes_it_once_with_a_reason(paul: User, pia: User) -> None:
    incident = opened()
    with as_user(paul):
        with refused("closed with a reason"):
            ledger.close_incident(incident.id, note=" ", by=paul, now=NOON)
        closed = ledger.close_incident(incident.id, note=" Posted. ", by=paul, now=NOON)
    assert (closed.closing_note, closed.closed_by_id) == ("Posted.", paul.id)
    with refused("closed already"):
        ledger.close_incident(incident.id, note="Again", by=pia, now=NOON)
    with pytest.raises(NotFound):
        ledger.close_incident(incident.id + 1, note="Nothing", by=pia, now=NOON)


def test_others_see_no_incidents(clara: User, olga: User) -> None:
    opened()
    with as_user(olga):
        assert rows_of("incidents") == 1
    with as_user(clara), refused_by_database("permission denied"):
        rows_of("incidents")
