"""Builders with plain defaults: each makes one thing, and whatever it cannot be without.

They use the real verbs where those are cheap, so that what a test begins with could exist.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import literal, select

from marketplace import auctions, casework, placements, portfolios, reactions, settlement
from marketplace.accounts import (
    EntityBankAccount,
    LegalEntity,
    TaxKind,
    TaxStatus,
    User,
    add_bank_account,
)
from marketplace.auctions import Auction, Bid, ListingTerms, Split
from marketplace.audit import AuditEvent
from marketplace.casework import Payment, PaymentRow
from marketplace.core.db import db
from marketplace.core.installation import vault
from marketplace.licences import Credential, CredentialStatus, CredentialType
from marketplace.placements import (
    AgencyApproval,
    FrameworkContract,
    Placement,
    ProcessingAgreement,
    Rail,
    Terms,
)
from marketplace.portfolios import Case, Debtor, Person, Portfolio, PortfolioStatus
from marketplace.settlement import Statement
from tests.conftest import CAST, NOON, person
from tests.portfolios.tapes import resident_id

TODAY = NOON.date()
LAST_YEAR, NEXT_YEAR = TODAY - timedelta(days=365), TODAY + timedelta(days=365)
CLOSES = NOON + timedelta(days=3)


def someone(name: str) -> User:
    """A member of the cast, hired if need be."""
    return person(name, *CAST[name])


def entity(owner: User, *, name: str = "") -> LegalEntity:
    """The organisation's first legal entity, at 6 % VAT."""
    found = db.session.scalar(
        select(LegalEntity).where(LegalEntity.organisation_id == owner.organisation_id)
    )
    if found is None:
        found = LegalEntity(
            organisation_id=owner.organisation_id,
            name=name or f"{owner.organisation.name_zh}有限公司",
            created_at=NOON,
        )
        db.session.add(found)
        db.session.flush()
        status = TaxStatus(
            entity_id=found.id, kind=TaxKind.GENERAL, rate_bps=600, valid_from=LAST_YEAR
        )
        db.session.add(status)
    return found


def credential(
    agent: User,
    *,
    regions: tuple[str, ...] = ("*",),
    products: tuple[str, ...] = ("*",),
    valid_from: date = LAST_YEAR,
    valid_to: date = NEXT_YEAR,
) -> Credential:
    """A credential that two people of the platform have vetted."""
    made = Credential(
        organisation_id=agent.organisation_id,
        type=CredentialType.BUSINESS_LICENCE,
        number="YZ-1",
        issuer="市场监督管理局",
        regions=list(regions),
        products=list(products),
        channels=["call"],
        valid_from=valid_from,
        valid_to=valid_to,
        evidence_key="none",
        evidence_name="licence.pdf",
        evidence_sha256="0" * 64,
        status=CredentialStatus.ACTIVE,
        submitted_by_id=agent.id,
        submitted_at=NOON,
        checked_by_id=someone("vera").id,
        checked_at=NOON,
        approved_by_id=someone("viktor").id,
        approved_at=NOON,
    )
    db.session.add(made)
    db.session.flush()
    return made


@dataclass(frozen=True)
class Papers:
    contract: FrameworkContract
    agreement: ProcessingAgreement
    approval: AgencyApproval


def papers(
    lender: User,
    agent: User,
    *,
    valid_from: date = LAST_YEAR,
    valid_to: date = NEXT_YEAR,
    tail_days: int = 0,
    rail: Rail = Rail.BANK,
) -> Papers:
    """Everything a lender and an agency sign before a case may go."""
    contract = placements.record_contract(
        agency_id=agent.organisation_id,
        lender_entity_id=entity(lender).id,
        agency_entity_id=entity(agent).id,
        number=f"C-{agent.organisation_id}",
        valid_from=valid_from,
        valid_to=valid_to,
        tail_days=tail_days,
        rail=rail,
        by=lender,
        now=NOON,
    )
    agreement = placements.record_agreement(
        contract, number="D-1", impact_assessment="PIPIA-1", fields=["name", "mobile"],
        valid_from=valid_from, valid_to=valid_to, by=lender, now=NOON,
    )  # fmt: skip
    approval = placements.approve_agency(
        agent.organisation_id, published_url="https://bank.example/agencies",
        published_on=valid_from, valid_to=valid_to, by=lender, now=NOON,
    )  # fmt: skip
    return Papers(contract, agreement, approval)


def invented(n: int) -> Person:
    """The n-th debtor: always the same person."""
    return Person(
        name=f"王小明{n}",
        id_no=resident_id(n),
        mobile=f"138{n:08d}",
        address=f"上海市某区{n}号",
    )


def debtor(lender: User, who: Person, *, time_zone: str = "Asia/Shanghai") -> Debtor:
    index = vault().blind_index(who.id_no, kind="person")
    place = portfolios.personal_place(lender.organisation_id, index)
    sealed_key, sealed = portfolios.seal_person(who, place, vault())
    made = Debtor(
        lender_id=lender.organisation_id,
        person_index=index,
        personal_key=sealed_key,
        personal=sealed,
        name_masked=portfolios.mask_name(who.name),
        id_masked=portfolios.mask_id(who.id_no),
        phone_masked=portfolios.mask_phone(who.mobile),
        phone_index=vault().blind_index(who.mobile, kind="phone"),
        time_zone=time_zone,
    )
    db.session.add(made)
    db.session.flush()
    return made


