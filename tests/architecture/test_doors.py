"""Every door is shut until someone opens it: each route, each role, each foreign object.

The tests are generated from the route map: a new route is covered when it is written. One small
world is built and worked through; then everybody tries every handle.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from marketplace import accounts, demo, intake, ledger, reactions, settlement
from marketplace.accounts import GRANTS, Kind, Role, User
from marketplace.auctions import Auction
from marketplace.casework import Payment, PaymentRow, record_payments, verify_payments
from marketplace.compliance import HoldReason, place_hold
from marketplace.core.db import acting, db
from marketplace.demo.cast import email
from marketplace.placements import FrameworkContract
from marketplace.portfolios import Case, begin_upload
from marketplace.rooms import Question
from marketplace.settlement import RateBasis
from marketplace.web.account import OPEN
from tests.conftest import SYSTEM, TestBrowser, as_user, empty, sign_in
from tests.intake.files import bank as bank_file
from tests.intake.files import ledger as ledger_file

OPEN_TO_ALL = OPEN | {
    "static", "status.alive", "status.ready", "status.metrics", "debtor.thanks",
}  # fmt: skip
CLOSED = {"debtor.show", "api.show"}
TURNED_AWAY = {401, 403, 404}
DOOR_OF_KIND = {Kind.LENDER: {"lender"}, Kind.AGENCY: {"agency"}}
DIRECTORY = {"short_code"}
"""Arguments that name public things: an agency's code is in everybody's directory."""

_CODES = {
    "portfolios": "portfolios", "quality": "portfolios", "tapes": "tapes",
    "auctions": "auctions",
    "opportunities": "auctions", "placements": "placements", "cases": "cases",
    "queue": "cases", "statements": "statements", "drafting": "statements",
    "feeds": "feeds", "deliveries": "deliveries",
    "remittances": "statements", "debts": "statements", "disputes": "statements",
    "invoices": "statements",
    "payment_files": "payment_files",
    "credentials": "credentials", "entities": "legal_entities", "rooms": "auctions",
    "uploads": "uploads", "groups": "groups", "decisions": "decisions", "intake": "groups",
}  # fmt: skip


@dataclass(frozen=True)
class World:
    """The demo lender's things, and people of other organisations who want them."""

    app: Flask
    things: dict[str, str]
    strangers: list[User]


DEMO = "(SELECT id FROM organisations WHERE short_code = 'DEMO')"
THINGS = {
    "portfolios": ("code", f"portfolios WHERE lender_id = {DEMO} AND status = 'placed'"),
    "tapes": ("code", "tapes"),
    "auctions": ("code", "auctions"),
    "splits": ("code", "splits"),
    "placements": ("code", "placements WHERE status = 'accepted'"),
    "cases": ("code", "cases WHERE agency_id IS NOT NULL"),
    "statements": ("code", f"statements WHERE lender_id = {DEMO} ORDER BY id DESC"),
    "credentials": ("code", "credentials"),
    "legal_entities": ("code", f"legal_entities WHERE organisation_id = {DEMO}"),
    "feeds": ("code", "feeds"),
    "deliveries": ("code", "feed_deliveries"),
    "key": ("id", "feed_keys"),
    "absence": ("id", "feed_absences"),
    "groups": ("code", "intake_groups WHERE NOT automatic"),
    "decisions": ("code", "intake_decisions"),
    "contact": ("id", "contacts"),
    "journal": ("id", "journals"),
    "approval": ("id", f"agency_approvals WHERE lender_id = {DEMO}"),
    "contract": ("id", f"framework_contracts WHERE lender_id = {DEMO}"),
}


@pytest.fixture(scope="module")
def world(app: Flask, database):
    try:
        with app.app_context(), acting(SYSTEM):
            yield _build(app)
            db.session.rollback()
    finally:
        empty(database)


