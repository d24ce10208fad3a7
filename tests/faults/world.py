"""Books in which everything has happened that an attack could try to undo.

The features' own verbs tell it, as far as they are cheap. The ledger begins in SQL, for its
attacks know its journals by number.
"""

from datetime import timedelta

import psycopg
from flask import Flask
from sqlalchemy import select

from marketplace import casework, checks, portfolios, settlement
from marketplace.casework import Channel, PromiseTaken
from marketplace.core import tenancy
from marketplace.core.db import db, transaction
from marketplace.intake import Decision
from marketplace.portfolios import Case, PortfolioStatus
from marketplace.rails.models import (
    OperationKind,
    OperationStatus,
    RailAccount,
    RailCheckout,
    RailEvent,
    RailOperation,
    RailTransaction,
)
from marketplace.settlement import Outcome, RateBasis, Statement
from tests import factories
from tests.attacking import like
from tests.conftest import NOON, SYSTEM
from tests.factories import TODAY, someone
from tests.intake.files import bank, bring, ledger, small_month
from tests.intake.test_deciding import check, match, split
from tests.ledger.attacks import furnish as furnish_ledger
from tests.portfolios.tapes import as_csv, good_row
from tests.settlement.attacks import APPROVED, DRAFT, NEWEST
from tests.settlement.attacks_on_payment import NOTHING_DUE

END = TODAY + timedelta(days=30)


def furnish(app: Flask, owner: psycopg.Connection) -> None:
    """Tell it all in an empty database, through its owner and through the application."""
    furnish_ledger(owner)
    with app.app_context(), tenancy.acting(SYSTEM):
        with transaction():
            cases = _placed()
        for part in (_settle, _agree, _work):
            with transaction():
                part(cases)
        for part in (_reconcile, _send, _import, _dispute):
            with transaction():
                part()
    for row in (
        like("framework_contracts", number="'ended'", ended_on="valid_to"),
        like("entity_bank_accounts", valid_to="valid_from"),
        like("received_invoices", number="repeat('8', 20)", withdrawn_by_id="1",
             withdrawn_at="now()"),
    ):  # fmt: skip
        owner.execute(row.encode())
    for number in (50, 51):
        _owe(owner, number)
    owner.execute(
        b"UPDATE debt_clearances SET confirmed_at = now(), confirmed_by_id = (SELECT min(u.id)"
        b" FROM users u WHERE u.id <> recorded_by_id) WHERE id = 1"
    )
    owner.commit()


def _owe(owner: psycopg.Connection, number: int) -> None:
    """A statement that left a debt of 100, of which the agency says that it repaid it."""
    owing = {**NOTHING_DUE, "commission_minor": "-100",
             "period_start": f"period_start - {number}"}  # fmt: skip
    owner.execute(like("statements", DRAFT, **owing).encode())
    for step in APPROVED:
        owner.execute(f"{step} AND id = {NEWEST}".encode())
    owner.execute(
        f"INSERT INTO debt_clearances (lender_id, agency_id, statement_id, part, way,"
        f" amount_minor, currency, paid_on, bank_reference, reason, recorded_by_id,"
        f" recorded_at, withdrawn_because) SELECT lender_id, agency_id, id, 'commission',"
        f" 'repaid', 100, currency, period_start, 'B', '', made_by_id, now(), ''"
        f" FROM statements WHERE id = {NEWEST}".encode()
    )


def _placed() -> list[Case]:
    clara = someone("clara")
    of = factories.portfolio(clara, 5, first=100, name="Stated", status=PortfolioStatus.PLACED)
    factories.placement(clara, someone("amy"), of=of)
    return factories.cases_of(of)


def _settle(cases: list[Case]) -> None:
    """One statement that was paid, one to be paid, one of which a line was disputed."""
    aline, fang, fred = someone("aline"), someone("fang"), someone("fred")
    factories.payment(cases[0], reference="P0", verified_by=aline)
    paid = factories.settle(TODAY)
    _pay(paid)
    factories.payment(cases[1], reference="P1", verified_by=aline)
    due = factories.settle(TODAY + timedelta(days=1))
    factories.bank_account(someone("clara"))
    factories.bank_account(someone("amy"))
    (payer,) = settlement.payer_accounts(fang.organisation_id, on=TODAY)
    settlement.make_payment_file(
        [due.code], account_id=payer.account.id, execute_on=TODAY, by=fang, now=NOON
    )
    for i in (2, 3, 4):
        factories.payment(cases[i], reference=f"P{i}", verified_by=aline)
    drafted = factories.statement(someone("pia"), start=TODAY + timedelta(days=2))
    (dispute,) = _disputed(drafted)
    settlement.propose_outcome(dispute.id, Outcome.OUT, because="Seen", by=fred, now=NOON)
    settlement.agree_outcome(dispute.id, Outcome.OUT, by=fang, now=NOON)
    factories.payment(cases[0], reference="unverified")
    none = factories.payment(cases[0], reference="withdrawn")
    casework.withdraw_payments([none.id], by=aline, now=NOON)
    db.session.commit()
    factories.drain()


