"""值班日志 as tables for a spreadsheet: the entries of a time, or how many there were of each kind by month."""

from collections import Counter
from datetime import date, datetime, time

from flask import Blueprint, abort, request
from werkzeug.wrappers import Response

from dashboard.auth.rules import allow
from dashboard.pages import now, who
from dashboard.seals.gate import SEALED, hidden_leads
from dashboard.spreadsheet import csv_file
from dashboard.who import DUTY
from domain.workdays import BEIJING, DAY
from store import dutylog as store
from store import journal
from store.db import transaction
from store.tables.people import DutyEntry

export = Blueprint("export", __name__, url_prefix="/dutylog")
HEAD = (
    "来电时间",
    "类别",
    "来电单位和姓名",
    "电话",
    "内容",
    "答复（处理与拟办）",
    "答复人（记录人）",
    "登记时间",
    "线索",
)
MOST = 20_000


@export.get("/export")
@allow(*DUTY)
def download() -> Response:
    """Hand out the entries or their counts from one day to another, both included, as CSV for a spreadsheet."""
    first, last = _day("from"), _day("to")
    kind, counts = request.args.get("kind", ""), request.args.get("what") == "counts"
    if first > last or (kind and kind not in store.KINDS):
        abort(400)
    start = datetime.combine(first, time(), BEIJING)
    end = datetime.combine(last, time(), BEIJING) + DAY
    with transaction() as session:
        if counts:
            rows = _counted(store.counted(session, start, end), [kind] if kind else list(store.KINDS))
        else:
            listed = store.listed(session, start, end, MOST, kind)
            shut = hidden_leads(session, [entry.lead_id for entry in listed])
            rows = [HEAD, *(_row(entry, hidden=entry.lead_id in shut) for entry in reversed(listed))]
        said = {"from": first.isoformat(), "to": last.isoformat(), "what": "counts" if counts else "rows"}
        journal.record(session, f"person-{who().id}", "export_log", f"person-{who().id}", now(), **said)
    return csv_file(rows, f"duty-log-{first.isoformat()}-{last.isoformat()}.csv")


def _day(name: str) -> date:
    try:
        return min(max(date.fromisoformat(request.args.get(name, "")), date(2000, 1, 1)), date(2099, 12, 31))
    except ValueError:
        abort(400)


def _row(entry: DutyEntry, *, hidden: bool) -> tuple[str, ...]:
    """Return one row; of what is sealed only that somebody called, and when."""
    said = (entry.caller or "", entry.telephone or "", entry.words, entry.action or "")
    return (
        _minute(entry.at),
        store.KINDS.get(entry.kind, entry.kind),
        *(("", "", SEALED, "") if hidden else said),
        entry.person.name,
        _minute(entry.recorded_at),
        str(entry.lead_id or ""),
    )


def _minute(at: datetime) -> str:
    return f"{at.astimezone(BEIJING):%Y-%m-%d %H:%M}"


def _counted(found: dict[str, Counter[str]], kinds: list[str]) -> list[tuple[str, ...]]:
    """Return the counts by month with their sum below."""
    sums = [sum(month[kind] for month in found.values()) for kind in kinds]
    return [
        ("月份", *(store.KINDS[kind] for kind in kinds), "合计"),
        *((name, *(str(n[kind]) for kind in kinds), str(sum(n[kind] for kind in kinds))) for name, n in found.items()),
        ("合计", *map(str, sums), str(sum(sums))),
    ]
