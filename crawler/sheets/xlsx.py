"""New Excel files (.xlsx): measured before they are opened, then read row by row; nothing in them is executed."""

import io
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from crawler.sheets.grid import SINCE_1900, SINCE_1904, Cell, Grid, filled

LARGEST_UNPACKED = 200 * 1024 * 1024
_MOST_PARTS = 5000
_CHUNK = 1 << 20
_LOCAL_HEADER = 30
_SAVE_AS = "请用 Excel 或 WPS 打开并另存为 .xlsx 后再导入"
_OTHERS = {
    "xl/workbook.bin": f"这是 .xlsb 文件，{_SAVE_AS}",
    "word/document.xml": "这是 Word 文档，不是表格",
    "ppt/presentation.xml": "这是演示文稿，不是表格",
    "content.xml": f"这是 OpenDocument 文件，{_SAVE_AS}",
}


def grids_of(body: bytes) -> list[Grid]:
    """Return the sheets of an .xlsx file that hold anything. LookupError says in words why a file is not read.

    Formulas give the value that was kept with them.
    """
    _refuse(body)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # The library warns of every decoration it does not know.
            book = load_workbook(io.BytesIO(body), read_only=True, data_only=True)
            try:
                return _grids(book)
            finally:
                book.close()
    except LookupError as error:
        if type(error) is LookupError:
            raise
        raise LookupError(f"表格内容读不完整，{_SAVE_AS}") from None
    except Exception:
        # The library raises whatever its parsers do.
        raise LookupError(f"表格打不开，可能已损坏，{_SAVE_AS}") from None


def _grids(book: Any) -> list[Grid]:
    zero = SINCE_1904 if book.epoch == CALENDAR_MAC_1904 else SINCE_1900
    grids: list[Grid] = []
    for sheet in book.worksheets:
        sheet.reset_dimensions()  # Sheets declare 65,203 rows and hold 30.
        rows: Iterator[tuple[Cell, ...]] = sheet.iter_rows(values_only=True)
        found = filled(rows, before=sum(len(grid.rows) for grid in grids))
        if found:
            grids.append(Grid(str(sheet.title), found, zero))
    return grids


def _refuse(body: bytes) -> None:
    """Raise LookupError for what is no workbook, has a password or macros, or is too large unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as whole:
            parts = whole.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, struct.error):
        raise LookupError(f"表格打不开，可能没有下载完整，{_SAVE_AS}") from None
    names = {part.filename for part in parts}
    for name, words in _OTHERS.items():
        if name in names:
            raise LookupError(words)
    if "xl/workbook.xml" not in names and not any(name.endswith("workbook.xml") for name in names):
        raise LookupError("这是压缩包，不是表格；请解压后导入里面的表格")
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise LookupError("表格里带有宏，为安全起见不读取；请另存为不含宏的 .xlsx 后再导入")
    if any(part.flag_bits & 1 for part in parts):
        raise LookupError("表格设有密码，请取消密码后再导入")
    _measure(body, parts)


def _measure(body: bytes, parts: list[zipfile.ZipInfo]) -> None:
    """Unpack everything once without keeping it: what the file says of its sizes need not be true."""
    left = LARGEST_UNPACKED
    if len(parts) > _MOST_PARTS:
        raise LookupError(f"表格由 {len(parts)} 个部分组成，不像正常的表格，已拒绝读取")
    for part in parts:
        size = 0
        for chunk in _unpacked(body, part):
            size += len(chunk)
            if size > left:
                raise LookupError(f"表格解开后超过 {LARGEST_UNPACKED >> 20} MB，已拒绝读取；请分几次导出")
            if b"<!ENTITY" in chunk or b"<!DOCTYPE" in chunk:
                raise LookupError("表格自行定义了 XML 实体，可能是攻击，已拒绝读取")
        if size != part.file_size:
            raise LookupError("表格内容与目录不符，可能已损坏或被改动，已拒绝读取")
        left -= size


def _unpacked(body: bytes, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield the content of one part, at most 1 MB at a time."""
    head = body[part.header_offset : part.header_offset + _LOCAL_HEADER]
    if len(head) < _LOCAL_HEADER or part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise LookupError("表格的压缩方式不常见，已拒绝读取")
    begin = part.header_offset + _LOCAL_HEADER + sum(struct.unpack("<HH", head[26:30]))
    packed = body[begin : begin + part.compress_size]
    if part.compress_type == zipfile.ZIP_STORED:
        yield packed
        return
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        while packed and not inflate.eof:
            yield inflate.decompress(packed, _CHUNK)
            packed = inflate.unconsumed_tail
        yield inflate.flush(_CHUNK)
    except zlib.error:
        raise LookupError("表格内容已损坏，解不开") from None
