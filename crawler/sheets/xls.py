"""Old Excel files (.xls), read in pure Python: a damaged one is an error in words, never the end of the process."""

import io
from collections.abc import Iterator
from datetime import datetime, timedelta

import xlrd

from crawler.sheets.grid import SINCE_1900, SINCE_1904, Cell, Grid, filled

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SAVE_AS = "请用 Excel 或 WPS 打开并另存为 .xlsx 后再导入"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_MACROS = "_VBA_PROJECT_CUR".encode("utf-16-le")
_WORD = "WordDocument".encode("utf-16-le")
_LOCKED = "表格设有密码，请取消密码后再导入"


def grids_of(body: bytes) -> list[Grid]:
    """Return the sheets of an .xls file that hold anything. LookupError says in words why a file is not read."""
    if _ENCRYPTED in body:
        raise LookupError(_LOCKED)
    if _WORD in body:
        raise LookupError("这是 Word 文档，不是表格")
    if _MACROS in body:
        raise LookupError("表格里带有宏，为安全起见不读取；请另存为不含宏的 .xlsx 后再导入")
    try:
        book = xlrd.open_workbook(file_contents=body, on_demand=True, ragged_rows=True, logfile=io.StringIO())
        return _grids(book)
    except xlrd.XLRDError as error:
        raise LookupError(_LOCKED if "encrypted" in str(error).lower() else f"表格打不开，{_SAVE_AS}") from None
    except LookupError as error:
        if type(error) is LookupError:
            raise
        raise LookupError(f"表格内容读不完整，{_SAVE_AS}") from None
    except Exception:
        # The library raises whatever its parsers do, assertions included.
        raise LookupError(f"表格打不开，可能已损坏，{_SAVE_AS}") from None


def _grids(book: xlrd.Book) -> list[Grid]:
    zero = SINCE_1904 if book.datemode else SINCE_1900
    grids: list[Grid] = []
    for sheet in book.sheets():
        found = filled(_rows(sheet, book.datemode), before=sum(len(grid.rows) for grid in grids))
        if found:
            grids.append(Grid(sheet.name, found, zero))
    return grids


def _rows(sheet: xlrd.sheet.Sheet, datemode: int) -> Iterator[list[Cell]]:
    for number in range(sheet.nrows):
        yield [
            _cell(kind, value, datemode)
            for kind, value in zip(sheet.row_types(number), sheet.row_values(number), strict=True)
        ]


def _cell(kind: int, value: Cell, datemode: int) -> Cell:
    if kind == xlrd.XL_CELL_DATE and isinstance(value, float):
        return _date(value, datemode)
    if kind == xlrd.XL_CELL_BOOLEAN:
        return bool(value)
    return None if kind in (xlrd.XL_CELL_ERROR, xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK) else value


def _date(value: float, datemode: int) -> Cell:
    """Return a date cell to the nearest second: days as floats are a little off. One that is none stays a number."""
    try:
        found: datetime = xlrd.xldate_as_datetime(value, datemode)
    except (xlrd.xldate.XLDateError, ValueError, OverflowError):
        return value
    return (found + timedelta(milliseconds=500)).replace(microsecond=0)
