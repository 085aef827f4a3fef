"""HTML tables that systems give out under the name .xls."""

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.page_guard import bearable
from crawler.sheets.grid import Cell, Grid, filled

_WIDEST_SPAN = 50


def grids_of(text: str) -> list[Grid]:
    """Return the tables of a page that hold more than one column. LookupError where there is none."""
    page = LexborHTMLParser(bearable(text))
    grids: list[Grid] = []
    for number, table in enumerate(page.css("table"), 1):
        if table.css_first("table table") is not None or len(table.css("table")) > 1:
            continue  # It only lays out others.
        rows = [_cells(row) for row in table.css("tr")]
        found = filled(rows, before=sum(len(grid.rows) for grid in grids))
        if any(len(row.cells) > 1 for row in found):
            grids.append(Grid(f"表{number}", found))
    if not grids:
        raise LookupError("这是网页，里面没有表格")
    return grids


def _cells(row: LexborNode) -> list[Cell]:
    """Return the cells of a row; one that spans several columns leaves the others empty."""
    found: list[Cell] = []
    for cell in row.css("td, th"):
        for line_end in cell.css("br"):
            line_end.insert_after("\n")
        found.append(cell.text())
        span = (cell.attributes.get("colspan") or "1").strip()
        found += [None] * (min(int(span), _WIDEST_SPAN) - 1 if span.isascii() and span.isdigit() else 0)
    return found
