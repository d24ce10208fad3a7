"""How a process of its own reaches the database of the tests."""

from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import URL

from marketplace.core.provision import Database


def url_of(database: Database) -> str:
    parts = conninfo_to_dict(database.bootstrap)
    host = str(parts.get("host", ""))
    url = URL.create(
        "postgresql",
        username=str(parts["user"]),
        password=str(parts["password"]),
        host=None if host.startswith("/") else host,
        port=int(parts["port"]) if parts.get("port") else None,
        database=database.name,
        query={"host": host} if host.startswith("/") else {},
    )
    return url.render_as_string(hide_password=False)
