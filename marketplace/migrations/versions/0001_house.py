"""The house: every table, policy, guard and grant of the first release."""

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None

_SQL = Path(__file__).with_suffix(".sql")


def upgrade() -> None:
    # Sent as it stands: the functions hold colons and percent signs of their own.
    cursor = op.get_bind().connection.cursor()
    # Functions come before the tables they name.
    cursor.execute("SET LOCAL check_function_bodies = false")
    cursor.execute(_SQL.read_text())


def downgrade() -> None:
    cursor = op.get_bind().connection.cursor()
    cursor.execute(
        "DO $$ DECLARE t record; BEGIN"
        " FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        "   AND tablename <> 'alembic_version' LOOP"
        "   EXECUTE format('DROP TABLE %I CASCADE', t.tablename); END LOOP;"
        " FOR t IN SELECT oid::regprocedure AS name FROM pg_proc"
        "   WHERE pronamespace = 'public'::regnamespace LOOP"
        "   EXECUTE format('DROP FUNCTION %s CASCADE', t.name); END LOOP;"
        " FOR t IN SELECT typname FROM pg_type WHERE typnamespace = 'public'::regnamespace"
        "   AND typname LIKE 'procrastinate%' AND typtype IN ('e', 'c') LOOP"
        "   EXECUTE format('DROP TYPE %I CASCADE', t.typname); END LOOP;"
        " DROP SCHEMA app CASCADE; END $$"
    )
