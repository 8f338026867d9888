"""What a form of registration takes, before a service sees it."""

import pytest

from webinar_app.registrations.forms import ANOTHER, NONE, OwnForm

LONG = {"licence_profession": "x" * 200, "licence_region": "NY", "licence_number": "9" * 200}
TYPED = {"legal_name": "Ada Lovelace", "policy": "y", "policy_version": "A"} | LONG


@pytest.mark.parametrize(
    ("chosen", "wrong"), [(NONE, set()), ("1", set()), (ANOTHER, {"licence_profession", "licence_number"})]
)
def test_fields_of_another_licence_count_only_where_it_is_chosen(app, chosen, wrong):
    with app.test_request_context(method="POST", data=TYPED | {"licence": chosen}):
        form = OwnForm()
        form.time_zone.choices = []
        is_valid = form.validate()

    assert (is_valid, set(form.errors)) == (not wrong, wrong)
