"""Writes old Excel files (.xls, BIFF8 within an OLE container): as much of the format as one sheet of cells needs."""

import struct
from datetime import UTC, datetime

_SECTOR = 512
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_NUMBER_FORMAT, _DATE_FORMAT = 0, 22


def wall(*parts: int) -> datetime:
    """Return a time as a cell holds it: Excel knows no zone."""
    return datetime(*parts, tzinfo=UTC).replace(tzinfo=None)


def xls(rows: list[list[object]], *, since_1904: bool = False, password: bool = False, macros: bool = False) -> bytes:
    """Return an .xls file with one sheet; cells are str, int, float, datetime or None."""
    sheet = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))
    for at, row in enumerate(rows):
        sheet += b"".join(_cell(at, column, value, since_1904) for column, value in enumerate(row) if value is not None)
    sheet += _record(0x000A)
    before = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0))
    before += _record(0x002F, struct.pack("<H", 1) + bytes(52)) if password else b""
    before += _record(0x0022, struct.pack("<H", since_1904))
    before += b"".join(
        _record(0x00E0, struct.pack("<HH", 0, one) + bytes(16)) for one in (_NUMBER_FORMAT, _DATE_FORMAT)
    )
    name = "工单".encode("utf-16-le")
    after = _record(0x000A)
    size = len(before) + 4 + 8 + len(name) + len(after)
    bound = _record(0x0085, struct.pack("<IBBBB", size, 0, 0, len(name) // 2, 1) + name)
    return _container(before + bound + after + sheet, ["_VBA_PROJECT_CUR"] if macros else [])


def _cell(row: int, column: int, value: object, since_1904: bool) -> bytes:
    if isinstance(value, str):
        text = value.encode("utf-16-le")
        return _record(0x0204, struct.pack("<HHHHB", row, column, 0, len(text) // 2, 1) + text)
    if isinstance(value, datetime):
        days = (value - wall(1904, 1, 1) if since_1904 else value - wall(1899, 12, 30)).total_seconds() / 86400
        return _record(0x0203, struct.pack("<HHHd", row, column, 1, days))
    assert isinstance(value, int | float)
    return _record(0x0203, struct.pack("<HHHd", row, column, 0, value))


def _record(kind: int, content: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def _container(stream: bytes, more: list[str]) -> bytes:
    """Return an OLE container with the stream `Workbook`, and names of storages beside it."""
    stream = stream.ljust(4096, b"\0")
    count = -(-len(stream) // _SECTOR)
    assert count + 2 <= 128, "one sector of the table of sectors holds no more"
    table = [_FAT, _END, *range(3, count + 2), _END]
    directory = _entry("Root Entry", 5, _END, 0, child=1) + _entry("Workbook", 2, 2, len(stream))
    directory += b"".join(_entry(name, 1, _END, 0) for name in more)
    head = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, _END, 0, _END, 0) + struct.pack("<I", 0)
    return b"".join(
        (
            head + b"\xff" * (_SECTOR - len(head)),
            struct.pack("<128I", *table, *[_FREE] * (128 - len(table))),
            directory.ljust(_SECTOR, b"\0"),
            stream.ljust(count * _SECTOR, b"\0"),
        )
    )


def _entry(name: str, kind: int, start: int, size: int, child: int = _FREE) -> bytes:
    text = name.encode("utf-16-le")
    head = text.ljust(64, b"\0") + struct.pack("<HBB", len(text) + 2, kind, 1)
    return head + struct.pack("<III", _FREE, _FREE, child) + bytes(36) + struct.pack("<III", start, size, 0)
