from datetime import UTC, datetime, timedelta
from email.headerregistry import Address
from smtplib import quoteaddr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webinar_app.accounts.rules import (
    TooManyTries,
    check_password,
    check_tries,
    clean_email,
    clean_name,
    ends_at,
    needs_current_password,
)
from webinar_app.core.errors import InvalidInput

START = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize("seen, staff, end", [
    (0 * HOUR, True, 8 * HOUR), (4 * HOUR, True, 12 * HOUR), (20 * HOUR, True, 24 * HOUR),
    (0 * DAY, False, 30 * DAY), (100 * DAY, False, 130 * DAY), (170 * DAY, False, 180 * DAY),
])  # fmt: skip
def test_sign_in_ends_when_idle_and_at_the_latest_after_its_longest_time(seen, staff, end):
    assert ends_at(START, START + seen, is_staff=staff) == START + end


@given(st.timedeltas(timedelta(0), 200 * DAY))
def test_staff_never_stay_longer_than_attendees(seen):
    assert ends_at(START, START + seen, is_staff=True) <= ends_at(START, START + seen, is_staff=False)


@pytest.mark.parametrize("account, address, refused", [(9, 0, False), (10, 0, True), (0, 29, False), (0, 30, True)])
def test_tries_are_limited_per_account_and_address(account, address, refused):
    if refused:
        with pytest.raises(TooManyTries):
            check_tries(account, address)
    else:
        check_tries(account, address)


@pytest.mark.parametrize("typed", ["", "eleven char", "x" * 201, "abababababababab", "Ada.Long@example.org"])
def test_weak_password_is_refused_at_its_field(typed):
    with pytest.raises(InvalidInput) as refused:
        check_password(typed, email="ada.long@example.org")
    assert list(refused.value.fields) == ["password"]


def test_four_words_are_a_good_password():
    check_password("correct horse battery staple", email="ada@example.org")


@pytest.mark.parametrize("typed", ["", "ada", "@x", "ada@", "a b@x", "ada@x\r\nBcc: y@z", "a" * 65 + "@x", "<a@x>"])
def test_address_that_is_none_is_refused(typed):
    with pytest.raises(InvalidInput) as refused:
        clean_email(typed)
    assert refused.value.code == "email.invalid"


@pytest.mark.parametrize(
    "typed",
    ["ada(1)@example.org", "ada.@example.org", "a..b@example.org", ".a@example.org", "a@b..org", "a@[x]", "a\\b@x"],
)
def test_an_address_that_a_mail_cannot_name_is_refused(typed):
    with pytest.raises(InvalidInput):
        clean_email(typed)


@given(
    st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=30),
    st.text("ab.-()[]\\_!", min_size=1),
)
def test_what_is_taken_is_the_very_address_that_gets_the_mail(local, domain):
    try:
        cleaned = clean_email(f"{local}@{domain}")
    except InvalidInput:
        return
    assert quoteaddr(cleaned) == f"<{cleaned}>"
    assert Address("Ada", addr_spec=cleaned).addr_spec == cleaned


@pytest.mark.parametrize("typed", ["josé@example.org", "jose@exämple.org", "名@example.org"])
def test_address_that_no_mail_reaches_is_refused(typed):
    with pytest.raises(InvalidInput, match="plain letters"):
        clean_email(typed)


@given(st.text(min_size=1, max_size=60), st.sampled_from(["\r\n", "\n", "\u2028", "\x0b"]))
def test_clean_name_is_one_line(text, end):
    cleaned = clean_name(f"Ada{end}{text}", "legal_name", 120)

    assert cleaned.startswith("Ada")
    assert cleaned == cleaned.strip()
    assert not set("\r\n\0\x0b\x85\u2028\u2029") & set(cleaned)


@pytest.mark.parametrize("typed", ["", " \r\n ", "x" * 121])
def test_name_that_is_none_or_too_long_is_refused_at_its_field(typed):
    with pytest.raises(InvalidInput) as refused:
        clean_name(typed, "legal_name", 120)
    assert list(refused.value.fields) == ["legal_name"]


@pytest.mark.parametrize("has, method, minutes, asked", [
    (False, "password", 0, False), (True, "password", 0, True), (True, "email_link", 29, False),
    (True, "email_link", 30, True), (True, "demo", 1, True),
])  # fmt: skip
def test_old_password_is_asked_for_unless_a_fresh_link_signed_in(has, method, minutes, asked):
    assert needs_current_password(has, method, START, START + timedelta(minutes=minutes)) is asked
