"""The whole schema as SQL, from the models and the guards beside them.

A revision holds literal SQL; this is what it is written from, and what a test compares it with.
"""

import importlib
from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.orm import Mapper

from marketplace.core import jobs
from marketplace.core.db import Model
from marketplace.core.tenancy import SIGNING, Audience, isolate, sign

PACKAGE = Path(__file__).parent.parent
FEATURES = (
    "core.mail",
    "core.progress",
    "audit.trail",
    "accounts.models",
    "accounts.entities",
    "ledger.models",
    "licences.models",
    "compliance.models",
    "portfolios.models",
    "portfolios.balances",
    "feeds.models",
    "releases.models",
    "placements.models",
    "placements.records",
    "auctions.models",
    "rooms.models",
    "casework.models",
    "intake.models",
    "valuations.models",
    "settlement.terms",
    "settlement.models",
    "settlement.invoices",
    "settlement.remittances",
    "settlement.debts",
    "settlement.line_disputes",
    "rails.models",
    "checks.models",
    "notifications.models",
)
GUARDS = (
    "audit/audit.sql",
    "accounts/accounts.sql",
    "portfolios/portfolios.sql",
    "feeds/feeds.sql",
    "placements/placements.sql",
    "casework/casework.sql",
    "ledger/ledger.sql",
    "intake/intake.sql",
    "settlement/settlement.sql",
    "rails/rails.sql",
    "checks/checks.sql",
    "reports/reports.sql",
)

JOB_RIGHTS = f"""
ALTER FUNCTION procrastinate_defer_jobs_v1(procrastinate_job_to_defer_v1[])
  SECURITY DEFINER SET search_path = public, pg_temp;
GRANT ALL ON procrastinate_jobs, procrastinate_events, procrastinate_workers,
  procrastinate_periodic_defers TO {Audience.SYSTEM.role};
GRANT SELECT ON procrastinate_jobs, procrastinate_events, procrastinate_workers
  TO {Audience.STAFF.role};
"""


def load_models() -> list[Mapper[Model]]:
    for feature in FEATURES:
        importlib.import_module(f"marketplace.{feature}")
    return sorted(Model.registry.mappers, key=lambda mapper: mapper.class_.__name__)


def foundation_sql() -> str:
    return (PACKAGE / "core" / "foundation.sql").read_text()


def policy_statements() -> list[str]:
    statements = []
    for mapper in load_models():
        statements += isolate(mapper.class_.__tablename__, mapper.class_.policies)
    for audience in Audience:
        statements.append(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {audience.role}")
    return statements


def signatures() -> dict[str, list[str]]:
    """Of each table that people write to, the columns that name who did."""
    found = {}
    for mapper in load_models():
        table = mapper.local_table
        signed = [
            column.name
            for column in table.columns
            if column.name.endswith("_by_id")
            and column.name not in mapper.class_.signed_for_others
            and any(key.column.table.name == "users" for key in column.foreign_keys)
        ]
        writers = {p.audience for p in mapper.class_.policies if p.verbs != "select"}
        if signed and writers & set(SIGNING):
            found[mapper.class_.__tablename__] = signed
    return found


def build(connection: Connection) -> None:
    """Create everything in an empty database, as its owner."""
    load_models()
    cursor = connection.connection.cursor()
    cursor.execute(foundation_sql())
    cursor.execute(jobs.schema_sql())
    Model.metadata.create_all(connection)
    for guard in GUARDS:
        if (PACKAGE / guard).exists():
            cursor.execute((PACKAGE / guard).read_text())
    for statement in policy_statements():
        connection.execute(text(statement))
    for table, columns in signatures().items():
        cursor.execute(sign(table, columns))
    cursor.execute(JOB_RIGHTS)
