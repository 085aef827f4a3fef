"""通知: who was told what, with proof; acknowledging by the recipient, by telephone, or by the link in the mail."""

from flask import Blueprint, abort, flash, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from dashboard import letters
from dashboard.auth.rules import allow, public
from dashboard.handovers import link as handover_link
from dashboard.pages import found, now, settings, show, who
from dashboard.who import EVERYONE
from store import assignments, links, matters, signing
from store import notices as store
from store.db import reading, transaction
from store.office import fact
from store.secrets import key
from store.signing import Way
from store.tables.cases import Lead
from store.tables.notices import Notice

notices = Blueprint("notices", __name__)


@notices.get("/notices")
@allow(*EVERYONE)
def mine() -> tuple[str, int]:
    """Show the notices to the person who asks."""
    with reading() as session:
        return show(session, "notices/list.html", rows=matters.notices_for(session, who().id))


@notices.get("/notices/<int:notice_id>")
@allow(*EVERYONE)
def page(notice_id: int) -> tuple[str, int]:
    """Show one notice with every attempt to send it."""
    with reading() as session:
        notice = _visible(session, notice_id)
        lead = session.get(Lead, notice.lead_id) if notice.lead_id else None
        return show(
            session,
            "notices/page.html",
            notice=notice,
            lead=lead,
            text=_text(notice),
            proof=store.proof(notice),
            sheet=signing.sheet_of(session, notice),
        )


@notices.post("/notices/<int:notice_id>/acknowledge")
@allow(*EVERYONE)
def acknowledge(notice_id: int) -> Response:
    """Acknowledge: the recipient in person, or the duty officer for one who was reached by telephone.

    A handover sheet is signed in person alone.
    """
    try:
        with transaction() as session:
            notice = _visible(session, notice_id)
            words = _acknowledged(session, notice)
    except ValueError as error:
        words = f"没有签字：{error}。"
    flash(words)
    return redirect(f"/notices/{notice_id}")


def _acknowledged(session: Session, notice: Notice) -> str:
    by = f"person-{who().id}"
    if notice.person_id == who().id:
        done, how = signing.answer(session, notice, Way.SIGNED_IN, now(), by), "本人登录签收"
    elif who().decides and signing.sheet_of(session, notice) is None:
        done, how = store.acknowledge(session, notice, "电话签收", now(), by), "电话签收"
    else:
        abort(403)
    return f"已记录{how}。" if done else "这条通知之前已经签收。"


@notices.get("/n/<token>")
@public
def task(token: str) -> tuple[str, int]:
    """Show what the mail asks; opening it acknowledges nothing, because mail gateways open links by themselves."""
    with reading() as session:
        try:
            return _task(session, _of(session, token))
        except ValueError as error:
            return _refused(session, str(error))


@notices.post("/n/<token>")
@public
def task_acknowledged(token: str) -> Response | tuple[str, int]:
    """Acknowledge by the link. The token itself is the secret another site cannot know, so no second one is asked."""
    try:
        with transaction() as session:
            notice = _of(session, token)
            signing.answer(session, notice, Way.LINK, now(), f"link-{notice.id}")
    except ValueError:
        return task(token)
    return redirect(request.path, 303)


def _of(session: Session, token: str) -> Notice:
    """Return the notice of a link. ValueError in the user's words."""
    notice_id = links.notice_of(key(settings().secret_file, "ack-link"), token, now())
    notice = session.get(Notice, notice_id)
    if notice is None:
        raise ValueError("链接对应的通知已不存在，请电话联系值班室")
    return notice


def _task(session: Session, notice: Notice) -> tuple[str, int]:
    sheet = signing.sheet_of(session, notice)
    if sheet is not None:
        facts = handover_link.facts(session, notice, sheet)
        return render_template("handovers/link.html", notice=notice, now=now(), **facts, **_office(session)), 200
    shown = {"notice": notice, "text": _text(notice), "words": "", **_office(session)}
    return render_template("notices/link.html", now=now(), **shown), 200


def _refused(session: Session, words: str) -> tuple[str, int]:
    status = 410 if "过期" in words else 404
    return render_template("notices/link.html", notice=None, now=now(), words=words, **_office(session)), status


def _text(notice: Notice) -> str:
    return letters.shown(notice.text, settings().base_url)


def _office(session: Session) -> dict[str, str]:
    return {"office": fact(session, "name", "") or "", "telephone": fact(session, "telephone", "") or ""}


def _visible(session: Session, notice_id: int) -> Notice:
    """Return a notice the person may see: their own, or any for those who see every matter."""
    notice = found(session.get(Notice, notice_id))
    if notice.person_id != who().id and not who().reads_all:
        lead = session.get(Lead, notice.lead_id) if notice.lead_id else None
        if lead is None or lead.case is None or not assignments.helps(session, lead.case, who().unit_id):
            abort(404)
    return notice
