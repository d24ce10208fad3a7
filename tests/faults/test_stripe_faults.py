"""Real workers, killed, raced and set wrong; whatever happens, the money is right to the cent.

What needs no process of its own (409, 429, 500 and broken connections, one to seven times over)
is in tests/rails/test_sending.py.
"""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import requests
from flask import Flask
from werkzeug.serving import make_server

from marketplace import rails, reactions, settlement
from marketplace.core import installation, tenancy
from marketplace.core.db import db, transaction
from marketplace.core.provision import Database
from marketplace.rails import OperationStatus, RailOperation
from marketplace.settlement import Statement
from tests import factories
from tests.conftest import HOME, NOON, ROOT
from tests.factories import drain, someone
from tests.faults.processes import url_of
from tests.rails.story import SECRETS, Story, operation, status_of
from tests.stripe_server import KEY, Kind

pytestmark = pytest.mark.faults

PATIENCE = 180
"""Seconds for a process to start on a busy machine; only a failure ever waits as long."""

AFTER_THE_LEASE = timedelta(minutes=6)
INVOICE = (
    "POST /v1/invoices",
    "POST /v1/invoiceitems",
    "POST /v1/invoices/[^/]+/finalize",
    "POST /v1/invoices/[^/]+/send",
)
TRANSFER = "POST /v1/transfers"
BACK = ("POST /v1/transfers/[^/]+/reversals", "POST /v1/credit_notes")


@pytest.fixture
def told(committed: Flask, story: Story) -> Story:
    """Both sides are set up; a statement is approved and its invoice planned, but not sent."""
    story.set_up_both()
    with transaction():
        statement = factories.paid_by_stripe()
        settlement.approve(statement.id, by=someone("paul"), now=NOON)
    with away():
        drain()
    return story


@contextmanager
def away() -> Iterator[None]:
    """This process sends nothing for a while: what is planned stays planned."""
    here = installation.installed()
    kept, here.stripe = here.stripe, None
    try:
        yield
    finally:
        here.stripe = kept


@pytest.fixture
def statement(told: Story) -> Statement:
    return db.session.scalars(db.select(Statement)).one()


@pytest.fixture
def start(
    told: Story, database: Database, tmp_path: Path
) -> Iterator[Callable[[datetime], subprocess.Popen]]:
    """Start a worker whose clock says what one tells it."""
    environment = {
        **os.environ, "RECOUP_HOME": str(HOME), "DATABASE_URL": url_of(database),
        "STRIPE_API_KEY": KEY, "STRIPE_API_BASE": told.server.base,
        "PYTHONWARNINGS": "default",
    }  # fmt: skip
    started: list[subprocess.Popen] = []

    def make(at: datetime) -> subprocess.Popen:
        with (tmp_path / f"worker-{len(started)}.log").open("w") as said:
            process = subprocess.Popen(
                [sys.executable, "-m", "flask", "--app", "wsgi", "carry-rails",
                 "--at", at.strftime("%Y-%m-%dT%H:%M:%S")],
                cwd=ROOT, env=environment, stdout=said, stderr=said,
            )  # fmt: skip
        started.append(process)
        return process

    yield make
    for process in started:
        if process.poll() is None:
            process.kill()
        process.wait(timeout=10)


Start = Callable[[datetime], subprocess.Popen]


def finish(process: subprocess.Popen) -> None:
    assert process.wait(timeout=PATIENCE) == 0


def kill_at(call: str, moment: Kind, told: Story, start: Start) -> None:
    """A worker dies while Stripe holds its call, before or after it is carried out."""
    held = told.server.fault(call, moment)
    process = start(NOON)
    assert held.arrived.wait(timeout=PATIENCE)
    process.kill()
    process.wait(timeout=10)
    held.let_go.set()


def pay(story: Story) -> None:
    """The lender pays the open invoice; the transfer is planned, but not sent."""
    (invoice,) = [one for one in story.server.made("in") if one["status"] == "open"]
    story.server.pay_invoice(invoice["id"], fee=500)
    attend(story)


def attend(story: Story) -> None:
    """Take in what Stripe tells, and send nothing."""
    db.session.expire_all()
    for one in story.pending(NOON):
        endpoint = "connect" if one.connected else "platform"
        with transaction():
            rails.receive(endpoint, one.body, one.signature, now=NOON)
        reactions.run(rails.ATTEND, lambda: NOON, event_id=one.event_id)


