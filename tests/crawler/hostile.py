"""Answers and documents made to hurt whoever fetches or parses them, all written by us."""

import gzip

from odd_server import Answer, Handler

MEGA = 1_000_000
FEED = "<rss version='2.0'><channel><title>t</title>{}</channel></rss>"
PROSE = "市场监管所对辖区十二家农贸市场的计量器具作了检查，发现三台电子秤超差，已责令停止使用并送检。"


def feed(inside: str) -> bytes:
    """Return a feed with something inside its channel."""
    return FEED.format(inside).encode()


def page(inside: str) -> bytes:
    """Return a page with something before its prose."""
    return f"<html><title>计量检查</title><body><h1>计量检查</h1>{inside}<p>{PROSE * 3}</p></body></html>".encode()


def packed(megabytes: int, filling: bytes = b"\0") -> bytes:
    """Return so many megabytes of filling, packed by pieces, so that the test itself stays small."""
    piece = gzip.compress(filling * (MEGA // len(filling)), 9)
    return piece * megabytes


def raw(head: str, *pieces: bytes) -> Answer:
    """Return an answer that is sent as it is; the pieces are repeated until the other side goes away."""

    def answer(ask: Handler) -> None:
        ask.close_connection = True
        ask.wfile.write(head.replace("\n", "\r\n").encode("latin-1"))
        while pieces and not ask.server.over.is_set():
            for piece in pieces:
                ask.wfile.write(piece)

    return answer


def drip(head: bytes, piece: bytes) -> Answer:
    """Return an answer of which one piece comes every twentieth of a second, for ever."""
    return lambda ask: ask.drip(head, piece)


def many(body: bytes, size: int) -> Answer:
    """Return an answer that chops a body into chunks of `size` bytes."""

    def answer(ask: Handler) -> None:
        ask.close_connection = True
        pieces = (body[begin : begin + size] for begin in range(0, len(body), size))
        framed = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
        ask.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + framed + b"0\r\n\r\n")

    return answer


BOMBS: dict[str, Answer] = {
    "gzip300": lambda ask: ask.reply(body=packed(300), Content_Encoding="gzip"),
    "gzip_nested": lambda ask: ask.reply(body=gzip.compress(packed(300)), Content_Encoding="gzip"),
    "gzip_twice": lambda ask: ask.reply(body=gzip.compress(packed(300)), Content_Encoding="gzip, gzip"),
    "gzip_members": lambda ask: ask.reply(body=gzip.compress(b"") * 240_000, Content_Encoding="gzip"),
    "brotli": lambda ask: ask.reply(body=b"\x8b" + bytes(249), Content_Encoding="br"),
    "zstd": lambda ask: ask.reply(body=b"\x28\xb5\x2f\xfd" + bytes(200), Content_Encoding="zstd"),
    "chunked": raw("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n", b"10000\r\n" + bytes(65536) + b"\r\n"),
    "chunks_of_one": raw("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n", b"1\r\na\r\n" * 10_000),
    "chunk_head": raw("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n", b"1;" + b"a" * 65536),
    "trailers": raw("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n0\n", b"X: " + b"a" * 60000 + b"\r\n"),
    "endless": raw("HTTP/1.1 200 OK\n\n", bytes(65536)),
    "longer": raw("HTTP/1.1 200 OK\nContent-Length: 5\n\nshort", bytes(65536)),
    "shorter": raw("HTTP/1.1 200 OK\nContent-Length: 500\n\nshort"),
    "lengths": raw("HTTP/1.1 200 OK\nContent-Length: 5\nContent-Length: 6\n\nshort"),
    "length_text": raw("HTTP/1.1 200 OK\nContent-Length: \xb2\n\nshort"),
    "length_digits": raw("HTTP/1.1 200 OK\nContent-Length: " + "9" * 5000 + "\n\nshort"),
    "headers": raw("HTTP/1.1 200 OK\n", b"X-Filler: " + b"a" * 60000 + b"\r\n"),
    "header_line": raw("HTTP/1.1 200 OK\nX: ", b"a" * 65536),
    "many_headers": raw("HTTP/1.1 200 OK\n", b"X: a\r\n" * 1000),
    "interim": raw("", b"HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n" * 100),
    "not_http": raw("", b"\x16\x03\x01" + bytes(1000)),
}
"""What must end soon, and small."""
