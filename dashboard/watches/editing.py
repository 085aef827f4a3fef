"""专题 made and changed, with what the query would have hit shown before it is saved."""

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, request
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from dashboard.auth.rules import allow
from dashboard.pages import found, now, part, show, who
from dashboard.watches.shown import Trial, trial_of
from dashboard.who import DUTY, READERS
from domain.query import LONGEST, explain, parse
from domain.query_words import QueryError
from domain.watch import COOL_MINUTES, QUIET, WatchFields
from store import people, watch_trials
from store import watches as store
from store.channels import LABELS
from store.db import reading, transaction
from store.sources import CHANNEL_LABELS
from store.tables.people import Person
from store.tables.watches import Watch, WatchTrial

watch_editing = Blueprint("watch_editing", __name__, url_prefix="/watches")
COOLS = ((0, "每次都通知"), (30, "30 分钟"), (60, "1 小时"), (120, "2 小时"), (360, "6 小时"), (1440, "1 天"))


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a query, split where it is wrong."""

    words: str
    before: str
    after: str


@watch_editing.get("/new")
@allow(*DUTY)
def new() -> tuple[str, int]:
    """Show an empty form."""
    return _form(None, WatchFields("", request.args.get("query", "")[:LONGEST], quiet=QUIET))


@watch_editing.post("/new")
@allow(*DUTY)
def add() -> Response | tuple[str, int]:
    """Make a 专题, or show what its query would have hit."""
    return _saved(None)


@watch_editing.get("/<int:watch_id>/edit")
@allow(*DUTY)
def edit(watch_id: int) -> tuple[str, int]:
    """Show the form of a 专题."""
    with reading() as session:
        said = store.fields_of(found(session.get(Watch, watch_id)))
    return _form(watch_id, said)


@watch_editing.post("/<int:watch_id>/edit")
@allow(*DUTY)
def change(watch_id: int) -> Response | tuple[str, int]:
    """Change a 专题, or show what its query would have hit."""
    return _saved(watch_id)


@watch_editing.post("/<int:watch_id>/switch")
@allow(*DUTY)
def switch(watch_id: int) -> Response:
    """Switch a 专题 off, or on again."""
    with transaction() as session:
        watch = found(session.get(Watch, watch_id))
        store.switch(session, watch, active=not watch.active, by=_me(), now=now())
        flash("已启用。" if watch.active else "已停用：不再命中，以前的命中都在。")
    return redirect(f"/watches/{watch_id}")


@watch_editing.post("/<int:watch_id>/subscribe")
@allow(*READERS)
def subscribe(watch_id: int) -> Response:
    """Subscribe to a 专题, or not any more."""
    with transaction() as session:
        watch = found(session.get(Watch, watch_id))
        said = store.fields_of(watch)
        others = tuple(id_ for id_ in said.subscriber_ids if id_ != who().id)
        joins = others == said.subscriber_ids
        subscribers = (*others, who().id) if joins else others
        me = session.get_one(Person, who().id)
        store.save(session, watch, store.fields_of(watch, subscriber_ids=subscribers), _me(), now(), person=me)
        flash("已订阅，有新命中时通知你。" if joins else "已取消订阅。")
    return redirect(f"/watches/{watch_id}")


@watch_editing.post("/try")
@allow(*DUTY)
def try_out() -> str:
    """Return what is known of a query while it is typed: its fault, or an answer that is being made."""
    trial_id, fault, understood = _asked()
    return _part(trial_id, fault, understood)


@watch_editing.get("/trials/<int:trial_id>")
@allow(*DUTY)
def trial(trial_id: int) -> str:
    """Return how far an answer is, for the form that waits for it."""
    with reading() as session:
        row = found(watch_trials.of(session, trial_id, who().id))
        understood = _understood(session, row.query)
    return _part(row.id, None, understood)


def _asked() -> tuple[int | None, Fault | None, str]:
    """Ask what the query of the form would have hit; return the answer's number, or what is wrong, and how it reads."""
    query = request.form.get("query", "")[: LONGEST + 1]
    if not query.strip():
        return None, None, ""
    try:
        with transaction() as session:
            understood = explain(parse(query, store.allowed(session)), CHANNEL_LABELS)
            general = request.form.get("general") == "1"
            row = watch_trials.ask(session, query, now(), general=general, person_id=who().id)
            return row.id, None, understood
    except QueryError as error:
        return None, Fault(str(error), query[: error.at][-30:], query[error.at :][:30]), ""


def _part(trial_id: int | None, fault: Fault | None, understood: str) -> str:
    with reading() as session:
        shown = _trial(session, trial_id)
        return part("watches/trial.html", trial=shown, fault=fault, understood=understood)


def _trial(session: Session, trial_id: int | None) -> Trial | None:
    row = session.get(WatchTrial, trial_id) if trial_id is not None else None
    return trial_of(session, row) if row is not None else None


def _understood(session: Session, query: str) -> str:
    try:
        return explain(parse(query, store.allowed(session)), CHANNEL_LABELS)
    except QueryError:
        return ""


def _saved(watch_id: int | None) -> Response | tuple[str, int]:
    said = _sent()
    if request.form.get("try") == "1":
        return _form(watch_id, said, asked=_asked())
    try:
        with transaction() as session:
            watch = None if watch_id is None else found(session.get(Watch, watch_id))
            me = session.get_one(Person, who().id)
            made = store.save(session, watch, said, _me(), now(), person=me)
            address = f"/watches/{made.id}"
    except ValueError as error:
        return _form(watch_id, said, str(error))
    flash("专题已保存，正在查最近 30 天的命中。" if watch_id is None else "专题已修改。")
    return redirect(address)


def _sent() -> WatchFields:
    form = request.form
    quiet = (form.get("quiet_from", "").strip(), form.get("quiet_to", "").strip())
    return WatchFields(
        name=form.get("name", "")[:200],
        query=form.get("query", "")[: LONGEST + 1],
        general=form.get("general") == "1",
        as_lead=form.get("as_lead") == "1",
        unit_ids=_numbers("unit"),
        subscriber_ids=_numbers("person"),
        channels=tuple(form.getlist("channel")),
        quiet=quiet if all(quiet) else None,
        cool_minutes=form.get("cool", COOL_MINUTES, type=int),
    )


def _numbers(name: str) -> tuple[int, ...]:
    sent = [text for text in request.form.getlist(name) if text.isascii() and text.isdigit() and len(text) < 10]
    return tuple(dict.fromkeys(map(int, sent)))


def _form(
    watch_id: int | None, said: WatchFields, words: str = "", asked: tuple[int | None, Fault | None, str] | None = None
) -> tuple[str, int]:
    trial_id, fault, understood = asked or (None, None, "")
    with reading() as session:
        everybody = select(Person).where(Person.active).order_by(Person.unit_id, Person.id)
        return show(
            session,
            "watches/edit.html",
            422 if words else 200,
            watch=session.get(Watch, watch_id) if watch_id is not None else None,
            said=said,
            words=words,
            trial=_trial(session, trial_id),
            fault=fault,
            understood=understood or (_understood(session, said.query) if said.query else ""),
            units=people.units(session),
            persons=[one for one in session.scalars(everybody) if one.email or one.im or one.phone],
            channels=[(name, LABELS[name]) for name in store.CHANNELS],
            cools=COOLS
            if said.cool_minutes in dict(COOLS)
            else [*COOLS, (said.cool_minutes, f"{said.cool_minutes} 分钟")],
            has_general=bool(store.general(session)),
        )


def _me() -> str:
    return f"person-{who().id}"
