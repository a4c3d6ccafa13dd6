"""Runs the migrations on the connection that adapters.postgres.migrate hands over."""

from alembic import context

from adapters.postgres.tables import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
with context.begin_transaction():
    context.run_migrations()
