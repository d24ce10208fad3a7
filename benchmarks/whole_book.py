"""A book of a million cases end to end: valued, listed, bid on, split, awarded, released.

The steps are the product's own verbs, run in this process as the worker would run them; the
limit is memory, and the time of each step is told beside that of reading the cases alone.
"""

import sys
from datetime import UTC, datetime, timedelta
from time import perf_counter

import psycopg
from _bench import own_database, peak_megabytes, table, timed
from sqlalchemy import text

from marketplace import accounts, auctions, demo, placements, valuations
from marketplace.core.db import db
from marketplace.demo.cast import AGENCIES, email
from marketplace.demo.story import as_person
from marketplace.portfolios import Portfolio
from marketplace.reactions import drain

CASES = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
LIMIT_MB = 2_048
RATE_BPS = 1_500

DEBTORS = """
INSERT INTO debtors (lender_id, person_index, time_zone)
SELECT :lender, decode(md5('bench' || i), 'hex'), 'Asia/Shanghai'
  FROM generate_series(1, :cases) i"""

CASES_SQL = """
INSERT INTO cases (lender_id, entity_id, portfolio_id, debtor_id, lender_case_no, product,
  region, currency, principal_minor, interest_minor, fees_minor, balance_minor, balance_as_of,
  dpd, score, placement_round, security, litigation, hold_flags, features)
SELECT :lender, :entity, :portfolio, d.id, 'BENCH' || d.id,
  (ARRAY['credit_card', 'consumer_loan', 'cash_loan'])[1 + d.id % 3],
  (ARRAY['11', '31', '32', '33', '41', '44', '51', '61'])[1 + d.id % 8],
  'CNY', b, b / 20, 0, b + b / 20, :day, 91 + (d.id * 7919) % 1700, 400 + (d.id * 31) % 400,
  1, 'unsecured', 'none', '{}', '{}'
  FROM (SELECT id, (50000 + (id * 104729) % 3000000)::bigint AS b FROM debtors
         WHERE lender_id = :lender AND personal IS NULL) d"""


def main() -> None:
    now = datetime.now(UTC)
    seconds: dict[str, float] = {}
    with own_database() as app:
        demo.build_world(400, now=now, say=lambda words: None)
        portfolio_id = _book(now)
        db.session.commit()
        with psycopg.connect(
            app.config["DATABASE"].conninfo("owner"), autocommit=True
        ) as owner:
            owner.execute("ANALYZE")
        before = peak_megabytes()
        started = perf_counter()
        count = db.session.execute(
            text("SELECT count(balance_minor) FROM cases WHERE portfolio_id = :id"),
            {"id": portfolio_id},
        ).scalar_one()
        seconds["the server counts the cases (peer)"] = perf_counter() - started
        placed = _work(portfolio_id, now, seconds)
    rows = [("step", "seconds")] + [(name, f"{taken:.1f}") for name, taken in seconds.items()]
    table(f"A book of {count:,} cases end to end, {placed:,} placed", rows)
    total = sum(seconds.values())
    print(
        f"  {total:.0f} s, {count / total:,.0f} cases/s; peak memory {peak_megabytes():,.0f} MB"
        f" of {LIMIT_MB:,} ({before:,.0f} before)"
    )


def _book(now: datetime) -> int:
    with as_person(email("DEMO", "manager")) as by:
        lender, entity = by.organisation_id, accounts.entities_of(by.organisation_id)[0].id
    book = Portfolio(
        lender_id=lender, entity_id=entity, name="Bench", currency="CNY",
        balance_as_of=now.date(), created_at=now,
    )  # fmt: skip
    db.session.add(book)
    db.session.flush()
    values = {
        "lender": lender, "entity": entity, "portfolio": book.id, "cases": CASES,
        "day": now.date(),
    }  # fmt: skip
    db.session.execute(text(DEBTORS), values)
    db.session.execute(text(CASES_SQL), values)
    book.cases = CASES
    book.balance_minor, book.principal_minor = db.session.execute(
        text(
            "SELECT sum(balance_minor)::bigint, sum(principal_minor)::bigint FROM cases"
            " WHERE portfolio_id = :portfolio"
        ),
        values,
    ).one()
    return book.id


def _work(portfolio_id: int, now: datetime, seconds: dict[str, float]) -> int:
    with timed(seconds, "value"):
        with as_person(email("DEMO", "manager")) as by:
            valuations.request_valuation(
                portfolio_id, cost_bps=0, discount_bps=800, commission_bps=2500, by=by, now=now
            )
        drain(now)
    with timed(seconds, "list"):
        code = _listed(portfolio_id, now)
        drain(now)
    later = now + timedelta(days=3, hours=1)
    with timed(seconds, "bid and open"):
        _bid(code, now, later)
        drain(later)
    with timed(seconds, "split"):
        with as_person(email("DEMO", "manager")) as by:
            auction = auctions.owned_auction(code, lender_id=by.organisation_id)
            split_code = auctions.request_split(auction.id, by=by, now=later).code
        drain(later)
    with timed(seconds, "award"):
        _award(code, split_code, later)
        drain(later)
    with timed(seconds, "accept and release"):
        placed = _accept(code, later)
        drain(later)
    return placed


def _listed(portfolio_id: int, now: datetime) -> str:
    with as_person(email("DEMO", "manager")) as by:
        terms = auctions.ListingTerms(
            opens_at=now, closes_at=now + timedelta(days=3), floor_bps=500, reserve_bps=4000
        )
        code = auctions.draft(portfolio_id, terms, by=by, now=now).code
    with as_person(email("DEMO", "approver")) as by:
        auction = auctions.owned_auction(code, lender_id=by.organisation_id)
        auctions.publish(auction.id, by=by, now=now)
    return code


def _bid(code: str, now: datetime, later: datetime) -> None:
    for order, firm in enumerate(AGENCIES):
        with as_person(email(firm.code, "manager")) as by:
            auction = auctions.visible_auction(code)
            rates = {
                segment.key: RATE_BPS + 40 * order
                for segment in auctions.segments_of(auction.id)
            }
            auctions.place_bid(
                auction.id,
                rates,
                capacity_cases=CASES // 8,
                by=by,
                now=now + timedelta(hours=1),
            )
    with as_person(email("DEMO", "manager")) as by:
        auction = auctions.owned_auction(code, lender_id=by.organisation_id)
        auctions.open_bids(auction.id, by=by, now=later)


def _award(code: str, split_code: str, now: datetime) -> None:
    with as_person(email("DEMO", "manager")) as by:
        split = auctions.owned_split(split_code, lender_id=by.organisation_id)
        if not split.verified or split.gap_minor:
            raise SystemExit(f"the split is not proven: {split.failure}")
        auctions.propose_award(split.auction_id, split.id, by=by, now=now)
    with as_person(email("DEMO", "approver")) as by:
        auction = auctions.owned_auction(code, lender_id=by.organisation_id)
        auctions.award(auction.id, by=by, now=now)


def _accept(code: str, now: datetime) -> int:
    placed = 0
    for firm in AGENCIES:
        with as_person(email(firm.code, "manager")) as by:
            for line in placements.placement_lines(agency_id=by.organisation_id):
                mine = line.placement
                if mine.award_reference == code and mine.status == "offered":
                    placements.accept(mine.id, by=by, now=now)
                    placed += mine.cases
    return placed


if __name__ == "__main__":
    main()
