"""WebSocket frames: what is written is read back, however it is cut; what breaks RFC 6455 is refused at its header."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as some

from webinar_app.infra.runtime import frames
from webinar_app.infra.runtime.frames import BadFrame, Parcel, Reader

MASK = b"\x01\x82\x03\xf4"


def sent(opcode, payload, *, last=True, mask=MASK):
    """A frame as a client sends it, masked byte by byte."""
    size = len(payload)
    wide = b"" if size < 126 else size.to_bytes(2, "big") if size < 65536 else size.to_bytes(8, "big")
    short = size if size < 126 else 126 if size < 65536 else 127
    masked = bytes(byte ^ mask[at % 4] for at, byte in enumerate(payload))
    return bytes(((0x80 if last else 0) | opcode, 0x80 | short)) + wide + mask + masked


def pieces(data, cuts):
    edges = [0, *sorted({cut % (len(data) + 1) for cut in cuts}), len(data)]
    return [data[begin:end] for begin, end in itertools.pairwise(edges)]


@given(some.lists(some.binary(max_size=400), max_size=6), some.lists(some.integers(0, 3000), max_size=12))
def test_messages_are_read_back_however_the_bytes_are_cut(messages, cuts):
    reader = Reader()
    data = b"".join(sent(frames.TEXT, message) for message in messages)

    read = [one for piece in pieces(data, cuts) for one in reader.feed(piece)]

    assert read == [(frames.TEXT, message) for message in messages]


@given(some.lists(some.binary(max_size=200), min_size=1, max_size=8), some.lists(some.integers(0, 3000), max_size=12))
def test_fragments_are_joined_and_control_frames_may_stand_between(parts, cuts):
    kinds = [frames.TEXT] + [frames.CONTINUATION] * (len(parts) - 1)
    data = b"".join(
        sent(kind, part, last=at == len(parts) - 1) + (sent(frames.PING, b"?") if at < len(parts) - 1 else b"")
        for at, (kind, part) in enumerate(zip(kinds, parts, strict=True))
    )
    reader = Reader()

    read = [one for piece in pieces(data, cuts) for one in reader.feed(piece)]

    assert read == [(frames.PING, b"?")] * (len(parts) - 1) + [(frames.TEXT, b"".join(parts))]


@given(some.binary(max_size=70_000), some.binary(min_size=4, max_size=4))
def test_unmasking_is_the_same_as_byte_by_byte(data, mask):
    assert frames.unmask(data, mask) == bytes(byte ^ mask[at % 4] for at, byte in enumerate(data))


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 65535, 65536, 70_000])
def test_a_frame_of_the_server_has_the_shortest_length_and_no_mask(size):
    made = frames.frame(frames.TEXT, b"x" * size)
    head = 2 if size < 126 else 4 if size < 65536 else 10

    assert (made[0], made[1] & 0x80, len(made)) == (0x81, 0, head + size)


def test_a_parcel_is_framed_once():
    parcel = Parcel("Zoë".encode())

    assert parcel.frame == b"\x81\x04" + "Zoë".encode()


def test_the_handshake_is_answered_as_the_standard_says():
    assert frames.accept_for("dGhlIHNhbXBsZSBub25jZQ==") == b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo="  # RFC 6455 §1.3


BIG = frames.MOST_BYTES + 1


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (bytes((0x81, 0x05)) + b"hello", 1002),  # not masked
        (bytes((0xC1, 0x80)) + MASK, 1002),  # a reserved bit
        (sent(0x3, b""), 1002),  # a reserved opcode
        (sent(frames.PING, b"x" * 126), 1002),
        (sent(frames.PING, b"", last=False), 1002),
        (sent(frames.CONTINUATION, b"x"), 1002),  # of nothing
        (sent(frames.TEXT, b"x", last=False) + sent(frames.TEXT, b"x"), 1002),
        (bytes((0x81, 0xFF)) + (1 << 40).to_bytes(8, "big"), 1009),
        (bytes((0x81, 0xFE)) + BIG.to_bytes(2, "big"), 1009),
        (sent(frames.TEXT, b"x" * 30_000, last=False) + sent(frames.CONTINUATION, b"x" * 3_000), 1009),
        (sent(frames.TEXT, b"x", last=False) + sent(frames.CONTINUATION, b"", last=False) * 64, 1009),
    ],
)
def test_what_breaks_the_standard_or_the_bounds_is_refused(data, code):
    with pytest.raises(BadFrame) as refused:
        list(Reader().feed(data))

    assert refused.value.code == code


def test_a_message_of_just_the_limit_is_taken():
    (read,) = Reader().feed(sent(frames.TEXT, b"x" * frames.MOST_BYTES))

    assert read == (frames.TEXT, b"x" * frames.MOST_BYTES)
