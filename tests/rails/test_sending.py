"""One operation against everything that goes wrong on the way: never twice, never lost."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from marketplace import rails, reactions, settlement
from marketplace.core.db import acting, transaction
from marketplace.core.installation import installed
from marketplace.rails import OperationStatus
from marketplace.rails.access import NETWORK_RETRIES
from marketplace.rails.outbox import LEAST_WAIT, backoff
from marketplace.settlement import Statement
from tests import factories
from tests.conftest import NOON, SYSTEM, as_user
from tests.factories import drain, someone
from tests.rails.story import Story, operation, status_of
from tests.refusing import refused
from tests.stripe_server import Kind

ALL_ATTEMPTS = NETWORK_RETRIES + 1
INVOICE, TRANSFER = "POST /v1/invoices", "POST /v1/transfers"


def step(now: datetime) -> bool:
    """One attempt at whatever is due."""
    with acting(SYSTEM):
        return reactions.run(rails.SEND, lambda: now)


def until_quiet(story: Story, start: datetime, *, hours: int = 2) -> datetime:
    """Let time pass, minute by minute, with a worker that is always there."""
    now = start
    while now < start + timedelta(hours=hours):
        story.server.store.now = now
        drain(now)
        now += timedelta(minutes=1)
    return now


@pytest.mark.parametrize("times", [1, 3, 7])
@pytest.mark.parametrize(
    "kind",
    [Kind.LOCKED, Kind.BUSY, Kind.ERROR_BEFORE, Kind.ERROR_AFTER, Kind.CUT_BEFORE,
     Kind.CUT_AFTER],
)  # fmt: skip
@pytest.mark.parametrize("call", [INVOICE, TRANSFER])
def test_every_fault_ends_with_one_invoice_and_one_transfer(
    set_up: Story, approved: Statement, call: str, kind: Kind, times: int
) -> None:
    set_up.server.fault(call, kind, times)
    now = until_quiet(set_up, NOON)
    assert len(set_up.server.made("in")) == 1
    set_up.pay()
    set_up.ring(now)
    now = until_quiet(set_up, now)
    assert status_of(approved) == "paid"
    assert len(set_up.server.made("tr")) == 1
    set_up.ends_well(now)


@pytest.mark.parametrize("times", [1, 3, 7])
@pytest.mark.parametrize("call", [INVOICE, TRANSFER, "(GET|POST) .*"])
def test_answers_that_come_too_late_end_with_one_invoice_and_one_transfer(
    set_up: Story, approved: Statement, call: str, times: int
) -> None:
    """It was done each time, or found done; only the client had given up waiting."""
    here = installed()
    assert here.stripe is not None
    here.stripe = replace(here.stripe, timeout_seconds=0.5)
    fault = set_up.server.fault(call, Kind.SLOW_AFTER, times, seconds=0.8)
    now = until_quiet(set_up, NOON)
    set_up.pay()
    set_up.ring(now)
    now = until_quiet(set_up, now)
    # One that is looked up and found is not asked for again.
    assert fault.times == (0 if call.endswith("*") else max(times - ALL_ATTEMPTS, 0))
    assert (len(set_up.server.made("in")), len(set_up.server.made("tr"))) == (1, 1)
    assert status_of(approved) == "paid"
    set_up.ends_well(now)


@pytest.mark.parametrize(
    "call",
    [
        "POST /v1/invoiceitems",
        "POST /v1/invoices/[^/]+/finalize",
        "POST /v1/invoices/[^/]+/send",
    ],
)
@pytest.mark.parametrize(
    "kind", [Kind.ERROR_BEFORE, Kind.ERROR_AFTER, Kind.CUT_AFTER, Kind.BUSY]
)
def test_an_invoice_is_completed_whichever_step_fails(
    set_up: Story, approved: Statement, call: str, kind: Kind
) -> None:
    set_up.server.fault(call, kind, 4)
    until_quiet(set_up, NOON)
    (invoice,) = set_up.server.made("in")
    assert (invoice["status"], invoice["total"]) == ("open", 29_680)
    assert len(set_up.server.made("ii")) == 4
    assert status_of(approved) == "invoiced"
    set_up.ends_well()


def paid(story: Story) -> None:
    """The invoice is sent and paid; the transfer is planned, and not sent yet."""
    drain()
    story.pay()
    for one in story.pending(NOON):
        endpoint = "connect" if one.connected else "platform"
        rails.receive(endpoint, one.body, one.signature, now=NOON)
        with acting(SYSTEM):
            reactions.run(rails.ATTEND, lambda: NOON, event_id=one.event_id)


def test_the_key_changes_only_after_an_answer(set_up: Story, approved: Statement) -> None:
    """Silence keeps the key; a kept error and a refusal cost it."""
    paid(set_up)
    op_id = f"transfer:{approved.code}"
    set_up.server.fault(TRANSFER, Kind.CUT_BEFORE, ALL_ATTEMPTS)
    step(NOON)
    assert (operation(op_id).status, operation(op_id).generation) == ("unknown", 0)
    set_up.server.fault(TRANSFER, Kind.ERROR_BEFORE, 1)
    now = NOON + timedelta(minutes=1)
    step(now)
    assert (operation(op_id).status, operation(op_id).generation) == ("unknown", 0)
    step(now + timedelta(minutes=1))
    done = operation(op_id)
    assert (done.status, done.generation) == ("done", 1)
    keys = [key for call, key in set_up.server.calls if call == TRANSFER]
    assert set(keys[:-1]) == {f"{op_id}:0"}
    assert keys[-1] == f"{op_id}:1"
    set_up.ends_well()


def test_a_key_older_than_20_hours_is_not_trusted(set_up: Story, approved: Statement) -> None:
    """Done at Stripe, unheard of here; and by now Stripe has forgotten the key."""
    paid(set_up)
    set_up.server.fault(TRANSFER, Kind.CUT_AFTER, ALL_ATTEMPTS)
    step(NOON)
    assert operation(f"transfer:{approved.code}").status is OperationStatus.UNKNOWN
    later = NOON + timedelta(hours=25)
    set_up.server.store.now = later
    step(later)
    adopted = operation(f"transfer:{approved.code}")
    (transfer,) = set_up.server.made("tr")
    assert (adopted.status, adopted.external_ref) == ("done", transfer["id"])
    set_up.ends_well()


def test_an_old_key_of_something_never_done_is_renewed(
    set_up: Story, approved: Statement
) -> None:
    paid(set_up)
    set_up.server.fault(TRANSFER, Kind.CUT_BEFORE, ALL_ATTEMPTS)
    step(NOON)
    step(NOON + timedelta(hours=21))
    done = operation(f"transfer:{approved.code}")
    assert (done.status, done.generation) == ("done", 1)
    assert len(set_up.server.made("tr")) == 1


@pytest.mark.parametrize("times", [1, 4])
def test_busy_waits_longer_each_time_under_the_same_key(
    set_up: Story, approved: Statement, times: int
) -> None:
    paid(set_up)
    set_up.server.fault(TRANSFER, Kind.BUSY, times)
    now = NOON
    for attempt in range(1, times + 1):
        assert step(now)
        waiting = operation(f"transfer:{approved.code}")
        assert (waiting.status, waiting.attempts) == ("planned", attempt)
        assert waiting.next_try_at == now + backoff(attempt)
        assert not step(waiting.next_try_at - timedelta(seconds=1))
        now = waiting.next_try_at
    assert step(now)
    done = operation(f"transfer:{approved.code}")
    assert (done.status, done.generation) == ("done", 0)
    # The client does not repeat a 429 by itself.
    assert len([1 for call, _key in set_up.server.calls if call == TRANSFER]) == times + 1
    assert backoff(1) == LEAST_WAIT


def test_without_money_it_waits_and_then_goes_under_a_new_key(
    set_up: Story, approved: Statement
) -> None:
    paid(set_up)
    set_up.server.store.balances[None, "usd"] = 1_000
    now = until_quiet(set_up, NOON)
    waiting = operation(f"transfer:{approved.code}")
    assert waiting.status is OperationStatus.PLANNED
    assert "balance_insufficient" in waiting.last_error
    assert waiting.generation > 1
    set_up.server.store.balances[None, "usd"] = 29_180
    until_quiet(set_up, now)
    assert status_of(approved) == "paid"
    set_up.ends_well()


def test_a_refusal_waits_for_a_person(set_up: Story, approved: Statement) -> None:
    paid(set_up)
    account = set_up.server.store.objects.pop(set_up.server.made("acct")[0]["id"])
    step(NOON)
    op_id = f"transfer:{approved.code}"
    assert operation(op_id).status is OperationStatus.REFUSED
    assert "resource_missing" in operation(op_id).last_error
    until_quiet(set_up, NOON)
    assert operation(op_id).status is OperationStatus.REFUSED

    set_up.server.store.objects[account["id"]] = account
    with as_user(someone("pia")):
        rails.retry(op_id, by=someone("pia"), now=NOON)
    until_quiet(set_up, NOON)
    assert status_of(approved) == "paid"
    with refused("not waiting for anybody"):
        rails.retry(op_id, by=someone("pia"), now=NOON)
    set_up.ends_well()


def test_a_lease_that_ran_out_is_taken_over_and_the_late_one_is_ignored(
    set_up: Story, approved: Statement
) -> None:
    paid(set_up)
    with transaction():
        first = rails.SEND.take(now=NOON)
    outcome = rails.SEND.do(first)  # done at Stripe, and then the worker freezes
    assert not step(NOON + timedelta(minutes=4))
    assert step(NOON + timedelta(minutes=5))
    done = operation(f"transfer:{approved.code}")
    assert (done.status, done.attempts) == ("done", 2)
    with transaction():
        assert rails.SEND.keep(first, outcome, now=NOON) is None
    assert operation(f"transfer:{approved.code}").attempts == 2
    assert len(set_up.server.made("tr")) == 1
    set_up.ends_well()


def test_a_drained_agency_pays_back_when_it_has_money_again(
    set_up: Story, approved: Statement
) -> None:
    paid(set_up)
    step(NOON)
    charge = set_up.server.made("ch")[0]
    agency = set_up.server.made("tr")[0]["destination"]
    set_up.server.drain(agency)
    set_up.server.dispute(charge["id"])
    set_up.ring()
    now = until_quiet(set_up, NOON)
    assert set_up.server.made("trr") == []
    assert status_of(approved) == "paid"
    set_up.server.store.balances[agency, "usd"] += 26_500
    until_quiet(set_up, now)
    assert len(set_up.server.made("trr")) == 1
    assert status_of(approved) == "taken_back"
    set_up.ends_well()


def test_nothing_is_sent_while_stripe_is_off(app: object) -> None:
    statement = factories.paid_by_stripe()
    settlement.approve(statement.id, by=someone("paul"), now=NOON)
    assert not step(NOON)
