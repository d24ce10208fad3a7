"""Setting up a database server: roles, the database, migrations. Done once, safe to repeat.

The bootstrap login only provisions. Three logins belong to one database: `<name>_owner` runs
migrations, `<name>_web` and `<name>_worker` serve. The audiences are group roles without login,
shared by all databases of a server and good for nothing without a CONNECT right.
"""

import json
import secrets
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from sqlalchemy import URL

from marketplace.core.embedded import EmbeddedServer
from marketplace.core.tenancy import Audience
from marketplace.core.vault import write_secret

LOGINS = ("owner", "web", "worker")
_LOCK = 7_213_001


@dataclass(frozen=True)
class Database:
    """Where the database is and how each login reaches it."""

    server: str | Path
    """How the bootstrap login reaches it, or the folder of the embedded server."""

    name: str
    passwords: dict[str, str]

    @cached_property
    def bootstrap(self) -> str:
        """How the bootstrap login reaches it; the embedded server is started for it."""
        if isinstance(self.server, Path):
            return EmbeddedServer(self.server).start()
        return self.server

    def conninfo(self, login: str) -> str:
        return make_conninfo(
            self.bootstrap,
            dbname=self.name,
            user=f"{self.name}_{login}",
            password=self.passwords[login],
        )

    def url(self, login: str) -> URL:
        parts = conninfo_to_dict(self.conninfo(login))
        host = str(parts.get("host", ""))
        socket = host.startswith("/")
        return URL.create(
            "postgresql+psycopg",
            username=str(parts["user"]),
            password=str(parts["password"]),
            host=None if socket else host,
            port=int(str(parts["port"])) if parts.get("port") else None,
            database=self.name,
            query={"host": host} if socket else {},
        )


def locate(home: Path, database_url: str = "") -> Database:
    """The database of this installation. The embedded server starts when it is first asked."""
    passwords = _passwords(home / "keys" / "database.json")
    if not database_url:
        return Database(home / "postgres", "recoup", passwords)
    server = make_conninfo(database_url.replace("+psycopg", "", 1))
    name = str(conninfo_to_dict(server).get("dbname", "recoup"))
    return Database(server, name, passwords)


def _passwords(path: Path) -> dict[str, str]:
    if not path.exists():
        fresh = {login: secrets.token_urlsafe(24) for login in LOGINS}
        write_secret(path, json.dumps(fresh), replace=False)
    stored: dict[str, str] = json.loads(path.read_text())
    return stored


def provision(database: Database) -> None:
    """Create what is missing: the database, its logins, the audiences and their memberships."""
    with psycopg.connect(_maintenance(database), autocommit=True) as server:
        server.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        for login in LOGINS:
            _create_login(server, database, login)
        for audience in Audience:
            _create_role(server, audience.role, "NOLOGIN")
            for login in ("web", "worker"):
                if login == "worker" or audience is not Audience.SYSTEM:
                    _grant_role(server, audience.role, f"{database.name}_{login}")
        _create_database(server, database)
    with psycopg.connect(make_conninfo(database.bootstrap, dbname=database.name)) as inside:
        inside.execute(
            sql.SQL("GRANT CREATE ON SCHEMA public TO {}").format(
                sql.Identifier(f"{database.name}_owner")
            )
        )


def drop(database: Database) -> None:
    """Drop the database, with whoever is connected. Roles stay: they own nothing then."""
    with psycopg.connect(_maintenance(database), autocommit=True) as server:
        server.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(
                sql.Identifier(database.name)
            )
        )


def _maintenance(database: Database) -> str:
    return make_conninfo(database.bootstrap, dbname="postgres")


def _exists(server: psycopg.Connection, catalogue: str, column: str, name: str) -> bool:
    query = sql.SQL("SELECT 1 FROM {} WHERE {} = %s").format(
        sql.Identifier(catalogue), sql.Identifier(column)
    )
    return server.execute(query, [name]).fetchone() is not None


def _create_role(server: psycopg.Connection, name: str, options: str) -> None:
    if not _exists(server, "pg_roles", "rolname", name):
        server.execute(sql.SQL("CREATE ROLE {} " + options).format(sql.Identifier(name)))


def _create_login(server: psycopg.Connection, database: Database, login: str) -> None:
    name = f"{database.name}_{login}"
    # NOINHERIT: a login has no rights until it acts as an audience.
    options = "LOGIN NOINHERIT NOSUPERUSER " + ("BYPASSRLS" if login == "owner" else "")
    _create_role(server, name, options)
    server.execute(
        sql.SQL("ALTER ROLE {} PASSWORD {}").format(
            sql.Identifier(name), sql.Literal(database.passwords[login])
        )
    )


def _grant_role(server: psycopg.Connection, role: str, login: str) -> None:
    server.execute(
        sql.SQL("GRANT {} TO {}").format(sql.Identifier(role), sql.Identifier(login))
    )


def _create_database(server: psycopg.Connection, database: Database) -> None:
    owner = sql.Identifier(f"{database.name}_owner")
    name = sql.Identifier(database.name)
    if not _exists(server, "pg_database", "datname", database.name):
        create = sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'")
        server.execute(create.format(name))
    server.execute(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(name, owner))
    server.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
    for login in ("web", "worker"):
        server.execute(
            sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(
                name, sql.Identifier(f"{database.name}_{login}")
            )
        )
    # Only jobs stage rows in bulk.
    server.execute(
        sql.SQL("GRANT TEMPORARY ON DATABASE {} TO {}").format(
            name, sql.Identifier(Audience.SYSTEM.role)
        )
    )
