"""What opens a source, set by its keepers: a cookie where its use is authorised, a mailbox password, a vendor's key."""

from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from store import journal, registering, source_secrets
from store.registering import MAILBOX, MAILBOX_LABEL, PUSH, PUSH_LABEL, Fields, Reading
from store.sources import PASSIVE
from store.tables.sources import Source

LONGEST = 8000


def add_push(session: Session, said: Fields, by: str, now: datetime) -> tuple[Source, str]:
    """Add a vendor that pushes; return it and its key, which is shown once. ValueError in the user's words."""
    reading = Reading(f"{PUSH}:{said.name}", PUSH, PUSH_LABEL)
    made = registering.add(session, said, reading, by, now)
    return made, source_secrets.new_key(made)


def renew_key(session: Session, source: Source, by: str, now: datetime) -> str:
    """Give a vendor another key and return it, which is shown once. ValueError for any other source."""
    if source.kind != PUSH:
        raise ValueError("只有服务商推送才有密钥")
    journal.record(session, by, "renew_push_key", f"source-{source.id}", now)
    return source_secrets.new_key(source)


def add_mailbox(
    session: Session, said: Fields, url: str, password: str, secret_file: Path, by: str, now: datetime
) -> Source:
    """Add a mailbox with its password and return it. ValueError in the user's words."""
    _check_secret(password, "口令")
    made = registering.add(session, said, Reading(url, MAILBOX, MAILBOX_LABEL), by, now)
    source_secrets.put(secret_file, made, password)
    return made


def keep_authorisation(session: Session, source: Source, words: str, by: str, now: datetime) -> bool:
    """Keep the platform's written authorisation; without one the cookie goes too: return whether it did."""
    if words == (source.authorisation or ""):
        return False
    source.authorisation = words or None
    journal.record(session, by, "change_source", f"source-{source.id}", now, fields=["authorisation"])
    if words or source.secret is None or source.kind in (*PASSIVE, MAILBOX):
        return False
    forget_secret(session, source, by, now)
    return True


def keep_secret(session: Session, source: Source, text: str, secret_file: Path, by: str, now: datetime) -> None:
    """Seal a cookie or mailbox password; it is tried at once. ValueError, in the user's words, where none may be kept.

    A cookie needs the platform's written authorisation.
    """
    if source.kind in PASSIVE:
        raise ValueError("这种监测源不用口令或 Cookie")
    if source.kind != MAILBOX and not source.authorisation:
        raise ValueError("没有平台的书面授权，不能使用账号 Cookie：请先登记授权的文号、日期和范围")
    _check_secret(text, secret_words(source))
    source_secrets.put(secret_file, source, text)
    if source.enabled:
        source.fetch_at, source.attempts = now, 0
    journal.record(session, by, "keep_source_secret", f"source-{source.id}", now)


def forget_secret(session: Session, source: Source, by: str, now: datetime) -> None:
    """Delete a cookie or mailbox password. ValueError for a vendor, who has a key."""
    if source.kind in PASSIVE:
        raise ValueError("这种监测源不用口令或 Cookie")
    source.secret = None
    journal.record(session, by, "forget_source_secret", f"source-{source.id}", now)


def secret_words(source: Source) -> str:
    """Return what the secret of a source is called."""
    return "口令" if source.kind == MAILBOX else "Cookie"


def _check_secret(text: str, what: str) -> None:
    if not text:
        raise ValueError(f"请填写{what}")
    if len(text) > LONGEST or not text.isprintable() or (what == "Cookie" and not text.isascii()):
        raise ValueError(f"{what}应是一行文字，不超过 {LONGEST} 个字符")
