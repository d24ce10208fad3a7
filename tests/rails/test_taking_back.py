"""A paid statement that two people take back counts no more: nothing is taken back twice."""

from datetime import datetime, timedelta

import pytest

from marketplace import checks, ledger, rails, settlement
from marketplace.checks.restating import statement_differences
from marketplace.core.db import db
from marketplace.placements import FrameworkContract
from marketplace.settlement import (
    LineKind,
    RateBasis,
    Statement,
    StatementLine,
    StatementStatus,
)
from tests import factories
from tests.conftest import NOON
from tests.factories import TODAY, drain, someone
from tests.rails.story import Story, status_of
from tests.refusing import refused, refused_by_database
from tests.stripe_server import Kind


@pytest.fixture
def paid(set_up: Story, approved: Statement) -> Statement:
    drain()
    set_up.pay()
    set_up.ring()
    set_up.mirror()
    return approved


def take_back(story: Story, statement: Statement) -> None:
    story.server.top_up(30_000)  # the refund needs money on the balance
    rails.claw_back(statement.id, by=someone("pia"), now=NOON)
    rails.approve_claw_back(statement.id, by=someone("paul"), now=NOON)


def reverse() -> None:
    factories.payment(
        factories.any_case(), -100_000, reference="back", reverses="R1",
        verified_by=someone("aline"),
    )  # fmt: skip


def lines_of(statement: Statement) -> list[tuple[LineKind, int, int]]:
    query = db.select(StatementLine).where(StatementLine.statement_id == statement.id)
    found = db.session.scalars(query.order_by(StatementLine.id))
    return [(one.kind, one.gross_minor, one.commission_minor) for one in found]


def differences() -> list[str]:
    checks.check_books(now=NOON)
    return [one.kind for one in ledger.incidents(open_only=True)]


@pytest.mark.parametrize("sent", [True, False])
def test_what_was_taken_back_is_not_taken_again(
    set_up: Story, paid: Statement, *, sent: bool
) -> None:
    """Nor while the agency has not paid back yet: what counts is that two people said so."""
    take_back(set_up, paid)
    if sent:
        drain()
    assert status_of(paid) == ("taken_back" if sent else "paid")
    reverse()
    after = factories.settle(TODAY + timedelta(days=1))
    assert lines_of(after) == [
        (LineKind.PAYMENT, 100_000, 25_000), (LineKind.REVERSAL, -100_000, -25_000),
    ]  # fmt: skip
    assert (after.due_minor, after.carried_out_minor, after.billed_minor) == (0, 0, 0)
    factories.payment(
        factories.any_case(), 500_000, reference="R5", verified_by=someone("aline")
    )
    new = factories.settle(TODAY + timedelta(days=2))
    assert (new.due_minor, new.carried_in_minor) == (132_500, 0)
    (chain,) = settlement.clawback_chains(organisation_id=None)[0]
    assert chain.commission_minor == 0
    assert differences() == []


def test_what_still_stands_is_stated_anew(set_up: Story, paid: Statement) -> None:
    take_back(set_up, paid)
    drain()
    set_up.mirror()
    anew = factories.settle(TODAY + timedelta(days=1))
    assert lines_of(anew) == [(LineKind.PAYMENT, 100_000, 25_000)]
    assert set_up.books()["lender_receivable"] == 29_680
    assert settlement.due_statements(TODAY + timedelta(days=30)) == []
    assert differences() == []
    (carried,) = settlement.cash_by_rail(since=NOON.date())
    assert (carried.statements, carried.due_minor) == (1, 26_500)


def test_a_reversal_that_was_stated_bars_taking_back(set_up: Story, paid: Statement) -> None:
    reverse()
    correcting = factories.settle(TODAY + timedelta(days=1), approve=False)
    with refused("A later statement corrects this one"):
        rails.claw_back(paid.id, by=someone("pia"), now=NOON)
    settlement.cancel(correcting.id, reason="whole", by=someone("pia"), now=NOON)
    rails.claw_back(paid.id, by=someone("pia"), now=NOON)
    factories.settle(TODAY + timedelta(days=2), approve=False)
    with refused("A later statement corrects this one"):
        rails.approve_claw_back(paid.id, by=someone("paul"), now=NOON)


