"""How Alembic runs here: as the database's owner, one transaction a revision."""

from alembic import context
from sqlalchemy import create_engine

from marketplace.core.db import Model
from marketplace.migrations.build import load_models

load_models()
engine = create_engine(context.config.attributes["url"])
with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Model.metadata,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
