"""The site that `crawling.py` visits: `crawling_site.py HOSTS PAGES [ARCHIVE]`; prints its addresses when it serves."""

import sys
import tarfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PROSE = "市场监管所对辖区十二家农贸市场的计量器具作了检查，发现三台电子秤超差，已责令停止使用并送检。"
ITEM = "<item><title>第{0}号通报</title><link>/pages/{0}</link><description>摘要</description></item>"


class Site(BaseHTTPRequestHandler):
    """Gives a feed with an ETag, and pages."""

    protocol_version = "HTTP/1.1"
    feed = b""
    pages: tuple[bytes, ...] = ()

    def do_GET(self) -> None:
        """Answer one request."""
        if self.path != "/feed":
            self._send(200, self.pages[int(self.path.rpartition("/")[2]) % len(self.pages)], "text/html")
        elif self.headers.get("If-None-Match"):
            self._send(304, b"", "application/rss+xml")
        else:
            self._send(200, self.feed, "application/rss+xml")

    def _send(self, status: int, body: bytes, kind: str) -> None:
        head = {"Content-Type": kind, "Content-Length": str(len(body)), "ETag": '"v1"'}
        self.send_response(status)
        for name, value in head.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def pages_of(archive: str) -> tuple[bytes, ...]:
    """Return the pages of an archive."""
    with tarfile.open(archive) as tar:
        found = (tar.extractfile(member) for member in tar if member.name.endswith(".html"))
        return tuple(file.read() for file in found if file is not None)


def main(hosts: int, pages: int, archive: str | None = None) -> None:
    """Serve on so many loopback addresses until ended."""
    made = f"<html><title>{{0}}</title><body><h1>第{{0}}号通报</h1><div><p>{PROSE * 8}</p></div></body></html>"
    Site.pages = pages_of(archive) if archive else tuple(made.format(number).encode() for number in range(pages))
    items = "".join(ITEM.format(number) for number in range(pages))
    Site.feed = f"<rss version='2.0'><channel><title>通报</title>{items}</channel></rss>".encode()
    servers = [ThreadingHTTPServer((f"127.0.0.{number + 1}", 0), Site) for number in range(hosts)]
    for server in servers[1:]:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    print(*(f"{server.server_address[0]}:{server.server_port}" for server in servers), flush=True)
    servers[0].serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:])
