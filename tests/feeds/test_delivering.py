"""The ways in: a program with its key, the drop folder, and workers that race or die."""

import io
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text

from marketplace import feeds
from marketplace.accounts import User
from marketplace.core import tenancy
from marketplace.core.db import acting, db, transaction
from marketplace.core.installation import installed
from marketplace.feeds import PICK_UP, DeliveryChannel, Feed, FeedDelivery
from marketplace.reactions import run
from tests import factories
from tests.conftest import NOON, SYSTEM, TestBrowser, as_user, rows_of
from tests.factories import someone
from tests.feeds.conftest import balances, case, history, open_feed, owing
from tests.portfolios.tapes import as_csv
from tests.refusing import refused

TODAYS = balances([owing(1, 700)])


# Programs


def post(app: Flask, code: str, key: str, content: bytes = TODAYS, **headers: str):
    answer = TestBrowser(app).post(
        f"/api/feeds/{code}/deliveries",
        data={"file": (io.BytesIO(content), "balances.csv")},
        headers={"Authorization": f"Bearer {key}", **headers},
    )
    with acting(SYSTEM):  # the request leaves its own role on the connection they share
        return answer


@pytest.fixture
def key(feed: Feed, clara: User) -> str:
    return feeds.make_key(feed.id, by=clara, now=NOON)[1]


def test_a_program_delivers_with_its_key(app: Flask, feed: Feed, key: str) -> None:
    code = feed.code
    answer = post(app, code, key)
    assert answer.status_code == 201
    assert answer.json["status"] == "received"
    factories.drain()
    assert case(1).balance_minor == 70_000
    delivery = db.session.scalars(select(FeedDelivery)).one()
    assert (delivery.channel, delivery.code) == ("api", answer.json["delivery"])
    assert factories.events("delivery.received")[0].actor_id == someone("clara").id
    again = post(app, code, key)
    assert (again.status_code, again.json["delivery"]) == (200, answer.json["delivery"])
    assert again.json["status"] == "applied"
    assert len(history(1)) == 1


def test_the_body_may_be_the_file(app: Flask, feed: Feed, key: str) -> None:
    answer = TestBrowser(app).post(
        f"/api/feeds/{feed.code}/deliveries", data=TODAYS,
        headers={"Authorization": f"Bearer {key}", "X-Filename": "b.csv"},
    )  # fmt: skip
    assert answer.status_code == 201


def test_an_idempotency_key_stands_for_one_file(app: Flask, feed: Feed, key: str) -> None:
    code = feed.code
    first = post(app, code, key, **{"Idempotency-Key": "2026-03-02"})
    assert first.status_code == 201
    other = post(app, code, key, balances([owing(1, 600)]), **{"Idempotency-Key": "2026-03-02"})
    assert other.status_code == 409
    assert "another file" in other.json["error"]
    assert post(app, code, key, **{"Idempotency-Key": "x" * 201}).status_code == 422


def test_without_the_right_key_nobody_delivers(
    app: Flask, feed: Feed, key: str, clara: User, bea: User, vera: User
) -> None:
    code = feed.code
    theirs = open_feed(bea, vera_of(bea), name="Theirs")
    foreign = feeds.make_key(theirs.id, by=bea, now=NOON)[1]
    theirs_code = theirs.code
    for wrong in ("", "x", key[:-1], key + "x", key.swapcase()):
        answer = post(app, code, wrong)
        assert answer.status_code == 401, wrong
        assert answer.json["error"] == "The key is missing, wrong or revoked."
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert TestBrowser(app).post(f"/api/feeds/{code}/deliveries").status_code == 401
    # A key is good for its own feed only; of others it does not learn that they exist.
    assert post(app, code, foreign).status_code == 404
    assert post(app, theirs_code, key).status_code == 404
    assert post(app, "FD-00000", key).status_code == 404
    assert rows_of("feed_deliveries") == 0


def vera_of(lender: User) -> User:
    """A second person of the same lender."""
    from marketplace.accounts import Kind, Role  # noqa: PLC0415
    from tests.conftest import person  # noqa: PLC0415

    return person("bert", lender.organisation.short_code.lower(), Kind.LENDER, Role.APPROVER)


def test_a_revoked_key_opens_nothing_and_the_new_one_does(
    app: Flask, feed: Feed, key: str, clara: User
) -> None:
    code = feed.code
    made, new = feeds.make_key(feed.id, by=clara, now=NOON)
    with refused("2 keys in force"):
        feeds.make_key(feed.id, by=clara, now=NOON)
    old = next(one for one in feeds.keys_of(feed) if one.id != made.id)
    assert new.encode() not in bytes(made.key_hash)
    assert new.endswith(made.hint)
    feeds.revoke_key(old.id, by=clara, now=NOON)
    with refused("revoked already"):
        feeds.revoke_key(old.id, by=clara, now=NOON)
    assert post(app, code, key).status_code == 401
    assert post(app, code, new).status_code == 201


