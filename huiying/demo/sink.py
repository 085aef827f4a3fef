"""The demo's mail sink: a real SMTP server on loopback that keeps every mail, and what serves all of the demo."""

import asyncio
import logging
import socket
import threading
from collections.abc import Callable, Coroutine
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from huiying.demo.mailfolder import MailFolder
from huiying.demo.newsstand import real_now
from huiying.demo.site import HOST, Site, port_taken

LARGEST = 25 * 1024 * 1024
READY_SECONDS = 20.0
log = logging.getLogger(__name__)


class _Keeper:
    """What aiosmtpd calls for every mail."""

    def __init__(self, folder: MailFolder, now: Callable[[], datetime]) -> None:
        self._folder = folder
        self._now = now

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Store the mail as it came; a full disk is a temporary error, so that the sender tries again."""
        content = envelope.content or b""
        raw = content if isinstance(content, bytes) else content.encode("utf-8", "replace")
        try:
            path = await asyncio.to_thread(
                self._folder.save, raw, envelope.mail_from or "", envelope.rcpt_tos, self._now()
            )
        except OSError:
            log.exception("demo mail sink: a mail could not be stored")
            return "451 4.3.0 Could not be stored, please try again"
        return f"250 2.0.0 Kept as {path.name}"


class _Controller(Controller):
    """Takes a socket that is bound already, so that a taken port is an error at once and not after a time-out."""

    def __init__(self, keeper: _Keeper, listener: socket.socket) -> None:
        super().__init__(keeper, *listener.getsockname(), ready_timeout=READY_SECONDS, data_size_limit=LARGEST)
        self._listener = listener

    def _create_server(self) -> Coroutine[Any, Any, asyncio.AbstractServer]:
        return self.loop.create_server(self._factory_invoker, sock=self._listener)


class MailSink:
    """The running SMTP server: `with MailSink(mails, port) as sink`. Port 0 takes a free one; `port` is the one taken.

    OSError, naming the port, if it is taken.
    """

    def __init__(self, mails: MailFolder, port: int, now: Callable[[], datetime] = real_now) -> None:
        try:
            self._listener = socket.create_server((HOST, port), backlog=128)
        except OSError as error:
            raise port_taken("演示收件箱", port, error) from None
        self.port: int = self._listener.getsockname()[1]
        self._keeper = _Keeper(mails, now)
        self._controller: Controller | None = None

    def start(self) -> None:
        """Begin to take mails, in a thread of its own."""
        self._controller = _Controller(self._keeper, self._listener)
        self._controller.start()

    def stop(self) -> None:
        """Take no more mails and free the port."""
        if self._controller:
            self._controller.stop()
        self._listener.close()

    def __enter__(self) -> "MailSink":
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def serve(folder: Path, epoch: datetime, http_port: int, smtp_port: int, stop: threading.Event) -> None:
    """Serve the demo's site and inbox on `http_port` and its mail sink on `smtp_port` until `stop` is set.

    Mails are kept in `folder`. ValueError if `epoch` is naive; OSError, naming the port, if one is taken.
    """
    mails = MailFolder(folder)
    with Site(epoch, http_port, mails=mails), MailSink(mails, smtp_port):
        stop.wait()
