"""Fixtures shared by every test: the app, a database undone after each test, and the cast."""

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import hypothesis
import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from psycopg.conninfo import make_conninfo
from sqlalchemy import text
from sqlalchemy.orm import joinedload
from werkzeug.test import TestResponse

from marketplace import accounts
from marketplace.accounts import Browser, Kind, Organisation, Role, User
from marketplace.app import create_app
from marketplace.config import Settings
from marketplace.core import provision, tenancy
from marketplace.core.db import acting, db
from marketplace.core.installation import installed
from marketplace.core.provision import Database
from marketplace.core.tenancy import Acting, Audience
from marketplace.migrations import running
from marketplace.web.security import acting_for

# How long an example takes says something of the machine, not of the code.
hypothesis.settings.register_profile("unhurried", deadline=None)
hypothesis.settings.load_profile("unhurried")

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
"""Noon in Shanghai on a Monday."""

ROOT = Path(__file__).parents[1]
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
HOME = ROOT / "var" / f"test-{WORKER}"
SYSTEM = Acting(Audience.SYSTEM)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files of slow tests first: begun last, one would keep a core busy while others wait."""
    slow = ("browser", "faults", "real")
    items.sort(key=lambda item: not any(item.get_closest_marker(name) for name in slow))


@pytest.fixture(scope="session")
def settings() -> Settings:
    """Every run starts with fresh keys and files; the server may go on."""
    for left in ("keys", "files"):
        shutil.rmtree(HOME / left, ignore_errors=True)
    return Settings(home=HOME, database_url=os.environ.get("DATABASE_URL", ""))


@pytest.fixture(scope="session")
def database(settings: Settings) -> Database:
    """A database made by the migrations, as in production."""
    located = provision.locate(settings.home, settings.database_url)
    fresh = Database(located.bootstrap, f"recoup_test_{WORKER}", located.passwords)
    if not settings.database_url:
        trust_the_disk(fresh)
    drop_database(fresh)
    provision.provision(fresh)
    running.upgrade(fresh)
    return fresh


def trust_the_disk(database: Database) -> None:
    """Do not wait for it: what a test writes need not outlive a loss of power."""
    server = make_conninfo(database.bootstrap, dbname="postgres")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("SELECT pg_reload_conf()")


def drop_database(database: Database) -> None:
    server = make_conninfo(database.bootstrap, dbname="postgres")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{database.name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def app(settings: Settings, database: Database) -> Iterator[Flask]:
    # The worker's login may become every audience, and is no superuser: policies hold.
    app = create_app(settings, login="worker", database=database)
    app.config.update(WTF_CSRF_ENABLED=False, TESTING_NOW=None)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(autouse=True)
def undone(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let the code under test commit for real, then undo all of it.

    The session joins a transaction that is rolled back at the end; its own commits and
    rollbacks become savepoints inside it. A test that needs real commits asks for `committed`.
    """
    if "app" not in request.fixturenames or "committed" in request.fixturenames:
        yield
        return
    app: Flask = request.getfixturevalue("app")
    with app.app_context():
        engine = db.engines[None]
        with tenancy.acting(SYSTEM):
            connection = engine.connect()
            outer = connection.begin()
        db.engines[None] = connection  # type: ignore[assignment]
        db.session.configure(join_transaction_mode="create_savepoint")
        try:
            with tenancy.acting(SYSTEM):
                yield
        finally:
            db.session.remove()
            db.session.configure(join_transaction_mode="conditional_savepoint")
            db.engines[None] = engine
            outer.rollback()
            connection.close()


@pytest.fixture
def committed(app: Flask, database: Database) -> Iterator[Flask]:
    """Real commits on as many connections as a test likes; the tables are emptied after."""
    try:
        with app.app_context(), tenancy.acting(SYSTEM):
            yield app
            db.session.rollback()
    finally:
        empty(database)


def empty(database: Database) -> None:
    """Empty every table, append-only or not, as nobody but a superuser may.

    Row by row where there are any: to truncate hundreds of files takes longer than a test.
    """
    bootstrap = make_conninfo(database.bootstrap, dbname=database.name)
    with psycopg.connect(bootstrap, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        names = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            " AND tablename <> 'alembic_version'"
        ).fetchall()
        asked = " UNION ALL ".join(
            f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM \"{name}\")" for (name,) in names
        )
        with connection.transaction():
            for (name,) in connection.execute(asked.encode()).fetchall():
                connection.execute(f'DELETE FROM "{name}"'.encode())
        connection.execute(
            "SELECT setval(oid::regclass, 1, false) FROM pg_class"
            " WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace"
        )


