"""Tables as CSV for a spreadsheet: read as UTF-8, and nothing in it is a formula."""

import csv
import io
from collections.abc import Iterable

from werkzeug.wrappers import Response

from domain.cells import defused


def csv_file(rows: Iterable[Iterable[str]], name: str) -> Response:
    """Return rows as a CSV file to be saved under `name`."""
    out = io.StringIO()
    csv.writer(out).writerows([defused(cell) for cell in row] for row in rows)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response("\ufeff" + out.getvalue(), headers=headers, content_type="text/csv; charset=utf-8")
