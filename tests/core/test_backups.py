"""A backup comes back whole, except for whoever was forgotten in between."""

from datetime import UTC, datetime

import pytest

from marketplace import demo, portfolios
from marketplace.accounts import people_of
from marketplace.app import create_app
from marketplace.core import backups, provision
from marketplace.core.db import acting, db, transaction
from marketplace.core.errors import Refusal
from marketplace.core.provision import Database
from marketplace.migrations import running
from marketplace.portfolios import Debtor
from tests.conftest import SYSTEM, drop_database


@pytest.fixture
def kept(database, settings):
    made = Database(database.bootstrap, f"{database.name}_b", database.passwords)
    drop_database(made)
    provision.provision(made)
    running.upgrade(made)
    app = create_app(settings, login="worker", database=made)
    yield app, made
    with app.app_context():
        db.engine.dispose()
    drop_database(made)


def test_a_restore_brings_everything_back_but_the_forgotten(kept, tmp_path):
    app, database = kept
    now = datetime.now(UTC)
    with app.app_context(), acting(SYSTEM):
        demo.build_world(120, now=now, say=lambda words: None)
        before = db.session.scalar(db.select(db.func.count()).select_from(Debtor))
        debtor = db.session.scalars(db.select(Debtor).limit(1)).one()
        owner = next(
            user for user in people_of(debtor.lender_id) if user.role.value == "compliance"
        )
        db.session.rollback()
        backups.dump(database, tmp_path / "recoup.dump")
        with transaction():
            portfolios.forget(debtor.id, by=owner, now=now)
        db.session.remove()
        db.engine.dispose()

        backups.restore(database, tmp_path / "recoup.dump")
        running.upgrade(database)

        again = db.session.get(Debtor, debtor.id)
        assert portfolios.open_person(again).name  # the old copy knows the person again …
        db.session.rollback()
        with transaction():
            assert portfolios.apply_tombstones(now=now) == 1
        with pytest.raises(Refusal, match="deleted"):
            portfolios.open_person(db.session.get(Debtor, debtor.id))  # … until the tombstone
        assert db.session.scalar(db.select(db.func.count()).select_from(Debtor)) == before


def test_a_damaged_backup_is_refused_in_words(kept, tmp_path):
    _app, database = kept
    (tmp_path / "broken.dump").write_bytes(b"not a dump")
    with pytest.raises(backups.BackupFailed, match="archive"):
        backups.restore(database, tmp_path / "broken.dump")
