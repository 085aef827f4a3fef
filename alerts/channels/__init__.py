"""Ways to tell somebody, one file each with one function `send(url, mail)`; a channel is registered by being there."""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from alerts.channels.answers import Judgement

Send = Callable[[str, "Mail"], str]


@dataclass(frozen=True, slots=True)
class Mail:
    """One message to one recipient. `message_id` and `thread` stand in angle brackets.

    Channels other than mail send `short` alone, with `reference` as the mark of this message; `callback` is the signed
    address to which a voice gateway reports what was pressed.
    """

    sender: str
    sender_name: str
    to: str
    subject: str
    text: str
    html: str | None
    message_id: str
    thread: str | None
    at: datetime
    short: str = ""
    reference: str = ""
    callback: str = ""
    reply_to: str | None = None


class Retry(Exception):
    """Not taken this time. `reached`: the server answered about this recipient, not about itself. `shut_out`: it
    refuses us or all mail for good, so that the next attempt is hopeless too until somebody mends that."""

    def __init__(self, words: str, *, reached: bool = False, shut_out: bool = False) -> None:
        super().__init__(words)
        self.reached, self.shut_out = reached, shut_out


class Throttled(Retry):
    """Not taken because too much was sent: the channel takes nothing for `wait` seconds."""

    def __init__(self, words: str, wait: int) -> None:
        super().__init__(words, reached=True)
        self.wait = wait


class Refused(Exception):
    """Not taken, and never will be: the recipient or the message was refused for good."""


def settle(judged: "Judgement") -> str:
    """Return the words of an answer that means sent. Raises Retry, Throttled or Refused for any other."""
    if judged.kind == "sent":
        return judged.words
    if judged.kind == "throttled":
        raise Throttled(judged.words, judged.wait)
    if judged.kind == "retry":
        raise Retry(judged.words, reached=True)
    raise Refused(judged.words)


@cache
def _sends() -> dict[str, Send]:
    """Return the `send` of every channel by name; files without one help the others."""
    modules = {
        found.name: importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)
    }
    return {name: module.send for name, module in sorted(modules.items()) if hasattr(module, "send")}


def names() -> list[str]:
    """Return the names of all channels."""
    return list(_sends())


def named(name: str) -> Send:
    """Return the `send` of a channel. LookupError names those there are."""
    if name not in _sends():
        raise LookupError(f"没有通知渠道 {name}；可用：{'、'.join(names())}")
    # Asked of the module, because a `send` may be looked up long after it was found.
    send: Send = importlib.import_module(f"{__name__}.{name}").send
    return send
