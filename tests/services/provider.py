"""A provider of messages on loopback that answers as told: takes, throttles, lies, hangs, dies after taking."""

import json
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

HANG = "hang"  # reads the request and never answers; the connection stays open until the server ends
DROP = "drop"  # reads the request and closes the connection without an answer
DRIP = "drip"  # answers one byte every 50 ms and never ends
TAKEN: dict[str, Any] = {"errcode": 0, "errmsg": "ok", "code": 0}
Step = str | tuple[int, Any]


@dataclass(frozen=True)
class Asked:
    """One request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    content: bytes

    @property
    def said(self) -> Any:
        """The JSON of the body."""
        return json.loads(self.content)


class Provider:
    """What the server does and what it was asked, in order."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.host = ""
        self.always: Step = (200, TAKEN)
        self.ended = threading.Event()
        self._plan: deque[Step] = deque()

    def then(self, *steps: Step) -> None:
        """Plan the next answers, one each: HANG, DROP, DRIP or (status, body); afterwards `always` holds again."""
        self._plan.extend(steps)

    def url(self, path: str = "/", who: str = "") -> str:
        """Return an address of this server; `who` is `user:password`."""
        return f"http://{who + '@' if who else ''}{self.host}{path}"

    def step(self) -> Step:
        """Return what to do with the next request."""
        return self._plan.popleft() if self._plan else self.always


class _Handler(BaseHTTPRequestHandler):
    server: Any

    def do_POST(self) -> None:
        provider: Provider = self.server.provider
        content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        provider.asked.append(Asked(self.command, self.path, dict(self.headers), content))
        step = provider.step()
        if isinstance(step, tuple):
            self._say(*step)
        elif step == HANG:
            provider.ended.wait()
        elif step == DRIP:
            self._drip(provider)
        self.close_connection = True

    do_GET = do_POST

    def _say(self, status: int, body: Any) -> None:
        raw = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        self.send_response(status)
        if 300 <= status < 400:
            self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def _drip(self, provider: Provider) -> None:
        try:
            while not provider.ended.wait(0.05):
                self.wfile.write(b"H")
        except OSError:
            return

    def log_message(self, format: str, *args: object) -> None:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    provider: Provider


@contextmanager
def provider() -> Iterator[Provider]:
    """Give a provider listening on loopback."""
    made = Provider()
    server = _Server(("127.0.0.1", 0), _Handler)
    server.provider = made
    made.host = f"127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield made
    finally:
        made.ended.set()
        server.shutdown()
        thread.join(5)
        server.server_close()
