"""Excel files that people upload, as plain rows of cells: small, bounded, nothing in them is executed."""

import io
import zipfile
from datetime import date, datetime
from typing import Any

from openpyxl import load_workbook

LARGEST = 2 * 1024 * 1024
LARGEST_UNPACKED = 60 * 1024 * 1024
MOST_ROWS = 2000
MOST_EMPTY = 300
"""So many empty rows in a row are the end: sheets declare 65,000 rows and hold 30."""
MOST_COLUMNS = 60


def rows_of(data: bytes) -> list[list[object]]:
    """Return the rows of the first sheet that has any. ValueError says in the user's words why a file is not read.

    Cells are str, int, float, bool, date, datetime or None; formulas give the value that was kept with them.
    """
    _refuse_large(data)
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    except Exception:
        # The library raises whatever its parsers do.
        raise ValueError("这个文件打不开：请用 Excel 另存为 .xlsx 后再上传") from None
    try:
        for sheet in book.worksheets:
            rows = _rows(sheet)
            if rows:
                return rows
    except Exception:
        raise ValueError("这个文件读不完整：请用 Excel 打开并另存为 .xlsx 后再上传") from None
    finally:
        book.close()
    raise ValueError("表里是空的")


def _refuse_large(data: bytes) -> None:
    if len(data) > LARGEST:
        raise ValueError("文件超过 2 MB，请只留值班表这一张")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as whole:
            size = sum(part.file_size for part in whole.infolist())
    except (zipfile.BadZipFile, ValueError):
        raise ValueError("这不是 .xlsx 文件：旧的 .xls 请用 Excel 另存为 .xlsx") from None
    if size > LARGEST_UNPACKED:
        raise ValueError("文件解开后太大，请只留值班表这一张")


def _rows(sheet: Any) -> list[list[object]]:
    """Return the rows up to the last one that holds anything."""
    sheet.reset_dimensions()
    found: list[list[object]] = []
    held = 0
    for cells in sheet.iter_rows(values_only=True, max_row=MOST_ROWS, max_col=MOST_COLUMNS):
        found.append(_trimmed([_plain(cell) for cell in cells]))
        if found[-1]:
            held = len(found)
        elif len(found) - held > MOST_EMPTY:
            break
    return found[:held]


def _trimmed(cells: list[object]) -> list[object]:
    """Return the cells up to the last one that holds anything."""
    while cells and cells[-1] in (None, ""):
        cells.pop()
    return cells


def _plain(cell: object) -> object:
    return cell if cell is None or isinstance(cell, str | int | float | date | datetime) else str(cell)
