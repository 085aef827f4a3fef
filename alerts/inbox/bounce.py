"""Is a mail a bounce, for whom, for good or not, why, and which mail of ours does it return? Message in, facts out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.parser import HeaderParser

from alerts.inbox import bounce_text, dsn
from alerts.inbox.auto import is_auto_reply
from alerts.inbox.failure import Failure
from domain.letter_in import decoded, header, ids, inside, parts

_HEADER_ID = re.compile(r"^[> \t]*(?:x-)?(?:original-)?message-id\s*:\s*(<[^<>\s]+>)", re.IGNORECASE | re.MULTILINE)
_NO_BOUNCE = ("feedback-report", "disposition-notification")
"""Reports that a mail was complained of or read: it arrived."""


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a bounce says. `returned` are Message-IDs it quotes of the mail it returns, the surest first."""

    failures: tuple[Failure, ...]
    returned: tuple[str, ...]


def bounce(message: Message) -> Bounce | None:
    """Return what a bounce says, None for any other mail. Never raises."""
    if any(part.get_content_type().endswith(_NO_BOUNCE) for part in parts(message)):
        return None
    original = next(_originals(message), None)
    reported = dsn.failures(message)
    if reported is None and original is not None and original.get_content_type() == "multipart/report":
        reported = dsn.failures(original)
    if reported is None and not is_auto_reply(message):
        reported = bounce_text.failures(message, original)
    return Bounce(reported, _returned(message)) if reported else None


def _originals(message: Message) -> Iterator[Message]:
    """Yield the mails, or their headers, that a mail carries."""
    for part in parts(message):
        if part.get_content_type() == "message/rfc822" and (held := inside(part)):
            yield held[0]
        elif part.get_content_type() in ("text/rfc822-headers", "message/rfc822-headers"):
            yield HeaderParser().parsestr(decoded(part).lstrip())


def _returned(message: Message) -> tuple[str, ...]:
    carried = [one for original in _originals(message) for one in ids(header(original, "Message-ID"))]
    quoted = [
        one
        for part in parts(message)
        if part.get_content_maintype() != "multipart"
        for one in _HEADER_ID.findall(decoded(part))
    ]
    answered = ids(f"{header(message, 'In-Reply-To')} {header(message, 'References')}")
    return tuple(dict.fromkeys((*carried, *quoted, *answered)))[:50]