def _build(app: Flask) -> World:
    now = datetime.now(UTC)
    demo.build_world(240, now=now, say=lambda words: None)
    plot = demo.Story(None, 60, None, now, lambda words: None)
    assert demo.tell(plot).holds
    _month_of_payments(now)
    things = {
        name: str(db.session.execute(text(f"SELECT {column} FROM {rows} LIMIT 1")).scalar())
        for name, (column, rows) in THINGS.items()
    }
    things["hold"], things["question"] = str(_hold(now)), str(_question(now))
    things["incident"] = str(_incident(now))
    things["uploads"] = _upload(now)
    things["journal"], things["proposal"] = map(str, _proposal(now))
    things["invoice"], things["remittance"], things["payment_files"] = map(
        str, _paid(things["statements"], now)
    )
    things["line_dispute"] = str(_disputed(things["statements"]))
    things["terms"], things["score"] = map(str, _terms(now))
    things["clearance"] = "1"  # nothing is owed back here; who may not ask is told so before
    strangers = db.session.scalars(
        db.select(User)
        .join(User.organisation)
        .options(db.joinedload(User.organisation))
        .where(text("organisations.short_code IN ('BOHAI', 'XIYU', 'RECOUP')"))
        .order_by(User.id)
    ).all()
    db.session.commit()
    return World(app, things, list(strangers))


def _month_of_payments(now: datetime) -> None:
    """One payment that matches, to be approved, and a posting that stopped."""
    number = db.session.scalars(
        db.select(Case.lender_case_no).where(
            Case.agency_id.is_not(None), text(f"lender_id = {DEMO}")
        )
    ).first()
    day = now.date().replace(day=1)
    money = accounts.user_by_email("finance@demo.example")
    intake.bring_in(
        [
            ledger_file((number, day, "7.00", "DOOR-1"), (number, day, "8.00", "DOOR-2")),
            bank_file((f"{number}", f"{day}", "7.00")),
        ],
        month=day, by=money, now=now,
    )  # fmt: skip
    db.session.commit()
    reactions.drain(now)


def _hold(now: datetime) -> int:
    case = db.session.scalars(db.select(Case).where(Case.agency_id.is_not(None))).first()
    hold = place_hold(
        lender_id=case.lender_id, debtor_id=case.debtor_id, reason=HoldReason.DISPUTE, note="",
        by=accounts.user_by_email("compliance@demo.example"), now=now,
    )  # fmt: skip
    db.session.commit()
    return hold.id


def _paid(code: str, now: datetime) -> tuple[int, int, str]:
    """An invoice of the statement, its payment as the lender recorded it, a file for a bank."""
    statement = db.session.scalars(
        db.select(settlement.Statement).where(settlement.Statement.code == code)
    ).one()
    finance = accounts.user_by_email("finance@demo.example")
    for entity_id, number in (
        (statement.lender_entity_id, "10012344"), (statement.agency_entity_id, "62220202"),
    ):  # fmt: skip
        entity = db.session.get_one(accounts.LegalEntity, entity_id)
        accounts.add_bank_account(
            entity, bank="ICBC", number=number, currency="CNY", by=_of(entity), now=now
        )
    db.session.flush()
    invoice = settlement.enter_invoice(statement.id, _invoice(statement), by=finance, now=now)
    (payer, *_rest) = settlement.payer_accounts(statement.lender_id, on=now.date())
    made = settlement.make_payment_file(
        [code], account_id=payer.account.id, execute_on=now.date(), by=finance, now=now
    )
    remittance = settlement.record_remittance(
        statement.id, amount_minor=statement.due_minor,
        paid_on=statement.approved_at.date(), bank_reference="B-1", by=finance,
        now=statement.approved_at,
    )  # fmt: skip
    db.session.commit()
    return invoice.id, remittance.id, made.code


