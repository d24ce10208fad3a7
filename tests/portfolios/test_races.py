"""Two workers with the same job at the same time, on two real connections."""

from concurrent.futures import ThreadPoolExecutor

from flask import Flask
from sqlalchemy import text

from marketplace import portfolios
from marketplace.core import tenancy
from marketplace.core.db import db, transaction
from marketplace.portfolios import TapeStatus
from tests.conftest import CAST, NOON, SYSTEM, person, rows_of
from tests.portfolios.conftest import entity_of
from tests.portfolios.tapes import AS_OF, as_csv, good_row


def test_two_workers_commit_one_tape_once(committed: Flask) -> None:
    with transaction():
        clara = person("clara", *CAST["clara"])
        tape = portfolios.upload_tape(
            "a.csv", as_csv([good_row(n) for n in range(1, 400)]), portfolio_name="Race",
            entity_id=entity_of(clara).id, by=clara, now=NOON,
        )  # fmt: skip
        portfolios.confirm_mapping(
            tape.id, portfolios.mapping_of(tape), {"balance_as_of": AS_OF}, None, None,
            tape.version, by=clara, now=NOON,
        )  # fmt: skip
        portfolios.check_tape(tape.id, now=NOON)
        portfolios.request_commit(tape.id, by=clara, now=NOON)
        tape_id = tape.id

    def work(_worker: int) -> None:
        with committed.app_context(), tenancy.acting(SYSTEM), transaction():
            portfolios.commit_tape(tape_id, now=NOON)

    with ThreadPoolExecutor(2) as workers:
        list(workers.map(work, range(2)))
    db.session.expire_all()
    assert db.session.get_one(portfolios.Tape, tape_id).status is TapeStatus.COMMITTED
    assert rows_of("cases") == 399
    said = text("SELECT count(*) FROM audit_events WHERE action = 'tape.committed'")
    assert db.session.execute(said).scalar_one() == 1
