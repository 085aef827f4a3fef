"""采纳情况: the result of a consultation as it is published, on paper and as plain text; its publication recorded."""

from flask import Blueprint, Response, flash, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Answer

from dashboard.auth.rules import allow
from dashboard.consultations import visible
from dashboard.pages import found, instant, just_passed, now, number, show, who
from dashboard.who import DUTY, EVERYONE
from store import announcements as store
from store import consultations, outlets, suggestion_groups
from store.announcements import Published
from store.db import reading, transaction
from store.suggestion_groups import Group
from store.tables.opinion import Announcement, Consultation
from store.tables.people import Person

consultation_result = Blueprint("consultation_result", __name__, url_prefix="/consultations")


@consultation_result.get("/<int:consultation_id>/result")
@allow(*EVERYONE)
def page(consultation_id: int) -> tuple[str, int]:
    """Show the result as it would be published now, or as it was."""
    return _page(consultation_id)


@consultation_result.get("/<int:consultation_id>/result.txt")
@allow(*EVERYONE)
def text(consultation_id: int) -> Answer:
    """Hand out the result as plain text, to be put on a page or into a document."""
    with reading() as session:
        row = visible(session, consultation_id)
        kept = _kept(session, row)
        title, said, groups = _shown(session, row, kept)
    if not kept and not groups:
        flash("没有已决定而未公布的类，没有可以下载的文字。")
        return redirect(f"/consultations/{consultation_id}/result")
    name = f"consultation-{row.id}-result.txt"
    headers = {"Content-Disposition": f"attachment; filename={name}"}
    whole = "\ufeff" + "\r\n".join([title, "", *said.splitlines()]) + "\r\n"
    return Response(whole.encode(), headers=headers, content_type="text/plain; charset=utf-8")


@consultation_result.post("/<int:consultation_id>/result")
@allow(*DUTY)
def publish(consultation_id: int) -> Answer | tuple[str, int]:
    """Record that the result was published: on which outlet, when, with its link."""
    try:
        with transaction() as session:
            row = found(session.get(Consultation, consultation_id))
            at = just_passed(instant("at", "发布时间"))
            where = Published(number("outlet"), request.form.get("link", ""), at)
            _, said = store.result(session, row, store.open_groups(session, row.id), now())
            store.publish_result(session, row, said, where, session.get_one(Person, who().id), now())
    except ValueError as error:
        return _page(consultation_id, str(error))
    flash("已登记公布。")
    return redirect(f"/consultations/{consultation_id}")


def _kept(session: Session, row: Consultation) -> Announcement | None:
    """Return the publication the address asks for, else None."""
    id_ = request.args.get("id", 0, type=int)
    return next((one for one in store.of_consultation(session, row.id) if one.id == id_), None)


def _shown(session: Session, row: Consultation, kept: Announcement | None) -> tuple[str, str, list[Group]]:
    """Return title, text and groups of what is shown: as it was published, else as it would be now."""
    if kept is not None:
        return kept.title, kept.text, []
    groups = store.open_groups(session, row.id)
    return (*store.result(session, row, groups, now()), groups)


def _page(consultation_id: int, words: str = "") -> tuple[str, int]:
    with reading() as session:
        row = visible(session, consultation_id)
        kept = None if words else _kept(session, row)
        title, said, groups = _shown(session, row, kept)
        undecided = [one for one in suggestion_groups.listed(session, row.id) if one.row.decision is None]
        return show(
            session,
            "consultations/result.html",
            422 if words else 200,
            row=row,
            kept=kept,
            title=title,
            lines=said.splitlines(),
            groups=groups,
            undecided=undecided,
            most=consultations.most(session),
            due=store.due(session, row),
            published=store.of_consultation(session, row.id),
            outlets=[(one.id, one.name) for one in outlets.listed(session)],
            sent=request.form,
            words=words,
        )
