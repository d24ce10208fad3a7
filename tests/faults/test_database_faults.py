"""The database goes away in the middle, or is set back: the money is right to the cent."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from marketplace import rails, reactions, settlement
from marketplace.core import installation
from marketplace.core.db import db, transaction
from marketplace.core.installation import StripeAccess
from marketplace.rails import OperationStatus
from marketplace.settlement import Statement
from tests import factories
from tests.conftest import NOON
from tests.factories import drain, someone
from tests.faults.island import Island, an_island
from tests.faults.test_stripe_faults import away, pay
from tests.rails.story import SECRETS, Story, operation, status_of
from tests.stripe_server import KEY, Kind, StripeServer

pytestmark = pytest.mark.faults

PATIENCE = 180
AFTER_THE_LEASE = timedelta(minutes=6)
TRANSFER = "POST /v1/transfers"


@pytest.fixture
def island(app: Flask) -> Iterator[Island]:
    """`app` is there only so that its installation can be put back."""
    with an_island() as here:
        yield here


@pytest.fixture
def planned(island: Island, server: StripeServer) -> Story:
    """Both sides are set up; a statement is approved, its invoice planned and not sent."""
    here = installation.installed()
    here.stripe = StripeAccess(KEY, server.base, SECRETS)
    story = Story(server)
    story.set_up_both()
    with transaction():
        statement = factories.paid_by_stripe()
        settlement.approve(statement.id, by=someone("paul"), now=NOON)
    with away():
        drain()
    return story


@pytest.fixture
def told(planned: Story) -> Story:
    """The lender has been sent its invoice."""
    while reactions.run(rails.SEND, lambda: NOON):
        pass
    assert len(planned.server.made("in")) == 1
    return planned


def the_statement() -> Statement:
    return db.session.scalars(select(Statement)).one()


def finish(island: Island, story: Story, at: datetime) -> None:
    db.session.rollback()
    process = island.worker(at, story.server.base)
    assert process.wait(timeout=PATIENCE) == 0


@pytest.mark.parametrize("moment", [Kind.HELD_BEFORE, Kind.HELD_AFTER])
def test_the_server_dies_while_a_transfer_is_under_way(
    island: Island, told: Story, moment: Kind
) -> None:
    pay(told)
    held = told.server.fault(TRANSFER, moment)
    first = island.worker(NOON, told.server.base)
    assert held.arrived.wait(timeout=PATIENCE)
    db.session.rollback()
    island.crash()
    held.let_go.set()
    # It cannot write down what came of it, and says so.
    assert first.wait(timeout=PATIENCE) != 0
    island.come_back()
    statement = the_statement()
    assert operation(f"transfer:{statement.code}").status is OperationStatus.LEASED
    finish(island, told, NOON + AFTER_THE_LEASE)
    assert len(told.server.made("tr")) == 1
    assert status_of(statement) == "paid"
    told.ends_well()


def test_the_server_dies_while_a_statement_is_approved(island: Island, told: Story) -> None:
    factories.payment(
        factories.cases_of(db.session.scalars(select(factories.Portfolio)).one())[0],
        5_000, reference="R2", value_on=factories.TODAY + timedelta(days=1),
        verified_by=someone("aline"),
    )  # fmt: skip
    drafted = factories.statement(
        someone("pia"), start=factories.TODAY + timedelta(days=40),
        end=factories.TODAY + timedelta(days=60),
    )  # fmt: skip
    settlement.confirm(drafted.id, by=someone("fred"), now=NOON)
    settlement.confirm(drafted.id, by=someone("fang"), now=NOON)
    db.session.commit()
    number, paul = drafted.id, someone("paul")
    settlement.approve(number, by=paul, now=NOON)
    db.session.flush()
    island.crash()
    with pytest.raises(OperationalError):
        db.session.commit()
    island.come_back()
    again = db.session.get_one(Statement, number)
    assert (again.status, again.journal_id) == ("lender_confirmed", None)
    with transaction():
        settlement.approve(number, by=someone("paul"), now=NOON)
    told.ends_well()


@pytest.mark.parametrize("later", [timedelta(minutes=10), timedelta(hours=30)])
def test_set_back_to_before_the_payment_and_told_again(
    island: Island, told: Story, tmp_path: Path, later: timedelta
) -> None:
    """Within a day Stripe still knows our keys; after it only a look tells what was sent."""
    island.back_up(tmp_path / "before.dump")
    rung = told.rung
    told.pay()
    told.ring()
    drain()
    assert status_of(the_statement()) == "paid"
    told.ends_well()
    before = told.books()

    island.restore(tmp_path / "before.dump")
    assert status_of(the_statement()) == "invoiced"
    now = NOON + later
    told.server.store.now = now
    told.rung = rung
    told.ring(now, copies=2, shuffle=3)
    drain(now)
    assert status_of(the_statement()) == "paid"
    assert (len(told.server.made("in")), len(told.server.made("tr"))) == (1, 1)
    told.ends_well(now)
    assert told.books() == before


@pytest.mark.parametrize("later", [timedelta(minutes=10), timedelta(hours=30)])
def test_set_back_to_before_the_invoice_was_sent(
    island: Island, planned: Story, tmp_path: Path, later: timedelta
) -> None:
    """The books do not know that there is an invoice, and that it was paid."""
    island.back_up(tmp_path / "before.dump")
    while reactions.run(rails.SEND, lambda: NOON):
        pass
    planned.pay()
    island.restore(tmp_path / "before.dump")
    assert status_of(the_statement()) == "approved"
    now = NOON + later
    planned.server.store.now = now
    finish(island, planned, now)
    planned.rung = 0
    planned.ring(now)
    drain(now)
    assert status_of(the_statement()) == "paid"
    assert (len(planned.server.made("in")), len(planned.server.made("tr"))) == (1, 1)
    planned.ends_well(now)