def test_a_proposal_is_withdrawn_by_its_maker_and_may_be_made_again(
    set_up: Story, paid: Statement
) -> None:
    set_up.server.top_up(30_000)
    pia, paul = someone("pia"), someone("paul")
    with refused("Nothing of this statement waits"):
        rails.withdraw_claw_back(paid.id, by=pia, now=NOON)
    rails.claw_back(paid.id, by=pia, now=NOON)
    with refused("only they can withdraw it"):
        rails.withdraw_claw_back(paid.id, by=paul, now=NOON)
    rails.withdraw_claw_back(paid.id, by=pia, now=NOON)
    assert [event.subject_id for event in factories.events("rail.claw_back_withdrawn")] == [
        paid.id
    ]
    with refused("Nothing of this statement waits"):
        rails.approve_claw_back(paid.id, by=paul, now=NOON)
    drain()
    assert (status_of(paid), set_up.server.made("re")) == ("paid", [])
    rails.claw_back(paid.id, by=paul, now=NOON)
    with refused("somebody else must approve it"):
        rails.approve_claw_back(paid.id, by=paul, now=NOON)
    rails.approve_claw_back(paid.id, by=pia, now=NOON)
    with refused("Nothing of this statement waits"):
        rails.withdraw_claw_back(paid.id, by=paul, now=NOON)
    drain()
    set_up.mirror()
    assert status_of(paid) == "taken_back"
    assert len(set_up.server.made("re")) == 1
    assert differences() == []


def test_a_proposal_that_cannot_be_approved_any_more_is_withdrawn(
    set_up: Story, paid: Statement
) -> None:
    rails.claw_back(paid.id, by=someone("pia"), now=NOON)
    reverse()
    factories.settle(TODAY + timedelta(days=1), approve=False)
    with refused("A later statement corrects this one"), db.session.begin_nested():
        rails.approve_claw_back(paid.id, by=someone("paul"), now=NOON)
    assert rails.operations_waiting() == 2
    rails.withdraw_claw_back(paid.id, by=someone("pia"), now=NOON)
    assert rails.operations_waiting() == 0
    with refused_by_database("is append-only"):
        db.session.execute(
            db.text("UPDATE rail_operations SET status = 'planned', withdrawn_at = NULL")
        )


def test_the_banks_taking_back_undoes_nothing(set_up: Story, paid: Statement) -> None:
    """The lender owes on: the reversal is stated, and a dispute that is won pays once."""
    (charge,) = set_up.server.made("ch")
    dispute = set_up.server.dispute(charge["id"])
    set_up.ring()
    assert status_of(paid) == "taken_back"
    reverse()
    after = factories.settle(TODAY + timedelta(days=1))
    assert lines_of(after) == [(LineKind.REVERSAL, -100_000, -25_000)]
    set_up.server.close_dispute(dispute["id"], won=True)
    set_up.ring()
    assert status_of(paid) == "paid"
    set_up.ends_well()
    assert set_up.books()["agency_payable"] == 26_500
    assert differences() == []


@pytest.mark.parametrize("proposed", [True, False])
def test_what_a_dispute_is_reversing_is_not_taken_back_too(
    set_up: Story, paid: Statement, *, proposed: bool
) -> None:
    """While Stripe is busy the statement still counts as paid."""
    if proposed:
        rails.claw_back(paid.id, by=someone("pia"), now=NOON)
    set_up.server.fault("POST /v1/transfers/[^/]+/reversals", Kind.BUSY, 99)
    (charge,) = set_up.server.made("ch")
    set_up.server.dispute(charge["id"])
    set_up.ring()
    assert status_of(paid) == "paid"
    with refused("being reversed already"):
        if proposed:
            rails.approve_claw_back(paid.id, by=someone("paul"), now=NOON)
        else:
            rails.claw_back(paid.id, by=someone("pia"), now=NOON)
    assert db.session.get_one(Statement, paid.id).undone_at is None


def test_a_dispute_after_taking_back_sends_nothing_more(set_up: Story, paid: Statement) -> None:
    take_back(set_up, paid)
    drain()
    (charge,) = set_up.server.made("ch")
    dispute = set_up.server.dispute(charge["id"])
    set_up.ring()
    set_up.server.close_dispute(dispute["id"], won=True)
    set_up.ring()
    assert status_of(paid) == "taken_back"
    assert (len(set_up.server.made("tr")), len(set_up.server.made("trr"))) == (1, 1)


def test_what_is_undone_is_taken_back_and_nothing_else(set_up: Story, paid: Statement) -> None:
    take_back(set_up, paid)
    drain()
    for to in ("paid", "invoiced"):
        with refused_by_database("never changed"), db.session.begin_nested():
            settlement.carry(paid.id, settlement.StatementStatus(to), now=NOON)
            db.session.flush()


MONTHS = [TODAY + timedelta(days=30 * n) for n in range(5)]
NOTHING_PAID = dict(settlement.USUAL) | {"voluntary": []}


def after(month: int) -> datetime:
    return NOON + timedelta(days=30 * month + 31)


def agreed(month: int, **given: object) -> None:
    """Terms that reach back to the first day, agreed to after the statement of a month."""
    contract = db.session.scalars(db.select(FrameworkContract)).one()
    day = after(month) + timedelta(days=1)
    clara, amy = someone("clara"), someone("amy")
    usual = {"valid_from": TODAY, "basis": RateBasis.PAYMENT, "by": clara, "now": day}
    terms = settlement.propose_terms(contract.id, **usual | given)  # type: ignore[arg-type]
    settlement.agree_to_terms(terms.id, by=amy, now=day)


