"""One frame to many sockets: each gets it whole, once and in order, whoever else is full or gone."""

import socket

import pytest

from webinar_app.infra.runtime import lines
from webinar_app.infra.runtime.frames import TEXT, frame
from webinar_app.infra.runtime.lines import Chorus, GreenLine

LONG = frame(TEXT, b"x" * 60_000)
SHORT = [frame(TEXT, b"%d" % number) for number in range(5)]


@pytest.fixture
def pairs():
    """`pairs(count)` gives lines of the hub and their clients' ends; nothing runs the hub."""
    opened = list[socket.socket]()

    def make(count):
        ours, theirs = [], []
        with socket.create_server(("127.0.0.1", 0)) as listener:
            for _ in range(count):
                far = socket.create_connection(listener.getsockname())
                near = listener.accept()[0]
                near.setblocking(False)
                far.settimeout(5)
                opened.extend((near, far))
                ours.append(GreenLine(near, lambda _: None, lambda _: None))
                theirs.append(far)
        return ours, theirs

    yield make
    lines._behind.clear()
    for sock in opened:
        sock.close()


def read(sock, size):
    found = b""
    while len(found) < size:
        found += sock.recv(size - len(found))
    return found


def nothing_more(sock):
    sock.setblocking(False)
    with pytest.raises(BlockingIOError):
        sock.recv(1)


def fill(line):
    """Send frames until the socket takes no more; give how many bytes."""
    sent = 0
    while line not in lines._behind:
        line.send(LONG)
        sent += len(LONG)
    return sent


def test_everybody_gets_every_frame_once_and_in_order(pairs, monkeypatch):
    monkeypatch.setattr(lines, "BREATH", 3)
    ours, theirs = pairs(8)
    chorus = Chorus(ours)

    for told in SHORT:
        chorus.tell(told)

    for far in theirs:
        assert read(far, len(b"".join(SHORT))) == b"".join(SHORT)
        nothing_more(far)


def test_who_takes_no_more_gets_what_is_left_behind_what_waits(pairs):
    ours, theirs = pairs(3)
    chorus, before = Chorus(ours), fill(ours[1])
    found = theirs[1].recv(1 << 20)  # now there is room, and what waits still comes first

    for told in SHORT:
        chorus.tell(told)
    whole = before + len(b"".join(SHORT))
    while len(found) < whole:
        found += theirs[1].recv(1 << 16)
        ours[1]._writable(0)

    assert found == LONG * (before // len(LONG)) + b"".join(SHORT)
    assert ours[1] not in lines._behind
    assert [read(theirs[at], whole - before) for at in (0, 2)] == [b"".join(SHORT)] * 2


def test_a_frame_that_fits_in_part_goes_on_where_it_stopped(pairs):
    ours, theirs = pairs(2)
    for sock in (ours[1].sock, theirs[1]):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    long = frame(TEXT, b"".join(b"%07d," % number for number in range(250_000 // 8)))
    chorus = Chorus(ours)

    chorus.tell(long)
    was_behind = ours[1] in lines._behind
    found = b""
    while len(found) < len(long):
        found += theirs[1].recv(1 << 16)
        ours[1]._writable(0)

    assert was_behind
    assert found == long


def test_who_has_gone_keeps_nothing_from_the_others(pairs):
    ours, theirs = pairs(4)
    chorus = Chorus(ours)
    ours[1].end(1000, "left")
    ours[2].sock.shutdown(socket.SHUT_WR)

    chorus.tell(SHORT[0])
    chorus.tell(SHORT[1])

    for at in (0, 3):
        assert read(theirs[at], len(SHORT[0] + SHORT[1])) == SHORT[0] + SHORT[1]
