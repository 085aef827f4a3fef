"""Reads a stored mail for showing: headers, text, HTML, attachments. Never fails on a bad mail."""

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import lru_cache
from pathlib import Path

SHOWN = {
    "Delivered-To": "送达",
    "Return-Path": "退信地址",
    "From": "发件人",
    "To": "收件人",
    "Cc": "抄送",
    "Date": "发出时间",
    "Reply-To": "回复到",
    "Message-ID": "邮件编号",
    "In-Reply-To": "回复哪一封",
    "Auto-Submitted": "自动发出",
}
UNREADABLE = "（这一栏无法解析，请看原件）"
_IMAGES = {"image/png", "image/jpeg", "image/gif"}
_CONTENT_ID = re.compile(r"""cid:([^"'\s)>]+)""", re.IGNORECASE)
_HEAD = re.compile(r"<head[^>]*>", re.IGNORECASE)
# Links of a mail open in a window of their own: inside the frame they could show nothing.
_NEW_WINDOW = '<base target="_blank">'


@dataclass(frozen=True, slots=True)
class Attachment:
    """One attached file."""

    name: str
    content: bytes


def read_mail(path: Path) -> EmailMessage:
    """Return the stored mail parsed; a broken one has defects, not an exception."""
    parsed = message_from_bytes(path.read_bytes(), policy=policy.default)
    if not isinstance(parsed, EmailMessage):
        raise TypeError("policy.default builds EmailMessage")
    return parsed


def header(mail: EmailMessage, name: str) -> str:
    """Return all values of one header as one line, or a sentence where it cannot be read."""
    try:
        return "，".join(" ".join(str(value).split()) for value in mail.get_all(name, []))
    except Exception:
        # The standard library's header parser raises many kinds of errors on hostile headers.
        return UNREADABLE


@lru_cache(maxsize=4096)
def summary(path: Path) -> tuple[str, str]:
    """Return recipients and subject for the list. A stored mail never changes, so it is parsed once."""
    mail = read_mail(path)
    return header(mail, "To") or header(mail, "Delivered-To"), header(mail, "Subject") or "（无主题）"


def headers(mail: EmailMessage) -> list[tuple[str, str]]:
    """Return label and value of the headers worth showing, the envelope's first, those that are there."""
    pairs = [(label, header(mail, name)) for name, label in SHOWN.items()]
    return [(label, value) for label, value in pairs if value]


def plain(mail: EmailMessage) -> str | None:
    """Return the plain-text part, or None."""
    return next((_decoded(part) for part in _bodies(mail, "text/plain")), None)


def html(mail: EmailMessage) -> str | None:
    """Return the HTML part with its own pictures put in and links opening a new window, or None."""
    body = next((_decoded(part) for part in _bodies(mail, "text/html")), None)
    if body is None:
        return None
    pictures = _pictures(mail)
    body = _CONTENT_ID.sub(lambda found: pictures.get(found[1], found[0]), body)
    opened = _HEAD.search(body)
    place = opened.end() if opened else 0
    return body[:place] + _NEW_WINDOW + body[place:]


def attachments(mail: EmailMessage) -> list[Attachment]:
    """Return the attached files in their order."""
    parts = [part for part in _leaves(mail) if _is_attached(part)]
    return [Attachment(_file_name(part) or f"附件{n}", _bytes(part)) for n, part in enumerate(parts, start=1)]


def _leaves(mail: EmailMessage) -> Iterator[EmailMessage]:
    for part in mail.walk():
        if isinstance(part, EmailMessage) and not part.is_multipart():
            yield part


def _bodies(mail: EmailMessage, media_type: str) -> Iterator[EmailMessage]:
    return (part for part in _leaves(mail) if part.get_content_type() == media_type and not _is_attached(part))


def _is_attached(part: EmailMessage) -> bool:
    try:
        return part.get_content_disposition() == "attachment"
    except Exception:
        # A disposition that cannot be read counts as an attachment: it is then offered for download, not shown.
        return True


def _file_name(part: EmailMessage) -> str | None:
    try:
        return part.get_filename()
    except Exception:
        # A name that cannot be read is replaced by a number.
        return None


def _bytes(part: EmailMessage) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _decoded(part: EmailMessage) -> str:
    """Return a part's text; unknown charsets and bad bytes are replaced, never raised."""
    try:
        return _bytes(part).decode(part.get_content_charset() or "utf-8", "replace")
    except (LookupError, ValueError):
        return _bytes(part).decode("utf-8", "replace")


def _pictures(mail: EmailMessage) -> dict[str, str]:
    """Return content id → data URI of the pictures inside the mail."""
    found = {}
    for part in _leaves(mail):
        name = header(part, "Content-ID").strip("<> ")
        if name and part.get_content_type() in _IMAGES:
            found[name] = f"data:{part.get_content_type()};base64,{base64.b64encode(_bytes(part)).decode()}"
    return found
