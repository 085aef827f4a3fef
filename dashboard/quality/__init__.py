"""监测质量表: one page a week: who was first, who missed it, what cried wolf; every number leads to its rows."""

from typing import Any

from flask import Blueprint, abort, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from dashboard import pages
from dashboard.auth.rules import allow
from dashboard.pages import now, show, who
from dashboard.quality.columns import KINDS, PRINTED, SHOWN, Line, csv_rows, lines
from dashboard.spreadsheet import csv_file
from dashboard.who import READERS
from domain.quality import LATE, MOST_A_NIGHT, Week, week_named, week_of
from store import journal
from store import quality as store
from store.db import reading, transaction

quality = Blueprint("quality", __name__, url_prefix="/quality")
VIEWERS = (*READERS, "system_admin")
"""An administrator sees the numbers, not the matters behind them."""


@quality.get("")
@allow(*VIEWERS)
def page() -> tuple[str, int]:
    """Show one week, the present one where none is asked for."""
    week, words = _week()
    with reading() as session:
        found = store.week(session, week)
        return show(
            session,
            "quality/page.html",
            422 if words else 200,
            words=words,
            week=week,
            running=week.end > now(),
            latest=week_of(now()),
            found=found,
            parts=[
                ("vendors", "供应商推送", lines(found.vendors)),
                ("sources", "监测源", lines(found.sources)),
                ("watches", "专题", lines(found.watches)),
            ],
            late_minutes=int(LATE.total_seconds() // 60),
            bearable=MOST_A_NIGHT,
            printed=PRINTED,
            shown=SHOWN,
        )


@quality.get("/rows")
@allow(*READERS)
def rows() -> tuple[str, int]:
    """Show the matters, leads or notices behind one number."""
    week, words = _week()
    of, what = request.args.get("of", ""), request.args.get("what", "")
    if words or what not in KINDS:
        abort(404)
    with reading() as session:
        found = store.week(session, week)
        line = _line(found, of) if of != "all" else None
        return show(session, "quality/rows.html", week=week, what=KINDS[what], **_behind(session, found, line, what))


def _line(found: store.Quality, of: str) -> Line:
    every = lines([*found.vendors, *found.sources, *found.watches])
    return pages.found(next((one for one in every if one.key == of), None))


def _behind(session: Session, found: store.Quality, line: Line | None, what: str) -> dict[str, Any]:
    if line is None:
        ids = pages.found({"missed": found.first_by_hand, "nights_false": found.false_nights}.get(what))
        return {"line": None, "leads": store.leads_of(session, ids)}
    tally = line.tally
    delays = dict(tally.late) if what == "late" else {}
    if what in ("nights", "nights_false"):
        notices = dict(tally.nights)
        chosen = tally.nights_false if what == "nights_false" else list(notices)
        leads = store.leads_of(session, set(notices.values()))
        shown = store.notices_of(session, chosen)
        return {"line": line, "notices": shown, "lead_of": {one.id: one for one in leads}, "delays": {}}
    ids = list(delays) or getattr(tally, what)
    return {"line": line, "leads": store.leads_of(session, ids), "delays": delays}


@quality.get("/export")
@allow(*VIEWERS)
def export() -> Response:
    """Hand out the week as CSV."""
    week, words = _week()
    if words:
        abort(400)
    with transaction() as session:
        found = store.week(session, week)
        about = f"person-{who().id}"
        journal.record(session, about, "export_quality", about, now(), week=week.name)
        return csv_file(csv_rows(found), f"quality-{week.name}.csv")


def _week() -> tuple[Week, str]:
    """Return the week asked for, and why it is not the one that was written."""
    text = request.args.get("week", "")
    if not text:
        return week_of(now()), ""
    try:
        return week_named(text), ""
    except ValueError as error:
        return week_of(now()), str(error)
