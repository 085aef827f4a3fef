"""Replies that a program wrote in a person's place: holiday and absence. Message in, yes or no out."""

import re
from email.message import Message

from domain.letter_in import header

_SUBJECT = re.compile(
    r"^\W*(?:(?:re|回复|答复)\s*[:：]\s*)*(?:自动(?:回复|答复|应答)|自動(?:回覆|回復|答覆)|auto(?:matic|matische"
    r"|mated)?[- ]?(?:reply|response|antwort|svar)"
    r"|out of (?:the )?office|ooo\b|abwesen|absence|réponse automatique|respuesta automática|risposta automatica"
    r"|автоответ"
    r"|autoreply|vacation|(?:我)?(?:正在)?(?:休假|外出|出差|请假)|已读[:：]|read[:：]|read receipt)",
    re.IGNORECASE,
)
_HEADERS = ("X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Auto-Reply", "X-Vacation")
_EXCHANGE = ("X-MS-Exchange-Inbox-Rules-Loop", "X-MS-Exchange-Generated-Message-Source")
_PRECEDENCE = ("auto_reply", "auto-reply")


def is_auto_reply(message: Message) -> bool:
    """Return whether a mail says of itself that it is an automatic reply of a mailbox, by subject or headers.

    `Auto-Submitted: auto-replied` alone does not: real bounces say so too. Ask for bounces first.
    """
    if _SUBJECT.search(header(message, "Subject")):
        return True
    marked = any(name in message for name in (*_HEADERS, *_EXCHANGE))
    return marked or header(message, "Precedence").lower() in _PRECEDENCE


def is_automatic(message: Message) -> bool:
    """Return whether a program sent a mail, of whatever kind: lists, notices, replies."""
    submitted = header(message, "Auto-Submitted").lower()
    return is_auto_reply(message) or (bool(submitted) and not submitted.startswith("no"))
