"""The body of an answer, unpacked while it arrives and never beyond its caps."""

import time
import zlib

import httpcore
import httpx

from crawler.fetch_words import FetchError
from crawler.transport import deadline, left

_ERROR_PAGE, _ERROR_SECONDS = 200_000, 3.0


def read_body(response: httpx.Response, max_raw: int, max_decoded: int) -> tuple[bytes, bytes]:
    """Return the decoded body and the bytes as received; stops at either cap instead of finding out afterwards.

    Only gzip and identity are taken, as asked for. Raises FetchError over a cap, for other or damaged packing.
    """
    coding = response.headers.get("content-encoding", "").strip().lower()
    if coding not in ("", "identity", "gzip", "x-gzip"):
        raise FetchError("encoding", f"网站用了没有请求的压缩方式（{coding[:20]}），未解压")
    declared = response.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > max_raw:
        raise _too_large(max_raw)
    inflate = _Inflater(max_decoded) if coding.endswith("gzip") else None
    parts: list[bytes] = []
    raw: list[bytes] = []
    received = 0
    for chunk in response.iter_raw():
        left()
        received += len(chunk)
        if received > max_raw:
            raise _too_large(max_raw)
        raw.append(chunk)
        parts.append(inflate.feed(chunk) if inflate else chunk)
    if inflate and received and not inflate.complete:
        raise FetchError("broken", "内容没有传完就断开了，稍后会再试")
    packed = b"".join(raw)
    return b"".join(parts) if inflate else packed, packed


def read_error_page(response: httpx.Response) -> bytes:
    """Return the body of an answer that is an error, empty if it is large, damaged or not there within 3 seconds.

    It is only wanted for the reason it may give; that of no answer is worth waiting for.
    """
    token = deadline.set(min(deadline.get(), time.monotonic() + _ERROR_SECONDS))
    try:
        return read_body(response, _ERROR_PAGE, 2 * _ERROR_PAGE)[0]
    except (FetchError, httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, httpx.StreamError):
        return b""
    finally:
        deadline.reset(token)


class _Inflater:
    """Unpacks gzip piece by piece and never makes more than `most` bytes of it."""

    def __init__(self, most: int) -> None:
        self._most, self._made = most, 0
        self._member = zlib.decompressobj(16 + zlib.MAX_WBITS)

    @property
    def complete(self) -> bool:
        """Whether the data ended where a gzip member ends."""
        return self._member.eof

    def feed(self, data: bytes) -> bytes:
        """Return what `data` unpacks to; raises FetchError over the cap or for damaged data."""
        made: list[bytes] = []
        while data:
            if self._member.eof:
                if not data.strip(b"\0"):
                    break  # Padding after the last member is common and harmless.
                self._member = zlib.decompressobj(16 + zlib.MAX_WBITS)
            try:
                piece = self._member.decompress(data, self._most - self._made + 1)
            except zlib.error:
                raise FetchError("broken", "网站返回的压缩内容已损坏，无法解压") from None
            self._made += len(piece)
            if self._made > self._most:
                raise _too_large(self._most)
            made.append(piece)
            data = self._member.unconsumed_tail or self._member.unused_data
        return b"".join(made)


def _too_large(limit: int) -> FetchError:
    return FetchError("too_large", f"内容超过 {limit / 1_000_000:g} MB 的上限，已停止下载")
