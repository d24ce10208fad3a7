"""The trail: a chain per organisation, which nobody can write for another, bend or shorten."""

import copy
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from marketplace import audit
from marketplace.accounts import User
from marketplace.audit import SigningKey
from marketplace.audit.chain import START, link
from marketplace.core.db import db
from marketplace.core.installation import installed
from tests import factories
from tests.conftest import NOON, ROOT, as_user, rows_of
from tests.refusing import refused_by_database

Bundle = dict[str, Any]


@pytest.fixture
def key() -> SigningKey:
    return audit.load_signing_key(installed().keys_folder)


@pytest.fixture
def chain(clara: User, amy: User) -> int:
    """Five events of Clara's bank, and one of somebody else in between."""
    for n in range(5):
        note(clara, "case.noted", n=n)
        if n == 2:
            note(amy, "case.noted", n=n)
    return clara.organisation_id


def note(by: User, action: str, *, parties: tuple[int, ...] = (), **details: object) -> int:
    return audit.record(action, by.organisation, by=by, now=NOON, parties=parties, **details)


@pytest.fixture
def bundle(chain: int, key: SigningKey) -> Bundle:
    return audit.chain_bundle(chain, key, now=NOON)


def test_a_whole_chain_verifies(bundle: Bundle) -> None:
    assert len(bundle["events"]) == 5
    assert audit.verify_bundle(bundle) == []


def test_an_older_head_is_still_in_a_longer_chain(
    bundle: Bundle, chain: int, clara: User, key: SigningKey
) -> None:
    held = bundle["head"]
    note(clara, "case.noted", n=9)
    longer = audit.chain_bundle(chain, key, now=NOON)
    assert audit.verify_bundle(longer, held_head=held) == []


def flip(events: list[Bundle]) -> None:
    events[1]["body"] = events[1]["body"].replace('"n": 1', '"n": 7')


def delete(events: list[Bundle]) -> None:
    del events[1]


def reorder(events: list[Bundle]) -> None:
    events[1], events[2] = events[2], events[1]


def truncate(events: list[Bundle]) -> None:
    del events[3:]


def insert(events: list[Bundle]) -> None:
    events.insert(1, copy.deepcopy(events[1]))


TAMPERINGS = pytest.mark.parametrize("tamper", [flip, delete, reorder, truncate, insert])
Tamper = Callable[[list[Bundle]], None]


@TAMPERINGS
def test_tampering_is_found(bundle: Bundle, tamper: Tamper) -> None:
    tamper(bundle["events"])
    assert audit.verify_bundle(bundle)


@TAMPERINGS
def test_whoever_holds_a_head_finds_even_a_chain_made_anew(
    bundle: Bundle, chain: int, key: SigningKey, tamper: Tamper
) -> None:
    """The platform itself could recompute every hash and sign again."""
    held = copy.deepcopy(bundle["head"])
    tamper(bundle["events"])
    forge(bundle, chain, key)
    assert audit.verify_bundle(bundle) == []
    assert audit.verify_bundle(bundle, held_head=held) != []


def forge(bundle: Bundle, chain: int, key: SigningKey) -> None:
    previous = START
    for sequence, event in enumerate(bundle["events"], 1):
        body = json.loads(event["body"])
        previous = link(previous, event["body"])
        event |= {"sequence": sequence, "hash": previous.hex(), "details": body["details"]}
    bundle["head"] = audit.sign_head(
        key, chain=chain, sequence=sequence, digest=previous.hex(), at=NOON.isoformat()
    )


def test_a_head_signed_by_somebody_else_is_refused(bundle: Bundle, tmp_path: Path) -> None:
    held = copy.deepcopy(bundle["head"])
    stranger = audit.load_signing_key(tmp_path)
    assert stranger.public != held["public_key"]
    forge(bundle, held["chain"], stranger)
    assert audit.verify_bundle(bundle, held_head=held) == [
        "the held head was signed with another key"
    ]
    bundle["head"]["at"] = "2030-01-01"
    assert "the head's signature does not match" in audit.verify_bundle(bundle)


@pytest.mark.parametrize(
    ("column", "value"),
    [("action", "case.praised"), ("actor_id", 0), ("subject_id", 0), ("details", {"n": 7})],
)
def test_columns_that_contradict_the_recorded_body_are_found(
    bundle: Bundle, column: str, value: object
) -> None:
    bundle["events"][1][column] = value
    assert audit.verify_bundle(bundle) == [
        f"event 2: the column {column} differs from the recorded body"
    ]


def test_the_verifier_needs_no_database(bundle: Bundle, tmp_path: Path) -> None:
    good, head, bad = (tmp_path / name for name in ("good.json", "head.json", "bad.json"))
    good.write_text(json.dumps(bundle))
    head.write_text(json.dumps(bundle["head"]))
    flip(bundle["events"])
    bad.write_text(json.dumps(bundle))
    assert verify(good, head) == (0, "OK 5 events\n")
    assert verify(bad) == (1, "BROKEN event 2: the event is not what was recorded\n")


def verify(*paths: Path) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "marketplace.audit.heads", *map(str, paths)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout


@pytest.mark.parametrize("change", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_application_may_not_change_the_trail(
    chain: int, clara: User, olga: User, change: str
) -> None:
    sql = text(change.format("audit_events"))
    for who in (clara, olga):
        with as_user(who), refused_by_database("permission denied"):
            db.session.execute(sql)
    with refused_by_database("append-only|permission denied"):
        db.session.execute(sql)


def test_nobody_writes_into_anothers_chain(clara: User, amy: User) -> None:
    with as_user(clara), refused_by_database("organisation that acts"):
        note(amy, "case.noted")


def test_nobody_writes_under_anothers_name(clara: User, aline: User) -> None:
    with as_user(clara), refused_by_database("name of the person who acts"):
        note(aline, "case.noted")


def test_nobody_writes_past_the_chain(clara: User, chain: int) -> None:
    with as_user(clara), refused_by_database("permission denied"):
        db.session.execute(text("INSERT INTO audit_events SELECT * FROM audit_events"))
    with as_user(clara), refused_by_database("permission denied"):
        db.session.execute(text("UPDATE audit_heads SET sequence = 0"))


def test_the_parties_of_an_event_see_it_and_nobody_else(
    clara: User, amy: User, bea: User, olga: User
) -> None:
    note(clara, "case.noted", parties=(amy.organisation_id,))
    seen = {}
    for who in (clara, amy, bea, olga):
        with as_user(who):
            seen[who.name] = rows_of("audit_events")
    assert seen == {"Clara": 1, "Amy": 1, "Bea": 0, "Olga": 1}


def test_an_event_and_its_job_are_one_with_the_transaction(clara: User) -> None:
    nested = db.session.begin_nested()
    note(clara, "case.noted")
    assert (rows_of("audit_events"), rows_of("procrastinate_jobs")) == (1, 1)
    nested.rollback()
    assert (rows_of("audit_events"), rows_of("procrastinate_jobs")) == (0, 0)


def test_the_timeline_is_newest_first(clara: User, chain: int) -> None:
    entries = audit.timeline("organisations", chain)
    assert [entry.details["n"] for entry in entries] == [4, 3, 2, 1, 0]
    assert factories.events("case.noted")[0].details == {"n": 0}
