"""The way out for mail: encryption, sign-in, and what a server's answers mean."""

import ssl
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.utils import parseaddr
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from mail_server import MailServer

from webinar_app.infra.mail import NotDelivered, SmtpServer, Trouble, compose

LOGIN = ("rostrum", "four words in a row")


def certificate(folder, name):
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.example.org")])
    names = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(datetime.now(UTC) - timedelta(days=9999))
        .not_valid_after(datetime.now(UTC) + timedelta(days=9999)).add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    pem, private = folder / f"{name}.pem", folder / f"{name}.key"
    pem.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )  # fmt: skip
    return pem, private


@pytest.fixture
def secured(tmp_path):
    pem, private = certificate(tmp_path, "server")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, private)
    with MailServer(tls=context, login=LOGIN) as server:
        server.pem, server.other = pem, certificate(tmp_path, "other")[0]
        yield server


def message(subject="Hello", to_name="Ada"):
    return compose(
        sender="Rostrum <a@rostrum.example>", to_name=to_name, to_address="ada@example.org", subject=subject,
        text="Hello\n", html="<p>Hello</p>", message_id="<1@rostrum.example>", at=datetime(2026, 11, 3, tzinfo=UTC),
    )  # fmt: skip


def carried(server, *login, **settings):
    way = SmtpServer(
        "127.0.0.1", server.port, *login, sender="a@rostrum.example", timeout=5, **{"starttls": True} | settings
    )
    try:
        way.carry("A", "ada@example.org", message())
    except NotDelivered as error:
        return str(error), error.trouble
    finally:
        way.close()
    return "sent"


def test_mail_goes_encrypted_and_signed_in(secured):
    assert carried(secured, *LOGIN, ca_file=secured.pem) == "sent"
    assert secured.hooks.used_tls == {True}


def test_an_unknown_certificate_gets_no_mail_and_no_password(secured):
    found = [carried(secured, *LOGIN), carried(secured, *LOGIN, ca_file=secured.other)]

    assert found == [("SSLCertVerificationError", Trouble.SERVER)] * 2
    assert secured.taken == []


def test_a_wrong_password_or_none_is_the_servers_trouble(secured):
    wrong = carried(secured, LOGIN[0], "wrong", ca_file=secured.pem)
    none = carried(secured, ca_file=secured.pem)

    assert (wrong, none) == (("535", Trouble.SERVER), ("530", Trouble.SERVER))


def test_a_server_without_starttls_gets_nothing():
    with MailServer() as server:
        assert carried(server) == ("SMTPNotSupportedError", Trouble.SERVER)
        assert server.taken == []


@pytest.mark.parametrize(
    "trouble, found",
    [
        ("refuse", ("ConnectionRefusedError", Trouble.SERVER)), ("greet_4", ("421", Trouble.SERVER)),
        ("greet_5", ("554", Trouble.SERVER)), ("4xx", ("451", Trouble.PASSING)), ("5xx", ("550", Trouble.REFUSED)),
        ("data_4", ("451", Trouble.PASSING)), ("data_5", ("554", Trouble.REFUSED)),
        ("cut", ("SMTPServerDisconnected", Trouble.SERVER)),
    ],
)  # fmt: skip
def test_what_an_answer_means(trouble, found):
    with MailServer() as server:
        server.have(trouble)

        assert carried(server, starttls=False) == found


def test_a_line_that_was_closed_meanwhile_is_made_anew():
    with MailServer() as server:
        way = SmtpServer("127.0.0.1", server.port, starttls=False, sender="a@rostrum.example", timeout=5)
        way.carry("A", "ada@example.org", message())
        server.have("refuse")
        server.have("")
        way.carry("B", "ada@example.org", message())
        way.close()

        assert [one.to for one in server.taken] == ["ada@example.org"] * 2


@pytest.mark.parametrize(
    "words", ["Your registration waits for the fee of a course ", "Ihre Plätze für später ", "x" * 130]
)
def test_a_subject_of_any_length_begins_beside_its_name_and_is_read_back_whole(words):
    for length in range(1, 130):
        subject = (words * 9)[:length].strip()
        made = message(subject)
        lines = made.partition(b"\r\n\r\n")[0].split(b"\r\n")

        assert message_from_bytes(made, policy=policy.default)["Subject"] == subject
        assert [line for line in lines if line.endswith(b":") or not line.strip()] == []
        assert [line for line in lines if len(line) > 78 and b" " in line.partition(b": ")[2]] == []


def test_a_name_of_any_length_is_read_back_whole():
    words = 'Françoise Élodie Müller-Übermaß, Ph.D. "Zoë" 王小明 ' * 3
    for length in range(1, len(words)):
        name = words[:length].strip()
        made = message(to_name=name)
        lines = made.partition(b"\r\n\r\n")[0].split(b"\r\n")
        # Python's newer reader puts a space behind an encoded word that ends with a quotation mark.
        encoded, address = parseaddr(message_from_bytes(made)["To"].replace("\n", ""))

        assert (str(make_header(decode_header(encoded))), address) == (name, "ada@example.org")
        assert [line for line in lines if len(line) > 78 or line.endswith(b":") or not line.strip()] == []


@pytest.mark.parametrize("length", range(1, 80))
def test_a_name_that_reads_like_a_subject_is_none(length):
    told = compose(
        sender="Rostrum <mail@example.org>", to_name=f"{'x' * length} Subject: -", to_address="a@example.org",
        subject="Your place", text="Hello", html="<p>Hello</p>", message_id="<1@example.org>",
        at=datetime(2026, 11, 30, tzinfo=UTC),
    )  # fmt: skip

    read = message_from_bytes(told, policy=policy.default)

    assert read["Subject"] == "Your place"
    assert "Your place" not in read["To"]
