"""Twelve months of past: portfolios that were placed, worked and paid before today."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

import numpy as np
import psycopg
from sqlalchemy import select

from marketplace.accounts import Organisation, User, entities_of
from marketplace.core.bulk import driver_connection, insert_rows
from marketplace.core.db import db
from marketplace.core.installation import vault
from marketplace.demo.cast import AGENCIES, Firm
from marketplace.demo.people import invent
from marketplace.demo.truth import (
    PRODUCT_WEIGHTS,
    PRODUCTS,
    Truth,
    base_rate,
    payments,
)
from marketplace.placements import FrameworkContract, Placement, PlacementStatus
from marketplace.portfolios import (
    Person,
    Portfolio,
    PortfolioStatus,
    mask_id,
    mask_name,
    mask_phone,
    personal_place,
    seal_person,
)

MONTHS = 24
DEBTOR_COLUMNS = (
    "id",
    "lender_id",
    "person_index",
    "personal_key",
    "personal",
    "name_masked",
    "id_masked",
    "phone_masked",
    "phone_index",
    "time_zone",
)
CASE_COLUMNS = (
    "id",
    "lender_id",
    "entity_id",
    "portfolio_id",
    "debtor_id",
    "lender_case_no",
    "product",
    "region",
    "currency",
    "principal_minor",
    "interest_minor",
    "fees_minor",
    "balance_minor",
    "balance_as_of",
    "overdue_on",
    "dpd",
    "score",
    "placement_round",
    "security",
    "litigation",
    "hold_flags",
    "features",
)
PLACED_COLUMNS = (
    "placement_id",
    "case_id",
    "lender_id",
    "agency_id",
    "rate_bps",
    "placed_balance_minor",
    "segment",
    "open",
    "debtor_id",
    "round",
    "dpd",
    "product",
    "secured",
    "litigated",
)
PAYMENT_COLUMNS = (
    "lender_id",
    "agency_id",
    "case_id",
    "placement_id",
    "value_on",
    "posted_on",
    "amount_minor",
    "currency",
    "source",
    "method",
    "ledger_ref",
    "reported_by_id",
    "reported_at",
    "verified_by_id",
    "verified_at",
)


class CaseRow(NamedTuple):
    product: str
    principal: int
    balance: int
    dpd: int
    score: int | None


def works_in(firm: Firm, region: str) -> bool:
    return any(scope == "*" or region.startswith(scope) for scope in firm.regions)


@dataclass(frozen=True)
class Past:
    """What all batches of a lender share."""

    lender: Organisation
    entity_id: int
    people: dict[str, User]
    truth: Truth
    rng: np.random.Generator
    today: date
    now: datetime
    taken: set[str]


@dataclass(frozen=True)
class Batch:
    """Cases that were placed on one day."""

    portfolio: Portfolio
    placed_on: date
    prefix: str
    people: list[Person]
    regions: list[str]
    rows: list[CaseRow]
    agency_of: list[int]
    placements: dict[int, Placement]
    case_ids: list[int]
    debtor_ids: list[int]


def write_history(lender: Organisation, cases: int, truth: Truth, rng: np.random.Generator, *,
                  today: date, now: datetime) -> None:  # fmt: skip
    """Fill a lender's past: one batch a month, each placed with every agency that may."""
    past = Past(
        lender=lender,
        entity_id=entities_of(lender.id)[0].id,
        people={user.role.value: user for user in _people(lender.id)},
        truth=truth,
        rng=rng,
        today=today,
        now=now,
        taken=set(),
    )
    for month in range(MONTHS):
        placed_on = today - timedelta(days=30 * (MONTHS + 1 - month))
        size = cases // MONTHS + (month < cases % MONTHS)
        if size:
            _write_batch(past, size, placed_on)


def _write_batch(past: Past, size: int, placed_on: date) -> None:
    lender = past.lender
    portfolio = Portfolio(
        lender_id=lender.id,
        entity_id=past.entity_id,
        currency="CNY",
        name=f"{lender.short_code} {placed_on:%Y-%m-%d}",
        balance_as_of=placed_on,
        status=PortfolioStatus.PLACED,
        created_at=past.now,
    )
    db.session.add(portfolio)
    db.session.flush()
    debtors = invent(size, past.rng, today=past.today, taken=past.taken)
    rows = _case_rows(size, past.rng)
    agency_of = _share_out(debtors.region, past.rng)
    with driver_connection().cursor() as cursor:
        batch = Batch(
            portfolio=portfolio,
            placed_on=placed_on,
            prefix=f"{lender.short_code}{placed_on:%y%m%d}",
            people=debtors.people,
            regions=debtors.region,
            rows=rows,
            agency_of=agency_of,
            placements=_placements(past, portfolio, agency_of, placed_on),
            case_ids=_reserve(cursor, "cases", size),
            debtor_ids=_reserve(cursor, "debtors", size),
        )
    insert_rows("debtors", DEBTOR_COLUMNS, _debtors(lender.id, batch))
    insert_rows("cases", CASE_COLUMNS, _cases(past, batch))
    insert_rows("placement_cases", PLACED_COLUMNS, _placed(lender.id, batch))
    insert_rows("payments", PAYMENT_COLUMNS, _payments(past, batch))
    portfolio.cases = size
    portfolio.balance_minor = sum(row.balance for row in rows)
    portfolio.principal_minor = sum(row.principal for row in rows)


def _people(organisation_id: int) -> list[User]:
    return list(db.session.scalars(select(User).where(User.organisation_id == organisation_id)))


