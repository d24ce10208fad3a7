"""The split: certified, within every limit, and told in the lender's own figures."""

import io
import subprocess
import sys
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import text

from marketplace import auctions
from marketplace.accounts import User
from marketplace.auctions import Auction, Split, SplitCase
from marketplace.core.db import db
from marketplace.placements import TrackRecord
from marketplace.portfolios import Portfolio
from tests import factories
from tests.conftest import NOON, ROOT, as_user, rows_of
from tests.factories import CLOSES
from tests.refusing import refused


@pytest.fixture
def portfolio(clara: User) -> Portfolio:
    """Six cases in Shanghai, four in Beijing."""
    of = factories.portfolio(clara, 6)
    for n in range(20, 24):
        who = factories.debtor(clara, factories.invented(n))
        factories.add_case(of, who, f"C{n:06d}", region="11")
    return of


@pytest.fixture
def auction(clara: User, aline: User, portfolio: Portfolio) -> Auction:
    return factories.auction(clara, aline, of=portfolio, max_share_bps=10_000)


def split_up(auction: Auction, clara: User) -> tuple[Split, Counter[tuple[int | None, str]]]:
    """The split, and how many cases of which region went to whom."""
    split = factories.split(auction, clara)
    assert split.failure is None
    rows = db.session.execute(
        text(
            "SELECT s.agency_id, c.region FROM split_cases s JOIN cases c ON c.id = s.case_id"
            " WHERE s.split_id = :id"
        ),
        {"id": split.id},
    )
    return split, Counter((row.agency_id, row.region) for row in rows)


def test_the_certificate_verifies_from_its_archive(
    auction: Auction, clara: User, amy: User, ravi: User, tmp_path: Path
) -> None:
    for agent, rate in ((amy, 2000), (ravi, 1500)):
        factories.credential(agent)
        factories.bid(auction, agent, rate_bps=rate, capacity=7)
    split = factories.split(auction, clara)
    assert split.verified
    with zipfile.ZipFile(io.BytesIO(auctions.certificate_files(split))) as archive:
        archive.extractall(tmp_path)
    assert verify(tmp_path) == (0, f"OK {split.digest}\n")
    spoil(tmp_path)
    code, said = verify(tmp_path)
    assert (code, said.startswith("failed: ")) == (1, True)


