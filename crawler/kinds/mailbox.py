"""A mailbox for citizens' letters (局长信箱): each mail one message. What is new is got by `crawler.mailboxes`."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.message import Message
from hashlib import sha256
from typing import Any

from crawler.dates import Moment, read_moment
from crawler.items import LONGEST_TITLE, Item
from domain import letter_in
from domain.html_text import CUT

LABEL = "信箱（IMAP）"

BELIEVED = timedelta(days=2)
"""A mail whose own date lies farther from its arrival has a wrong clock; its arrival counts."""
BOUNCE, AUTOMATIC = "退信", "自动回复"
NO_SUBJECT = "（无标题来信）"
TOO_LARGE = "（这封来信太大，或一时取不下来，只读了标题；请到信箱里查看。）"
_REPORTS = ("delivery-status", "disposition-notification")
_AUTO_HEADERS = ("X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Auto-Reply", "X-Vacation")
_LONGEST_TITLE = 60


def parse(
    body: bytes, url: str, now: datetime, declared: str | None = None, options: Mapping[str, Any] | None = None
) -> list[Item]:
    """Return one saved mail (.eml) as an item, none where it is a report or an automatic reply.

    Raises LookupError, in Chinese, if this is no mail.
    """
    message = letter_in.read(body).message
    if not any(name in message for name in ("From", "Subject", "Message-ID", "Received")):
        raise LookupError("这不是一封邮件（没有发件人、标题）")
    read = letter(body, now)
    return [read] if isinstance(read, Item) else []


def letter(raw: bytes, now: datetime, arrived: datetime | None = None, *, whole: bool = True) -> Item | str:
    """Return a mail as an item, or in words why it is none. Never raises, whatever the bytes.

    `arrived` is when the server got it; of one that is not `whole` only the headers are there. Neither name nor address
    of the sender is taken over; the mailbox has them.
    """
    mail = letter_in.read(raw)
    reason = _left_out(mail.message)
    if reason:
        return reason
    text = _text(mail) if whole else TOO_LARGE
    return Item(
        title=_title(mail.subject, text if whole else ""),
        link="",
        published=_published(mail.message, now, arrived),
        author=None,
        text=text,
        has_page=False,
        number=sha256(mail.message_id.encode("utf-8", "replace")).hexdigest()[:20],
        channel="message",
    )


def _left_out(message: Message) -> str:
    """Return why a mail is no letter of a citizen, by its headers alone: nobody is left out for what they write."""
    report = message.get_content_type() == "multipart/report" and str(message.get_param("report-type", "")).lower()
    if report in _REPORTS or any(part.get_content_type().endswith(_REPORTS) for part in letter_in.parts(message)):
        return BOUNCE
    if letter_in.header(message, "Return-Path") == "<>" and "X-Failed-Recipients" in message:
        return BOUNCE
    submitted = letter_in.header(message, "Auto-Submitted").lower()
    precedence = letter_in.header(message, "Precedence").lower()
    marked = any(name in message for name in _AUTO_HEADERS)
    if marked or precedence in ("auto_reply", "auto-reply") or (submitted and not submitted.startswith("no")):
        return AUTOMATIC
    return ""


def _title(subject: str, text: str) -> str:
    """Return the subject, else how the text begins."""
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return subject[:LONGEST_TITLE] or (first[:_LONGEST_TITLE] if first else NO_SUBJECT)


def _text(mail: letter_in.LetterIn) -> str:
    """Return the text and the names of what is attached. A plain part that only points at the HTML does not count."""
    html = letter_in.html_of(mail.message)
    best = html if len(html) > 3 * len(mail.text.strip()) + 100 else mail.text
    lines = [line.rstrip() for line in best.splitlines() if line.strip() != CUT]
    names = [*(file.name for file in mail.files), *mail.left_out]
    attached = f"\n附件：{'、'.join(names)}" if names else ""
    return ("\n".join(lines).strip() + attached).strip()


def _published(message: Message, now: datetime, arrived: datetime | None) -> Moment | None:
    """Return when a mail was sent; its arrival where it does not say so or cannot be believed."""
    came = Moment(arrived.astimezone(UTC), "second") if arrived else None
    stated = letter_in.header(message, "Date")
    sent = read_moment(stated, now) if stated else None
    if sent is None or (came and abs(sent.at - came.at) > BELIEVED):
        return came
    return sent