def _pay(statement: Statement) -> None:
    fang, pia = someone("fang"), someone("pia")
    sent = settlement.record_remittance(
        statement.id, amount_minor=statement.due_minor, paid_on=TODAY, bank_reference="B",
        by=fang, now=NOON,
    )  # fmt: skip
    settlement.confirm_remittance(sent.id, by=someone("fred"), now=NOON)
    settlement.record_remittance(
        statement.id, amount_minor=statement.billed_minor, paid_on=TODAY, bank_reference="F",
        by=pia, now=NOON,
    )  # fmt: skip


def _disputed(statement: Statement) -> list[settlement.LineDispute]:
    code = settlement.line_rows(statement)[0].payment
    return settlement.dispute_lines(
        statement.id, [code], reason="Not ours", by=someone("fred"), now=NOON
    )


def _agree(cases: list[Case]) -> None:
    """Terms agreed and proposed; scores of which one was appealed and one decided."""
    clara, amy, cora = someone("clara"), someone("amy"), someone("cora")
    contract_id = db.session.scalars(select(Statement.contract_id)).first()
    for day in (1, 2):
        terms = settlement.propose_terms(
            contract_id, valid_from=TODAY + timedelta(days=day), basis=RateBasis.PLACEMENT,
            by=clara, now=NOON,
        )  # fmt: skip
        db.session.flush()
        if day == 1:
            settlement.agree_to_terms(terms.id, by=amy, now=NOON)
    for month in (1, 2, 3):
        score = settlement.score_quality(
            amy.organisation_id, TODAY.replace(month=month), 9_000, source="Review", by=cora,
            now=NOON,
        )  # fmt: skip
        db.session.flush()
        if month > 1:
            settlement.appeal_score(score.id, "No", by=amy, now=NOON)
        if month > 2:
            settlement.decide_appeal(score.id, "Yes", by=clara, now=NOON)


def _work(cases: list[Case]) -> None:
    """A call that ended in a promise, and one that is under way."""
    colin = someone("colin")
    for case in cases[1:3]:
        contact = casework.begin_contact(case.id, Channel.CALL, by=colin, now=NOON).contact
        assert contact is not None
        if case is cases[1]:
            casework.finish_contact(
                contact.id, casework.Outcome.PROMISE,
                promise=PromiseTaken(1_000, TODAY + timedelta(days=3)), by=colin, now=NOON,
            )  # fmt: skip


def _reconcile() -> None:
    """A month matched, approved, matched by hand and split."""
    cases = small_month()
    bring(
        ledger(("X-UNKNOWN", "2026-03-05", "66.00", "R9"), name="more.csv"),
        bank(("nobody", "2026-03-05", "66.00"), name="other.csv"),
    )
    automatic = select(Decision).order_by(Decision.id.desc()).limit(1)
    check(db.session.scalars(automatic).one())
    match("ledger.csv:4", "bank.csv:4")
    split("more.csv:2", (cases[0].code, 2_600), (cases[1].code, 4_000))


def _send() -> None:
    """What the rails keep: each kind once done and once to do."""
    clara, pia = someone("clara"), someone("pia")
    lender, made = clara.organisation_id, {"planned_at": NOON, "next_try_at": NOON}
    case = factories.any_case()
    page = {"lender_id": lender, "amount_minor": 100, "currency": "USD", "made_by_id": clara.id,
            "made_at": NOON}  # fmt: skip
    event = {"endpoint": "platform", "kind": "k", "account_ref": "", "object_ref": "",
             "received_at": NOON}  # fmt: skip
    moved = {"kind": "payout", "amount_minor": 5, "fee_minor": 0, "net_minor": 5,
             "currency": "USD", "source_ref": "", "moved_at": NOON}  # fmt: skip
    db.session.add_all([
        RailAccount(organisation_id=lender, country="US", account_ref="a", customer_ref="c",
                    asked_by_id=clara.id, asked_at=NOON),
        RailOperation(op_id="open", kind=OperationKind.REFUND, organisation_id=lender,
                      made_by_id=pia.id, **made),
        RailOperation(op_id="done", kind=OperationKind.REFUND, organisation_id=lender,
                      status=OperationStatus.DONE, done_at=NOON, **made),
        RailOperation(op_id="withdrawn", kind=OperationKind.REFUND, organisation_id=lender,
                      status=OperationStatus.WITHDRAWN, withdrawn_at=NOON, **made),
        RailEvent(event_id="open", **event),
        RailEvent(event_id="done", processed_at=NOON, **event),
        RailTransaction(transaction_ref="open", **moved),
        RailTransaction(transaction_ref="done", journal_id=4, **moved),
        RailCheckout(case_id=case.id, **page),
        RailCheckout(case_id=case.id, ended_at=NOON, session_ref="s", intent_ref="i", **page),
    ])  # fmt: skip


def _import() -> None:
    clara = someone("clara")
    portfolios.import_tape_now(
        "tape.csv", as_csv([good_row(1)]), portfolio_name="Tape",
        entity_id=factories.entity(clara).id, by=clara, now=NOON,
    )  # fmt: skip
    checks.check_books(now=NOON)


def _dispute() -> None:
    """A line disputed just now: the worker has not drafted anew, somebody has an opinion."""
    drafted = db.session.scalars(select(Statement).where(Statement.status == "draft")).one()
    (dispute,) = _disputed(drafted)
    settlement.propose_outcome(
        dispute.id, Outcome.OUT, because="Seen", by=someone("fred"), now=NOON
    )
