"""The database's shape: Alembic revisions, and how the first one was built from the models."""
