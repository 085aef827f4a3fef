"""信息报送: the telephone calls upward, 初报、续报、终报 ready to print, and whom the office reports to."""

from flask import Blueprint, abort, flash, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from dashboard.auth.rules import allow
from dashboard.pages import found, instant, just_passed, now, number, show, who
from dashboard.seals.gate import refuse
from dashboard.upward.draft import draft, official
from dashboard.upward.facts import facts_of, latest_written
from dashboard.who import DUTY, READERS
from store import upward as store
from store.db import reading, transaction
from store.office import fact
from store.tables.cases import Lead
from store.tables.handling import ReportTarget, UpwardReport
from store.tables.people import Person

upward = Blueprint("upward", __name__)
WRITTEN = {kind: label for kind, label in store.KINDS.items() if kind != "phone"}


@upward.post("/leads/<int:lead_id>/upward")
@allow(*DUTY)
def called(lead_id: int) -> Response:
    """Record a call upward: to whom, when, who took it."""
    try:
        with transaction() as session:
            lead = found(session.get(Lead, lead_id))
            at = just_passed(instant("at", "报告时间")) or now()
            target = session.get(ReportTarget, number("target"))
            report = store.Report("phone", at, target, request.form.get("taken_by", ""))
            store.record(session, lead, report, session.get_one(Person, who().id), now())
            words = f"已记录电话报告{target.name if target else ''}。"
            address = f"/cases/{lead.case.id}" if lead.case else f"/leads/{lead_id}"
    except ValueError as error:
        flash(f"没有登记：{error}")
        return redirect(f"/leads/{lead_id}")
    flash(words)
    return redirect(f"{address}#upward")


@upward.get("/leads/<int:lead_id>/report")
@allow(*READERS)
def report(lead_id: int) -> tuple[str, int]:
    """Show a report as it is printed: a kept one, or the next one as it would be now."""
    return _report(lead_id)


@upward.post("/leads/<int:lead_id>/report")
@allow(*DUTY)
def keep(lead_id: int) -> Response | tuple[str, int]:
    """Keep a written report in the thread of its matter."""
    try:
        with transaction() as session:
            lead = found(session.get(Lead, lead_id))
            text = request.form.get("text", "")[:20000]
            said = store.Report(request.form.get("kind", ""), now(), text=text)
            made = store.record(session, lead, said, session.get_one(Person, who().id), now())
            words, id_ = f"已保存{store.label(made)}，可以打印。", made.id
    except ValueError as error:
        return _report(lead_id, str(error))
    flash(words)
    return redirect(f"/leads/{lead_id}/report?id={id_}")


def _report(lead_id: int, words: str = "") -> tuple[str, int]:
    with reading() as session:
        lead = found(session.get(Lead, lead_id))
        refuse(session, lead.seal_id)
        kept = _kept(session, lead)
        last = latest_written(session, lead)
        following = "follow_up" if last else "first"
        kind = kept.kind if kept else request.form.get("kind", following)
        text = (kept.text or "") if kept else request.form.get("text", "") or draft(facts_of(session, lead, now()))
        title = store.label(kept) if kept else WRITTEN.get(kind, "报告")
        return show(
            session,
            "upward/report.html",
            422 if words else 200,
            lead=lead,
            kept=kept,
            title=title,
            lines=[line.partition("：")[::2] for line in text.splitlines() if line.strip()],
            text=text,
            kinds=[(kind, label) for kind, label in WRITTEN.items() if (kind == "first") == (last is None)],
            kind=kind,
            over=last is not None and last.kind == "final",
            targets=store.targets(session),
            written=[(one, store.label(one)) for one in store.thread(session, lead.id) if one.kind != "phone"],
            office=fact(session, "name", "") or "本局",
            at=official(kept.at if kept else now()),
            recorder=kept.recorder.name if kept else who().name,
            words=words,
        )


def _kept(session: Session, lead: Lead) -> UpwardReport | None:
    """Return the kept report the address asks for, which has to belong to the matter."""
    id_ = request.args.get("id", 0, type=int)
    if not id_ or request.method == "POST":
        return None
    kept = session.get(UpwardReport, id_) if id_ < 2**31 else None
    if kept is None or kept.lead_id != lead.id or kept.kind == "phone":
        abort(404)
    return kept


@upward.get("/report-targets")
@allow(*READERS)
def targets() -> tuple[str, int]:
    """Show whom the office reports to."""
    return _targets()


@upward.post("/report-targets")
@allow("office")
def put_target() -> Response | tuple[str, int]:
    """Add a target, or change its number and place."""
    form = request.form
    try:
        with transaction() as session:
            name, telephone = form.get("name", ""), form.get("telephone", "")
            store.put_target(session, name, telephone, number("rank"), f"person-{who().id}", now())
    except ValueError as error:
        return _targets(str(error))
    flash("已保存报送对象。")
    return redirect("/report-targets")


@upward.post("/report-targets/<int:target_id>/remove")
@allow("office")
def remove_target(target_id: int) -> Response:
    """Take a target out of the list."""
    with transaction() as session:
        target = found(session.get(ReportTarget, target_id))
        store.remove_target(session, target.name, f"person-{who().id}", now())
    flash("已移出报送清单，以前的报送记录都在。")
    return redirect("/report-targets")


def _targets(words: str = "") -> tuple[str, int]:
    with reading() as session:
        rows = store.targets(session)
        status = 422 if words else 200
        return show(session, "upward/targets.html", status, rows=rows, sent=request.form, words=words)