def portfolio(
    lender: User,
    cases: int = 3,
    *,
    first: int = 1,
    name: str = "Cards 2025",
    status: PortfolioStatus = PortfolioStatus.READY,
    time_zone: str = "Asia/Shanghai",
    currency: str = "CNY",
    **of_case: Any,
) -> Portfolio:
    """A portfolio with `cases` cases of as many debtors, the first being number `first`."""
    made = Portfolio(
        lender_id=lender.organisation_id,
        entity_id=entity(lender).id,
        name=name,
        currency=currency,
        balance_as_of=TODAY,
        status=status,
        created_at=NOON,
    )
    db.session.add(made)
    db.session.flush()
    for n in range(first, first + cases):
        who = debtor(lender, invented(n), time_zone=time_zone)
        add_case(made, who, f"C{n:06d}", **of_case)
    return made


def add_case(into: Portfolio, who: Debtor, number: str, **values: Any) -> Case:
    balance = values.pop("balance_minor", 100_000)
    case = Case(
        lender_id=into.lender_id,
        entity_id=into.entity_id,
        portfolio_id=into.id,
        debtor_id=who.id,
        lender_case_no=number,
        currency=into.currency,
        principal_minor=balance,
        interest_minor=0,
        fees_minor=0,
        balance_minor=balance,
        balance_as_of=TODAY,
        **{"product": "credit_card", "region": "31", "dpd": 365, "score": None} | values,
    )
    db.session.add(case)
    into.cases += 1
    into.balance_minor += balance
    into.principal_minor += balance
    db.session.flush()
    return case


def cases_of(of: Portfolio) -> list[Case]:
    return list(db.session.scalars(select(Case).where(Case.portfolio_id == of.id)))


def auction(
    maker: User,
    approver: User | None = None,
    *,
    of: Portfolio | None = None,
    now: datetime = NOON,
    **terms: Any,
) -> Auction:
    """An auction drafted by `maker`; on the market if there is an `approver`."""
    of = of or portfolio(maker)
    chosen = {"opens_at": NOON, "closes_at": CLOSES, "floor_bps": 500, "reserve_bps": 4000,
              "least_debtors": 1}  # fmt: skip
    made = auctions.draft(of.id, ListingTerms(**(chosen | terms)), by=maker, now=now)
    if approver is not None:
        auctions.publish(made.id, by=approver, now=now)
    return made


def bid(
    on: Auction,
    agent: User,
    *,
    rate_bps: int = 2000,
    capacity: int = 1000,
    money: int | None = None,
    now: datetime = NOON,
) -> Bid:
    """The same rate for every cell."""
    rates = {segment.key: rate_bps for segment in auctions.segments_of(on.id)}
    return auctions.place_bid(
        on.id,
        rates,
        capacity_cases=capacity,
        capacity_balance_minor=money,
        by=agent,
        now=now,
    )


def split(of: Auction, asker: User, *, now: datetime = CLOSES, **wanted: bool) -> Split:
    """A computed split of an auction, whose bids are opened if they still are sealed."""
    if of.opened_at is None:
        auctions.open_bids(of.id, by=asker, now=now)
    asked = auctions.request_split(of.id, by=asker, now=now, **wanted)
    auctions.compute_split(asked.id, now=now)
    return asked


def placement(
    lender: User,
    agent: User,
    *,
    of: Portfolio | None = None,
    cases: list[Case] | None = None,
    rate_bps: int = 2000,
    accepted: bool = True,
    now: datetime = NOON,
) -> Placement:
    """Some cases offered to an agency and, unless told otherwise, accepted and released."""
    if placements.papers_in_force(
        lender.organisation_id, agent.organisation_id, now.date()
    ).missing:
        papers(lender, agent)
    of = of or portfolio(lender, status=PortfolioStatus.PLACED)
    ids = [case.id for case in (cases if cases is not None else cases_of(of))]
    lot = select(
        Case.id.label("case_id"),
        literal(rate_bps).label("rate_bps"),
        literal("s").label("segment"),
    ).where(Case.id.in_(ids))
    terms = Terms("AU-TEST", now.date(), 180, now + timedelta(days=3))
    made = placements.offer(of, agent.organisation_id, lot, terms=terms, by=lender, now=now)
    if accepted:
        placements.accept(made.id, by=agent, now=now)
        release(made, now=now)
    return made


def release(accepted: Placement, *, now: datetime = NOON) -> None:
    """Do at once what the worker does after an acceptance."""
    placements.release_cases(event("placement.accepted", accepted.id), now=now)
    read_again(Case)


def read_again(kind: type) -> None:
    """Forget what the session knows of these rows; people it may keep."""
    for row in list(db.session):
        if isinstance(row, kind):
            db.session.expire(row)