def take_back(story: Story, statement: Statement) -> None:
    story.server.top_up(10_000)
    db.session.expire_all()
    with transaction():
        rails.claw_back(statement.id, by=someone("pia"), now=NOON)
    with transaction():
        rails.approve_claw_back(statement.id, by=someone("paul"), now=NOON)


def bring_to(call: str, story: Story, statement: Statement, start: Start) -> None:
    """Everything up to the point where `call` is the next thing to send."""
    if call in INVOICE:
        return
    finish(start(NOON))
    pay(story)
    if call in BACK:
        finish(start(NOON))
        take_back(story, statement)


@pytest.mark.parametrize("moment", [Kind.HELD_BEFORE, Kind.HELD_AFTER])
@pytest.mark.parametrize("call", [*INVOICE, TRANSFER, *BACK])
def test_a_killed_workers_call_is_made_once(
    told: Story, statement: Statement, start: Start, call: str, moment: Kind
) -> None:
    bring_to(call, told, statement, start)
    kill_at(call, moment, told, start)
    finish(start(NOON + AFTER_THE_LEASE))
    counts = {kind: len(told.server.made(kind)) for kind in ("in", "ii", "tr", "trr", "re")}
    sent = (1, 4, *((0, 0, 0) if call in INVOICE else (1, 0, 0) if call == TRANSFER else
                    (1, 1, 1)))  # fmt: skip
    assert tuple(counts.values()) == sent
    expected = {TRANSFER: "paid"} | dict.fromkeys(BACK, "taken_back")
    assert status_of(statement) == expected.get(call, "invoiced")
    told.ends_well()


SET_UP = {
    "POST /v1/accounts": "acct", "POST /v1/customers": "cus",
    "POST /v1/checkout/sessions": "cs",
}  # fmt: skip


@pytest.mark.parametrize("moment", [Kind.HELD_BEFORE, Kind.HELD_AFTER])
@pytest.mark.parametrize("call", SET_UP)
def test_a_killed_worker_sets_up_each_thing_once(
    told: Story, start: Start, call: str, moment: Kind
) -> None:
    """Another lender's account and customer, and a debtor's payment page."""
    before = len(told.server.made(SET_UP[call]))
    with transaction():
        if SET_UP[call] == "cs":
            rails.ask_for_checkout(factories.any_case().id, 100, by=someone("clara"), now=NOON)
        else:
            rails.ask_for_account("US", by=someone("bea"), now=NOON)
    kill_at(call, moment, told, start)
    finish(start(NOON + AFTER_THE_LEASE))
    db.session.expire_all()
    assert len(told.server.made(SET_UP[call])) == before + 1
    operations = db.session.scalars(db.select(RailOperation)).all()
    assert {one.status for one in operations} == {OperationStatus.DONE}
    told.ends_well()


@pytest.mark.parametrize("call", [INVOICE[0], TRANSFER])
def test_a_worker_killed_while_billing_again(
    told: Story, statement: Statement, start: Start, call: str
) -> None:
    """Each was done before the kill, and is found: two invoices and two transfers in all."""
    bring_to(TRANSFER, told, statement, start)
    finish(start(NOON))
    told.server.dispute(told.server.made("ch")[0]["id"], fee=0)
    attend(told)
    finish(start(NOON))
    with transaction():
        rails.bill_again(statement.id, by=someone("pia"), now=NOON)
        rails.approve_bill_again(statement.id, by=someone("paul"), now=NOON)
    if call == TRANSFER:
        finish(start(NOON))
        pay(told)
    kill_at(call, Kind.HELD_AFTER, told, start)
    finish(start(NOON + AFTER_THE_LEASE))
    if call != TRANSFER:
        pay(told)
        finish(start(NOON + AFTER_THE_LEASE))
    counts = [len(told.server.made(kind)) for kind in ("in", "tr", "trr", "re")]
    assert (status_of(statement), counts) == ("paid", [2, 2, 1, 0])
    told.ends_well()


@pytest.mark.parametrize("moment", [Kind.HELD_BEFORE, Kind.HELD_AFTER])
def test_killed_and_found_a_day_later_when_the_key_is_forgotten(
    told: Story, statement: Statement, start: Start, moment: Kind
) -> None:
    bring_to(TRANSFER, told, statement, start)
    kill_at(TRANSFER, moment, told, start)
    told.server.store.now = NOON + timedelta(hours=25)
    finish(start(NOON + timedelta(hours=25)))
    done = operation(f"transfer:{statement.code}")
    assert done.status is OperationStatus.DONE
    # Proved absent, it went under a new key; found, it was adopted under the old one.
    assert done.generation == (1 if moment is Kind.HELD_BEFORE else 0)
    assert len(told.server.made("tr")) == 1
    told.ends_well()


