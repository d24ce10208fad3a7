"""The main job told once: from a messy tape to a settled commission."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter

import numpy as np

from marketplace import (
    accounts,
    auctions,
    audit,
    ledger,
    placements,
    portfolios,
    settlement,
    valuations,
)
from marketplace.accounts import Kind, Role, User
from marketplace.core.db import acting, transaction
from marketplace.core.installation import installed
from marketplace.core.tenancy import Acting, Audience
from marketplace.demo import collecting, reconciling
from marketplace.demo.cast import AGENCIES, email
from marketplace.demo.tape import write_tape
from marketplace.reactions import SYSTEM, drain

MONTHS = 3
"""How long the story lets the agencies work before it settles."""

FLOOR_BPS, RESERVE_BPS = 500, 4_000
Say = Callable[[str], None]


@dataclass
class Story:
    """What the story is told about, and the clock it moves."""

    tape: Path | None
    cases: int
    limit: int | None
    now: datetime
    say: Say
    seed: int = 7
    seconds: dict[str, float] = field(default_factory=dict)

    def later(self, **by: int) -> datetime:
        self.now += timedelta(**by)
        return self.now


@dataclass
class Outcome:
    """What came of it. The booleans are invariants: false means failure."""

    rows: int = 0
    value: int = 0
    band: list[int] = field(default_factory=list)
    bids: int = 0
    shares: dict[str, int] = field(default_factory=dict)
    certificate_verified: bool = False
    cases_placed: int = 0
    cash_minor: int = 0
    commission_minor: int = 0
    ledger_balanced: bool = False
    audit_verified: bool = False

    @property
    def holds(self) -> bool:
        return self.certificate_verified and self.ledger_balanced and self.audit_verified

    def as_json(self) -> dict[str, object]:
        return asdict(self)


def tell(story: Story) -> Outcome:
    """Run every step as the right person. Time is the story's own."""
    outcome = Outcome()
    with _step(story, "import"):
        portfolio_code = _import(story, outcome)
    with _step(story, "value"):
        _value(story, portfolio_code, outcome)
    with _step(story, "list"):
        auction_code = _list(story, portfolio_code)
    with _step(story, "bid"):
        _bid(story, auction_code, outcome)
    with _step(story, "split"):
        _split(story, auction_code, outcome)
    with _step(story, "award"):
        _award(story, auction_code)
    with _step(story, "accept"):
        _accept(story, auction_code, outcome)
    with _step(story, "work"):
        collecting.work(story, auction_code)
    with _step(story, "pay"):
        outcome.cash_minor = collecting.pay(story, auction_code)
    with _step(story, "settle"):
        _settle(story, outcome)
    with _step(story, "reconcile"):
        reconciling.send_month(story, auction_code)
    with _step(story, "verify"):
        _verify(story, outcome)
    return outcome


@contextmanager
def as_person(address: str) -> Iterator[User]:
    """One unit of work of one person, as their requests would do it."""
    with acting(SYSTEM), transaction():
        user = accounts.user_by_email(address)
    if user.organisation.kind is not Kind.PLATFORM:
        audience = Audience(user.organisation.kind.value)
    else:
        audience = Audience.FINANCE if user.role is Role.FINANCE else Audience.STAFF
    with acting(Acting(audience, user.organisation_id, user.id)), transaction():
        yield user


def demo_lender(login: str) -> str:
    return email("DEMO", login)


def _import(story: Story, outcome: Outcome) -> str:
    rng = np.random.default_rng(story.seed + int(story.now.timestamp()))
    with as_person(demo_lender("manager")) as by:
        entity = accounts.entities_of(by.organisation_id)[0]
        entity_id = entity.id
    if story.tape:
        name, content = story.tape.name, story.tape.read_bytes()
    else:
        made = write_tape(story.cases, rng, today=story.now.date())
        name, content = made.name, made.content
    with as_person(demo_lender("manager")) as by:
        tape = portfolios.upload_tape(
            name, content, portfolio_name=f"{Path(name).stem} {story.now:%Y-%m-%d %H:%M:%S}",
            entity_id=entity_id, by=by, now=story.now,
        )  # fmt: skip
        code = tape.code
    with as_person(demo_lender("manager")) as by:
        portfolios.confirm_suggested(code, limit=story.limit, by=by, now=story.now)
    drain(story.now)
    with as_person(demo_lender("manager")) as by:
        tape = portfolios.owned_tape(code, lender_id=by.organisation_id)
        portfolios.request_commit(tape.id, by=by, now=story.now)
    drain(story.now)
    with as_person(demo_lender("manager")) as by:
        tape = portfolios.owned_tape(code, lender_id=by.organisation_id)
        portfolio = portfolios.portfolio_of_tape(tape)
        outcome.rows = int(tape.counts["rows_total"])
        story.say(
            f"  {outcome.rows:,} rows read, {tape.counts['rows_valid']:,} valid,"
            f" {tape.counts['rows_rejected']:,} in quarantine"
        )
        return portfolio.code


def _value(story: Story, portfolio_code: str, outcome: Outcome) -> None:
    with as_person(demo_lender("manager")) as by:
        portfolio = portfolios.owned_portfolio(portfolio_code, lender_id=by.organisation_id)
        valuations.request_valuation(
            portfolio.id, cost_bps=0, discount_bps=800, commission_bps=2_500, by=by,
            now=story.now,
        )  # fmt: skip
        portfolio_id = portfolio.id
    drain(story.now)
    with as_person(demo_lender("manager")):
        valuation = valuations.latest_valuation(portfolio_id)
        assert valuation is not None  # noqa: S101
        outcome.value = valuation.mean_minor or 0
        outcome.band = [valuation.p10_minor or 0, valuation.p90_minor or 0]


