import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from databases import KINDS, empty
from sqlalchemy import inspect

from webinar_app.infra import migrations
from webinar_app.infra.engines import engine_for
from webinar_app.tables import metadata


def tables(url):
    engine = engine_for(url, "worker")
    with engine.connect() as connection:
        names = set(inspect(connection).get_table_names())
    engine.dispose()
    return names


@pytest.mark.parametrize("kind", KINDS)
def test_empty_to_head_to_base_to_head(kind, tmp_path):
    url = empty(kind, tmp_path)

    migrations.migrate(url)
    at_head = tables(url)
    migrations.downgrade(url, "base")
    at_base = tables(url)
    migrations.migrate(url)

    assert at_head == tables(url) == {*metadata.tables, "alembic_version"}
    assert at_base == {"alembic_version"}


@pytest.mark.parametrize("kind", KINDS)
def test_models_and_head_do_not_differ(kind, tmp_path):
    url = empty(kind, tmp_path)
    migrations.migrate(url)
    engine = engine_for(url, "worker")

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, metadata)
    engine.dispose()

    assert differences == []
