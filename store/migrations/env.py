"""Runs migrations on the connection it is given, in one transaction."""

from typing import Any, Literal

from alembic import context

import store.tables  # noqa: F401 - the tables must be known for comparison
from store.db import Base, UtcDateTime, make_engine


def plain_types(kind: str, item: Any, _: Any) -> str | Literal[False]:
    """Write our instants as plain timestamps: a migration must not change when the code does."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


def run() -> None:
    """Migrate, on the connection given by `store.migrate` or, from alembic's own command, on the configured address."""
    connection = context.config.attributes.get("connection")
    if connection is None:
        connection = make_engine(context.config.get_main_option("sqlalchemy.url") or "").connect()
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=True,
        render_item=plain_types,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
