"""Every reaction of one feature to another, on one screen; installed by app, worker, CLI and tests."""

from webinar_app.infra.dispatch import Table

SUBSCRIPTIONS: Table = {}