def drafted(month: int) -> Statement:
    (due,) = settlement.due_statements(MONTHS[month + 1])
    return settlement.draft_statement(
        due, period_start=MONTHS[month], period_end=MONTHS[month + 1], by=someone("pia"),
        now=after(month),
    )  # fmt: skip


def paid_in(month: int) -> Statement:
    """The statement of a month, as if it had been paid through Stripe."""
    made = drafted(month)
    settlement.confirm(made.id, by=someone("fred"), now=after(month))
    settlement.confirm(made.id, by=someone("fang"), now=after(month))
    settlement.approve(made.id, by=someone("paul"), now=after(month))
    for status in (StatementStatus.INVOICED, StatementStatus.PAID):
        settlement.carry(made.id, status, now=after(month))
        db.session.flush()
    return made


@pytest.fixture
def earlier(set_up: Story) -> None:
    """1,000.00 that no statement has yet, under a contract with Stripe."""
    drafted = factories.paid_by_stripe()
    settlement.cancel(drafted.id, reason="anew", by=someone("pia"), now=NOON)


def test_terms_may_change_what_was_stated_again(earlier: None) -> None:
    undone = paid_in(0)
    settlement.undo(undone, by=someone("pia"), now=after(0))
    again = paid_in(1)
    assert lines_of(again) == [(LineKind.PAYMENT, 100_000, 25_000)]
    agreed(1, scale=[{"tiers": [[None, 3_000]]}])
    assert lines_of(drafted(2)) == [(LineKind.TRUE_UP, 0, 5_000)]
    assert list(statement_differences()) == []


def test_what_was_undone_may_have_released_a_holdback(earlier: None) -> None:
    agreed(-1, holdback_bps=1_000, holdback_days=30)
    paid_in(0)
    factories.payment(
        factories.any_case(), 10_000, reference="R2", value_on=MONTHS[1],
        verified_by=someone("aline"), now=after(1),
    )  # fmt: skip
    releasing = paid_in(1)
    assert releasing.released_minor == 2_500
    settlement.undo(releasing, by=someone("pia"), now=after(1))
    assert list(statement_differences()) == []
    anew = paid_in(2)
    assert (anew.released_minor, anew.tax_by_rate) == (2_500, [[600, 4_750, 285]])
    assert list(statement_differences()) == []


@pytest.mark.parametrize("way", ["terms", "reversal"])
def test_what_takes_a_true_up_back_bars_taking_back(earlier: None, way: str) -> None:
    """The line of the payment stands in an earlier statement, which did not pay for it."""
    agreed(-1, paid_for=NOTHING_PAID)
    paid_in(0)
    agreed(0, paid_for=dict(settlement.USUAL))
    included = paid_in(1)
    assert lines_of(included) == [(LineKind.TRUE_UP, 100_000, 25_000)]
    if way == "terms":
        agreed(1, paid_for=NOTHING_PAID)
    else:
        back_in(2)
    (line,) = lines_of(drafted(2))
    assert line[1:] == (-100_000, -25_000)
    with refused("A later statement corrects this one"):
        settlement.undo(included, by=someone("pia"), now=after(2))


def back_in(month: int) -> None:
    factories.payment(
        factories.any_case(), -100_000, reference="back", reverses="R1",
        value_on=MONTHS[month], verified_by=someone("aline"), now=after(month),
    )  # fmt: skip


def test_true_ups_that_were_undone_are_due_again(earlier: None) -> None:
    """Without any new cash."""
    agreed(-1, paid_for=NOTHING_PAID)
    paid_in(0)
    agreed(0, paid_for=dict(settlement.USUAL))
    settlement.undo(paid_in(1), by=someone("pia"), now=after(1))
    assert lines_of(drafted(2)) == [(LineKind.TRUE_UP, 100_000, 25_000)]
    assert list(statement_differences()) == []


def test_tax_is_told_of_what_was_stated_anew_and_not_of_what_was_undone(earlier: None) -> None:
    settlement.undo(paid_in(0), by=someone("pia"), now=after(0))
    anew = paid_in(1)
    told = settlement.tax_export(organisation_id=None, first=None, last=None).decode()
    assert {row.split(",")[0] for row in told.splitlines()[1:]} == {anew.code}
    assert told.count(anew.code) == 2, "commission and fee"


def test_a_reversal_of_an_undone_statement_waits_again(earlier: None) -> None:
    paid_in(0)
    back_in(1)
    factories.payment(
        factories.any_case(), 200_000, reference="R2", value_on=MONTHS[1],
        verified_by=someone("aline"), now=after(1),
    )  # fmt: skip
    settlement.undo(paid_in(1), by=someone("pia"), now=after(1))
    (chain,) = settlement.clawback_chains(organisation_id=None)[0]
    assert (chain.root.reversal_minor, chain.commission_minor) == (-100_000, 25_000)