def _case_rows(size: int, rng: np.random.Generator) -> list[CaseRow]:
    product = rng.choice(PRODUCTS, size=size, p=PRODUCT_WEIGHTS)
    principal = np.round(np.exp(rng.normal(9.35, 0.85, size)) * 100).astype(int)
    dpd = np.clip(np.exp(rng.normal(6.1, 0.75, size)), 91, 3_000).astype(int)
    extra = 0.05 + 0.00045 * dpd * rng.uniform(0.6, 1.2, size)
    score = np.clip(rng.normal(580, 60, size), 350, 850).astype(int)
    known = rng.random(size) < 0.8
    return [
        CaseRow(
            str(product[i]),
            int(principal[i]),
            int(principal[i] * (1 + extra[i])),
            int(dpd[i]),
            int(score[i]) if known[i] else None,
        )
        for i in range(size)
    ]


def _share_out(regions: list[str], rng: np.random.Generator) -> list[int]:
    """A random agency, among those allowed in the region, for every case.

    The newcomer at the end of the list has no past.
    """
    allowed = {
        region: [j for j, firm in enumerate(AGENCIES[:-1]) if works_in(firm, region)]
        for region in set(regions)
    }
    return [int(rng.choice(allowed[region])) for region in regions]


def _placements(
    past: Past, portfolio: Portfolio, agency_of: list[int], placed_on: date
) -> dict[int, Placement]:
    rows = db.session.execute(
        select(FrameworkContract, Organisation.short_code)
        .join(Organisation, Organisation.id == FrameworkContract.agency_id)
        .where(FrameworkContract.lender_id == past.lender.id)
    )
    contracts = {code: contract for contract, code in rows}
    answered = datetime.combine(placed_on, time(), tzinfo=past.now.tzinfo)
    made = {}
    for j in sorted(set(agency_of)):
        contract = contracts[AGENCIES[j].code]
        made[j] = Placement(
            lender_id=past.lender.id,
            agency_id=contract.agency_id,
            portfolio_id=portfolio.id,
            contract_id=contract.id,
            lender_entity_id=contract.lender_entity_id,
            agency_entity_id=contract.agency_entity_id,
            award_reference="history",
            currency="CNY",
            cases=agency_of.count(j),
            balance_minor=0,
            starts_on=placed_on,
            recall_due_on=placed_on + timedelta(days=365),
            answer_due_at=answered,
            status=PlacementStatus.RETURNED,
            offered_by_id=past.people["manager"].id,
            offered_at=answered,
            answered_at=answered,
            ended_at=past.now,
            ended_reason="term",
        )
    db.session.add_all(made.values())
    db.session.flush()
    return made


def _reserve(cursor: psycopg.Cursor[Any], table: str, n: int) -> list[int]:
    cursor.execute(
        "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
        (table, n),
    )
    return [int(row[0]) for row in cursor.fetchall()]


def _debtors(lender_id: int, batch: Batch) -> Iterator[Sequence[object]]:
    keys = vault()
    for debtor_id, person in zip(batch.debtor_ids, batch.people, strict=True):
        index = keys.blind_index(person.id_no, kind="person")
        sealed_key, sealed = seal_person(person, personal_place(lender_id, index), keys)
        yield (
            debtor_id,
            lender_id,
            index,
            sealed_key,
            sealed,
            mask_name(person.name),
            mask_id(person.id_no),
            mask_phone(person.mobile),
            keys.blind_index(person.mobile, kind="phone"),
            "Asia/Shanghai",
        )


def _cases(past: Past, batch: Batch) -> Iterator[Sequence[object]]:
    for i, row in enumerate(batch.rows):
        interest = (row.balance - row.principal) * 7 // 10
        yield (
            batch.case_ids[i],
            past.lender.id,
            past.entity_id,
            batch.portfolio.id,
            batch.debtor_ids[i],
            f"{batch.prefix}{i:06d}",
            row.product,
            batch.regions[i],
            "CNY",
            row.principal,
            interest,
            row.balance - row.principal - interest,
            row.balance,
            batch.placed_on,
            batch.placed_on - timedelta(days=row.dpd),
            row.dpd,
            row.score,
            1,
            "unsecured",
            "none",
            "{}",
            "{}",
        )


def _placed(lender_id: int, batch: Batch) -> Iterator[Sequence[object]]:
    for i, row in enumerate(batch.rows):
        j = batch.agency_of[i]
        placement = batch.placements[j]
        placement.balance_minor += row.balance
        yield (
            placement.id,
            batch.case_ids[i],
            lender_id,
            placement.agency_id,
            AGENCIES[j].bid_bps,
            row.balance,
            "history",
            False,
            batch.debtor_ids[i],
            1,
            row.dpd,
            row.product,
            False,
            False,
        )


def _payments(past: Past, batch: Batch) -> Iterator[Sequence[object]]:
    months = min(12, (past.today - batch.placed_on).days // 30)
    count = 0
    for i, row in enumerate(batch.rows):
        j = batch.agency_of[i]
        skill = past.truth.skill(j, batch.regions[i], row.product)
        rate = base_rate(row.dpd, row.product, row.balance) * skill
        for month, amount in payments(rate, row.balance, past.rng, months=months):
            count += 1
            day = 30 * month + int(past.rng.integers(0, 28))
            paid_on = batch.placed_on + timedelta(days=day)
            yield (
                past.lender.id,
                batch.placements[j].agency_id,
                batch.case_ids[i],
                batch.placements[j].id,
                paid_on,
                paid_on,
                amount,
                "CNY",
                "lender_ledger",
                "voluntary",
                f"{batch.prefix}P{count:07d}",
                past.people["finance"].id,
                past.now,
                past.people["approver"].id,
                past.now,
            )
