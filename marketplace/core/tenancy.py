"""Who may see which rows, enforced by PostgreSQL.

Every table declares its `policies`. Whoever acts does so as an audience (a database role) of an
organisation and a user; both are set at the start of every transaction. With nothing set, every
query finds zero rows.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum

ORG = "(SELECT app.current_org())"
"""The acting organisation, for use in policies."""

USER = "(SELECT app.current_user_id())"
"""The acting user, for use in policies."""

LOCKABLE = "select, update"
WRITABLE = "select, insert, update"
ALL = "select, insert, update, delete"


class Audience(StrEnum):
    """The roles PostgreSQL knows. `visitor` is someone who has not signed in yet."""

    LENDER = "lender"
    AGENCY = "agency"
    STAFF = "staff"
    FINANCE = "finance"
    DEBTOR = "debtor"
    VISITOR = "visitor"
    SYSTEM = "system"

    @property
    def role(self) -> str:
        return f"recoup_{self.value}"


@dataclass(frozen=True)
class Policy:
    """`audience` may do `verbs` to the rows for which `rows` holds."""

    audience: Audience
    rows: str
    verbs: str = "select"

    def statements(self, table: str) -> Iterator[str]:
        role = self.audience.role
        for verb in self.verbs.split(", "):
            name = f"{table}_{self.audience}_{verb}"
            clauses = {
                "select": f"USING ({self.rows})",
                "insert": f"WITH CHECK ({self.rows})",
                "update": f"USING ({self.rows}) WITH CHECK ({self.rows})",
                "delete": f"USING ({self.rows})",
            }[verb]
            yield f"CREATE POLICY {name} ON {table} FOR {verb.upper()} TO {role} {clauses}"
        yield f"GRANT {self.verbs.upper()} ON {table} TO {role}"


def isolate(table: str, policies: tuple[Policy, ...]) -> list[str]:
    """The SQL that shuts a table and opens it to the audiences of `policies`."""
    everything = Policy(Audience.SYSTEM, "true", ALL)
    statements = [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
    ]
    for policy in (*policies, everything):
        statements += policy.statements(table)
    return statements


SIGNING = (Audience.LENDER, Audience.AGENCY, Audience.STAFF, Audience.FINANCE)
"""Who has a name of their own to sign with."""


def sign(table: str, columns: Sequence[str]) -> str:
    """The SQL by which columns that name a user are filled in only by that user.

    The worker acts for nobody: it writes down what somebody asked it for.
    """
    roles = ", ".join(f"'{audience.role}'" for audience in SIGNING)
    names = ", ".join(f"'{column}'" for column in columns)
    return (
        f"CREATE TRIGGER {table}_as_oneself BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW"
        f" WHEN (app.current_user_id() IS NOT NULL OR current_user IN ({roles}))"
        f" EXECUTE FUNCTION app.refuse_other_names({names})"
    )


@dataclass(frozen=True)
class Acting:
    """On whose behalf the database is used."""

    audience: Audience
    org_id: int | None = None
    user_id: int | None = None


_acting: ContextVar[Acting | None] = ContextVar("acting", default=None)


def now_acting() -> Acting | None:
    return _acting.get()


def act_as(who: Acting | None) -> None:
    """Let everything that follows in this context act as `who`."""
    _acting.set(who)


@contextmanager
def acting(who: Acting | None) -> Iterator[None]:
    token = _acting.set(who)
    try:
        yield
    finally:
        _acting.reset(token)


SET_ACTING = (
    "SELECT set_config('role', %s, true), set_config('app.org_id', %s, true),"
    " set_config('app.user_id', %s, true)"
)


def acting_parameters() -> tuple[str, str, str]:
    who = _acting.get()
    if who is None:
        return ("none", "", "")
    return (who.audience.role, str(who.org_id or ""), str(who.user_id or ""))