def test_four_workers_at_once(told: Story, statement: Statement, start: Start) -> None:
    for process in [start(NOON) for _worker in range(4)]:
        finish(process)
    assert len(told.server.made("in")) == 1
    pay(told)
    for process in [start(NOON) for _worker in range(4)]:
        finish(process)
    assert (len(told.server.made("in")), len(told.server.made("tr"))) == (1, 1)
    assert status_of(statement) == "paid"
    told.ends_well()


def test_a_clock_that_is_ahead_takes_over_while_the_first_is_still_at_it(
    told: Story, statement: Statement, start: Start
) -> None:
    bring_to(TRANSFER, told, statement, start)
    held = told.server.fault(TRANSFER, Kind.HELD_AFTER)
    slow = start(NOON)
    assert held.arrived.wait(timeout=PATIENCE)
    finish(start(NOON + AFTER_THE_LEASE))
    assert status_of(statement) == "paid"
    held.let_go.set()
    finish(slow)
    done = operation(f"transfer:{statement.code}")
    assert (done.status, done.attempts, done.generation) == ("done", 2, 0)
    assert len(told.server.made("tr")) == 1
    told.ends_well()


def test_without_money_then_funded(told: Story, statement: Statement, start: Start) -> None:
    bring_to(TRANSFER, told, statement, start)
    told.server.store.move("payout", -20_000, "usd", None)  # somebody paid out by hand
    finish(start(NOON))
    waiting = operation(f"transfer:{statement.code}")
    assert (waiting.status, waiting.generation) == ("planned", 1)
    assert "balance_insufficient" in waiting.last_error
    told.server.top_up(20_000)
    finish(start(NOON + timedelta(minutes=15)))
    assert status_of(statement) == "paid"
    told.ends_well()


def test_charged_back_after_the_agency_paid_itself_out(
    told: Story, statement: Statement, start: Start
) -> None:
    bring_to(TRANSFER, told, statement, start)
    finish(start(NOON))
    (transfer,) = told.server.made("tr")
    told.server.drain(transfer["destination"])
    told.server.dispute(told.server.made("ch")[0]["id"])
    with away():
        told.rung = len(told.server.store.events) - 2
    told.ring()
    now = NOON
    for _hour in range(3):
        finish(start(now))
        assert told.server.made("trr") == []
        now += timedelta(hours=1)
    waiting = next(one for one in rails.operations_of(statement.id) if one.kind == "reversal")
    assert "balance_insufficient" in waiting.last_error
    told.server.store.move("payment", 26_500, "usd", None, account=transfer["destination"])
    finish(start(now))
    assert len(told.server.made("trr")) == 1
    assert status_of(statement) == "taken_back"
    told.ends_well()


def test_doorbells_over_http(
    app: Flask, told: Story, statement: Statement, start: Start
) -> None:
    """Duplicated, reordered, late and forged, against a real server."""
    finish(start(NOON))
    told.pay()
    now = datetime.now(tz=NOON.tzinfo)
    with site(app) as address:
        known = told.rung
        codes = deliver(told, address, now, copies=3, shuffle=7)
        assert set(codes) == {200}
        for late in (-900, 900):
            told.rung = known
            assert set(deliver(told, address, now + timedelta(seconds=late))) == {401}
        told.rung = known
        forged = told.pending(now)[0]
        answer = requests.post(
            f"{address}/api/stripe/debtor", data=forged.body, headers=forged.headers, timeout=5
        )
        assert answer.status_code == 401
    stored = db.session.execute(db.text("SELECT count(*) FROM rail_events")).scalar_one()
    assert stored == len(told.server.store.events)
    db.session.rollback()
    drain(now)
    finish(start(now))
    assert status_of(statement) == "paid"
    assert len(told.server.made("tr")) == 1
    told.ends_well()


@contextmanager
def site(app: Flask) -> Iterator[str]:
    """The product's own web door, over HTTP."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    with tenancy.acting(None):
        thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def deliver(
    story: Story, address: str, at: datetime, *, copies: int = 1, shuffle: int | None = None
) -> list[int]:
    codes = []
    for one in story.pending(at, copies=copies, shuffle=shuffle):
        endpoint = "connect" if one.connected else "platform"
        assert endpoint in SECRETS
        answer = requests.post(
            f"{address}/api/stripe/{endpoint}", data=one.body, headers=one.headers, timeout=5
        )
        codes.append(answer.status_code)
    return codes
