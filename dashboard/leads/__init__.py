"""待研判线索: one lead with its reasons; confirm, dismiss."""

from flask import Blueprint, flash, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from dashboard.articles import correction_of
from dashboard.auth.rules import allow
from dashboard.pages import found, instant, now, number, show, who
from dashboard.seals.gate import hidden
from dashboard.upward.facts import upward_of
from dashboard.who import DUTY, READERS
from domain.case import LeadState, Level, number_text
from store import entering, matters, notices, people, pictures, warnings
from store import leads as store
from store.articles import verdict_of
from store.db import reading, transaction
from store.tables.articles import Article
from store.tables.cases import Case, Lead
from store.tables.people import Person, Unit

leads = Blueprint("leads", __name__, url_prefix="/leads")
LEVELS = [(level.value, level.label) for level in Level]


@leads.get("/<int:lead_id>")
@allow(*READERS)
def page(lead_id: int) -> tuple[str, int]:
    """Show one lead with the reasons it was proposed for."""
    return _page(lead_id)


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


def _other(session: Session, lead: Lead) -> Lead | None:
    """Return the lead that goes on instead of a merged one."""
    article = session.get(Article, lead.article_id) if lead.state == LeadState.MERGED and lead.article_id else None
    return entering.lead_of(session, article) if article else None


def _page(lead_id: int, failed: str = "", words: str = "") -> tuple[str, int]:
    with reading() as session:
        lead = found(session.get(Lead, lead_id))
        article = session.get(Article, lead.article_id) if lead.article_id else None
        return show(
            session,
            "seals/lead.html" if hidden(session, lead.seal_id) else "leads/page.html",
            422 if words else 200,
            lead=lead,
            article=article,
            verdict=verdict_of(article) if article else None,
            correction=correction_of(session, article.id) if article else None,
            articles=matters.articles_of(session, lead.event_id),
            pictures=pictures.of_lead(session, lead.id),
            warned=warnings.of_lead(session, lead.id),
            other=_other(session, lead),
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
