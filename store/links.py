"""Signed links in mails: bound to one notice and so to one recipient, with an end."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

VALID = timedelta(days=14)
_BYTES = 18


def ack_token(key: bytes, notice_id: int, now: datetime) -> str:
    """Return the token of the link by which the recipient of a notice acknowledges it; URL-safe."""
    until = int((now + VALID).timestamp())
    return f"{notice_id}-{until}-{_mark(key, notice_id, until)}"


def notice_of(key: bytes, token: str, now: datetime) -> int:
    """Return the id of the notice a token belongs to. ValueError says whether it is wrong or too old."""
    try:
        notice_id, until = (int(part) for part in token.split("-", 2)[:2])
        mark = token.split("-", 2)[2]
    except (ValueError, IndexError):
        raise ValueError("链接不完整，请从邮件里重新打开") from None
    if not hmac.compare_digest(mark.encode(), _mark(key, notice_id, until).encode()):
        raise ValueError("链接无效，请从邮件里重新打开")
    if datetime.fromtimestamp(until, UTC) < now:
        raise ValueError("链接已过期，请电话联系值班室签收")
    return notice_id


def _mark(key: bytes, notice_id: int, until: int) -> str:
    digest = hmac.new(key, f"{notice_id}.{until}".encode(), hashlib.sha256).digest()[:_BYTES]
    return base64.urlsafe_b64encode(digest).decode()
