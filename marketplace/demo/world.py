"""Building the demo world in an empty database."""

from collections.abc import Callable
from datetime import datetime, timedelta

import numpy as np
from sqlalchemy import func, select

from marketplace import accounts, casework, licences, placements, settlement
from marketplace.accounts import Organisation, User
from marketplace.audit import record
from marketplace.core.db import acting, db, transaction
from marketplace.core.tenancy import Acting, Audience
from marketplace.demo.cast import (
    AGENCIES,
    LENDERS,
    PASSWORD,
    PLATFORM,
    Firm,
    email,
    found,
    hashed_password,
    hire,
)
from marketplace.demo.feeding import send_balances
from marketplace.demo.history import write_history
from marketplace.demo.people import PROVINCE_CODES
from marketplace.demo.truth import plant
from marketplace.demo.valuing import value_past
from marketplace.licences import CredentialType, Evidence, Scope
from marketplace.portfolios import Product

__all__ = ["PASSWORD", "build_world", "sign_ins", "world_exists"]

SEED = 20_260_301
_EVIDENCE = b"%PDF-1.4\n% A demo credential: nothing to see.\n%%EOF\n"
Say = Callable[[str], None]


def world_exists() -> bool:
    with acting(Acting(Audience.SYSTEM)):
        return bool(db.session.scalar(select(func.count()).select_from(Organisation)))


PAST_DAYS = 800
"""How long ago the firms were founded and their papers signed."""


def build_world(cases: int, *, now: datetime, say: Say, seed: int = SEED) -> None:
    """Found the firms, vet the agencies, sign the papers and write the past."""
    rng = np.random.default_rng(seed)
    truth = plant(len(AGENCIES), rng)
    long_ago = now - timedelta(days=PAST_DAYS)
    with acting(Acting(Audience.SYSTEM)), transaction():
        hashed = hashed_password()
        organisations = {}
        for order, firm in enumerate((PLATFORM, *LENDERS, *AGENCIES), 1):
            organisations[firm.code] = found(firm, order, now=long_ago)
            hire(organisations[firm.code], hashed, now=long_ago)
        say(f"{len(organisations)} organisations founded")
        for firm in AGENCIES:
            _vet(firm, long_ago, now)
        say(f"{len(AGENCIES)} agencies vetted by two people each")
        for lender in LENDERS:
            _sign_papers(organisations, lender, long_ago, now)
        say("contracts, processing agreements and approvals recorded")
        shares = (cases - 2 * (cases // 4), cases // 4, cases // 4)
        for lender, size in zip(LENDERS, shares, strict=True):
            write_history(
                organisations[lender.code], size, truth, rng, today=now.date(), now=now
            )
            say(f"{lender.name}: two years of {size:,} cases")
        _settle_past(now)
        say("past cash settled: statements confirmed, approved and posted")
        casework.refresh_track_records(now=now)
        value_past(now, by=_person("RECOUP", "vetting"))
        say("past books valued and followed; a model fitted, and proposed if it did better")
        send_balances(now)
        say("a feed of balances opened, with the files of three days")
        record("world.built", organisations["DEMO"], by=None, now=now, cases=cases, seed=seed)
    with acting(Acting(Audience.SYSTEM)), transaction():
        db.session.execute(select(1))


def _settle_past(now: datetime) -> None:
    """Settle the twelve months: what the new month brings then stands alone."""
    finance, second = _person("RECOUP", "finance"), _person("RECOUP", "finance2")
    today = now.date()
    for due in settlement.due_statements(today):
        statement = settlement.draft_statement(
            due,
            period_start=today - timedelta(days=PAST_DAYS),
            period_end=today,
            by=finance,
            now=now,
        )
        codes = accounts.organisation_codes([due.lender_id, due.agency_id])
        for organisation_id in (due.agency_id, due.lender_id):
            person = _person(codes[organisation_id], "finance")
            settlement.confirm(statement.id, by=person, now=now)
        settlement.approve(statement.id, by=second, now=now)


def sign_ins() -> list[tuple[str, str]]:
    """(what for, address) of the people a visitor will want to be."""
    return [
        ("lender: manager", email("DEMO", "manager")),
        ("lender: approver", email("DEMO", "approver")),
        ("lender: finance", email("DEMO", "finance")),
        ("lender: compliance", email("DEMO", "compliance")),
        ("agency: manager", email("ANHENG", "manager")),
        ("agency: collector", email("ANHENG", "collector")),
        ("agency: finance", email("ANHENG", "finance")),
        ("platform: vetting", email("RECOUP", "vetting")),
        ("platform: finance", email("RECOUP", "finance")),
        ("platform: finance, second person", email("RECOUP", "finance2")),
        ("platform: auditor", email("RECOUP", "auditor")),
    ]


def _person(firm_code: str, login: str) -> User:
    return accounts.user_by_email(email(firm_code, login))


def _scope(firm: Firm) -> Scope:
    regions = (
        (licences.EVERYWHERE,)
        if "*" in firm.regions
        else tuple(code for code in PROVINCE_CODES if code[0] in firm.regions)
    )
    products = tuple(product.value for product in Product)
    return Scope(regions, products, ("call", "sms", "letter"))


def _vet(firm: Firm, since: datetime, now: datetime) -> None:
    manager = _person(firm.code, "manager")
    for type_, number in (
        (CredentialType.BUSINESS_LICENCE, f"YZ-{firm.code}"),
        (CredentialType.ISO_27001, f"ISMS-{firm.code}"),
    ):
        credential = licences.submit(
            type=type_,
            number=number,
            issuer="市场监督管理局" if type_ is CredentialType.BUSINESS_LICENCE else "CNAS",
            scope=_scope(firm),
            valid_from=since.date(),
            valid_to=(now + timedelta(days=500)).date(),
            evidence=Evidence(f"{number}.pdf", _EVIDENCE),
            by=manager,
            now=since,
        )
        licences.check(
            credential.id, note="与登记一致", by=_person("RECOUP", "vetting"), now=since
        )
        licences.approve(credential.id, by=_person("RECOUP", "vetting2"), now=since)


def _sign_papers(
    organisations: dict[str, Organisation], lender: Firm, since: datetime, now: datetime
) -> None:
    manager = _person(lender.code, "manager")
    until = (now + timedelta(days=700)).date()
    lender_entity = accounts.entities_of(organisations[lender.code].id)[0]
    for firm in AGENCIES:
        agency = organisations[firm.code]
        contract = placements.record_contract(
            agency_id=agency.id,
            lender_entity_id=lender_entity.id,
            agency_entity_id=accounts.entities_of(agency.id)[0].id,
            number=f"{lender.code}-{firm.code}-01",
            valid_from=since.date(),
            valid_to=until,
            by=manager,
            now=since,
        )
        placements.record_agreement(
            contract,
            number=f"DPA-{lender.code}-{firm.code}",
            impact_assessment=f"PIPIA-{lender.code}-{firm.code}",
            fields=["name", "mobile", "balance"],
            valid_from=since.date(),
            valid_to=until,
            by=manager,
            now=since,
        )
        placements.approve_agency(
            agency.id,
            published_url=f"https://{lender.code.lower()}.example/agencies",
            published_on=since.date(),
            valid_to=until,
            by=manager,
            now=since,
        )