def _list(story: Story, portfolio_code: str) -> str:
    with as_person(demo_lender("manager")) as by:
        portfolio = portfolios.owned_portfolio(portfolio_code, lender_id=by.organisation_id)
        terms = auctions.ListingTerms(
            opens_at=story.now,
            closes_at=story.now + timedelta(days=3),
            floor_bps=FLOOR_BPS,
            reserve_bps=RESERVE_BPS,
        )
        auction = auctions.draft(portfolio.id, terms, by=by, now=story.now)
        code = auction.code
    with as_person(demo_lender("approver")) as by:
        auction = auctions.owned_auction(code, lender_id=by.organisation_id)
        auctions.publish(auction.id, by=by, now=story.now)
    drain(story.now)
    return code


def _bid(story: Story, auction_code: str, outcome: Outcome) -> None:
    rng = np.random.default_rng(story.seed)
    story.later(hours=5)
    for firm in AGENCIES:
        with as_person(email(firm.code, "manager")) as by:
            auction = auctions.visible_auction(auction_code)
            rates = {
                segment.key: int(
                    np.clip(firm.bid_bps + rng.integers(-300, 301), FLOOR_BPS, RESERVE_BPS)
                )
                for segment in auctions.segments_of(auction.id)
            }
            auctions.place_bid(
                auction.id, rates, capacity_cases=firm.capacity, by=by, now=story.now
            )
    story.later(days=3)
    with as_person(demo_lender("manager")) as by:
        auction = auctions.owned_auction(auction_code, lender_id=by.organisation_id)
        outcome.bids = auctions.open_bids(auction.id, by=by, now=story.now)
    drain(story.now)


def _split(story: Story, auction_code: str, outcome: Outcome) -> None:
    with as_person(demo_lender("manager")) as by:
        auction = auctions.owned_auction(auction_code, lender_id=by.organisation_id)
        code = auctions.request_split(auction.id, by=by, now=story.now).code
    drain(story.now)
    with as_person(demo_lender("manager")) as by:
        split = auctions.owned_split(code, lender_id=by.organisation_id)
        outcome.certificate_verified = split.verified
        outcome.shares = {
            str(line.agency): line.share.cases
            for line in auctions.share_lines(split.id)
            if line.share.cases
        }
        story.say(f"  split case by case; gap {split.gap_minor} of {split.value_minor}")
        auctions.propose_award(split.auction_id, split.id, by=by, now=story.now)


def _award(story: Story, auction_code: str) -> None:
    with as_person(demo_lender("approver")) as by:
        auction = auctions.owned_auction(auction_code, lender_id=by.organisation_id)
        auctions.award(auction.id, by=by, now=story.now)
    drain(story.now)


def _accept(story: Story, auction_code: str, outcome: Outcome) -> None:
    story.later(hours=20)
    for firm in AGENCIES:
        with as_person(email(firm.code, "manager")) as by:
            for line in placements.placement_lines(agency_id=by.organisation_id):
                mine = line.placement
                if mine.award_reference == auction_code and mine.status == "offered":
                    placements.accept(mine.id, by=by, now=story.now)
                    outcome.cases_placed += mine.cases
    drain(story.now)


def _settle(story: Story, outcome: Outcome) -> None:
    period_end = story.now.date() + timedelta(days=1)
    with as_person(email("RECOUP", "finance")) as by:
        due = [d for d in settlement.due_statements(period_end) if _is_demo(d.lender_id)]
        codes = [
            settlement.draft_statement(
                one,
                period_start=period_end - timedelta(days=400),
                period_end=period_end,
                by=by,
                now=story.now,
            ).code
            for one in due
        ]
    for code in codes:
        outcome.commission_minor += _settle_one(story, code)
    drain(story.now)


def _settle_one(story: Story, code: str) -> int:
    with as_person(email("RECOUP", "finance2")) as by:
        statement = settlement.visible_statement(code, by=by)
        agency = accounts.organisation_codes([statement.agency_id])[statement.agency_id]
    for address in (email(agency, "finance"), demo_lender("finance")):
        with as_person(address) as by:
            statement = settlement.visible_statement(code, by=by)
            settlement.confirm(statement.id, by=by, now=story.now)
    with as_person(email("RECOUP", "finance2")) as by:
        statement = settlement.visible_statement(code, by=by)
        settlement.approve(statement.id, by=by, now=story.now)
        return statement.commission_minor


def _is_demo(organisation_id: int) -> bool:
    return accounts.organisation_codes([organisation_id]).get(organisation_id) == "DEMO"


def _verify(story: Story, outcome: Outcome) -> None:
    key = audit.load_signing_key(installed().keys_folder)
    with as_person(email("RECOUP", "auditor")):
        outcome.ledger_balanced = ledger.is_balanced()
        chains = accounts.all_organisation_ids()
        bundles = [audit.chain_bundle(chain, key, now=story.now) for chain in chains]
    outcome.audit_verified = not any(audit.verify_bundle(bundle) for bundle in bundles)


@contextmanager
def _step(story: Story, name: str) -> Iterator[None]:
    story.say(f"{name} …")
    started = perf_counter()
    yield
    story.seconds[name] = perf_counter() - started
    story.say(f"  {story.seconds[name]:.1f} s")
