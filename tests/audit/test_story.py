"""The whole main job, told once: every invariant holds and no event names a debtor."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from marketplace import demo, portfolios
from marketplace.core.db import db
from marketplace.portfolios import Debtor
from tests.conftest import NOON


@pytest.fixture
def outcome(app: Flask) -> demo.Outcome:
    demo.build_world(300, now=NOON, say=quietly)
    plot = demo.Story(
        tape=None, cases=120, limit=None, now=NOON + timedelta(hours=1), say=quietly
    )
    return demo.tell(plot)


def quietly(_words: str) -> None: ...


def test_the_story_holds_and_names_nobody(outcome: demo.Outcome) -> None:
    assert outcome.holds
    assert outcome.cases_placed > 0
    assert outcome.commission_minor > 0
    written = everything_written()
    assert len(written) > 50_000
    people = [
        portfolios.open_person(debtor) for debtor in db.session.scalars(db.select(Debtor))
    ]
    assert len(people) > 350
    for person in people:
        # Given names alone are common words; the full name is not.
        for secret in (person.id_no, person.mobile, person.address):
            assert not secret or secret not in written
        if len(person.name) > 2:
            assert person.name not in written


def everything_written() -> str:
    """The trail, the notifications, and the arguments of every job."""
    queries = (
        "SELECT body || details::text FROM audit_events",
        "SELECT details::text FROM notifications",
        "SELECT args::text FROM procrastinate_jobs",
    )
    return "\n".join(row for query in queries for row in db.session.scalars(text(query)))
