"""Files that are no tables, locked, dangerous or too large are refused in words, before they cost anything."""

import io
import struct
import time
import zipfile
import zlib

import pytest
from old_excel import xls
from openpyxl import Workbook

from crawler.sheets import grid, xlsx
from crawler.sheets.opened import grids_of

ROWS = [["编号", "标题", "内容"], ["1", "甲", "乙"]]


def good() -> bytes:
    book = Workbook()
    for row in ROWS:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def packed(parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as whole:
        for name, content in parts.items():
            whole.writestr(name, content)
    return out.getvalue()


def changed(**more: bytes) -> bytes:
    """Return a good workbook with parts put in another's place; `_` stands for `/` and `__` for a dot."""
    with zipfile.ZipFile(io.BytesIO(good())) as whole:
        parts = {part.filename: whole.read(part) for part in whole.infolist()}
    return packed(parts | {name.replace("__", ".").replace("_", "/"): content for name, content in more.items()})


def refused(body: bytes) -> str:
    began = time.thread_time()
    with pytest.raises(LookupError) as caught:
        grids_of(body)
    assert time.thread_time() - began < 5
    assert type(caught.value) is LookupError
    return str(caught.value)


def test_a_good_file_is_read():
    assert [[row.cells for row in one.rows] for one in grids_of(good())] == [ROWS]
    assert [[row.cells for row in one.rows] for one in grids_of(xls(ROWS))] == [ROWS]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "空的"),
        (b" \r\n\r\n", "空的"),
        (b"%PDF-1.7 x", "不是表格"),
        (b'{"a": 1}', "JSON"),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n", "另存为"),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', "Excel 2003"),
        (b"<html><body><p>x</p></body></html>", "没有表格"),
        (b"PK\x03\x04", "没有下载完整"),
        (good()[:2000], "没有下载完整"),
        (packed({"a.txt": b"x"}), "压缩包"),
        (packed({"word/document.xml": b"<x/>"}), "Word"),
        (packed({"xl/workbook.bin": b"x"}), "xlsb"),
        (packed({"mimetype": b"application/vnd.oasis", "content.xml": b"<x/>"}), "OpenDocument"),
        (packed({"xl/workbook.xml": b"<x/>"}), "另存为"),
        (changed(xl_vbaProject__bin=b"x"), "宏"),
        (changed(xl_sharedStrings__xml=b'<!DOCTYPE x [<!ENTITY a "aaaa">]><sst>&a;</sst>'), "实体"),
        (packed({"xl/workbook.xml": b"x" * 99}, zipfile.ZIP_LZMA), "压缩方式"),
        (xls(ROWS, password=True), "密码"),
        (xls(ROWS, macros=True), "宏"),
        (xls(ROWS)[:1500], "打不开"),
        (xls(ROWS) + "EncryptedPackage".encode("utf-16-le"), "密码"),
        (xls(ROWS) + "WordDocument".encode("utf-16-le"), "Word"),
    ],
)
def test_what_is_no_table_is_refused_in_words(body, words):
    assert words in refused(body)


def test_a_locked_part_is_refused():
    body = bytearray(good())
    directory = body.index(b"PK\x01\x02")
    body[directory + 8] |= 1
    assert "密码" in refused(bytes(body))


def test_what_unpacks_to_too_much_is_refused_whatever_its_directory_says(monkeypatch):
    monkeypatch.setattr(xlsx, "LARGEST_UNPACKED", 40_000_000)
    assert "解开后超过" in refused(changed(xl_worksheets_sheet1__xml=bytes(40_000_001)))
    lie = bytearray(packed({"xl/workbook.xml": bytes(30_000_000)}))
    directory = lie.index(b"PK\x01\x02")
    lie[directory + 24 : directory + 28] = struct.pack("<I", 10)
    assert "目录不符" in refused(bytes(lie))


def test_damaged_parts_are_refused():
    body = bytearray(good())
    at = body.index(b"xl/worksheets/sheet1.xml") + 60
    body[at : at + 40] = bytes(40)
    assert "另存为" in refused(bytes(body)) or "解不开" in refused(bytes(body))
    assert zlib.crc32(bytes(body)) != zlib.crc32(good())


def test_a_file_over_the_limit_is_refused_before_it_is_opened(monkeypatch):
    monkeypatch.setattr("crawler.sheets.opened.LARGEST", 1000)
    assert "文件超过" in refused(good())


def test_too_many_rows_or_cells_are_refused(monkeypatch):
    monkeypatch.setattr(grid, "MOST_ROWS", 3)
    lines = "\n".join(["标题,内容", *(f"甲{n},乙" for n in range(4))])
    assert "超过 3 行" in refused(lines.encode())
    assert len(grids_of(lines.rpartition("\n")[0].encode())[0].rows) == 4
    monkeypatch.setattr(grid, "MOST_CELLS", 3)
    assert "单元格" in refused(good())
    monkeypatch.setattr(grid, "LAST_ROW", 2)
    assert "空行" in refused("标题,内容\n\n\n甲,乙\n".encode())


def test_a_cell_in_the_farthest_corner_costs_nothing():
    book = Workbook()
    for row in ROWS:
        book.active.append(row)
    book.active["XFD1048576"] = "x"
    out = io.BytesIO()
    book.save(out)
    began = time.thread_time()
    (one,) = grids_of(out.getvalue())
    assert time.thread_time() - began < 20
    assert [row.cells for row in one.rows] == ROWS


def test_a_wide_field_and_a_strange_number_of_columns_are_read():
    long = "内容" * 100_000
    (one,) = grids_of(f"标题,内容\n甲,{long}\n乙\n丙,丁,戊,己\n".encode("gb18030"))
    assert [len(row.cells) for row in one.rows] == [2, 2, 1, 4]
    assert one.rows[1].cells[1] == long
    assert "100 万字" in refused(f"标题,内容\n甲,{'x' * 1_000_001}\n".encode())
