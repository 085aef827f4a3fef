"""快速录入: one field to paste into, screenshots, a call; it becomes a lead, which is judged at once."""

from flask import Blueprint, flash, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from dashboard.auth.rules import allow, takes
from dashboard.pages import found, instant, just_passed, now, number, settings, show, who
from dashboard.seals.gate import refuse
from dashboard.who import DUTY, READERS
from domain.case import ITEM_CHANNELS
from domain.pictures import LARGEST, MOST
from store import dutylog, entering, files, judging, people, pictures
from store.db import reading, transaction
from store.sources import CHANNEL_LABELS
from store.tables.articles import Article
from store.tables.cases import Lead
from store.tables.handling import Attachment
from store.tables.people import Person, Unit

entry = Blueprint("entry", __name__, url_prefix="/leads")
CHANNELS = {"": "自动识别", **CHANNEL_LABELS}
LARGEST_ENTRY = MOST * LARGEST + 1024 * 1024
PICTURE_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"


@entry.teardown_request
def _close(_: BaseException | None) -> None:
    """Close the files of a form: large ones lie in temporary files."""
    request.close()


@entry.get("/new")
@allow(*DUTY)
def blank() -> tuple[str, int]:
    """Show the form for a link, a text, a screenshot, a call."""
    return _page()


@entry.post("/new")
@allow(*DUTY)
@takes(LARGEST_ENTRY)
def enter() -> Response | tuple[str, int]:
    """Open a lead by hand."""
    try:
        kept = pictures.keep(settings().data_dir, _sent(), now())
        with transaction() as session:
            person = session.get_one(Person, who().id)
            call = _call()
            lead = entering.enter(session, person, now(), _said(session, only_pictures=bool(kept)))
            dutylog.write(session, person, call, now(), lead)
            pictures.attach(session, lead, kept)
            lead_id = lead.id
    except entering.KnownAlready as known:
        return _page(known=known)
    except ValueError as error:
        return _page(str(error))
    flash("已登记为待研判线索，请接着研判。")
    return redirect(f"/leads/{lead_id}?open=confirm")


@entry.get("/<int:lead_id>/pictures/<int:picture_id>")
@allow(*READERS)
def picture(lead_id: int, picture_id: int) -> Response:
    """Show a screenshot of a lead; the browser may do nothing with it but show it."""
    with reading() as session:
        kept = found(session.get(Attachment, picture_id))
        refuse(session, found(session.get(Lead, lead_id)).seal_id)
        content = files.load(settings().data_dir / files.ATTACHMENTS, kept.sha256) if kept.lead_id == lead_id else None
    headers = {"Content-Disposition": "inline", "Content-Security-Policy": PICTURE_POLICY}
    return Response(found(content), headers=headers, content_type=kept.media_type)


def _sent() -> list[tuple[str, bytes]]:
    """Return the pictures of the form; a browser sends an empty one where none was chosen."""
    chosen = [file for file in request.files.getlist("pictures") if file.filename]
    return [(file.filename or "", file.stream.read(LARGEST + 1)) for file in chosen[: MOST + 1]]


def _said(session: Session, *, only_pictures: bool) -> entering.Entered:
    form = request.form
    channel = form.get("channel", "")
    if channel not in CHANNELS:
        raise ValueError("请选择渠道")
    title, text = form.get("title", "").strip(), form.get("text", "")[:20_000]
    if not title and not text.strip() and only_pictures:
        raise ValueError("请写一句话，说明截图里是何地何事")
    return entering.Entered(
        text=text,
        title=title[:300],
        channel=channel,
        called=bool(form.get("caller", "").strip() or form.get("telephone", "").strip()),
        unit=session.get(Unit, number("unit")),
        number=form.get("number", ""),
        limit=instant("limit", "办理时限"),
        again=form.get("again") == "yes",
    )


def _call() -> dutylog.Said:
    """Return what the duty log keeps of the form: a hotline call, a call where somebody called, else a note."""
    form = request.form
    caller = form.get("caller", "").strip()[:200] or None
    telephone = form.get("telephone", "").strip()[:50] or None
    words = "\n".join(part for part in (form.get("title", "").strip(), form.get("text", "").strip()) if part)
    kind = "hotline" if form.get("channel") == "hotline" else "call" if caller or telephone else "note"
    at = just_passed(instant("called_at", "来电时间")) or now()
    return dutylog.Said(kind, at, words[:4000] or "（截图）", caller, telephone)


def _page(words: str = "", known: entering.KnownAlready | None = None) -> tuple[str, int]:
    sent = request.form
    with reading() as session:
        return show(
            session,
            "leads/new.html",
            422 if words or known else 200,
            units=people.units(session),
            channels=list(CHANNELS.items()),
            limit=judging.minutes_words(session, now()),
            sent=sent,
            called=any(sent.get(name) for name in ("caller", "telephone", "called_at")),
            ticketed=sent.get("channel") in ITEM_CHANNELS or bool(sent.get("number") or sent.get("limit")),
            article=session.get(Article, known.article_id) if known else None,
            lead=session.get(Lead, known.lead_id) if known else None,
            live=known.live if known else False,
            lost=bool(request.files.getlist("pictures")) and any(f.filename for f in request.files.values()),
            words=words,
        )
