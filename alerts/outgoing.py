"""A notice as it leaves the house: in full to the office's own mail domains, the short text alone to all others."""

from datetime import datetime

from sqlalchemy.orm import Session

from alerts.channels import Mail
from alerts.fill import filled
from store.links import ack_token
from store.notices import Message
from store.office import fact
from store.secrets import key
from store.settings import Settings
from store.tables.notices import Notice


def mail_of(session: Session, notice: Notice, message: Message, settings: Settings, now: datetime) -> Mail:
    """Return what the notice's channel is to send. The links in it are signed here and kept nowhere."""
    subject, text, html = message.subject, "", None
    if notice.channel == "email" and takes_full_text(notice.address, settings):
        text, html = filled(notice.id, message, settings, now)
    elif notice.channel == "email":
        subject, text = (
            "【舆情通知】请查看并签收",
            f"{message.short}\n\n查看并签收：{_link(settings, 'n', notice, now)}\n",
        )
    return Mail(
        sender=settings.mail_from,
        sender_name=f"{fact(session, 'name') or '回应'}值班室",
        to=notice.address,
        subject=subject,
        text=text,
        html=html,
        message_id=notice.message_id,
        thread=notice.thread,
        at=now,
        reply_to=settings.reply_to if settings.imap_url else None,
        short=message.short,
        reference=notice.message_id.strip("<>").partition("@")[0],
        callback=_link(settings, "voice", notice, now) if notice.channel == "voice" else "",
    )


def takes_full_text(address: str, settings: Settings) -> bool:
    """Return whether an address is in a domain the office listed; by default only the sender's own is."""
    allowed = settings.full_text_domains or {_domain(settings.mail_from)}
    return _domain(address) in allowed


def _domain(address: str) -> str:
    return address.rpartition("@")[2].strip().lower()


PURPOSES = {"n": "ack-link", "voice": "voice-call"}
"""Which key signs the links under an address of ours."""


def _link(settings: Settings, place: str, notice: Notice, now: datetime) -> str:
    token = ack_token(key(settings.secret_file, PURPOSES[place]), notice.id, now)
    return f"{settings.base_url}/{place}/{token}"
