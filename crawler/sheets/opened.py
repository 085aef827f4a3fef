"""Which kind of table a file is, by its bytes, not by its name."""

from crawler.charset import decode
from crawler.sheets import page, text, xls, xlsx
from crawler.sheets.grid import LARGEST, Grid

_SAVE_AS = "请用 Excel 或 WPS 打开并另存为 .xlsx 后再导入"


def grids_of(body: bytes, declared: str | None = None) -> list[Grid]:
    """Return the sheets of a file that hold anything. LookupError, in Chinese, says why it is not read.

    `declared` is the charset somebody states for a text file.
    """
    if len(body) > LARGEST:
        raise LookupError(f"文件超过 {LARGEST >> 20} MB，请分几次导出")
    if body.startswith(b"PK"):
        grids = xlsx.grids_of(body)
    elif body.startswith(xls.SIGNATURE):
        grids = xls.grids_of(body)
    else:
        grids = _of_text(body, declared)
    if not grids:
        raise LookupError("表里是空的")
    return grids


def _of_text(body: bytes, declared: str | None) -> list[Grid]:
    if body.startswith((b"%PDF", b"{\\rtf", b"\x89PNG", b"\xff\xd8\xff", b"Rar!", b"7z\xbc\xaf")):
        raise LookupError("这不是表格；请导入 .xlsx、.xls 或 .csv 文件")
    content, _ = decode(body, declared)
    content = content.lstrip()
    head = content[:3000].lower()
    if "urn:schemas-microsoft-com:office:spreadsheet" in head:
        raise LookupError(f"这是 XML 表格（Excel 2003），{_SAVE_AS}")
    if head.startswith("mime-version:"):
        raise LookupError(f"这是单个文件网页（.mht），{_SAVE_AS}")
    if head.startswith(("{", "[{", "[[")):
        raise LookupError("这是 JSON 数据，不是表格")
    if head.startswith("<"):
        return page.grids_of(content)
    grid = text.grid_of(content)
    return [grid] if grid.rows else []
