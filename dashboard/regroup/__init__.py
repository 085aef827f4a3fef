"""整理话题: what the grouping was not sure of, side by side; merging, splitting and taking back."""

from collections.abc import Callable

from flask import Blueprint, current_app, flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from dashboard.auth.rules import allow
from dashboard.pages import found, now, number, page_number, show, who
from dashboard.who import DUTY, READERS
from store import doubts, moving, one_matter, regroup_facts, regrouping
from store.db import reading, transaction
from store.tables.events import Event, EventChange, EventDoubt
from store.tables.people import Person

regroup = Blueprint("regroup", __name__, url_prefix="/events")
PAGE = 10
SAME = "核对后是同一话题"
"""The reason where somebody says so beside a doubt and writes no other."""


@regroup.get("/<int:event_id>/regroup")
@allow(*READERS)
def page(event_id: int) -> tuple[str, int]:
    """Show the articles of an event, to be split off or merged with another."""
    return _page(event_id)


@regroup.get("/unsure")
@allow(*READERS)
def unsure() -> tuple[str, int]:
    """Show what the grouping was not sure of, the latest first, each with the two events side by side."""
    return _unsure()


@regroup.post("/<int:event_id>/regroup/merge")
@allow(*DUTY)
def merge(event_id: int) -> Response | tuple[str, int]:
    """Merge another event into this one."""

    def act(session: Session, event: Event, person: Person) -> str:
        other = session.get(Event, number("other"))
        if other is None:
            raise ValueError("请选择要并入本话题的话题")
        regrouping.merge(session, other, event, request.form.get("why", ""), person, now())
        return "已合并。"

    return _change(event_id, "merge", act)


@regroup.post("/<int:event_id>/regroup/split")
@allow(*DUTY)
def split(event_id: int) -> Response | tuple[str, int]:
    """Split the chosen articles off, into a new event or another one."""

    def act(session: Session, event: Event, person: Person) -> str:
        to = session.get(Event, number("to")) if number("to") else None
        matter = request.form.get("matter", "")
        if matter not in (regrouping.AUTO, regrouping.STAYS, regrouping.GOES):
            raise ValueError("请选择线索或事项随哪一部分")
        chosen = [int(id_) for id_ in request.form.getlist("article") if id_.isascii() and id_.isdigit()]
        why = request.form.get("why", "")
        change = regrouping.split(session, event, chosen, why, person, now(), to=to, matter=matter)
        return f"已拆出 {len(change.facts['articles'])} 条信息到“{session.get_one(Event, change.to_id).title[:30]}”。"

    return _change(event_id, "split", act)


@regroup.post("/<int:event_id>/regroup/undo")
@allow(*DUTY)
def undo(event_id: int) -> Response | tuple[str, int]:
    """Take a merge or a split back."""

    def act(session: Session, event: Event, person: Person) -> str:
        change = found(session.get(EventChange, number("change")))
        regrouping.undo(session, change, request.form.get("why", ""), person, now())
        return "已撤销。"

    return _change(event_id, "undo", act)


@regroup.post("/unsure/<int:doubt_id>")
@allow(*DUTY)
def answer(doubt_id: int) -> Response | tuple[str, int]:
    """Say of two events that they are one, which merges them, or that they are not, which is remembered."""
    try:
        with transaction() as session:
            doubt, person = found(session.get(EventDoubt, doubt_id)), session.get_one(Person, who().id)
            words = _answer(session, doubt, person, same=request.form.get("answer") == "same")
            back = number("back")
    except ValueError as error:
        return _unsure(doubt_id, str(error))
    flash(words)
    return redirect(url_for("regroup.page", event_id=back) if back else url_for("regroup.unsure"))


def _answer(session: Session, doubt: EventDoubt, person: Person, *, same: bool) -> str:
    if not same:
        doubts.say_not_same(session, doubt, person, now())
        return "已记下：不是同一话题，不再询问。"
    two = doubts.two_of(session, doubt)
    if two is None or doubt.answer is not None:
        raise ValueError("已经有人答过了，请刷新")
    event, other = two
    regrouping.merge(session, event, other, request.form.get("why", "").strip() or SAME, person, now())
    return "已合并为同一话题。"


def _change(event_id: int, what: str, act: Callable[[Session, Event, Person], str]) -> Response | tuple[str, int]:
    """Do one change and show the event again; a refusal is shown beside its form, with what was filled in."""
    try:
        with transaction() as session:
            event = found(session.get(Event, event_id))
            words = act(session, event, session.get_one(Person, who().id))
            here = moving.final(session, event).id
    except ValueError as error:
        return _page(event_id, what, str(error))
    flash(words)
    return redirect(url_for("regroup.page", event_id=here))


def _page(event_id: int, failed: str = "", words: str = "") -> tuple[str, int]:
    asked = request.values.get("words", "").strip()[:100]
    with reading() as session:
        event = found(session.get(Event, event_id))
        alike = regroup_facts.alike_events(session, event, asked)
        waiting = doubts.waiting(session, now(), event_id)
        return show(
            session,
            "regroup/page.html",
            422 if words else 200,
            brief=regroup_facts.brief(session, event, 0),
            final=moving.final(session, event),
            originals=regroup_facts.originals(session, event_id),
            most=regroup_facts.ARTICLES,
            live=any(one_matter.is_live(session, one) for one in one_matter.leads_of(session, event)),
            doubts=[(one, regroup_facts.brief(session, _other(one, event_id))) for one in waiting],
            alike=regroup_facts.briefs(session, alike),
            asked=asked,
            history=[_told(session, change, event_id) for change in regrouping.history(session, event_id)],
            sent=request.form,
            failed=failed,
            words=words,
            event_address=event_address,
        )


def _other(one: doubts.Unsure, event_id: int) -> Event:
    return one.other if one.event.id == event_id else one.event


def _told(session: Session, change: EventChange, event_id: int) -> dict[str, object]:
    """Return one change as the page tells it: which other event, by whom, and who took it back."""
    other = change.to_id if change.from_id == event_id else change.from_id
    return {
        "change": change,
        "other": session.get_one(Event, other),
        "by": session.get_one(Person, change.by).name,
        "undone_by": session.get_one(Person, change.undone_by).name if change.undone_by else "",
        "out": change.from_id == event_id,
    }


def _unsure(failed: int = 0, words: str = "") -> tuple[str, int]:
    page = page_number()
    with reading() as session:
        waiting = doubts.waiting(session, now())
        shown = waiting[(page - 1) * PAGE : page * PAGE]
        return show(
            session,
            "regroup/unsure.html",
            422 if words else 200,
            pairs=[(one, *(regroup_facts.brief(session, two) for two in (one.event, one.other))) for one in shown],
            total=len(waiting),
            page=page,
            size=PAGE,
            failed=failed,
            words=words,
            event_address=event_address,
        )


def event_address(event_id: int) -> str:
    """Return the address of an event's page, that of its regrouping where there is no other."""
    page = "events.page" if "events.page" in current_app.view_functions else "regroup.page"
    return url_for(page, event_id=event_id)
