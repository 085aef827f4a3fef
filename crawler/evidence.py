"""Evidence: each answer with request, headers and raw bytes as WARC, on disk before any row points into it."""

import os
import socket
import threading
import time
import zlib
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.exchange import Exchange
from domain.workdays import beijing_day
from store.disk import FULLEST, full_words, used_part
from store.evidence import Place

LARGEST = 256_000_000
"""Bytes after which the next file is begun."""
_LOOK_EVERY = 10.0
_LEVEL = 3
"""How hard is compressed: most of the gain for a fifth of the time."""


class DiskFull(Exception):
    """The disk is so full that no evidence is kept; the text says so in words."""


class Keeper:
    """Writes the evidence of one process: one file a day, begun anew at `largest` bytes. Threads may share it."""

    def __init__(self, folder: Path, *, largest: int = LARGEST, fullest: float = FULLEST) -> None:
        self._folder, self._largest, self._fullest = folder, largest, fullest
        self._lock = threading.Lock()
        self._file: BinaryIO | None = None
        self._day, self._number = "", 0
        self._looked, self._used = float("-inf"), 0.0

    def keep(self, exchange: Exchange, at: datetime) -> Place:
        """Write one answer durably and return where it is. Raises DiskFull, OSError if it cannot be written."""
        with self._lock:
            self._refuse_full()
            file = self._opened(at)
            begin = file.tell()
            try:
                _write(file, exchange, at)
                file.flush()
                os.fsync(file.fileno())
            except OSError:
                self._cut(file, begin)
                raise
            return Place(Path(file.name).name, begin, file.tell() - begin)

    def close(self) -> None:
        """Close the file; the next answer begins another."""
        with self._lock:
            if self._file is not None:
                self._file.close()
            self._file = None

    def _refuse_full(self) -> None:
        if time.monotonic() - self._looked > _LOOK_EVERY:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._looked, self._used = time.monotonic(), used_part(self._folder)
        if self._used >= self._fullest:
            raise DiskFull(full_words(self._used))

    def _opened(self, at: datetime) -> BinaryIO:
        """Return the file to write to, a new one on a new Beijing day or when it is large enough."""
        day = beijing_day(at).strftime("%Y%m%d")
        if self._file is not None and day == self._day and self._file.tell() < self._largest:
            return self._file
        if self._file is not None:
            self._file.close()
        self._number = self._number + 1 if day == self._day else 1
        self._day = day
        name = (
            f"{day}-{socket.gethostname()[:40]}-{os.getpid()}-{time.time_ns() % 10**9:09d}-{self._number:03d}.warc.gz"
        )
        self._file = (self._folder / name).open("xb")
        _write_info(self._file, name)
        _sync_folder(self._folder)
        return self._file

    def _cut(self, file: BinaryIO, begin: int) -> None:
        """Take back half a record, so that the file stays readable; where not even that works, begin another."""
        try:
            file.truncate(begin)
            file.seek(begin)
        except OSError:
            self._file = None


def _write_info(file: BinaryIO, name: str) -> None:
    writer = WARCWriter(file, gzip=True, warc_version="1.1")
    info = {"software": "Huiying", "format": "WARC File Format 1.1"}
    writer.write_record(writer.create_warcinfo_record(name, info))


def _write(file: BinaryIO, exchange: Exchange, at: datetime) -> None:
    """Write response and request, each a member of its own."""
    stamp = {"WARC-Date": at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")}
    response = _record(
        file, exchange.url, "response", exchange.status_line, exchange.answer_headers, exchange.raw, stamp
    )
    about = {**stamp, "WARC-Concurrent-To": response}
    _record(file, exchange.url, "request", exchange.request_line, exchange.request_headers, b"", about)


def _record(
    file: BinaryIO,
    url: str,
    what: str,
    first_line: str,
    headers: tuple[tuple[str, str], ...],
    payload: bytes,
    about: dict[str, str],
) -> str:
    """Write one record and return its id."""
    member = _Member(file)
    writer = WARCWriter(member, gzip=False, warc_version="1.1")
    protocol, _, rest = first_line.partition(" ") if what == "response" else ("", "", first_line)
    http = StatusAndHeaders(rest, list(headers), protocol=protocol, is_http_request=what == "request")
    record = writer.create_warc_record(
        url, what, payload=BytesIO(payload), length=len(payload), http_headers=http, warc_headers_dict=dict(about)
    )
    writer.write_record(record)
    member.end()
    return str(record.rec_headers.get_header("WARC-Record-ID"))


class _Member:
    """A gzip member: what warcio writes of one record, packed."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, zlib.MAX_WBITS + 16)

    def write(self, data: bytes) -> None:
        self._file.write(self._packer.compress(data))

    def flush(self) -> None:
        """Nothing: the member is flushed when it ends."""

    def end(self) -> None:
        self._file.write(self._packer.flush())


def _sync_folder(folder: Path) -> None:
    """Let the new file's name outlive a power cut too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
