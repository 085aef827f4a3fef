"""Mails that come back, written by us: replies as mail programs write them, bounces as mail systems do."""

from email.message import EmailMessage
from email.policy import SMTP

OURS = "<0123456789abcdef0123456789abcdef@huiying.invalid>"
MAILBOX = "zhiban@demo.invalid"
QUOTED = "食品安全科：\n请于11月22日18:40前反馈。\n"


def reply(
    text: str,
    *,
    sender: str = "值班员A <duty@demo.invalid>",
    answers: str | None = OURS,
    subject: str = "回复：【舆情交办·橙】请于11月22日18:40前反馈：标题（舆情〔2026〕3号）",
    html: str | None = None,
    files: dict[str, bytes] | None = None,
    message_id: str | None = "<reply-1@demo.invalid>",
    **headers: str,
) -> bytes:
    """Return a reply of a person; `headers` come on top, with `_` for `-`."""
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = sender, MAILBOX, subject
    mail["Date"] = "Sun, 22 Nov 2026 14:05:00 +0800"
    for name, value in (("Message-ID", message_id), ("In-Reply-To", answers), ("References", answers)):
        if value:
            mail[name] = value
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    if html is not None:
        mail.add_alternative(html, subtype="html")
    for name, content in (files or {}).items():
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return mail.as_bytes()


def status_report(
    recipient: str,
    *,
    status: str = "5.1.1",
    action: str = "failed",
    said: str = "550 no such user",
    returned: str = OURS,
) -> bytes:
    """Return a bounce with a machine-readable report (RFC 3464)."""
    return (
        "Return-Path: <>\r\nFrom: Mail Delivery System <MAILER-DAEMON@mx.demo.invalid>\r\n"
        f"To: {MAILBOX}\r\nSubject: Undelivered Mail Returned to Sender\r\nAuto-Submitted: auto-replied\r\n"
        f"Message-ID: <bounce-{status}-{action}@mx.demo.invalid>\r\nDate: Sun, 22 Nov 2026 14:06:00 +0800\r\n"
        'MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nYour mail could not be delivered.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.demo.invalid\r\n\r\n"
        f"Final-Recipient: rfc822; {recipient}\r\nAction: {action}\r\nStatus: {status}\r\n"
        f"Diagnostic-Code: smtp; {said}\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nFrom: {MAILBOX}\r\nTo: {recipient}\r\n"
        f"Message-ID: {returned}\r\n\r\n"
        "--b--\r\n"
    ).encode()


def worded_bounce(text: str, *, sender: str, subject: str, charset: str = "utf-8", subtype: str = "plain") -> bytes:
    """Return a bounce that says in words alone what happened."""
    mail = EmailMessage(policy=SMTP)
    mail["Return-Path"], mail["From"], mail["To"], mail["Subject"] = "<>", sender, MAILBOX, subject
    mail["Message-ID"] = "<worded@mx.demo.invalid>"
    mail.set_content(text, subtype=subtype, charset=charset, cte="base64")
    return mail.as_bytes()
