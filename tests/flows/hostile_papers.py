"""What mails and calendar files must look like, whatever was typed into the fields that reach them (W-11, W-12)."""

import re
from email import message_from_bytes, policy

from aiosmtpd.controller import Controller
from mail_server import _free_port

from webinar_app.infra.mail import SmtpServer

CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]")
HEADERS = {
    "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Reply-To", "MIME-Version", "Content-Type",
    "Content-Transfer-Encoding", "X-Peer", "X-MailFrom", "X-RcptTo",
}  # fmt: skip


class Keeper:
    """Keeps what an SMTP server takes."""

    def __init__(self):
        self.taken = []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  # aiosmtpd's name
        self.taken.append((envelope.rcpt_tos, envelope.content))
        return "250 Fine"


def check_papers(papers):
    """Check each calendar file, and each mail as a server takes it."""
    mails = {body: to for body, to in papers.items() if to}
    assert mails
    for body in papers.keys() - mails.keys():
        check_calendar(body)
    controller = Controller(Keeper(), hostname="127.0.0.1", port=_free_port())
    controller.start()
    carrier = SmtpServer("127.0.0.1", controller.port, starttls=False, sender="webinars@alder.example")
    for body, to in mails.items():
        carrier.carry("", to, body)
    carrier.close()
    controller.stop()
    taken = controller.handler.taken
    assert sorted(to for to, _ in taken) == sorted([to] for to in mails.values())
    for to, content in taken:
        check_mail(to[0], content)


def check_mail(to, content):
    head, _, _ = content.partition(b"\r\n\r\n")
    lines = head.replace(b"\r\n ", b" ").replace(b"\r\n\t", b" ").split(b"\r\n")
    names = [line.partition(b":")[0].decode() for line in lines]
    assert set(names) <= HEADERS
    assert len(names) == len(set(names))
    assert not CONTROLS.search(head.decode("ascii").replace("\r\n", "").replace("\t", ""))
    assert not re.search(rb"[\r\n]", content.replace(b"\r\n", b""))
    mail = message_from_bytes(content, policy=policy.default)
    assert [one.addr_spec for one in mail["To"].addresses] == [to]
    for part in mail.walk():
        assert part["X-EVIL"] is None
        assert part["X-E"] is None
        if part.get_content_type() == "text/calendar":
            check_calendar(part.get_payload(decode=True))


def check_calendar(data):
    """No line is longer than 75 octets, none stands where a text added it, and a text is read back whole."""
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    text = data.decode().replace("\r\n ", "")
    assert not re.search(f"{CONTROLS.pattern}|\n", text.replace("\r\n", ""))
    assert not [line for line in text.split("\r\n") if line.upper().startswith("X-E")]
    assert text.count("BEGIN:VEVENT") == text.count("\r\nSUMMARY:")
