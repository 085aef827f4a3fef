"""A mail as bytes: header values without control characters, and the result read again before it may be sent."""

import re
import unicodedata
from email.headerregistry import Address
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP, default
from email.utils import format_datetime

from alerts.channels import Mail
from domain.workdays import BEIJING

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+")


def as_bytes(mail: Mail) -> bytes:
    """Return the message as it goes over the wire. ValueError for a wrong address or headers that were tampered with.

    Source: CVE-2024-6923, an encoded word in a subject could become a header of its own.
    """
    if not _ADDRESS.fullmatch(mail.to):
        raise ValueError(f"收件地址不是邮件地址：{one_line(mail.to)[:80]}")
    message = _built(mail)
    raw = message.as_bytes(policy=SMTP)
    _check(raw, message.keys(), mail)
    return raw


def one_line(text: str) -> str:
    """Return a text fit for a header: no control, format or line-ending characters, no ready-made encoded words."""
    plain = "".join(sign if unicodedata.category(sign) not in ("Cc", "Cf", "Cs", "Zl", "Zp") else " " for sign in text)
    return " ".join(plain.replace("=?", "= ?").split())


def _built(mail: Mail) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["Subject"] = one_line(mail.subject)
    message["From"] = Address(one_line(mail.sender_name), addr_spec=mail.sender)
    message["To"] = Address(addr_spec=mail.to)
    if mail.reply_to:
        message["Reply-To"] = Address(addr_spec=mail.reply_to)
    message["Date"] = format_datetime(mail.at.astimezone(BEIJING))
    message["Message-ID"] = mail.message_id
    if mail.thread:
        message["References"] = mail.thread
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text, cte="base64")
    if mail.html:
        message.add_alternative(mail.html, subtype="html", cte="base64")
    return message


def _check(raw: bytes, planned: list[str], mail: Mail) -> None:
    """Read the message again, as a receiver would: the headers have to be those planned, to this one person."""
    read = BytesParser(policy=default).parsebytes(raw, headersonly=True)
    if list(read.keys()) != list(planned):
        raise ValueError("邮件头与计划不符，可能有人在标题里夹带了内容")
    if [address.addr_spec for address in read["To"].addresses] != [mail.to] or read["Message-ID"] != mail.message_id:
        raise ValueError("收件人与计划不符")
