"""专题: what the office watches for, what each hit day by day, and who is told."""

from datetime import date

from flask import Blueprint, request
from sqlalchemy.orm import Session

from dashboard.auth.rules import allow
from dashboard.pages import found, now, page_number, show, who
from dashboard.watches.chart import day_words, days
from dashboard.watches.shown import shown
from dashboard.who import EVERYONE
from domain.query import explain, parse
from domain.query_words import QueryError
from store import people, watch_hits, watch_trials
from store import watches as store
from store.db import reading
from store.sources import CHANNEL_LABELS
from store.tables.watches import Watch

watches = Blueprint("watches", __name__, url_prefix="/watches")
PAGE = 30


@watches.get("")
@allow(*EVERYONE)
def listing() -> tuple[str, int]:
    """Show the 专题 with what each hit in 30 days; a section sees its own."""
    with reading() as session:
        rows = [watch for watch in store.listed(session) if may_see(watch)]
        since = watch_trials.since(now())
        return show(
            session,
            "watches/list.html",
            rows=rows,
            counts=watch_hits.counts(session, since),
            latest=watch_hits.newest(session),
            faults=store.faults(session, (watch for watch in rows if watch.active)),
            units={unit.id: unit.name for unit in people.units(session)},
        )


@watches.get("/<int:watch_id>")
@allow(*EVERYONE)
def page(watch_id: int) -> tuple[str, int]:
    """Show one 专题: how its query is understood, its hits by day and one by one."""
    with reading() as session:
        watch = found(session.get(Watch, watch_id))
        found(watch if may_see(watch) else None)
        day = _day()
        number = page_number()
        rows = watch_hits.latest(session, watch_id, PAGE, (number - 1) * PAGE, on=day)
        return show(
            session,
            "watches/page.html",
            watch=watch,
            understood=_understood(session, watch),
            fault=store.faults(session, [watch]).get(watch_id, ""),
            days=days(watch_hits.per_day(session, watch_id, now())),
            hits=[shown(hit.article, hit.spans, inside=who().reads_all) for hit in rows],
            total=watch_hits.count(session, watch_id, on=day),
            day=day,
            day_words=day_words(day.isoformat()) if day else "",
            number=number,
            size=PAGE,
            running=watch_trials.running(session, watch_id),
            units={unit.id: unit.name for unit in people.units(session)},
            mine=any(one.person_id == who().id for one in watch.subscribers),
        )


def may_see(watch: Watch) -> bool:
    """Return whether the person who asks may see a 专题: a section those it is named in or subscribes to."""
    me = who()
    return me.reads_all or me.unit_id in watch.unit_ids or any(one.person_id == me.id for one in watch.subscribers)


def _understood(session: Session, watch: Watch) -> str:
    try:
        return explain(parse(watch.query, store.allowed(session)), CHANNEL_LABELS)
    except QueryError:
        return ""


def _day() -> date | None:
    """Return the Beijing day asked for, None for all."""
    try:
        return date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return None
