"""What the headers of an answer say, whatever bytes a server may put there."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_LONGEST_WAIT = 86400
_LONGEST_HEADER = 1000
_CHARSET = re.compile(r""";\s*charset\s*=\s*["']?([\w.:-]{1,40})""", re.I)


def retry_after(value: str | None, now: datetime) -> int | None:
    """Return the seconds a Retry-After header asks to wait, at most a day, or None where it says nothing."""
    text = (value or "").strip()
    if re.fullmatch("[0-9]+", text):
        return _LONGEST_WAIT if len(text) > 9 else min(int(text), _LONGEST_WAIT)
    try:
        at = parsedate_to_datetime(text[:_LONGEST_HEADER])
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return min(max(0, int((at - now).total_seconds())), _LONGEST_WAIT)


def content_type(value: str | None) -> tuple[str, str | None]:
    """Return (type in lower case, charset or None) of a Content-Type header."""
    text = (value or "")[:_LONGEST_HEADER]
    found = _CHARSET.search(text)
    return text.partition(";")[0].strip().lower(), found[1].lower() if found else None


def validator(value: str | None, longest: int) -> str | None:
    """Return an ETag or Last-Modified that can be kept and sent back as it is, else None."""
    return value if value and len(value) <= longest and re.fullmatch("[\\x20-\\x7e]+", value) else None
