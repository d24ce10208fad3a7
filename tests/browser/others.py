"""What everybody else does meanwhile: `python -m tests.browser.others bid AU-… --but ANHENG`.

The steps a test does not take through the pages, taken through the verbs the pages use.
"""

import sys
from datetime import UTC, datetime

from marketplace import auctions, placements
from marketplace.app import create_app
from marketplace.demo.cast import AGENCIES, email
from marketplace.demo.story import FLOOR_BPS, as_person


def bid(auction_code: str, firms: list) -> None:
    """Every other agency bids near its usual rate."""
    for firm in firms:
        with as_person(email(firm.code, "manager")) as by:
            auction = auctions.visible_auction(auction_code)
            rates = {
                segment.key: max(firm.bid_bps + 10 * (segment.number % 30 - 15), FLOOR_BPS)
                for segment in auctions.segments_of(auction.id)
            }
            auctions.place_bid(
                auction.id, rates, capacity_cases=firm.capacity, by=by, now=datetime.now(UTC)
            )


def accept(auction_code: str, firms: list) -> None:
    """Every other winner accepts its lot."""
    for firm in firms:
        with as_person(email(firm.code, "manager")) as by:
            for line in placements.placement_lines(agency_id=by.organisation_id):
                mine = line.placement
                if mine.award_reference == auction_code and mine.status == "offered":
                    placements.accept(mine.id, by=by, now=datetime.now(UTC))


if __name__ == "__main__":
    step, code, *left_out = sys.argv[1:]
    with create_app(login="worker").app_context():
        {"bid": bid, "accept": accept}[step](
            code, [firm for firm in AGENCIES if firm.code not in left_out]
        )
