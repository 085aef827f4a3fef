"""待研判线索: one lead with its reasons; confirm, dismiss, enter by hand."""

from flask import Blueprint, flash, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from dashboard.auth.rules import allow
from dashboard.pages import found, instant, now, number, show, who
from dashboard.upward.facts import upward_of
from dashboard.who import DUTY, READERS
from domain.case import Level, number_text
from store import dutylog, judging, matters, notices, people
from store import leads as store
from store.db import reading, transaction
from store.sources import CHANNEL_LABELS
from store.tables.articles import Article
from store.tables.cases import Case, Lead
from store.tables.people import Person, Unit

leads = Blueprint("leads", __name__, url_prefix="/leads")
CHANNELS = CHANNEL_LABELS
LEVELS = [(level.value, level.label) for level in Level]


@leads.get("/<int:lead_id>")
@allow(*READERS)
def page(lead_id: int) -> tuple[str, int]:
    """Show one lead with the reasons it was proposed for."""
    return _page(lead_id)


@leads.get("/new")
@allow(*DUTY)
def blank() -> tuple[str, int]:
    """Show the form for a call, a screenshot, a hint."""
    return _entry()


@leads.post("/new")
@allow(*DUTY)
def enter() -> Response | tuple[str, int]:
    """Open a lead by hand."""
    form = request.form
    try:
        with transaction() as session:
            person = session.get_one(Person, who().id)
            unit = session.get(Unit, number("unit"))
            channel = form.get("channel", "")
            if channel not in CHANNELS:
                raise ValueError("请选择渠道")
            lead = store.enter(
                session,
                person,
                now(),
                title=form.get("title", ""),
                text=form.get("text", ""),
                channel=channel,
                unit=unit,
                number=form.get("number", ""),
                limit=instant("limit", "办理时限"),
            )
            dutylog.write(session, person, _call(), now(), lead)
            lead_id = lead.id
    except ValueError as error:
        return _entry(str(error))
    flash("已登记为待研判线索，请接着研判。")
    return redirect(f"/leads/{lead_id}?open=confirm")


@leads.post("/<int:lead_id>/confirm")
@allow(*DUTY)
def confirm(lead_id: int) -> Response | tuple[str, int]:
    """Make a case of a lead."""
    try:
        with transaction() as session:
            case = _confirm(session, found(session.get(Lead, lead_id)))
            words = f"已立为事项 {number_text(case.year, case.number)}，交办{case.unit.name}。"
            address = f"/cases/{case.id}"
    except ValueError as error:
        return _page(lead_id, "confirm", str(error))
    flash(words, address)
    return redirect("/")


@leads.post("/<int:lead_id>/dismiss")
@allow(*DUTY)
def dismiss(lead_id: int) -> Response | tuple[str, int]:
    """Note that a lead is none of ours, with the reason."""
    try:
        with transaction() as session:
            lead = found(session.get(Lead, lead_id))
            store.dismiss(session, lead, session.get_one(Person, who().id), now(), request.form.get("why", ""))
    except ValueError as error:
        return _page(lead_id, "dismiss", str(error))
    flash("已记为非本单位事项。", f"/leads/{lead_id}")
    return redirect("/")


def _call() -> dutylog.Said:
    """Return what the duty log keeps of the form: a call where somebody called, else a note."""
    form = request.form
    caller = form.get("caller", "").strip()[:200] or None
    telephone = form.get("telephone", "").strip()[:50] or None
    words = "\n".join(part for part in (form.get("title", "").strip(), form.get("text", "").strip()) if part)
    return dutylog.Said("call" if caller or telephone else "note", now(), words[:4000], caller, telephone)


def _confirm(session: Session, lead: Lead) -> Case:
    """Confirm as the form says. ValueError in the user's words."""
    form = request.form
    unit = session.get(Unit, number("unit"))
    if unit is None:
        raise ValueError("请选择承办单位")
    if form.get("level") not in dict(LEVELS):
        raise ValueError("请选择舆情等级")
    occurred = instant("occurred_at", "事发时间")
    if occurred is not None and occurred > now():
        raise ValueError("事发时间不能晚于现在")
    return store.confirm(
        session,
        lead,
        session.get_one(Person, who().id),
        now(),
        unit=unit,
        level=Level(form["level"]),
        emergency=form.get("emergency") == "yes",
        occurred_at=occurred,
        title=form.get("title", "").strip() or None,
        about=session.get(Unit, number("about")),
    )


def _page(lead_id: int, failed: str = "", words: str = "") -> tuple[str, int]:
    with reading() as session:
        lead = found(session.get(Lead, lead_id))
        return show(
            session,
            "leads/page.html",
            422 if words else 200,
            lead=lead,
            article=session.get(Article, lead.article_id) if lead.article_id else None,
            articles=matters.articles_of(session, lead.event_id),
            deadlines=matters.deadlines_of(session, lead.id),
            notices=notices.of_lead(session, lead.id),
            judge_by=session.get(Person, lead.judged_by) if lead.judged_by else None,
            units=people.units(session),
            levels=LEVELS,
            sent=request.form,
            failed=failed or request.args.get("open", ""),
            words=words,
            **upward_of(session, lead),
        )


def _entry(words: str = "") -> tuple[str, int]:
    with reading() as session:
        return show(
            session,
            "leads/new.html",
            422 if words else 200,
            units=people.units(session),
            channels=list(CHANNELS.items()),
            limit=judging.minutes_words(session, now()),
            sent=request.form,
            words=words,
        )
