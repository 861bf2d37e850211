"""Alembic's entry: runs the migrations on the connection it is given, in that connection's transaction."""

from typing import Any, Literal

from alembic import context
from sqlalchemy.types import TypeDecorator

import core.store.tables  # noqa: F401 - fills the metadata
from core.store.base import Base


def plain_type(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write a type of ours as what it is in the database: a migration must mean the same in ten years."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    render_item=plain_type,
    compare_type=True,
)
context.run_migrations()
