"""What is taken away says no more than its classes, and by whom it was taken."""

import io
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook

from marketplace import releases, rooms
from marketplace.accounts import User
from marketplace.core.db import acting, db
from marketplace.rooms import Looked
from tests import factories
from tests.conftest import NOON, SYSTEM, client_of
from tests.releases.test_signing import TEXT


@dataclass(frozen=True)
class Listing:
    """An auction that is open now, as plain figures: requests end the session of a test."""

    id: int
    code: str
    release_id: int

    @property
    def page(self) -> str:
        return f"/agency/opportunities/{self.code}"


@pytest.fixture
def listing(clara: User, aline: User, amy: User) -> Listing:
    """Twelve debtors of whom no two owe the same, three in a region of their own."""
    factories.credential(amy)
    of, now = factories.portfolio(clara, 0), datetime.now(UTC)
    for n in range(1, 13):
        who = factories.debtor(clara, factories.invented(n))
        factories.add_case(
            of, who, f"C{n:06d}", balance_minor=100_001 * n, region="11" if n > 9 else "31"
        )
    made = factories.auction(
        clara, aline, of=of, now=now, least_debtors=5, opens_at=now,
        closes_at=now + timedelta(days=1),
    )  # fmt: skip
    db.session.commit()
    assert made.release_id is not None
    return Listing(made.id, made.code, made.release_id)


def test_every_line_of_the_tape_is_that_of_its_class(
    app: Flask, listing: Listing, amy: User
) -> None:
    name = amy.name
    found = client_of(app, amy).get(f"{listing.page}/tape.xlsx")
    assert found.status_code == 200
    book = CalamineWorkbook.from_filelike(io.BytesIO(found.data))
    about, strata, tape = (book.get_sheet_by_name(n).to_python() for n in book.sheet_names)
    with acting(SYSTEM):
        (told,) = releases.classes_of(listing.release_id)
    assert (told.region, told.debtors) == ("any_region", 12)
    assert len(tape) == 13
    assert len({tuple(line) for line in tape[1:]}) == 1
    assert {line[-1] for line in (*tape[1:], *strata[1:])} == {about[1][1]}
    assert name in str(about[0][1])
    text = str(tape) + str(strata)
    assert not any(str(100_001 * n / 100) in text for n in range(1, 13))


def test_looking_is_on_record_and_warm(app: Flask, listing: Listing, amy: User) -> None:
    client = client_of(app, amy)
    for path in ("", "/room", "/room?region=any_region", "/tape.xlsx"):
        assert client.get(f"{listing.page}{path}").status_code == 200
    with acting(SYSTEM):
        lines = rooms.view_lines(listing.id)
        now = lines[0].view.at
        today, later = (
            rooms.heat_of(listing.id, now=at) for at in (now, now + timedelta(days=30))
        )
    opened = [line.view.what for line in lines]
    assert opened == [Looked.TAPE, Looked.ROOM, Looked.ROOM, Looked.ROOM]
    ((_name, looks),) = today.rows
    assert looks[-1] == (4, 4)
    assert set(looks[:-1]) == {(0, 0)}
    assert set(later.rows[0][1]) == {(0, 0)}


def test_unsigned_visitors_see_the_headline_alone(
    app: Flask, listing: Listing, clara: User, amy: User
) -> None:
    releases.set_nda(TEXT, by=clara, now=NOON)
    db.session.commit()
    client = client_of(app, amy)
    page = client.get(listing.page).text
    assert TEXT in page
    assert "rate-0" not in page
    for path in ("/room", "/tape.xlsx"):
        refused = client.get(f"{listing.page}{path}")
        assert refused.status_code >= 400
        assert "not signed" in refused.text
    stale = client.post(f"{listing.page}/sign", data={"version": "2", "signed_as": "Amy"})
    assert "replaced this text" in stale.text
    signed = client.post(f"{listing.page}/sign", data={"version": "1", "signed_as": "Amy"})
    assert signed.status_code == 303
    assert "rate-0" in client.get(listing.page).text
    assert client.get(f"{listing.page}/room").status_code == 200


def test_the_lender_reads_log_and_questions(
    app: Flask, listing: Listing, clara: User, amy: User
) -> None:
    agency, lender = client_of(app, amy), client_of(app, clara)
    page = f"/lender/rooms/auctions/{listing.code}"
    agency.get(f"{listing.page}/room")
    agency.post(f"{listing.page}/questions", data={"question": "Are the files digital?"})
    assert "Are the files digital?" in lender.get(page).text
    with acting(SYSTEM):
        (question,) = rooms.questions_of(listing.id)
    done = lender.post(f"{page}/questions/{question.id}", data={"answer": "All of them."})
    assert done.status_code == 303
    assert "All of them." in agency.get(f"{listing.page}/room").text
    assert lender.post("/lender/rooms/nda", data={"body": TEXT}).status_code == 303
    assert TEXT in lender.get("/lender/rooms/nda").text
