"""来信: mails that came in; those that belong to no case yet are assigned by hand; attachments are handed out."""

from urllib.parse import quote

from flask import Blueprint, Response, abort, flash, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Answer

from dashboard.auth.rules import allow
from dashboard.pages import found, now, settings, show, who
from dashboard.seals.gate import hidden, refuse
from dashboard.who import DUTY, EVERYONE
from domain.case import number_text
from store import files, matters
from store import inbound as store
from store.db import reading, transaction
from store.tables.cases import Case, Lead
from store.tables.handling import Attachment
from store.tables.notices import Inbound, Notice
from store.tables.people import Person

inbound = Blueprint("inbound", __name__)
KINDS = {"ack": "签收", "report": "反馈", "bounce": "退信", "auto": "自动回复", "other": "其他来信"}


@inbound.get("/inbound")
@allow(*DUTY)
def listing() -> tuple[str, int]:
    """Show the mails that wait for a person, then the latest others."""
    return _listing()


@inbound.post("/inbound/<int:inbound_id>/assign")
@allow(*DUTY)
def assign(inbound_id: int) -> Answer | tuple[str, int]:
    """Make a waiting mail the report of a case."""
    number = request.form.get("number", "")[:60]
    try:
        with transaction() as session:
            mail = found(session.get(Inbound, inbound_id))
            case = store.assign(session, mail, number, session.get_one(Person, who().id), now())
            words = f"已归入{number_text(case.year, case.number)}。"
    except ValueError as error:
        return _listing(inbound_id, str(error))
    flash(words, f"/cases/{case.id}")
    return redirect("/inbound")


@inbound.post("/inbound/<int:inbound_id>/aside")
@allow(*DUTY)
def set_aside(inbound_id: int) -> Answer | tuple[str, int]:
    """Set a waiting mail aside."""
    try:
        with transaction() as session:
            mail = found(session.get(Inbound, inbound_id))
            store.set_aside(session, mail, session.get_one(Person, who().id), now())
    except ValueError as error:
        return _listing(inbound_id, str(error))
    flash("已搁置，仍可在下面的列表里看到。")
    return redirect("/inbound")


@inbound.get("/attachments/<int:attachment_id>")
@allow(*EVERYONE)
def attachment(attachment_id: int) -> Response:
    """Hand out an attachment as a file, never as a page: to readers, and to the unit whose case it is."""
    with reading() as session:
        kept = found(session.get(Attachment, attachment_id))
        if not who().reads_all and not _own(session, kept):
            abort(404)
        refuse(session, _seal_of(session, kept))
        content = found(files.load(settings().data_dir / files.ATTACHMENTS, kept.sha256))
    name = quote(kept.name, safe="")
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}", "X-Content-Type-Options": "nosniff"}
    return Response(content, headers=headers, content_type="application/octet-stream")


def _seal_of(session: Session, kept: Attachment) -> int | None:
    """Return the seal of the matter an attachment belongs to: its report's, its lead's, or its mail's."""
    lead = session.get(Lead, kept.lead_id) if kept.lead_id else None
    mail = session.get(Inbound, kept.inbound_id) if kept.inbound_id else None
    case = kept.report.case if kept.report else (mail and _about(session, mail))
    matter = case or lead
    return matter.seal_id if matter else None


def _about(session: Session, mail: Inbound) -> Case | None:
    return store.case_about(session, mail) or store.case_in(session, mail.subject)


def _shut(session: Session, mails: list[Inbound]) -> set[int]:
    """Return which mails are about a sealed matter: neither their words nor their files are shown."""
    cases = [(mail.id, _about(session, mail)) for mail in mails]
    return {mail_id for mail_id, case in cases if case is not None and hidden(session, case.seal_id)}


def _own(session: Session, kept: Attachment) -> bool:
    case = kept.report.case if kept.report else None
    return case is not None and case.unit_id == who().unit_id


def _listing(failed: int = 0, words: str = "") -> tuple[str, int]:
    with reading() as session:
        waiting, latest = store.waiting(session), store.latest(session)
        cases = matters.cases_listed(session, closed=False, unit_id=None, limit=200, offset=0)
        return show(
            session,
            "inbound/list.html",
            422 if words else 200,
            waiting=waiting,
            latest=latest,
            answered={mail.id: session.get(Notice, mail.notice_id) for mail in waiting if mail.notice_id},
            files={mail.id: store.files_of(session, mail) for mail in waiting},
            likely={mail.id: _likely(session, mail) for mail in waiting},
            cases=[(number_text(case.year, case.number), case) for case in cases],
            about={mail.id: store.case_about(session, mail) for mail in latest},
            kinds=KINDS,
            shut=_shut(session, [*waiting, *latest]),
            mailbox=settings().imap_url is not None,
            failed=failed,
            words=words,
            sent=request.form,
        )


def _likely(session: Session, mail: Inbound) -> str:
    """Return the number of the case a mail seems to belong to: that of the notice it answers, or of its subject."""
    case = _about(session, mail)
    return number_text(case.year, case.number) if case else ""
