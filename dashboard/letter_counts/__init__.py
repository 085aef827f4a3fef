"""来件统计: the letters of a year by kind with their on-time rate, articles by theme; every number opens its rows."""

from flask import Blueprint, request

from dashboard.auth.rules import allow
from dashboard.pages import now, show
from dashboard.who import READERS
from domain.verdict import LETTERS, THEMES
from domain.workdays import beijing_day
from store import letter_counts as store
from store.db import reading

letter_counts = Blueprint("letter_counts", __name__, url_prefix="/letters")
STATES = {"late": "逾期", "on_time": "按时", "waiting": "未到期或未立项"}
FIRST_YEAR = 2000
KINDS = LETTERS | {store.ALL: "合计"}


@letter_counts.get("")
@allow(*READERS)
def page() -> tuple[str, int]:
    """Show a year's letters by kind; with `kind` the letters themselves."""
    this_year = beijing_day(now()).year
    year = min(max(request.args.get("year", this_year, type=int), FIRST_YEAR), this_year)
    kind = request.args.get("kind", "")
    with reading() as session:
        counted = store.by_kind(session, year, now())
        sums = [sum(getattr(one, name) for one in counted) for name in ("letters", "due", "on_time")]
        return show(
            session,
            "letter_counts/page.html",
            year=year,
            this_year=this_year,
            rows=counted,
            total=store.Counted(store.ALL, *sums),
            kinds=KINDS,
            kind=kind if kind in KINDS else "",
            letters=store.letters_of(session, year, kind, now()) if kind in KINDS else [],
            states=STATES,
            themes=[(code, THEMES[code], *numbers) for code, *numbers in store.by_theme(session, year)],
        )
