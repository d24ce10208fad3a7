"""Who has not signed sees the headline and nothing behind it, also in the database."""

import pytest

from marketplace import auctions, releases
from marketplace.accounts import User
from marketplace.auctions import Auction, Segment
from marketplace.core.db import db
from marketplace.core.errors import NotFound
from marketplace.releases import NdaMissing, ReleaseClass
from tests import factories
from tests.conftest import NOON, as_user
from tests.refusing import refused

TEXT = "Each party keeps what it learns of debtors to itself, for ten years."


@pytest.fixture
def auction(clara: User, aline: User, amy: User) -> Auction:
    factories.credential(amy)
    return factories.auction(clara, aline, of=factories.portfolio(clara, 3))


def seen(by: User) -> tuple[int, int]:
    with as_user(by):
        return tuple(len(db.session.scalars(db.select(kind)).all())
                     for kind in (Segment, ReleaseClass))  # fmt: skip


def test_without_a_text_nothing_has_to_be_signed(auction: Auction, amy: User) -> None:
    assert releases.unsigned_nda(auction.lender_id, by=amy) is None
    assert seen(amy) == (1, 1)


def test_a_text_shuts_the_room_until_it_is_signed(
    auction: Auction, clara: User, amy: User, ravi: User
) -> None:
    nda = releases.set_nda(TEXT, by=clara, now=NOON)
    assert seen(amy) == (0, 0)
    with as_user(amy), refused("not signed", kind=NdaMissing):
        auctions.place_bid(
            auction.id, {"east|181-365|no_score": 900}, capacity_cases=1, by=amy, now=NOON
        )
    with as_user(amy):
        releases.sign_nda(nda.id, signed_as="Amy Zhang", by=amy, now=NOON)
    assert (seen(amy), seen(ravi)) == ((1, 1), (0, 0))
    with as_user(amy):
        factories.bid(auction, amy)
    (signature,) = releases.signatures_of(clara.organisation_id)
    assert (signature.version, signature.signed_as) == (1, "Amy Zhang")


def test_a_new_version_has_to_be_signed_again(auction: Auction, clara: User, amy: User) -> None:
    first = releases.set_nda(TEXT, by=clara, now=NOON)
    releases.sign_nda(first.id, signed_as="Amy", by=amy, now=NOON)
    assert releases.set_nda(TEXT, by=clara, now=NOON).version == 1, "nothing has changed"
    second = releases.set_nda(TEXT + " And longer.", by=clara, now=NOON)
    assert (second.version, first.current) == (2, False)
    assert seen(amy) == (0, 0)
    with refused("has replaced this text"):
        releases.sign_nda(first.id, signed_as="Amy", by=amy, now=NOON)
    again = releases.sign_nda(second.id, signed_as="Amy", by=amy, now=NOON)
    assert releases.sign_nda(second.id, signed_as="Amy", by=amy, now=NOON).id == again.id
    assert seen(amy) == (1, 1)


def test_what_cannot_bind_is_refused(clara: User, amy: User) -> None:
    with refused("too short"):
        releases.set_nda("Be nice.", by=clara, now=NOON)
    nda = releases.set_nda(TEXT, by=clara, now=NOON)
    with refused("Type your name"):
        releases.sign_nda(nda.id, signed_as=" ", by=amy, now=NOON)
    with pytest.raises(NotFound):
        releases.sign_nda(nda.id + 1, signed_as="Amy", by=amy, now=NOON)
