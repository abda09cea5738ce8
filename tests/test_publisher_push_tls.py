"""Webhooks and mail over TLS, on loopback: who the other side is gets proved before it is told anything."""

import socket
import time
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from fakes_smtp import MailServer
from fakes_tls import Certified, certify
from fakes_web import RawSite, Site

from core.push import MailSettings
from publisher.push.backoff import NotSent
from publisher.push.calling import call
from publisher.push.smtp import send_mail


@pytest.fixture
def known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Certified:
    """Return a certificate for localhost that this machine trusts, as docs/operators.md says to make it."""
    certified = certify(tmp_path, "localhost")
    monkeypatch.setenv("SSL_CERT_FILE", str(certified.file))
    return certified


@pytest.fixture
def unknown(tmp_path: Path) -> Certified:
    return certify(tmp_path, "localhost")


def mail() -> EmailMessage:
    message = EmailMessage()
    message["To"] = "Desk <desk@example.org>"
    message["From"] = "wire@example.org"
    message.set_content("Two statements today.")
    return message


def settings(server: MailServer, security: str, *, host: str = "localhost", **more: Any) -> MailSettings:
    return MailSettings.model_validate(
        {"host": host, "port": server.port, "security": security, "sender": "wire@example.org", **more}
    )


def test_a_webhook_goes_over_https(known: Certified) -> None:
    with Site(tls=known.context) as site:
        site.put("/in", "fine")
        reply = call("POST", site.url("/in"), headers={"X-Id": "1"}, body=b"{}")
        assert (reply.status, reply.body) == (200, b"fine")
        assert site.asked[0].body == b"{}"


def test_nothing_is_told_to_a_server_that_cannot_prove_its_name(unknown: Certified) -> None:
    with Site(tls=unknown.context) as site:
        site.put("/in", "fine")
        with pytest.raises(NotSent, match="its certificate is not good: self-signed certificate"):
            call("POST", site.url("/in"), headers={}, body=b"{}")
        assert site.asked == []


def test_a_certificate_for_another_name_is_refused(known: Certified) -> None:
    with Site(tls=known.context) as site:
        site.put("/in", "fine")
        with pytest.raises(NotSent, match="certificate is not good: IP address mismatch"):
            call("POST", site.url("/in").replace("localhost", "127.0.0.1"), headers={}, body=b"{}")
        assert site.asked == []


def test_a_reply_over_https_that_never_ends_is_cut(known: Certified) -> None:
    def drip(connection: Any, _path: str) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        while True:
            connection.sendall(b"X-More: 1\r\n")
            time.sleep(0.05)

    with RawSite(drip, tls=known.context) as site:
        began = time.monotonic()
        with pytest.raises(NotSent):
            call("POST", site.url("/in"), headers={}, body=b"x", seconds=0.5)
        assert time.monotonic() - began < 15


def test_a_server_that_says_nothing_at_all_is_left() -> None:
    """The handshake is within the time too."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        began = time.monotonic()
        with pytest.raises(NotSent):
            call("POST", f"https://127.0.0.1:{silent.getsockname()[1]}/", headers={}, body=b"x", seconds=0.5)
        assert time.monotonic() - began < 15


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_login_and_the_mail_go_in_secret(known: Certified, security: str) -> None:
    first = security == "tls"
    with MailServer(tls=known.context, from_the_first_byte=first, login=("me", "pa55")) as server:
        send_mail(mail(), settings(server, security, user="me", password="pa55"))
        assert [one.recipients for one in server.mails] == [["desk@example.org"]]
        assert "Two statements today." in server.mails[0].message.get_content()
        assert server.heard == ([] if first else ["EHLO", "STAR"])


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_mail_server_that_cannot_prove_its_name_gets_neither_login_nor_mail(
    unknown: Certified, security: str
) -> None:
    first = security == "tls"
    with MailServer(tls=unknown.context, from_the_first_byte=first, login=("me", "pa55")) as server:
        with pytest.raises(NotSent, match=r"localhost:\d+.*certificate verify failed") as refused:
            send_mail(mail(), settings(server, security, user="me", password="pa55"))
        assert not refused.value.final, "a certificate is renewed one day"
        assert server.mails == []
        assert not set(server.heard) - {"EHLO", "STAR"}


def test_a_wrong_password_is_said_and_tried_again(known: Certified) -> None:
    with MailServer(tls=known.context, login=("me", "pa55")) as server:
        with pytest.raises(NotSent, match="535 who are you") as refused:
            send_mail(mail(), settings(server, "starttls", user="me", password="other"))
        assert not refused.value.final
        assert server.mails == []