def test_what_cannot_be_read_is_said_in_words(app: Flask, feed: Feed, key: str) -> None:
    code = feed.code
    for content, words in (
        (b"%PDF-1.7 x", "neither a CSV file nor an Excel workbook"),
        (b"\n\n", "is empty"),
        (b"a;b\n1;2\n", "column headings"),
    ):
        answer = post(app, code, key, content)
        assert answer.status_code == 422
        assert words in answer.json["error"]
        assert answer.json["next_step"]
    nothing = TestBrowser(app).post(
        f"/api/feeds/{code}/deliveries", headers={"Authorization": f"Bearer {key}"}
    )
    assert nothing.status_code == 422


def test_a_closed_feed_and_a_large_file_are_refused(
    app: Flask, feed: Feed, key: str, clara: User
) -> None:
    code, limit = feed.code, installed().upload_limit_mb
    installed().upload_limit_mb = 1
    try:
        large = TestBrowser(app).post(
            f"/api/feeds/{code}/deliveries", data=TODAYS + b" " * (1 << 20),
            headers={"Authorization": f"Bearer {key}", "X-Filename": "b.csv"},
        )  # fmt: skip
    finally:
        installed().upload_limit_mb = limit
    assert (large.status_code, "larger than" in large.json["error"]) == (413, True)
    shut = post(app, code, key[:-1])
    assert shut.status_code == 401
    feeds.pause(feed.id, reason="closed", by=clara, now=NOON)
    shut = post(app, code, key)
    assert (shut.status_code, "not open" in shut.json["error"]) == (409, True)


def test_the_rest_of_the_door_stays_shut(app: Flask, feed: Feed, key: str) -> None:
    browser = TestBrowser(app)
    assert browser.get(f"/api/feeds/{feed.code}/deliveries").status_code in {404, 405}
    assert browser.get("/api/").status_code == 404


# The drop folder


def put(folder: Path, feed: Feed, name: str, content: bytes, *, seconds_old: int = 60) -> Path:
    path = folder / feed.code / "incoming" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    written = NOON.timestamp() - seconds_old
    os.utime(path, (written, written))
    return path


def look() -> bool:
    return run(PICK_UP, lambda: NOON)


def test_a_file_in_the_folder_becomes_one_delivery_and_goes(feed: Feed, folder: Path) -> None:
    path = put(folder, feed, "balances.csv", TODAYS)
    assert look()
    # It lies there until the delivery is seen: nobody could say otherwise whether it is kept.
    assert path.exists()
    factories.drain()
    assert not path.exists()
    assert case(1).balance_minor == 70_000
    delivery = db.session.scalars(select(FeedDelivery)).one()
    assert (delivery.channel, delivery.filename) == ("folder", "balances.csv")
    put(folder, feed, "again.csv", TODAYS)
    look()
    assert list((folder / feed.code / "incoming").iterdir()) == []
    assert rows_of("feed_deliveries") == 1


def test_a_discarded_file_in_the_folder_again_is_a_delivery_again(
    snapshot: Feed, folder: Path, clara: User
) -> None:
    path = put(folder, snapshot, "balances.csv", TODAYS)
    look()
    factories.drain()
    first = db.session.scalars(select(FeedDelivery)).one()
    assert (path.exists(), first.status) == (False, "waiting")
    with as_user(clara):
        feeds.discard(first.id, reason="cut short", by=clara, now=NOON)
    factories.drain()
    put(folder, snapshot, "balances.csv", TODAYS)
    look()
    factories.drain()
    assert not path.exists()
    states = select(FeedDelivery.status).order_by(FeedDelivery.id)
    assert list(db.session.scalars(states)) == ["discarded", "waiting"]


def test_a_key_of_the_sender_is_good_again_for_what_was_discarded(
    app: Flask, snapshot: Feed, clara: User
) -> None:
    code, key = snapshot.code, feeds.make_key(snapshot.id, by=clara, now=NOON)[1]
    sent = {"Idempotency-Key": "2026-03-02"}
    assert post(app, code, key, **sent).status_code == 201
    factories.drain()
    first = db.session.scalars(select(FeedDelivery)).one()
    feeds.discard(first.id, reason="cut short", by=someone("clara"), now=NOON)
    assert post(app, code, key, **sent).status_code == 201
    assert post(app, code, key, **sent).status_code == 200
    other = post(app, code, key, balances([owing(1, 600)]), **sent)
    assert other.status_code == 409


def test_only_whole_files_of_a_known_kind_are_taken(feed: Feed, folder: Path) -> None:
    fresh = put(folder, feed, "fresh.csv", TODAYS, seconds_old=2)
    part = put(folder, feed, "balances.csv.part", TODAYS)
    link = folder / feed.code / "incoming" / "link.csv"
    secret = folder / "secret.csv"
    secret.write_bytes(TODAYS)
    link.symlink_to(secret)
    look()
    factories.drain()
    assert rows_of("feed_deliveries") == 0
    assert fresh.exists()
    assert part.exists()
    assert secret.exists()


