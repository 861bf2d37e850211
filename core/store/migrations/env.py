"""Alembic's entry: runs the migrations on the connection it is given, in that connection's transaction."""

from alembic import context

import core.store.tables  # noqa: F401 - fills the metadata
from core.store.base import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
)
context.run_migrations()
