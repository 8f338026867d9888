from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webinar_app.chat.rules import (
    AnnouncementState,
    ChatAudience,
    ChatMode,
    LinkRule,
    announcement_state,
    audience_for,
    audience_of,
    check_announcement,
    check_links,
    check_may_write,
    check_message,
    check_pace,
    check_slow,
    expiry,
    has_link,
    may_write,
)
from webinar_app.core.errors import InvalidInput, Refused


@pytest.mark.parametrize(
    ("mode", "writes", "audience"),
    [
        (ChatMode.OFF, False, ChatAudience.STAFF),
        (ChatMode.HOSTS, True, ChatAudience.STAFF),
        (ChatMode.EVERYONE, True, ChatAudience.ALL),
    ],
)
def test_modes(mode: ChatMode, writes: bool, audience: ChatAudience) -> None:
    assert may_write(mode, is_staff=False) is writes
    assert not may_write(mode, is_staff=False, is_muted=True)
    assert may_write(mode, is_staff=True, is_muted=True)
    assert audience_of(mode, is_staff=False) is audience
    assert audience_of(mode, is_staff=True) is ChatAudience.ALL


@pytest.mark.parametrize(
    ("mode", "is_muted", "code"), [(ChatMode.OFF, False, "chat.off"), (ChatMode.EVERYONE, True, "chat.muted")]
)
def test_refusal_says_why(mode: ChatMode, is_muted: bool, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        check_may_write(mode, is_staff=False, is_muted=is_muted)

    assert refusal.value.code == code


def test_who_may_write_is_not_refused() -> None:
    check_may_write(ChatMode.EVERYONE, is_staff=False)


def test_slow_mode() -> None:
    check_pace(None, 0, 10_000)
    check_pace(0, 10_000, 10_000)
    check_pace(5, 6, 0)

    with pytest.raises(Refused) as refusal:
        check_pace(0, 7_500, 10_000)

    assert refusal.value.message == "One message every 10 seconds. Yours can go in 3 s."


def test_check_message_keeps_lines() -> None:
    assert check_message(" a\r\nb\x1f ") == "a\nb"
    assert check_message("x" * 1000) == "x" * 1000


@pytest.mark.parametrize(("text", "code"), [("\u2028", "chat.empty"), ("x" * 1001, "chat.too_long")])
def test_check_message_refuses(text: str, code: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        check_message(text)

    assert refusal.value.code == code
    assert refusal.value.fields == {"text": refusal.value.message}


@given(st.sampled_from(ChatMode), st.booleans(), st.sampled_from([None, *ChatAudience]))
def test_nobody_reads_more_than_the_writer_meant(mode: ChatMode, is_staff: bool, wanted: ChatAudience | None) -> None:
    by_mode = audience_of(mode, is_staff=is_staff)
    if wanted is ChatAudience.ALL and by_mode is ChatAudience.STAFF:
        with pytest.raises(Refused) as refusal:
            audience_for(mode, is_staff=is_staff, wanted=wanted)
        assert refusal.value.code == "chat.hosts_only"
        return

    given_ = audience_for(mode, is_staff=is_staff, wanted=wanted)

    assert given_ is (by_mode if wanted is None else wanted)
    assert given_ is ChatAudience.STAFF or by_mode is ChatAudience.ALL


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("https://example.org/x", True), ("see www.example.org", True), ("mail.example.com", True), ("bit.ly/x", True),
        ("ftp://a", True), ("WWW.EXAMPLE.ORG", True), ("e.g. this, i.e. that", False), ("3.5 mg at 8.30", False),
        ("well...then", False), ("a@b", False), ("", False), ("the end.Then", False),
    ],
)  # fmt: skip
def test_links(text: str, holds: bool) -> None:
    assert has_link(text) is holds
    check_links(LinkRule.TEXT, text)
    if not holds:
        check_links(LinkRule.REFUSED, text)
        return
    with pytest.raises(InvalidInput) as refusal:
        check_links(LinkRule.REFUSED, text)
    assert (refusal.value.code, list(refusal.value.fields)) == ("chat.links", ["text"])


@pytest.mark.parametrize(("seconds", "is_taken"), [(0, True), (600, True), (-1, False), (601, False)])
def test_pace_has_bounds(seconds: int, is_taken: bool) -> None:
    if is_taken:
        assert check_slow(seconds) == seconds
        return
    with pytest.raises(InvalidInput) as refusal:
        check_slow(seconds)
    assert list(refusal.value.fields) == ["slow_seconds"]


NOW = datetime(2026, 11, 3, 17, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("is_draft", "withdrawn_at", "state"),
    [
        (True, None, AnnouncementState.DRAFT), (False, None, AnnouncementState.ACTIVE),
        (False, NOW, AnnouncementState.ARCHIVED), (True, NOW, AnnouncementState.ARCHIVED),
    ],
)  # fmt: skip
def test_where_an_announcement_stands(is_draft: bool, withdrawn_at: datetime | None, state: AnnouncementState) -> None:
    assert announcement_state(is_draft=is_draft, withdrawn_at=withdrawn_at) is state


def test_an_announcement_is_one_line() -> None:
    assert check_announcement(" Back\r\nat 12:40 ") == "Back at 12:40"
    for text in (" ", "x" * 301):
        with pytest.raises(InvalidInput) as refusal:
            check_announcement(text)
        assert list(refusal.value.fields) == ["text"]


@given(st.one_of(st.none(), st.integers(-5, 800)))
def test_announcements_end_within_twelve_hours_or_by_hand(minutes: int | None) -> None:
    if minutes is not None and not 1 <= minutes <= 720:
        with pytest.raises(InvalidInput) as refusal:
            expiry(minutes, NOW)
        assert list(refusal.value.fields) == ["minutes"]
        return
    assert expiry(minutes, NOW) == (None if minutes is None else NOW + timedelta(minutes=minutes))
