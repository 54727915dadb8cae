"""The jobs that send mail."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Mapping
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from refcheck_server.accounts.models import Account, Membership
from refcheck_server.jobs.errors import JobFailed, JobHopeless
from refcheck_server.jobs.tasks import Task, Tools
from refcheck_server.notices import subscriptions
from refcheck_server.notices.models import Notice, Subscription, of_text
from refcheck_server.settings import MailSettings, Tls

_SECONDS = 30
_CONFIRM = """\
Somebody, we hope you, gave this address for the account {name} at {registry}

To get mail from there, follow this link while you are signed in. It is good for a day:

{registry}/account/notices/confirm?secret={secret}

If it was not you, do nothing: no other mail is sent here.
"""
_WHY = """\

--
You get this because you chose "{topic}" for your account {name}.
Choose otherwise: {registry}/account/notices
"""


def send(tools: Tools, arguments: Mapping[str, Any]) -> None:
    """Send one notice to one account, if it still may and wants to read it.

    Raises:
        JobFailed, JobHopeless: see `_deliver`.
    """
    with tools.database.session() as session:
        notice = session.get(Notice, arguments["notice"])
        found = subscriptions.of(session, arguments["account"])
        if notice is None or found is None or not _is_wanted(session, notice, found):
            return
        registry, name = tools.settings.public_url or "", found.account.name
    why = _WHY.format(topic=notice.topic, name=name, registry=registry)
    text = f"{notice.text}\n\n{registry}{notice.path}\n{why}"
    mark = f"{notice.id}-{found.account_id}"
    _deliver(tools, found.address, notice.title, text, mark=mark)


def _is_wanted(session: Session, notice: Notice, found: Subscription) -> bool:
    account_id = found.account_id
    theirs = (
        notice.account_id == account_id
        or session.get(Membership, (notice.vendor_id, account_id)) is not None
    )
    account = session.get(Account, account_id)
    return (
        theirs
        and found.confirmed_at is not None
        and notice.topic in of_text(found.topics)
        and account is not None
        and account.disabled_at is None
    )


def confirm(tools: Tools, arguments: Mapping[str, Any]) -> None:
    """Send the link that confirms an address; its secret is made here, and kept nowhere.

    Raises:
        JobFailed, JobHopeless: see `_deliver`.
    """
    with tools.database.session() as session, session.begin():
        made = subscriptions.new_secret(session, arguments["account"])
        if made is None:
            return
        found, secret = made
        name = found.account.name
    registry = tools.settings.public_url or ""
    text = _CONFIRM.format(name=name, registry=registry, secret=secret)
    mark = f"confirm-{found.account_id}-{int(found.asked_at.timestamp())}"
    _deliver(tools, found.address, "Is this your address?", text, mark=mark)


def _deliver(tools: Tools, address: str, title: str, text: str, *, mark: str) -> None:
    """Hand a mail to the server.

    Raises:
        JobHopeless: this registry sends no mail, or the server will never take this one.
        JobFailed: the server cannot be used now.
    """
    mail = tools.settings.mail
    if mail is None:
        raise JobHopeless("this registry sends no mail", next_step="Set MAIL_SERVER.")
    host = urlsplit(tools.settings.public_url or "").hostname or "localhost"
    message = _message(mail, address, title, text, now=tools.now())
    message["Message-ID"] = f"<notice-{mark}@{host}>"
    message["List-Unsubscribe"] = f"<{tools.settings.public_url}/account/notices>"
    try:
        _hand_over(mail, message, host)
    except smtplib.SMTPRecipientsRefused as error:
        [(code, _)] = error.recipients.values()
        raise _refused("the address", code) from None
    except smtplib.SMTPDataError as error:
        raise _refused("the mail", error.smtp_code) from None
    except (smtplib.SMTPException, OSError) as error:
        raise JobFailed(
            f"the mail server cannot be used ({type(error).__name__})",
            next_step="Look at the settings MAIL_*.",
        ) from None


def _message(
    mail: MailSettings, address: str, title: str, text: str, *, now: datetime
) -> EmailMessage:
    message = EmailMessage()
    message["From"] = f"refcheck registry <{mail.sender}>"
    message["To"] = address
    message["Subject"] = title
    message["Date"] = format_datetime(now)
    message["Auto-Submitted"] = "auto-generated"  # no answering machine answers
    message.set_content(text)
    return message


def _hand_over(mail: MailSettings, message: EmailMessage, own_name: str) -> None:
    trust = ssl.create_default_context()
    if mail.tls is Tls.IMPLICIT:
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            mail.host, mail.port, own_name, timeout=_SECONDS, context=trust
        )
    else:
        server = smtplib.SMTP(mail.host, mail.port, own_name, timeout=_SECONDS)
    with server:
        if mail.tls is Tls.STARTTLS:
            server.starttls(context=trust)
        if mail.user:
            server.login(mail.user, mail.password)
        server.send_message(message)


def _refused(what: str, code: int) -> JobFailed:
    kind = JobHopeless if code >= 500 else JobFailed
    return kind(f"the mail server refuses {what} ({code})", next_step="Ask whose it is.")


MAILING = Task("mail.send", send)
CONFIRMING = Task(subscriptions.TASK, confirm)
