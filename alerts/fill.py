"""The last step before sending: addresses of the service and the signed link are put into the kept text."""

from datetime import datetime

from domain.notice import ACK, REPLY, REPLY_SIGNS, SITE
from store.links import ack_token
from store.notices import Message
from store.secrets import key
from store.settings import Settings

HOW_TO_REPLY = "直接回复本邮件“签收”即可签收；写明办理情况或附上材料即为反馈。也可"
REPLY_IS_SIGNATURE = "也可以直接回复本邮件“签收”，即算签字。"


def filled(notice_id: int, message: Message, settings: Settings, now: datetime) -> tuple[str, str | None]:
    """Return plain text and HTML of a notice with its links.

    The signed link is made here and kept nowhere, so that nobody who reads the database can acknowledge for another.
    """
    link = ""
    if ACK in message.text:
        token = ack_token(key(settings.secret_file, "ack-link"), notice_id, now)
        link = f"{settings.base_url}/n/{token}"
    return with_links(message.text, settings, link), with_links(message.html, settings, link) if message.html else None


def with_links(text: str, settings: Settings, link: str = "") -> str:
    """Return a kept text with the address of the service, how to reply and, where given, the signed link."""
    reply, signs = (HOW_TO_REPLY, REPLY_IS_SIGNATURE) if settings.imap_url else ("", "")
    return text.replace(ACK, link).replace(REPLY, reply).replace(REPLY_SIGNS, signs).replace(SITE, settings.base_url)
