"""An SMTP server that fails at the verb it is told to, one plan a connection; otherwise it is the one of `smtp.py`."""

import asyncio
import ssl
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from services.ports import free_port
from services.smtp import HANG, MailServer

VERBS = ("connect", "EHLO", "MAIL", "RCPT", "DATA", "end of data")
HANG_UP = "hang up"  # closes the connection instead of an answer


@dataclass(frozen=True)
class Plan:
    """What happens in one connection: at `verb` this answer, HANG or HANG_UP; with `tls` STARTTLS is offered."""

    verb: str = ""
    answer: str = ""
    tls: ssl.SSLContext | None = None


class VerbServer(MailServer):
    """What the server does and what it got. `said` are the commands of all connections, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.plans: deque[Plan] = deque()
        self.said: list[str] = []
        self.tls: ssl.SSLContext | None = None

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Answer one mail as planned for its connection."""
        assert isinstance(server, Conversation)
        if server.plan.verb == "end of data":
            return await server.planned()
        return await super().handle_DATA(server, session, envelope)


class Conversation(SMTP):
    """One connection and its plan."""

    def __init__(self, server: VerbServer, **named: Any) -> None:
        self.plan = server.plans.popleft() if server.plans else Plan(tls=server.tls)
        super().__init__(server, tls_context=self.plan.tls, **named)
        for verb in ("EHLO", "HELO", "STARTTLS", "MAIL", "RCPT", "DATA"):
            self._smtp_methods[verb] = partial(self._obey, server, verb, self._smtp_methods[verb])

    async def planned(self) -> str:
        """Return the planned answer, or hang or close the connection; who says 421 closes it too, after saying so."""
        if self.plan.answer == HANG:
            await asyncio.Event().wait()
        assert self.transport is not None
        if self.plan.answer == HANG_UP:
            self.transport.close()
        elif self.plan.answer.startswith("421"):
            self.loop.call_later(0.1, self.transport.close)
        return self.plan.answer

    async def _handle_client(self) -> None:
        if self.plan.verb != "connect":
            await super()._handle_client()
            return
        try:
            await self.push(await self.planned())
        finally:
            self._writer.close()

    async def _obey(self, server: VerbServer, verb: str, method: Any, words: str) -> None:
        server.said.append(verb)
        if self.plan.verb == ("EHLO" if verb == "HELO" else verb):
            await self.push(await self.planned())
        else:
            await method(words)


class _Controller(Controller):
    def factory(self) -> SMTP:
        return Conversation(self.handler, **self.SMTP_kwargs)


@contextmanager
def verb_server() -> Iterator[VerbServer]:
    """Give a server listening on loopback; `url` is what SMTP_URL wants."""
    made = VerbServer()
    port = free_port()
    made.url = f"smtp://127.0.0.1:{port}"
    controller = _Controller(made, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield made
    finally:
        controller.stop()