def test_what_cannot_be_read_is_put_aside_with_words(feed: Feed, folder: Path) -> None:
    put(folder, feed, "report.csv", b"%PDF-1.7 x")
    look()
    refused_folder = folder / feed.code / "refused"
    assert sorted(path.name for path in refused_folder.iterdir()) == [
        "report.csv", "report.csv.txt",
    ]  # fmt: skip
    assert "neither a CSV file" in (refused_folder / "report.csv.txt").read_text()
    assert list((folder / feed.code / "incoming").iterdir()) == []
    assert factories.events("delivery.refused")[0].details["file"] == "report.csv"


def test_without_a_folder_nothing_is_looked_for(feed: Feed) -> None:
    assert not look()


def test_a_feed_that_is_not_open_leaves_its_files_where_they_are(
    feed: Feed, folder: Path, clara: User
) -> None:
    path = put(folder, feed, "balances.csv", TODAYS)
    feeds.pause(feed.id, reason="closed", by=clara, now=NOON)
    look()
    assert path.exists()
    assert rows_of("feed_deliveries") == 0


def test_whoever_dies_between_reading_and_keeping_loses_nothing(
    feed: Feed, folder: Path
) -> None:
    path = put(folder, feed, "balances.csv", TODAYS)
    trays = PICK_UP.take(now=NOON)
    PICK_UP.do(trays)  # and the worker is gone: nothing was kept, and nothing removed
    assert path.exists()
    look()  # kept, and the worker is gone before it could remove the file
    assert (path.exists(), rows_of("feed_deliveries")) == (True, 1)
    look()
    assert (path.exists(), rows_of("feed_deliveries")) == (False, 1)


# Races


def race(app: Flask, act, workers: int = 2) -> list[object]:
    def work(_n: int) -> object:
        with app.app_context(), tenancy.acting(SYSTEM):
            return act()

    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(work, range(workers)))


@pytest.fixture
def raced(committed: Flask) -> int:
    with transaction():
        clara, aline = someone("clara"), someone("aline")
        factories.portfolio(clara, 3)
        return open_feed(clara, aline).id


def test_two_workers_pick_one_file_up_once(committed: Flask, raced: int, folder: Path) -> None:
    feed = db.session.get_one(Feed, raced)
    put(folder, feed, "balances.csv", TODAYS)
    race(committed, look)
    assert rows_of("feed_deliveries") == 1
    said = text("SELECT count(*) FROM audit_events WHERE action = 'delivery.received'")
    assert db.session.execute(said).scalar_one() == 1


def test_two_workers_take_one_delivery_in_once(committed: Flask, raced: int) -> None:
    with transaction():
        delivery, _new = feeds.receive(
            raced, "a.csv", TODAYS, channel=DeliveryChannel.FOLDER, by=None, now=NOON
        )
        delivery_id = delivery.id

    def take() -> None:
        with transaction():
            feeds.take_in(delivery_id, now=NOON)

    race(committed, take)
    assert rows_of("case_balances") == 1
    assert len(factories.events("delivery.applied")) == 1


def test_a_delivery_and_a_list_of_the_same_cases_do_not_lock_each_other(
    committed: Flask, raced: int
) -> None:
    from marketplace import portfolios  # noqa: PLC0415
    from tests.portfolios.tapes import AS_OF, good_row  # noqa: PLC0415

    with transaction():
        clara = someone("clara")
        tape = portfolios.upload_tape(
            "a.csv", as_csv([good_row(n) for n in (3, 2, 1)]), portfolio_name="Cards 2025",
            entity_id=factories.entity(clara).id, by=clara, now=NOON,
        )  # fmt: skip
        portfolios.confirm_mapping(
            tape.id, portfolios.mapping_of(tape), {"balance_as_of": AS_OF}, None, None,
            tape.version, by=clara, now=NOON,
        )  # fmt: skip
        portfolios.check_tape(tape.id, now=NOON)
        portfolios.request_commit(tape.id, by=clara, now=NOON)
        rows = balances([owing(n, 700) for n in (1, 2, 3)])
        delivery, _new = feeds.receive(
            raced, "b.csv", rows, channel=DeliveryChannel.FOLDER, by=None, now=NOON
        )
        tape_id, delivery_id = tape.id, delivery.id
    acts = iter(
        [
            lambda: portfolios.commit_tape(tape_id, now=NOON),
            lambda: feeds.take_in(delivery_id, now=NOON),
        ]
    )

    def one() -> None:
        with transaction():
            next(acts)()

    race(committed, one)
    db.session.expire_all()
    tape = db.session.get_one(portfolios.Tape, tape_id)
    assert (tape.status, tape.failure) == ("committed", None)
    assert rows_of("case_balances") == 6
    assert {case(n).balance_minor for n in (1, 2, 3)} == {70_000}


def test_two_watches_raise_one_alarm(committed: Flask, raced: int) -> None:
    late = NOON + timedelta(hours=24)

    def watch() -> None:
        with transaction():
            feeds.watch_feeds(now=late)

    race(committed, watch)
    assert rows_of("feed_alarms") == 1
    assert len(factories.events("feed.late")) == 1
