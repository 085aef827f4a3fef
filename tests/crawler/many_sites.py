"""Sites in a process of their own: `many_sites.py HOSTS`; every visit to a feed finds one new page.

Feeds: /feed/N. Pages: /page/N. Trouble: /slow/N (a byte a second), /broken/N (500), /cut/N (ends in the middle).
Prints its addresses when it serves.
"""

import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count

PROSE = "市场监管所对辖区十二家农贸市场的计量器具作了检查，发现三台电子秤超差，已责令停止使用并送检。"
numbers = count(1)


class Site(BaseHTTPRequestHandler):
    """Gives feeds, pages and trouble."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer one request."""
        kind = self.path.split("/")[1]
        if kind == "robots.txt":
            self._send(404, b"")
        elif kind == "feed":
            self._send(200, _feed(next(numbers)), "application/rss+xml")
        elif kind == "page":
            self._send(200, _page(self.path.rpartition("/")[2]), "text/html; charset=utf-8")
        elif kind == "slow":
            self._slowly()
        elif kind == "cut":
            self._send(200, b"<rss", "application/rss+xml", length=10_000)
            self.close_connection = True
        else:
            self._send(500, b"")

    def _slowly(self) -> None:
        self._send(200, b"", "application/rss+xml", length=3600)
        for _ in range(60):
            try:
                self.wfile.write(b" ")
                self.wfile.flush()
            except OSError:
                break
            time.sleep(1)
        self.close_connection = True

    def _send(self, status: int, body: bytes, kind: str = "text/plain", length: int | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def _feed(number: int) -> bytes:
    item = f"<item><title>第{number}号通报</title><link>/page/{number}</link></item>"
    return f"<rss version='2.0'><channel><title>通报</title>{item}</channel></rss>".encode()


def _page(number: str) -> bytes:
    said = f"<p>{PROSE * 8}第{number}号。</p>"
    return (
        f"<html><title>第{number}号通报</title><body><h1>第{number}号通报</h1><div>{said}</div></body></html>".encode()
    )


def main(hosts: int) -> None:
    """Serve on so many loopback addresses until ended."""
    servers = [ThreadingHTTPServer((f"127.0.0.{number + 1}", 0), Site) for number in range(hosts)]
    for server in servers[1:]:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    print(*(f"{server.server_address[0]}:{server.server_port}" for server in servers), flush=True)
    servers[0].serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]))
