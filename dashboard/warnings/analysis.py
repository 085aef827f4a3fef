"""消费者诉求数据分析: complaints of a month or quarter by topic, against the one before; numbers lead to their rows."""

from dataclasses import dataclass

from flask import Blueprint, abort, request

from dashboard.auth.rules import allow
from dashboard.pages import now, page_number, show
from dashboard.warnings import shown
from dashboard.who import READERS
from domain.spans import Span, month_of, quarter_of, span_named
from domain.workdays import beijing_day
from store import complaints
from store.complaints import Asked
from store.db import reading
from store.office import fact

complaint_analysis = Blueprint("complaint_analysis", __name__, url_prefix="/warnings")
PAGE = 30
OFFERED = 6
"""Months before the present one that are offered."""


@dataclass(frozen=True, slots=True)
class Line:
    """One topic: complaints in the period, before it, and the change in words."""

    topic: str
    count: int
    before: int

    @property
    def change(self) -> str:
        """How it changed, in words: +12（+40%）."""
        return change(self.count, self.before)


@complaint_analysis.get("/analysis")
@allow(*READERS)
def analysis() -> tuple[str, int]:
    """Show complaints by topic in a month or quarter, against the one before."""
    span = _span()
    with reading() as session:
        found = complaints.by_topic(session, *span.instants)
        before = complaints.by_topic(session, *span.before.instants)
        lines = [Line(topic, found[topic], before[topic]) for topic in {*found, *before}]
        lines.sort(key=lambda line: (-line.count, -line.before, line.topic))
        return show(
            session,
            "warnings/analysis.html",
            span=span,
            lines=lines,
            total=Line("合计", found.total(), before.total()),
            running=span.after > beijing_day(now()),
            offered=_offered(),
            office=fact(session, "name") or "本局",
            today=beijing_day(now()),
        )


@complaint_analysis.get("/complaints")
@allow(*READERS)
def listing() -> tuple[str, int]:
    """Show the complaints of a period one by one, of one topic if it is given."""
    span, number, topic = _span(), page_number(), request.args.get("topic") or None
    asked = Asked(*span.instants, topic[:50] if topic else None)
    with reading() as session:
        return show(
            session,
            "warnings/complaints.html",
            span=span,
            topic=topic,
            rows=[shown(one) for one in complaints.listed(session, asked, PAGE, (number - 1) * PAGE)],
            total=complaints.count(session, asked),
            number=number,
            size=PAGE,
        )


def change(count: int, before: int) -> str:
    """Return how a number changed, in words; a percentage only of what is large enough to mean something."""
    more = count - before
    if not more:
        return "持平"
    part = f"（{more / before:+.0%}）" if before >= 5 else ""
    return f"{more:+d}{part}"


def _span() -> Span:
    """Return the period the address asks for, else the present month."""
    name = request.args.get("span", "")
    try:
        return span_named(name) if name else month_of(beijing_day(now()))
    except ValueError:
        abort(404)


def _offered() -> list[Span]:
    """Return the periods that are offered: this quarter and the last, this month and those before."""
    today = beijing_day(now())
    months, quarter = [month_of(today)], quarter_of(today)
    while len(months) < OFFERED:
        months.append(months[-1].before)
    return [quarter, quarter.before, *months]
