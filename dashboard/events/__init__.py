"""话题: what is talked about, the hottest first; one topic with its heat, how it spread, its warnings."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, current_app, request
from sqlalchemy.orm import Session

from dashboard.auth.rules import allow
from dashboard.events.chart import chart, sentence, spark
from dashboard.events.filters import DIRECTIONS, PERIODS, asked, kept
from dashboard.pages import found, now, page_number, settings, show
from dashboard.who import READERS
from domain.case import Level
from domain.heat import Direction, Heat, Part
from domain.heat_table import Numbers, shipped
from domain.spread import Post, Row, by_place, by_rank, ordered, timeline
from domain.workdays import BEIJING
from store import event_list, heat, people, spread, warnings
from store.db import reading
from store.heat_file import read_numbers
from store.settings import SettingError
from store.tables.events import Event

events = Blueprint("events", __name__, url_prefix="/events")
PAGE = 30
SHOWN = 10
"""Rows of the spread that are shown without a reason of their own."""
DAY = timedelta(days=1)


@events.get("")
@allow(*READERS)
def listing() -> tuple[str, int]:
    """Show the topics, 30 a page, the hottest first."""
    number, wanted = page_number(), asked(request.args, now())
    with reading() as session:
        rows = event_list.listed(session, wanted, PAGE, (number - 1) * PAGE)
        ids = [event.id for event in rows]
        return show(
            session,
            "events/list.html",
            rows=rows,
            total=event_list.count(session, wanted),
            number=number,
            size=PAGE,
            sent=request.args,
            address="/events?" + "".join(f"{urlencode([pair])}&" for pair in kept(request.args)),
            matters=event_list.matters(session, ids),
            warned=event_list.warned(session, ids, now() - DAY),
            subjects=warnings.of_subjects(session, now() - DAY),
            topics=event_list.topics(session),
            units=people.units(session),
            directions=DIRECTIONS,
            labels=dict(DIRECTIONS),
            periods=PERIODS,
            spark=spark,
            fault=_numbers()[1],
            unsure="regroup.unsure" in current_app.view_functions,
        )


@events.get("/<int:event_id>")
@allow(*READERS)
def page(event_id: int) -> tuple[str, int]:
    """Show one topic; `hour` narrows its articles to those of one hour."""
    number, hour = page_number(), _hour(request.args.get("hour", ""))
    with reading() as session:
        event = found(session.get(Event, event_id))
        posts = ordered(spread.posts(session, event_id))
        wanted = [post for post in posts if hour is None or hour <= post.at < hour + timedelta(hours=1)]
        newest = wanted[::-1]
        return show(
            session,
            "events/page.html",
            event=event,
            posts=newest[(number - 1) * PAGE : number * PAGE],
            total=len(wanted),
            number=number,
            size=PAGE,
            hour=hour,
            matter=event_list.matters(session, [event_id]).get(event_id),
            warned=warnings.of_event(session, event_id),
            label=Direction(event.direction or "unknown").label,
            levels={level.value: level.label for level in Level},
            regroup="regroup.page" in current_app.view_functions,
            **_heat(session, event, posts),
            **_spread(posts),
        )


def _hour(text: str) -> datetime | None:
    """Return the beginning of the Beijing hour asked for, None for all."""
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H").replace(tzinfo=BEIJING)
    except ValueError:
        return None


def _numbers() -> tuple[Numbers, str]:
    """Return the numbers that hold, and what is wrong with the office's own: the packaged ones are shown then."""
    try:
        return read_numbers(settings()), ""
    except SettingError as error:
        return shipped(), f"热度和早期预警停着：{error}"


def _heat(session: Session, event: Event, posts: list[Post]) -> dict[str, Any]:
    numbers, fault = _numbers()
    usual = heat.usual_of(session, event.topic, now(), numbers, {})
    times = [post.at for post in posts if not post.own]
    parts = tuple(Part(**part) for part in event.heat_parts or ())
    return {
        "chart": chart(times, usual, now(), max(times, default=event.last_at)),
        "sentence": sentence(times, usual, now()),
        "fault": fault,
        "heat": Heat(event.heat, parts),
    }


def _spread(posts: list[Post]) -> dict[str, Any]:
    rows = timeline(posts)
    shown: list[Row] = [row for place, row in enumerate(rows) if row.why or place < SHOWN]
    return {
        "first": posts[0] if posts else None,
        "rows": shown,
        "left": len(rows) - len(shown),
        "ranks": by_rank(posts),
        "places": by_place(posts),
    }