def _disputed(code: str) -> int:
    """A line that the demo lender disputes on another draft, of one more payment."""
    statement = db.session.scalars(
        db.select(settlement.Statement).where(settlement.Statement.code == code)
    ).one()
    line = db.session.scalars(
        db.select(settlement.StatementLine).where(
            settlement.StatementLine.statement_id == statement.id
        )
    ).first()
    case, now = db.session.get_one(Case, line.case_id), statement.approved_at
    finance = accounts.user_by_email("finance@demo.example")
    row = PaymentRow(case.lender_case_no, line.value_on, 5_000, "DISPUTED", "")
    record_payments([row], by=finance, now=now)
    (payment,) = db.session.scalars(db.select(Payment).where(Payment.ledger_ref == "DISPUTED"))
    verify_payments([payment.id], by=accounts.user_by_email("approver@demo.example"), now=now)
    end = statement.period_end
    due = next(d for d in settlement.due_statements(end) if d.lender_id == case.lender_id)
    maker = db.session.get_one(User, statement.made_by_id)
    draft = settlement.draft_statement(
        due, period_start=end - timedelta(days=1), period_end=end, by=maker, now=now
    )
    (one, *_more) = settlement.dispute_lines(
        draft.id, [settlement.line_rows(draft)[0].payment], reason="x", by=finance, now=now
    )
    db.session.commit()
    return one.id


def _invoice(statement: settlement.Statement) -> settlement.InvoiceFacts:
    buyer = db.session.get_one(accounts.LegalEntity, statement.lender_entity_id)
    return settlement.InvoiceFacts(
        "1" * 20, settlement.InvoiceKind.SPECIAL, buyer.name, buyer.uscc or "",
        statement.commission_tax_bps, statement.earned_minor, statement.commission_tax_minor,
        statement.earned_minor + statement.commission_tax_minor, statement.period_start,
    )  # fmt: skip


def _of(entity: accounts.LegalEntity) -> User:
    """Somebody of the firm's organisation."""
    of = db.select(User).where(User.organisation_id == entity.organisation_id)
    return db.session.scalars(of.options(db.joinedload(User.organisation))).first()


def _incident(now: datetime) -> int:
    incident = ledger.open_incident("stray_journal", "1", {"journal": 1, "key": "x"}, now=now)
    db.session.commit()
    return incident.id


def _proposal(now: datetime) -> tuple[int, int]:
    """A journal, and a proposal to take it back."""
    journal = ledger.journals(limit=1)[0]
    finance = accounts.user_by_email(email("RECOUP", "finance"))
    proposal = ledger.propose_reversal(
        journal.id, reason="x", effective_on=now.date(), by=finance, now=now
    )
    db.session.commit()
    return journal.id, proposal.id


def _upload(now: datetime) -> str:
    manager = accounts.user_by_email("manager@demo.example")
    upload = begin_upload("tape.csv", 10, by=manager, now=now)
    db.session.commit()
    return upload.code


def _question(now: datetime) -> int:
    auction = db.session.scalars(db.select(Auction)).first()
    question = Question(
        auction_id=auction.id, lender_id=auction.lender_id, body="Why?", asked_at=now
    )
    db.session.add(question)
    db.session.commit()
    return question.id


def _terms(now: datetime) -> tuple[int, int]:
    """Terms before an agency, and a score of it."""
    contract = db.session.scalars(
        db.select(FrameworkContract).where(text(f"lender_id = {DEMO}"))
    ).first()
    manager = accounts.user_by_email("manager@demo.example")
    terms = settlement.propose_terms(
        contract.id, valid_from=now.date(), basis=RateBasis.PAYMENT, by=manager, now=now
    )
    score = settlement.score_quality(
        contract.agency_id, now.date(), 9_000, source="Sample", by=manager, now=now
    )
    db.session.commit()
    return terms.id, score.id


def _routes(app: Flask):
    for rule in app.url_map.iter_rules():
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            yield rule, method


def _address(rule, things: dict[str, str]) -> str:
    """The route's address with the demo lender's own things in it."""
    feature = rule.endpoint.split(".")[1] if "." in rule.endpoint else ""
    values: dict[str, object] = {}
    for name in rule.arguments:
        if name == "code":
            values[name] = things.get(_CODES.get(feature, ""), "XX-00000")
        elif name == "portfolio_code":
            values[name] = things["portfolios"]
        elif name == "split_code":
            values[name] = things["splits"]
        elif name == "case_code":
            values[name] = things["cases"]
        elif name == "short_code":
            values[name] = "ANHENG"
        elif name.removesuffix("_id") in things:
            values[name] = int(things[name.removesuffix("_id")])
        else:
            values[name] = 1 if "int" in str(rule._converters.get(name)) else "x" * 20
    return rule.build(values)[1]


