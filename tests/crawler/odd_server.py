"""A real HTTP server on loopback that behaves oddly on request, and counts who asked for what."""

import contextlib
import gzip
import socket
import threading
import zlib
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """Looks up the path among the odd answers below; keeps the headers it was sent."""

    protocol_version = "HTTP/1.1"
    server: "OddServer"

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        self.server.asked.append((path, dict(self.headers.items()), self.client_address[1]))
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.server.answers.get(path, not_found)(self)

    def reply(self, status: int = 200, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in {"content_length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def drip(self, head: bytes, piece: bytes) -> None:
        """Send `head`, then one piece every twentieth of a second until the other side goes away."""
        self.close_connection = True
        self.wfile.write(head)
        while not self.server.over.wait(0.05):
            self.wfile.write(piece)
            self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class OddServer(ThreadingHTTPServer):
    """The server; `asked` lists (path, headers, client port) of every request in order."""

    daemon_threads = True

    def __init__(self, address: str, answers: dict[str, Answer]) -> None:
        super().__init__((address, 0), Handler)
        self.address = address
        self.answers = answers
        self.asked: list[tuple[str, dict[str, str], int]] = []
        self.over = threading.Event()

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: the tests hang up on purpose."""

    @property
    def place(self) -> str:
        return f"{self.address}:{self.server_port}"

    def url(self, path: str) -> str:
        return f"http://{self.place}{path}"

    def hits(self, path: str) -> int:
        """Return how often a path was asked for."""
        return sum(one == path for one, _, _ in self.asked)


@contextlib.contextmanager
def odd_server(address: str = "127.0.0.1", **answers: Answer) -> Iterator[OddServer]:
    """Run the server, with more answers by name of their path; everything it started has ended afterwards."""
    server = OddServer(address, ANSWERS | {f"/{name}": answer for name, answer in answers.items()})
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        server.server_close()
        thread.join()


def not_found(ask: Handler) -> None:
    ask.reply(404)


def conditional(ask: Handler) -> None:
    if ask.headers.get("If-None-Match") == '"v1"' and ask.headers.get("If-Modified-Since") == "yesterday":
        ask.reply(304)
    else:
        ask.reply(body=b"news", ETag='"v1"', Last_Modified="yesterday", Content_Type="text/xml; charset=gb2312")


def bomb() -> bytes:
    """Return 40 MB of zeros in 40 kB."""
    return gzip.compress(bytes(40_000_000), 9)


def redirect(to: str, status: int = 302, **headers: str) -> Answer:
    return lambda ask: ask.reply(status, Location=to, **headers)


def lying(ask: Handler) -> None:
    ask.close_connection = True
    ask.reply(body=b"short", content_length="500")


def endless(ask: Handler) -> None:
    ask.close_connection = True
    ask.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while not ask.server.over.is_set():
        ask.wfile.write(b"10000\r\n" + bytes(65536) + b"\r\n")


def endless_headers(ask: Handler) -> None:
    ask.close_connection = True
    ask.wfile.write(b"HTTP/1.1 200 OK\r\n")
    while not ask.server.over.is_set():
        ask.wfile.write(b"X-Filler: " + b"a" * 60000 + b"\r\n")


def hang(ask: Handler) -> None:
    ask.close_connection = True
    ask.server.over.wait(20)


def last_words(ask: Handler) -> None:
    """Promise to keep the connection, and close it."""
    ask.reply(body=b"bye", Connection="keep-alive")
    ask.close_connection = True


def reset(ask: Handler) -> None:
    ask.close_connection = True
    ask.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    ask.connection.close()


RELEASE = (
    "<html><head><title>关于学生腹泻情况的通报</title></head><body><h1>关于学生腹泻情况的通报</h1><div><p>"
    + "市场监管局会同卫生健康部门到校调查，封存留样并送检，结果将及时公布。" * 4
    + "</p></div></body></html>"
)


ANSWERS: dict[str, Answer] = {
    "/ok": lambda ask: ask.reply(body="通报".encode(), Content_Type="text/html; charset=UTF-8", Set_Cookie="id=1"),
    "/release": lambda ask: ask.reply(body=RELEASE.encode(), Content_Type="text/html; charset=utf-8"),
    "/release-moved": redirect("/release", 301),
    "/empty": lambda ask: ask.reply(body="<title>只有标题 - 清源市</title>".encode(), Content_Type="text/html"),
    "/pdf": lambda ask: ask.reply(body=b"%PDF-1.7 title", Content_Type="application/pdf"),
    "/conditional": conditional,
    "/gzip": lambda ask: ask.reply(body=gzip.compress("通报".encode() * 100), Content_Encoding="gzip"),
    "/gzip-two": lambda ask: ask.reply(
        body=gzip.compress(b"one ") + gzip.compress(b"two") + b"\0\0", Content_Encoding="gzip"
    ),
    "/gzip-cut": lambda ask: ask.reply(body=gzip.compress(bytes(range(256)) * 20)[:-30], Content_Encoding="gzip"),
    "/gzip-broken": lambda ask: ask.reply(body=b"not gzip at all", Content_Encoding="gzip"),
    "/gzip-bomb": lambda ask: ask.reply(body=bomb(), Content_Encoding="gzip"),
    "/gzip-nested": lambda ask: ask.reply(body=gzip.compress(bomb()), Content_Encoding="gzip, gzip"),
    "/brotli": lambda ask: ask.reply(body=b"\x8b\x02\x80", Content_Encoding="br"),
    "/deflate": lambda ask: ask.reply(body=zlib.compress(b"x"), Content_Encoding="deflate"),
    "/large": lambda ask: ask.reply(body=bytes(300_000)),
    "/endless": endless,
    "/endless-headers": endless_headers,
    "/lying": lying,
    "/hang": hang,
    "/last-words": last_words,
    "/reset": reset,
    "/drip-body": lambda ask: ask.drip(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", b"a"),
    "/drip-head": lambda ask: ask.drip(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n"),
    "/moved": redirect("ok?from=moved#part", 301),
    "/loop": redirect("/loop2"),
    "/loop2": redirect("/loop"),
    "/to-file": redirect("file:///etc/hosts"),
    "/to-user": redirect("http://user:secret@127.0.0.1/"),
    "/to-metadata": redirect("http://169.254.169.254/latest"),
    "/cookie": redirect("/ok", Set_Cookie="session=secret"),
    "/forbidden": lambda ask: ask.reply(403),
    "/error": lambda ask: ask.reply(502),
    "/busy": lambda ask: ask.reply(429, Retry_After="3600"),
    "/busy-until": lambda ask: ask.reply(503, Retry_After="Tue, 10 Mar 2026 05:00:00 GMT"),
    "/busy-nonsense": lambda ask: ask.reply(429, Retry_After="soon"),
    **{f"/hop{n}": redirect(f"/hop{n - 1}") for n in range(1, 8)},
    "/hop0": lambda ask: ask.reply(body=b"arrived"),
}
