"""Tapes: the sheet an issue is on, and who confirmed a difference in the control totals."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.execute("ALTER TABLE tapes ADD COLUMN difference_confirmed_by_id bigint")
    op.execute(
        "ALTER TABLE tapes ADD CONSTRAINT fk_tapes_difference_confirmed_by_id_users"
        " FOREIGN KEY (difference_confirmed_by_id) REFERENCES users (id)"
    )
    op.execute("ALTER TABLE tape_issues ADD COLUMN sheet text NOT NULL DEFAULT ''")
    op.execute("ALTER TABLE tape_issues ALTER COLUMN sheet DROP DEFAULT")


def downgrade() -> None:
    op.execute("ALTER TABLE tape_issues DROP COLUMN sheet")
    op.execute("ALTER TABLE tapes DROP COLUMN difference_confirmed_by_id")