def test_strangers_are_turned_away_everywhere(world):
    client = TestBrowser(world.app)
    for rule, method in _routes(world.app):
        if rule.endpoint in OPEN_TO_ALL:
            continue
        answer = client.open(_address(rule, world.things), method=method)
        asked = answer.status_code == 302 and "/account/sign-in" in answer.headers["Location"]
        assert asked or answer.status_code in TURNED_AWAY, f"{method} {rule}"


def test_closed_doors_are_closed_for_everybody(world):
    for user in world.strangers:
        client = TestBrowser(world.app)
        sign_in(client, user)
        for rule, method in _routes(world.app):
            if rule.endpoint in CLOSED:
                assert client.open(str(rule), method=method).status_code == 404


def _may_enter(user: User, door: str) -> bool:
    kind = user.organisation.kind
    if door == "account":
        return True
    if kind is Kind.PLATFORM:
        rooms = {Role.VETTING: {"staff"}, Role.FINANCE: {"finance"}}
        return door in rooms.get(user.role, {"staff", "finance"})
    return door in DOOR_OF_KIND[kind]


def test_nobody_reaches_what_is_not_theirs(world):
    """Every role of another lender, of an agency that won nothing, and of the platform."""
    tried = 0
    for user in world.strangers:
        client = TestBrowser(world.app)
        sign_in(client, user)
        for rule, method in _routes(world.app):
            door = rule.endpoint.split(".")[0]
            if rule.endpoint in OPEN_TO_ALL | CLOSED or door not in {
                "lender", "agency", "staff", "finance",
            }:  # fmt: skip
                continue
            who = f"{user.email} {method} {rule}"
            view = world.app.view_functions[rule.endpoint]
            needed = getattr(view, "required_permission", None)
            answer = client.open(_address(rule, world.things), method=method)
            tried += 1
            if not _may_enter(user, door):
                assert answer.status_code == 404, who
            elif needed is not None and not user.may(needed):
                assert answer.status_code == 403, who
            elif user.organisation.kind is Kind.PLATFORM:
                assert answer.status_code < 500, who
            elif rule.arguments - DIRECTORY and _is_private(rule):
                assert answer.status_code in {400, 404, 409, 422}, who
                if method == "GET":
                    assert answer.status_code == 404, who
            else:
                assert answer.status_code < 500, who
    assert tried > 1_000


def _is_private(rule) -> bool:
    """An auction on the market is there for every agency to read and to bid on."""
    return not rule.endpoint.startswith("agency.opportunities")


def test_every_permission_is_granted_to_somebody_and_asked_for_somewhere(world):
    asked = {
        getattr(view, "required_permission", None) for view in world.app.view_functions.values()
    }
    granted = frozenset().union(*GRANTS.values())
    assert asked - {None} <= granted


def test_no_address_names_a_debtor(world):
    """Addresses carry codes, never case numbers or names."""
    for rule, _method in _routes(world.app):
        if rule.endpoint != "static":
            assert not re.search(r"name|phone|id_no|case_no", str(rule)), rule


@pytest.mark.parametrize(
    ("firm", "column"),
    [("XIYU", "agency_id"), ("BOHAI", "lender_id")],
    ids=["agency", "lender"],
)
@pytest.mark.parametrize(
    "table",
    ["cases", "payments", "contacts", "statement_lines", "placements", "holds", "intake_lines"],
)
def test_a_forgotten_filter_still_leaks_nothing(world, firm, column, table):
    """A SELECT without any WHERE finds only what is one's own."""
    if table == "holds" and column == "agency_id":
        column = "lender_id"  # a hold is seen by whoever holds the debtor's case: here nobody
    user = next(u for u in world.strangers if u.organisation.short_code == firm)
    db.session.rollback()
    with as_user(user):
        foreign = db.session.execute(
            text(f"SELECT count(*) FROM {table} WHERE {column} <> :own"),
            {"own": user.organisation_id},
        ).scalar_one()
        db.session.rollback()
    assert foreign == 0