def verify(folder: Path) -> tuple[int, str]:
    path = str(folder / "certificate.json")
    done = subprocess.run(
        [sys.executable, "-m", "matching", "verify", path],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout


def spoil(folder: Path) -> None:
    for path in folder.iterdir():
        if path.name != "certificate.json":
            content = bytearray(path.read_bytes())
            content[-1] ^= 1
            path.write_bytes(content)


def test_a_split_is_computed_once(auction: Auction, clara: User, amy: User) -> None:
    factories.credential(amy)
    factories.bid(auction, amy)
    split = factories.split(auction, clara)
    before = split.digest, rows_of("split_cases"), rows_of("audit_events")
    auctions.compute_split(split.id, now=NOON)
    assert (split.digest, rows_of("split_cases"), rows_of("audit_events")) == before


def test_the_same_question_has_the_same_answer(
    auction: Auction, clara: User, amy: User, ravi: User
) -> None:
    for agent in (amy, ravi):
        factories.credential(agent)
        factories.bid(auction, agent, capacity=6)
    first, second = factories.split(auction, clara), factories.split(auction, clara)
    assert first.id != second.id
    assert (first.digest, first.value_minor) == (second.digest, second.value_minor)
    assert cases_of(first) == cases_of(second)


def cases_of(split: Split) -> list[tuple[int, int | None]]:
    rows = db.session.scalars(
        db.select(SplitCase).where(SplitCase.split_id == split.id).order_by(SplitCase.case_id)
    )
    return [(row.case_id, row.agency_id) for row in rows]


def test_nobody_gets_cases_where_they_have_no_licence(
    auction: Auction, clara: User, amy: User, ravi: User
) -> None:
    factories.credential(amy, regions=("31",))
    factories.bid(auction, amy, rate_bps=500)
    factories.credential(ravi, products=("auto",))
    factories.bid(auction, ravi, rate_bps=500)
    split, placed = split_up(auction, clara)
    assert placed == {(amy.organisation_id, "31"): 6, (None, "11"): 4}
    assert split.unplaced == 4


def test_cells_without_a_rate_are_not_bid_on(auction: Auction, clara: User, amy: User) -> None:
    factories.credential(amy)
    rates = {"north|181-365|no_score": 2000}
    auctions.place_bid(auction.id, rates, capacity_cases=10, by=amy, now=NOON)
    _split, placed = split_up(auction, clara)
    assert placed == {(amy.organisation_id, "11"): 4, (None, "31"): 6}


def test_capacities_hold(auction: Auction, clara: User, amy: User, ravi: User) -> None:
    for agent, rate, capacity in ((amy, 500, 3), (ravi, 4000, 5)):
        factories.credential(agent)
        factories.bid(auction, agent, rate_bps=rate, capacity=capacity)
    split, placed = split_up(auction, clara)
    got = Counter()
    for (agency_id, _region), n in placed.items():
        got[agency_id] += n
    assert got == {amy.organisation_id: 3, ravi.organisation_id: 5, None: 2}
    assert split.notes["capped"] is False


def test_nobody_gets_more_than_the_largest_share(
    clara: User, aline: User, amy: User, ravi: User, portfolio: Portfolio
) -> None:
    auction = factories.auction(clara, aline, of=portfolio, max_share_bps=4000)
    for agent, rate in ((amy, 500), (ravi, 4000)):
        factories.credential(agent)
        factories.bid(auction, agent, rate_bps=rate)
    split, _placed = split_up(auction, clara)
    assert [line.share.cases for line in auctions.share_lines(split.id)] == [4, 4]
    assert (split.unplaced, split.notes["capped"]) == (2, True)


def test_the_cheaper_of_two_equals_gets_the_cases(
    auction: Auction, clara: User, amy: User, ravi: User
) -> None:
    for agent, rate in ((amy, 2001), (ravi, 2000)):
        factories.credential(agent)
        factories.bid(auction, agent, rate_bps=rate)
    _split, placed = split_up(auction, clara)
    assert {agency for agency, _region in placed} == {ravi.organisation_id}


def past(agent: User, rate_bps: int, *, cases: int = 5000) -> None:
    """What an agency did with its credit cards: `cases` in each region."""
    for region in ("east", "north"):
        record = TrackRecord(
            agency_id=agent.organisation_id, region_group=region, product="credit_card",
            age_band="181-365", cases=cases, exposure_minor=cases * 100_000,
            recovered_minor=cases * 10 * rate_bps, as_of=NOON,
        )  # fmt: skip
        db.session.add(record)
    db.session.flush()


def test_a_proven_agency_beats_a_cheaper_one(
    auction: Auction, clara: User, amy: User, ravi: User
) -> None:
    for agent, rate_bps, bid_bps in ((amy, 1000, 3000), (ravi, 500, 1000)):
        past(agent, rate_bps)
        factories.credential(agent)
        factories.bid(auction, agent, rate_bps=bid_bps)
    split, placed = split_up(auction, clara)
    assert {agency for agency, _region in placed} == {amy.organisation_id}
    proven = {line.share.agency_id: line.share for line in auctions.share_lines(split.id)}
    assert proven[amy.organisation_id].past_rate_bps == pytest.approx(1000, abs=30)
    assert proven[ravi.organisation_id].past_rate_bps == pytest.approx(500, abs=30)


def test_a_thin_record_says_little(
    auction: Auction, clara: User, amy: User, ravi: User
) -> None:
    past(amy, 1000, cases=2)
    past(ravi, 500, cases=5000)
    for agent in (amy, ravi):
        factories.credential(agent)
        factories.bid(auction, agent)
    split, _placed = split_up(auction, clara)
    shares = {line.share.agency_id: line.share for line in auctions.share_lines(split.id)}
    assert shares[amy.organisation_id].past_rate_bps < 550


def test_past_cases_count_once_however_many_provinces_share_them(
    clara: User, aline: User, amy: User
) -> None:
    of = factories.portfolio(clara, 2)
    elsewhere = factories.debtor(clara, factories.invented(9))
    factories.add_case(of, elsewhere, "N", region="33")
    past(amy, 1000, cases=40)
    factories.credential(amy)
    auction = factories.auction(clara, aline, of=of)
    factories.bid(auction, amy)
    split = factories.split(auction, clara)
    (line,) = auctions.share_lines(split.id)
    assert line.share.past_cases == 40


def test_the_figures_of_the_split_page(auction: Auction, clara: User, amy: User) -> None:
    factories.credential(amy)
    factories.bid(auction, amy, rate_bps=2500, capacity=10)
    split = factories.split(auction, clara)
    (line,) = auctions.share_lines(split.id)
    share = line.share
    assert (share.cases, share.balance_minor, share.capacity_cases) == (10, 1_000_000, 10)
    # A newcomer is taken at 6 % of the balance, of which 25 % are its commission.
    assert share.past_rate_bps == 600
    assert (share.expected_minor, share.commission_minor) == (60_000, 15_000)
    assert share.past_cases == 0
    assert share.past_low_bps <= share.past_rate_bps <= share.past_high_bps
    assert split.value_minor == share.expected_minor - share.commission_minor
    assert split.value_minor <= split.bound_minor
    assert split.gap_minor == split.bound_minor - split.value_minor
    assert (split.unplaced, split.notes["cases"]) == (0, 10)


def test_cases_held_or_placed_meanwhile_are_left_out(
    auction: Auction, clara: User, amy: User, ravi: User, portfolio: Portfolio
) -> None:
    factories.credential(amy)
    factories.bid(auction, amy)
    held, placed, *rest = factories.cases_of(portfolio)
    held.hold_flags = ["dispute"]
    factories.placement(clara, ravi, of=portfolio, cases=[placed], accepted=False)
    split = factories.split(auction, clara)
    assert sorted(case_id for case_id, _agency in cases_of(split)) == sorted(
        case.id for case in rest
    )


def test_without_a_bid_the_split_fails_in_words(auction: Auction, clara: User) -> None:
    split = factories.split(auction, clara)
    assert str(split.failure) == "Nobody has bid. List the portfolio again with other terms."
    with refused("no certificate that checks"):
        auctions.propose_award(auction.id, split.id, by=clara, now=CLOSES)


def test_no_split_before_the_bids_are_opened(auction: Auction, clara: User) -> None:
    with refused("needs opened bids"):
        auctions.request_split(auction.id, by=clara, now=NOON)


def test_bidders_learn_their_own_share_and_only_after_the_award(
    auction: Auction, clara: User, aline: User, amy: User, ravi: User
) -> None:
    for agent in (amy, ravi):
        factories.credential(agent)
        factories.papers(clara, agent)
        factories.bid(auction, agent, capacity=5)
    split = factories.split(auction, clara)
    auctions.propose_award(auction.id, split.id, by=clara, now=CLOSES)
    with as_user(amy):
        assert rows_of("split_shares") == 0
    auctions.award(auction.id, by=aline, now=CLOSES)
    with as_user(amy):
        assert rows_of("split_shares") == 1
        assert auctions.own_share(auction, by=amy).agency_id == amy.organisation_id
        assert rows_of("bids") == 1
