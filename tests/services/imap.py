"""A small IMAP4rev1 server for the tests: one folder, reading only, that hangs, drops or refuses as it is told to."""

import re
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

USER, PASSWORD = "zhiban", "geheim"
HANG, DROP, DRIP, FLOOD, LIE = "hang", "drop", "drip", "flood", "lie"
"""No answer; a closed line; a byte every twentieth of a second; lines without end; a mail of 9 GB, it says."""


class Mailbox:
    """What the server holds and does. `mails` by UID; `asked` are the commands it got; `trouble` by command.

    `folder` is the name of its one folder, as the protocol writes it.
    """

    def __init__(self) -> None:
        self.mails: dict[int, bytes] = {}
        self.folder = "INBOX"
        self.validity = 7
        self.asked: list[str] = []
        self.trouble: dict[str, str] = {}
        self.needs_id = False
        self.arrived = "22-Nov-2026 14:05:00 +0800"
        self.url = ""
        self.ended = threading.Event()

    def add(self, raw: bytes) -> int:
        """Put a mail into the folder and return its UID."""
        uid = max(self.mails, default=0) + 1
        self.mails[uid] = raw
        return uid


class _Conversation(socketserver.StreamRequestHandler):
    mailbox: Mailbox
    named = False

    def handle(self) -> None:
        """Talk until the client leaves."""
        with suppress(OSError):
            self._say("* OK [CAPABILITY IMAP4rev1 ID] ready")
            while line := self.rfile.readline().decode().strip():
                tag, _, command = line.partition(" ")
                self.mailbox.asked.append(re.sub(r"(?i)(LOGIN \S+) .*", r"\1", command))
                if not self._answer(tag, command):
                    return

    def _answer(self, tag: str, command: str) -> bool:
        word = command.upper().removeprefix("UID ").split(" ")[0]
        trouble = self.mailbox.trouble.get(word)
        if trouble == HANG:
            self.mailbox.ended.wait(60)
        if trouble in (DRIP, FLOOD, LIE):
            self._torment(trouble)
        if trouble in (HANG, DROP, DRIP, FLOOD, LIE):
            return False
        said = trouble or getattr(self, f"_{word.lower()}", self._unknown)(command)
        self._say(f"{tag} {said}")
        return word != "LOGOUT"

    def _say(self, text: str | bytes) -> None:
        self.wfile.write((text.encode() if isinstance(text, str) else text) + b"\r\n")

    def _torment(self, how: str) -> None:
        if how == LIE:
            self._say("* 1 FETCH (UID 1 RFC822.SIZE 10 BODY[] {9999999999}")
        while not self.mailbox.ended.wait(0.05 if how == DRIP else 0):
            self.wfile.write(b"*" if how == DRIP else b"* OK " + b"x" * 60_000 + b"\r\n")

    def _unknown(self, command: str) -> str:
        return "BAD unknown"

    def _capability(self, command: str) -> str:
        self._say("* CAPABILITY IMAP4rev1 ID")
        return "OK done"

    def _login(self, command: str) -> str:
        good = command.replace('"', "").split(" ")[1:] == [USER, PASSWORD]
        return "OK in" if good else "NO [AUTHENTICATIONFAILED] wrong password"

    def _id(self, command: str) -> str:
        self.named = True
        self._say("* ID NIL")
        return "OK done"

    def _examine(self, command: str) -> str:
        if self.mailbox.needs_id and not self.named:
            return "NO unsafe login"
        if command != f'EXAMINE "{self.mailbox.folder}"':
            return "NO [NONEXISTENT] no such folder"
        self._say(f"* {len(self.mailbox.mails)} EXISTS")
        self._say(f"* OK [UIDVALIDITY {self.mailbox.validity}] valid")
        return "OK [READ-ONLY] open"

    def _search(self, command: str) -> str:
        least = re.search(r"UID (\d+):\*", command)
        found = [uid for uid in self.mailbox.mails if not least or uid >= int(least[1])]
        if least and not found and self.mailbox.mails:
            found = [max(self.mailbox.mails)]  # As the standard says: the range always holds the last one.
        self._say("* SEARCH " + " ".join(map(str, found)))
        return "OK done"

    def _fetch(self, command: str) -> str:
        uid = int(command.split(" ")[2])
        raw = self.mailbox.mails.get(uid)
        if raw is None:
            return "OK nothing"
        if "RFC822.SIZE" in command:
            arrival = f' INTERNALDATE "{self.mailbox.arrived}"' if "INTERNALDATE" in command else ""
            self._say(f"* 1 FETCH (UID {uid} RFC822.SIZE {len(raw)}{arrival})")
            return "OK done"
        content = raw.split(b"\r\n\r\n")[0] + b"\r\n\r\n" if "HEADER" in command else raw
        name = re.search(r"BODY\.PEEK(\[[A-Z]*\])", command)
        assert name is not None, "only peeking is allowed"
        self._say(f"* 1 FETCH (UID {uid} BODY{name[1]}<0> {{{len(content)}}}".encode() + b"\r\n" + content + b")")
        return "OK done"

    def _logout(self, command: str) -> str:
        self._say("* BYE")
        return "OK bye"


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False


@contextmanager
def imap_server(certificate: Path | None = None) -> Iterator[Mailbox]:
    """Give a mailbox served on loopback, with a certificate over TLS; `url` is what IMAP_URL wants."""
    mailbox = Mailbox()
    handler = type("Handler", (_Conversation,), {"mailbox": mailbox})
    with _Server(("127.0.0.1", 0), handler) as server:
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        scheme = "imaps" if certificate else "imap"
        mailbox.url = f"{scheme}://{USER}:{PASSWORD}@127.0.0.1:{server.server_address[1]}/INBOX"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield mailbox
        finally:
            mailbox.ended.set()
            server.shutdown()
            thread.join(5)
