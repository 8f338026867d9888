"""The schema's history: bring a database to a revision, and say where it stands."""

from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from webinar_app.infra.engines import engine_for
from webinar_app.infra.templates import folder


def config_for(connection: Connection | None = None) -> Config:
    """Give Alembic's configuration; there is no alembic.ini."""
    config = Config()
    config.set_main_option("script_location", str(folder("migrations")))
    config.set_main_option("file_template", "%%(year)d%%(month).2d%%(day).2d_%%(hour).2d%%(minute).2d_%%(slug)s")
    config.attributes["connection"] = connection
    return config


def head() -> str:
    """Give the newest revision that this code knows."""
    found = ScriptDirectory.from_config(config_for()).get_current_head()
    if found is None:
        raise RuntimeError("there are no migrations")
    return found


def current(connection: Connection) -> str | None:
    """Give the revision of a database, or None for an empty one."""
    return MigrationContext.configure(connection).get_current_revision()


def migrate(url: str, revision: str = "head") -> None:
    """Bring a database to the revision; SQLite files are made where they are missing."""
    engine = engine_for(url, "worker")
    try:
        with engine.begin() as connection:
            if engine.dialect.name == "sqlite":
                _without_foreign_keys(connection)
            command.upgrade(config_for(connection), revision)
    finally:
        engine.dispose()


def downgrade(url: str, revision: str) -> None:
    """Take a database back to the revision."""
    engine = engine_for(url, "worker")
    try:
        with engine.begin() as connection:
            command.downgrade(config_for(connection), revision)
    finally:
        engine.dispose()


def _without_foreign_keys(connection: Connection) -> None:
    """Check foreign keys at the commit only: batch migrations move tables."""
    raw: Any = connection.connection.dbapi_connection
    raw.execute("PRAGMA defer_foreign_keys=ON")