class TestBrowser(FlaskClient):
    """A client whose every request gets its own app context, as it does in production.

    Otherwise requests would share the test's context, and with it the session and the user that
    Flask-Login remembers on `g`. The request decides for itself on whose behalf it acts.
    """

    __test__ = False

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        db.session.flush()
        with tenancy.acting(None), self.application.app_context():
            answer = super().open(*args, **kwargs)
        db.session.expire_all()
        return answer


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Where feeds are put down."""
    installed().feeds_folder = tmp_path
    yield tmp_path
    installed().feeds_folder = None


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return TestBrowser(app)


def sign_in(client: FlaskClient, user: User, *, now: datetime | None = None) -> None:
    """Give the client a real session of this user."""
    with acting(SYSTEM):
        token = accounts.open_session(
            user,
            browser=Browser("127.0.0.1", "tests"),
            two_factor=True,
            now=now or datetime.now(UTC),
        )
        db.session.commit()
    with client.session_transaction() as session:
        session["token"] = token


def client_of(app: Flask, user: User, locale: str = "en") -> TestBrowser:
    """A client in which this user has signed in, with a second factor."""
    user.locale = locale
    client = TestBrowser(app)
    sign_in(client, user)
    return client


def as_user(user: User) -> Any:
    """Act in the database as this user's requests do."""
    return acting(acting_for(user))


def count_queries(act: Any) -> int:
    """How many statements a piece of code sends."""
    from sqlalchemy import event  # noqa: PLC0415

    seen: list[str] = []

    def listen(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith("SELECT") and "set_config" not in statement:
            seen.append(statement)

    connection = db.engines[None]
    event.listen(connection, "before_cursor_execute", listen)
    try:
        act()
    finally:
        event.remove(connection, "before_cursor_execute", listen)
    return len(seen)


# The cast. Jiangnan is a lender: Clara manages, Aline approves, Fang keeps the money, Cora
# looks after compliance. Anheng is an agency: Amy manages, Colin collects, Fred has the money.
# Huaxin is a rival agency, where Ravi manages; Bohai a rival lender, where Bea manages.
# The platform has Vera and Viktor in vetting, Pia and Paul in finance, Olga as auditor.


def organisation(short_code: str, kind: Kind) -> Organisation:
    found = db.session.scalar(
        db.select(Organisation).where(Organisation.short_code == short_code.upper())
    )
    if found is None:
        found = Organisation(
            short_code=short_code.upper(),
            kind=kind,
            name=f"{short_code.title()} & Co",
            name_zh=f"{short_code.title()} 公司",
            created_at=NOON,
        )
        db.session.add(found)
        db.session.flush()
    return found


def person(name: str, short_code: str, kind: Kind, role: Role) -> User:
    """This member of the cast, hired when first needed."""
    known = (
        db.select(User)
        .where(User.email == f"{name}@example.org")
        .options(joinedload(User.organisation))
    )
    if (found := db.session.scalar(known)) is not None:
        return found
    user = User(
        email=f"{name}@example.org",
        name=name.title(),
        role=role,
        organisation=organisation(short_code, kind),
        locale="en",
        created_at=NOON,
    )
    db.session.add(user)
    db.session.flush()
    return user


CAST: dict[str, tuple[str, Kind, Role]] = {
    "clara": ("jiangnan", Kind.LENDER, Role.MANAGER),
    "aline": ("jiangnan", Kind.LENDER, Role.APPROVER),
    "fang": ("jiangnan", Kind.LENDER, Role.FINANCE),
    "cora": ("jiangnan", Kind.LENDER, Role.COMPLIANCE),
    "ines": ("jiangnan", Kind.LENDER, Role.COLLECTOR),
    "victor": ("jiangnan", Kind.LENDER, Role.VIEWER),
    "bea": ("bohai", Kind.LENDER, Role.MANAGER),
    "amy": ("anheng", Kind.AGENCY, Role.MANAGER),
    "colin": ("anheng", Kind.AGENCY, Role.COLLECTOR),
    "fred": ("anheng", Kind.AGENCY, Role.FINANCE),
    "ravi": ("huaxin", Kind.AGENCY, Role.MANAGER),
    "vera": ("recoup", Kind.PLATFORM, Role.VETTING),
    "viktor": ("recoup", Kind.PLATFORM, Role.VETTING),
    "pia": ("recoup", Kind.PLATFORM, Role.FINANCE),
    "paul": ("recoup", Kind.PLATFORM, Role.FINANCE),
    "olga": ("recoup", Kind.PLATFORM, Role.AUDITOR),
}


def _member(name: str) -> Any:
    @pytest.fixture(name=name)
    def make(app: Flask) -> User:
        short_code, kind, role = CAST[name]
        return person(name, short_code, kind, role)

    return make


for _name in CAST:
    globals()[_name] = _member(_name)


def rows_of(table: str) -> int:
    """How many rows a table has, as the present audience sees it."""
    return int(db.session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())
