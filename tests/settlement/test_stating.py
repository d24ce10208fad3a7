"""Statements: drafted once from verified cash, confirmed in turn, approved by a second."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from marketplace import ledger, placements, settlement
from marketplace.accounts import User
from marketplace.core.db import db
from marketplace.core.errors import NotFound
from marketplace.portfolios import Case, Portfolio
from marketplace.settlement import NothingToSettle, Statement, StatementLine, StatementStatus
from tests import factories
from tests.attacking import like
from tests.conftest import NOON, as_user, rows_of
from tests.factories import TODAY
from tests.refusing import refused, refused_by_database

END = TODAY + timedelta(days=30)


@pytest.fixture
def cases(clara: User, amy: User) -> list[Case]:
    placed = factories.placement(clara, amy, rate_bps=2500)
    return factories.cases_of(db.session.get(Portfolio, placed.portfolio_id))


@pytest.fixture
def paid(cases: list[Case], fang: User, aline: User) -> None:
    for i, amount in enumerate((10_001, 20_001, 333)):
        factories.payment(
            cases[i], amount, reference=f"R{i}", recorded_by=fang, verified_by=aline
        )


@pytest.fixture
def drafted(paid: None, pia: User) -> Statement:
    return factories.statement(pia)


@pytest.fixture
def confirmed(drafted: Statement, fred: User, fang: User) -> Statement:
    settlement.confirm(drafted.id, by=fred, now=NOON)
    return settlement.confirm(drafted.id, by=fang, now=NOON)


def test_the_figures_of_a_statement(drafted: Statement) -> None:
    assert (drafted.payments, drafted.gross_minor) == (3, 30_335)
    assert drafted.commission_minor == 7584  # 25 % are 7583.75
    assert drafted.commission_tax_minor == 455  # 6 % of that: 455.04
    assert drafted.fee_minor == 910  # 3 % of the cash: 910.05
    assert drafted.fee_tax_minor == 55  # 6 % of that: 54.6
    lines = settlement.line_rows(drafted)
    assert sum(line.commission_minor for line in lines) == drafted.commission_minor
    assert sum(line.gross_minor for line in lines) == drafted.gross_minor


def test_only_verified_cash_before_the_end_is_due(
    cases: list[Case], fang: User, aline: User, pia: User
) -> None:
    factories.payment(cases[0], reference="unverified", recorded_by=fang)
    assert settlement.due_statements(END) == []
    later = NOON + timedelta(days=40)
    factories.payment(cases[0], reference="late", value_on=END, verified_by=aline, now=later)
    assert settlement.due_statements(END) == []
    (due,) = settlement.due_statements(END + timedelta(days=1))
    assert (due.payments, due.amount_minor) == (1, 10_000)
    with refused("no verified cash", kind=NothingToSettle):
        settlement.draft_statement(due, period_start=TODAY, period_end=END, by=pia, now=NOON)


def test_cash_of_no_placement_is_never_due(clara: User, aline: User) -> None:
    case = factories.cases_of(factories.portfolio(clara))[0]
    factories.payment(case, verified_by=aline)
    assert settlement.due_statements(END) == []


def test_a_payment_is_on_one_statement(drafted: Statement) -> None:
    assert settlement.due_statements(END) == []
    with refused_by_database("uq_statement_lines_payment_once"):
        db.session.execute(text(like("statement_lines", commission_minor="1")))


def test_agency_then_lender_then_platform(
    drafted: Statement, fred: User, fang: User, pia: User, paul: User
) -> None:
    with refused("not your turn"):
        settlement.confirm(drafted.id, by=fang, now=NOON)
    with refused("both sides confirmed"):
        settlement.approve(drafted.id, by=paul, now=NOON)
    settlement.confirm(drafted.id, by=fred, now=NOON)
    with refused("not your turn"):
        settlement.confirm(drafted.id, by=fred, now=NOON)
    settlement.confirm(drafted.id, by=fang, now=NOON)
    assert drafted.status is StatementStatus.LENDER_CONFIRMED
    with refused("somebody else must approve"):
        settlement.approve(drafted.id, by=pia, now=NOON)
    settlement.approve(drafted.id, by=paul, now=NOON)
    assert drafted.status is StatementStatus.APPROVED
    for verb in (settlement.confirm, settlement.approve):
        with refused(""):
            verb(drafted.id, by=fred, now=NOON)


def test_the_parties_confirm_with_their_own_rights(
    drafted: Statement, fred: User, fang: User
) -> None:
    for who in (fred, fang):
        with as_user(who):
            settlement.confirm(drafted.id, by=who, now=NOON)
    assert drafted.lender_confirmed_by_id == fang.id


def test_strangers_find_no_statement(drafted: Statement, bea: User, ravi: User) -> None:
    for stranger in (bea, ravi):
        with pytest.raises(NotFound):
            settlement.confirm(drafted.id, by=stranger, now=NOON)
        with pytest.raises(NotFound):
            settlement.visible_statement(drafted.code, by=stranger)
        with as_user(stranger):
            assert (rows_of("statements"), rows_of("statement_lines")) == (0, 0)


def test_two_people_approve_by_the_database(confirmed: Statement) -> None:
    with refused_by_database("two_people_approve"):
        db.session.execute(
            text("UPDATE statements SET approved_by_id = made_by_id, approved_at = now(),"
                 " status = 'approved'")
        )  # fmt: skip


@pytest.mark.parametrize(
    "change",
    ["commission_minor = 1", "gross_minor = 0", "agency_id = lender_id", "fee_bps = 1"],
)
def test_the_amounts_never_change(drafted: Statement, fang: User, change: str) -> None:
    with as_user(fang), refused_by_database("never changed"):
        db.session.execute(text(f"UPDATE statements SET {change}"))
    with refused_by_database("append-only"):
        db.session.execute(text("UPDATE statement_lines SET commission_minor = 0"))


def test_an_approved_statement_is_final(confirmed: Statement, pia: User, paul: User) -> None:
    settlement.approve(confirmed.id, by=paul, now=NOON)
    with refused("corrected by the next one"):
        settlement.cancel(confirmed.id, reason="wrong", by=pia, now=NOON)
    with refused_by_database("never changed"):
        db.session.execute(text("UPDATE statements SET status = 'draft'"))
    with refused_by_database("append-only"):
        db.session.execute(text("DELETE FROM statement_lines"))


def test_a_cancelled_statement_frees_its_payments(confirmed: Statement, pia: User) -> None:
    with refused("needs a reason"):
        settlement.cancel(confirmed.id, reason=" ", by=pia, now=NOON)
    with as_user(pia):
        settlement.cancel(confirmed.id, reason="wrong period", by=pia, now=NOON)
    again = factories.statement(pia)
    assert again.gross_minor == confirmed.gross_minor
    assert again.id != confirmed.id


def test_approval_posts_a_balanced_journal_once(confirmed: Statement, paul: User) -> None:
    with as_user(paul):
        settlement.approve(confirmed.id, by=paul, now=NOON)
        assert ledger.is_balanced()
        net = {balance.kind.value: balance.net_minor for balance in ledger.balances()}
    assert net == {
        "memo_cash": 30_335, "memo_recoveries": -30_335,
        "memo_lender_owes": 7584 + 455, "memo_agency_earned": -(7584 + 455),
        "fee_receivable": 910 + 55, "fee_income": -910, "output_vat": -55,
    }  # fmt: skip
    assert confirmed.journal_id is not None


def test_entries_balance_before_they_are_posted(drafted: Statement) -> None:
    assert sum(entry.amount_minor for entry in settlement.entries_of(drafted)) == 0


def test_a_reversal_is_taken_back_by_the_next_statement(
    confirmed: Statement, cases: list[Case], pia: User, paul: User, aline: User
) -> None:
    settlement.approve(confirmed.id, by=paul, now=NOON)
    factories.payment(
        cases[0], -10_001, reference="back", reverses="R0", value_on=END - timedelta(days=1),
        verified_by=aline,
    )  # fmt: skip
    next_one = factories.statement(pia, start=END, end=END + timedelta(days=30))
    assert (next_one.gross_minor, next_one.commission_minor) == (-10_001, -2501)
    # 25 % are 2,500.25; the line had been given a unit by the rounding, and gives it back.
    assert settlement.line_rows(confirmed)[0].commission_minor == 2501
    assert sum(entry.amount_minor for entry in settlement.entries_of(next_one)) == 0


def test_the_same_period_again_is_refused_in_words(
    confirmed: Statement, cases: list[Case], pia: User, paul: User, aline: User
) -> None:
    settlement.approve(confirmed.id, by=paul, now=NOON)
    factories.payment(cases[0], reference="late", verified_by=aline)
    with refused("already begins on"):
        factories.statement(pia)
    assert factories.statement(pia, start=TODAY + timedelta(days=1)).payments == 1


def test_each_contract_of_one_agency_has_its_own_statement(
    paid: None, clara: User, amy: User, aline: User, pia: User
) -> None:
    yesterday = TODAY - timedelta(days=1)
    db.session.execute(text("UPDATE framework_contracts SET ended_on = :d"), {"d": TODAY})
    renewed = placements.record_contract(
        agency_id=amy.organisation_id, lender_entity_id=factories.entity(clara).id,
        agency_entity_id=factories.entity(amy).id, number="renewed", valid_from=yesterday,
        valid_to=factories.NEXT_YEAR, by=clara, now=NOON,
    )  # fmt: skip
    placements.record_agreement(
        renewed, number="D-2", impact_assessment="P-2", fields=[], valid_from=yesterday,
        valid_to=factories.NEXT_YEAR, by=clara, now=NOON,
    )  # fmt: skip
    of = factories.portfolio(clara, 1, first=9, name="Second")
    factories.placement(clara, amy, of=of)
    factories.payment(factories.cases_of(of)[0], reference="second", verified_by=aline)
    made = [factories.statement(pia) for _due in settlement.due_statements(END)]
    assert {statement.contract_id for statement in made} > {renewed.id}
    assert len(made) == 2


def test_lines_name_the_rate_that_was_awarded(drafted: Statement) -> None:
    rates = db.session.scalars(db.select(StatementLine.rate_bps)).all()
    assert set(rates) == {2500}


def test_a_statement_of_a_closed_month_is_posted_in_the_open_one(
    confirmed: Statement, pia: User, paul: User
) -> None:
    month, later = confirmed.last_on.replace(day=1), NOON + timedelta(days=99)
    ledger.propose_close(month, by=pia, now=later)
    ledger.close_period(month, by=paul, now=later)
    settlement.approve(confirmed.id, by=paul, now=later)
    journal = ledger.journal_sheet(confirmed.journal_id).journal
    assert journal.effective_on == (month + timedelta(days=31)).replace(day=1)
    assert confirmed.period_end.isoformat() in journal.words


def test_cash_that_came_and_went_posts_nothing(
    cases: list[Case], fred: User, fang: User, pia: User, paul: User, aline: User
) -> None:
    factories.payment(cases[0], 500, reference="in", verified_by=aline)
    factories.payment(cases[0], -500, reference="out", reverses="in", verified_by=aline)
    statement = factories.statement(pia)
    settlement.confirm(statement.id, by=fred, now=NOON)
    settlement.confirm(statement.id, by=fang, now=NOON)
    settlement.approve(statement.id, by=paul, now=NOON)
    assert (statement.status, statement.journal_id) == (StatementStatus.APPROVED, None)
    assert rows_of("journals") == 0
