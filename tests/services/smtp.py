"""A real SMTP server for the tests that answers as it is told to: accept, refuse, hang, drop."""

import asyncio
import re
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from services.ports import free_port

ACCEPT = "accept"
HANG = "hang"  # never answers; the connection stays open until the server ends
SLOW = "slow"  # accepts the mail, but only once the test has set `go`
DROP = "drop"  # after DATA the connection is closed without an answer, and the mail is lost
KEEP_AND_DROP = "keep and drop"  # the same, but the mail was accepted: only the answer is lost


@dataclass(frozen=True)
class Mail:
    """One accepted mail: who the envelope names, and the message as it came."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes

    @property
    def message(self) -> EmailMessage:
        """The message, parsed."""
        return cast(EmailMessage, message_from_bytes(self.content, policy=policy.default))


class MailServer:
    """What the server does and what it got. `mails` are the accepted ones, in order."""

    def __init__(self) -> None:
        self.mails: list[Mail] = []
        self.refused: dict[str, str] = {}
        self.asked = 0
        self.go = threading.Event()
        self.url = ""
        self._plan: deque[str] = deque()

    def then(self, *steps: str) -> None:
        """Plan the answers to the next DATA commands, one each; afterwards everything is accepted again.

        A step is ACCEPT, HANG, SLOW, DROP, KEEP_AND_DROP or an answer of the server's, such as `451 try later`.
        """
        for step in steps:
            if step not in (ACCEPT, HANG, SLOW, DROP, KEEP_AND_DROP) and not re.fullmatch(r"[2-5]\d\d [ -~]+", step):
                raise ValueError(f"not a step: {step}")
        self._plan.extend(steps)

    def refuse(self, address: str, answer: str = "550 no such user") -> None:
        """Answer every RCPT of `address` with `answer`."""
        self.refused[address] = answer

    def to(self, address: str) -> list[Mail]:
        """Return the accepted mails whose envelope names `address`."""
        return [mail for mail in self.mails if address in mail.recipients]

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer one recipient."""
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Answer one mail as planned."""
        self.asked += 1
        step = self._plan.popleft() if self._plan else ACCEPT
        if step == HANG:
            await asyncio.Event().wait()
        while step == SLOW and not self.go.is_set():
            await asyncio.sleep(0.02)
        if step in (ACCEPT, SLOW, KEEP_AND_DROP) or step.startswith("2"):
            content = cast(bytes, envelope.content)
            self.mails.append(Mail(envelope.mail_from or "", tuple(envelope.rcpt_tos), content))
        if step in (DROP, KEEP_AND_DROP):
            cast(Any, server).transport.abort()
        return "250 OK queued" if step in (ACCEPT, SLOW, DROP, KEEP_AND_DROP) else step


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """Give a server listening on loopback; `url` is what SMTP_URL wants."""
    mailbox = MailServer()
    port = free_port()
    mailbox.url = f"smtp://127.0.0.1:{port}"
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()