def event(action: str, subject_id: int) -> AuditEvent:
    """The latest event of this kind."""
    return db.session.scalars(
        select(AuditEvent)
        .where(AuditEvent.action == action, AuditEvent.subject_id == subject_id)
        .order_by(AuditEvent.id.desc())
    ).first()


def events(action: str) -> list[AuditEvent]:
    query = select(AuditEvent).where(AuditEvent.action == action).order_by(AuditEvent.id)
    return list(db.session.scalars(query))


def payment(
    on: Case,
    amount_minor: int = 10_000,
    *,
    reference: str = "R1",
    value_on: date = TODAY,
    reverses: str = "",
    recorded_by: User | None = None,
    verified_by: User | None = None,
    now: datetime = NOON + timedelta(days=30),
) -> Payment:
    """Cash on a case, verified if somebody is named to verify it."""
    recorder = recorded_by or someone("fang")
    row = PaymentRow(on.lender_case_no, value_on, amount_minor, reference, reverses)
    casework.record_payments([row], by=recorder, now=now)
    made = db.session.scalars(select(Payment).where(Payment.ledger_ref == reference)).one()
    if verified_by is not None:
        casework.verify_payments([made.id], by=verified_by, now=now)
        db.session.refresh(made)
    return made


def statement(
    maker: User, *, start: date = TODAY, end: date = TODAY + timedelta(days=30)
) -> Statement:
    """A statement of whatever is due first."""
    due = settlement.due_statements(end)[0]
    return settlement.draft_statement(
        due, period_start=start, period_end=end, by=maker, now=NOON
    )


def paid_by_stripe(amount_minor: int = 100_000) -> Statement:
    """A statement in dollars at 25 %, under a Stripe contract, confirmed by both sides."""
    clara, amy = someone("clara"), someone("amy")
    papers(clara, amy, rail=Rail.STRIPE)
    of = portfolio(clara, 1, status=PortfolioStatus.PLACED, currency="USD")
    placement(clara, amy, of=of, rate_bps=2500)
    payment(cases_of(of)[0], amount_minor, verified_by=someone("aline"))
    drafted = statement(someone("pia"))
    settlement.confirm(drafted.id, by=someone("fred"), now=NOON)
    return settlement.confirm(drafted.id, by=someone("fang"), now=NOON)


def paid_by_bank(amount_minor: int = 10_000, *, approve: bool = True) -> Statement:
    """A statement in yuan at 25 %, confirmed by both sides and usually approved."""
    clara, amy = someone("clara"), someone("amy")
    placed = placement(clara, amy, rate_bps=2500)
    case = cases_of(db.session.get(Portfolio, placed.portfolio_id))[0]
    payment(case, amount_minor, verified_by=someone("aline"))
    return settle(TODAY, approve=approve)


def settle(start: date, *, approve: bool = True) -> Statement:
    """Whatever is due first, drafted, confirmed by both sides, and approved."""
    drafted = statement(someone("pia"), start=start, end=TODAY + timedelta(days=30))
    settlement.confirm(drafted.id, by=someone("fred"), now=NOON)
    settlement.confirm(drafted.id, by=someone("fang"), now=NOON)
    if approve:
        settlement.approve(drafted.id, by=someone("paul"), now=NOON)
        if drafted.due_minor > 0:
            invoice(drafted)
    return drafted


def invoice(of: Statement, number: str = "", *, by: User | None = None, **given: Any) -> Any:
    """An invoice that fits the statement, unless told otherwise."""
    buyer = db.session.get_one(LegalEntity, of.lender_entity_id)
    usual = {
        "number": number or f"{of.id:020}", "kind": settlement.InvoiceKind.SPECIAL,
        "buyer_name": buyer.name, "buyer_tax_no": buyer.uscc or "",
        "rate_bps": of.commission_tax_bps, "net_minor": of.earned_minor,
        "tax_minor": of.commission_tax_minor,
        "gross_minor": of.earned_minor + of.commission_tax_minor, "issued_on": TODAY,
    }  # fmt: skip
    file = given.pop("file", None)
    facts = settlement.InvoiceFacts(**usual | given)
    return settlement.enter_invoice(of.id, facts, file=file, by=by or someone("fred"), now=NOON)


def any_case() -> Case:
    """The first case of all."""
    return db.session.scalars(select(Case).order_by(Case.id)).first()


def read(kind: type[Any], key: int) -> Any:
    """The row as it now stands."""
    return db.session.get_one(kind, key, populate_existing=True)


def bank_account(
    owner: User, *, number: str = "6222020200112233445", bank_code: str = "102100099996",
    currency: str = "CNY",
) -> EntityBankAccount:  # fmt: skip
    """An account of the organisation's first legal entity."""
    made = add_bank_account(
        entity(owner), bank="中国工商银行", number=number, bank_code=bank_code,
        currency=currency, by=owner, now=NOON,
    )  # fmt: skip
    db.session.flush()
    return made


def drain(now: datetime = NOON) -> int:
    """Run the worker until nothing is left to do."""
    return reactions.drain(now)
