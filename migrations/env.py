"""Alembic's entry: the caller hands over a connection (`webinar_app.infra.migrations`)."""

from typing import Any, Literal

from alembic import context

from webinar_app.infra.orm import UtcDateTime
from webinar_app.tables import metadata


def render(kind: str, item: Any, _: object) -> str | Literal[False]:
    """Write our own types as the plain ones below them: a migration imports nothing of ours."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    compare_type=True,
    render_item=render,
    render_as_batch=connection.dialect.name == "sqlite",
)
with context.begin_transaction():
    context.run_migrations()
