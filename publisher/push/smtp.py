"""Hands one mail to the SMTP server of the settings; a connection for each, which is little for digests."""

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import parseaddr

from core.push import MailSettings
from publisher.push.backoff import NotSent

SECONDS = 30.0


def send_mail(mail: EmailMessage, settings: MailSettings) -> None:
    """Send it. Raises NotSent: final where the server has refused it for good (5xx), not for a wrong login.

    A connection that ends between the text and the answer leaves it open whether the mail was taken: it is
    sent again, with the same Message-ID.
    """
    context = ssl.create_default_context()
    try:
        server = (
            smtplib.SMTP_SSL(settings.host, settings.port, timeout=SECONDS, context=context)
            if settings.security == "tls"
            else smtplib.SMTP(settings.host, settings.port, timeout=SECONDS)
        )
        with server:
            if settings.security == "starttls":
                server.starttls(context=context)
            if settings.user:
                server.login(settings.user, settings.password.get_secret_value())
            to = parseaddr(str(mail["To"]))[1]
            server.send_message(mail, from_addr=parseaddr(settings.sender)[1], to_addrs=[to])
    except smtplib.SMTPRecipientsRefused as error:
        code, said = next(iter(error.recipients.values()))
        raise NotSent(_told(code, said), final=code >= 500) from error
    except (smtplib.SMTPAuthenticationError, smtplib.SMTPConnectError, smtplib.SMTPHeloError) as error:
        raise NotSent(_told(error.smtp_code, error.smtp_error)) from error
    except smtplib.SMTPResponseException as error:
        raise NotSent(_told(error.smtp_code, error.smtp_error), final=error.smtp_code >= 500) from error
    except (smtplib.SMTPException, OSError) as error:
        raise NotSent(f"the mail server {settings.host}:{settings.port}: {error}") from error


def _told(code: int, said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return f"the mail server says {code} {' '.join(text.split())}"
