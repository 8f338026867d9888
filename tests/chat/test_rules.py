import pytest

from webinar_app.chat.rules import (
    ChatAudience,
    ChatMode,
    audience_of,
    check_may_write,
    check_message,
    check_pace,
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
