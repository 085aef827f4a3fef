"""Ways to tell somebody, one file each with one function `send(url, mail)`; a channel is registered by being there."""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

Send = Callable[[str, "Mail"], str]


@dataclass(frozen=True, slots=True)
class Mail:
    """One message to one recipient. `message_id` and `thread` stand in angle brackets."""

    sender: str
    sender_name: str
    to: str
    subject: str
    text: str
    html: str | None
    message_id: str
    thread: str | None
    at: datetime
    reply_to: str | None = None


class Retry(Exception):
    """Not taken this time. `reached` says whether the server answered about this recipient, not about itself."""

    def __init__(self, words: str, *, reached: bool = False) -> None:
        super().__init__(words)
        self.reached = reached


class Refused(Exception):
    """Not taken, and never will be: the recipient or the message was refused for good."""


def names() -> list[str]:
    """Return the names of all channels."""
    return sorted(found.name for found in pkgutil.iter_modules(__path__))


def named(name: str) -> Send:
    """Return the `send` of a channel. LookupError names those there are."""
    if name not in names():
        raise LookupError(f"没有通知渠道 {name}；可用：{'、'.join(names())}")
    send: Send = importlib.import_module(f"{__name__}.{name}").send
    return send
