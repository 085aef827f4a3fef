"""舆情事项: the ledger, and one matter with its timeline, clocks and next steps."""

from flask import Blueprint, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from dashboard.auth.rules import allow
from dashboard.cases.page import FORMS, case_page, change
from dashboard.pages import found, instant, just_passed, now, number, page_number, show, who
from dashboard.who import DUTY, EVERYONE
from store import cases as store
from store import matters, outlets
from store.db import reading
from store.leads import open_leads
from store.limits import rule_for
from store.tables.cases import Case, Deadline, Release
from store.tables.people import Person

cases = Blueprint("cases", __name__, url_prefix="/cases")
PAGE = 30


@cases.get("")
@allow(*EVERYONE)
def listing() -> tuple[str, int]:
    """Show the ledger: open matters, closed ones, or all; a section sees its own."""
    state, page = request.args.get("state", "open"), page_number()
    closed = {"open": False, "closed": True}.get(state)
    unit_id = None if who().reads_all else (who().unit_id or 0)
    with reading() as session:
        rows = matters.cases_listed(session, closed=closed, unit_id=unit_id, limit=PAGE + 1, offset=(page - 1) * PAGE)
        return show(
            session,
            "cases/list.html",
            rows=rows[:PAGE],
            more=len(rows) > PAGE,
            page=page,
            state=state,
            judged=matters.leads_judged(session, 20) if state == "leads" and who().reads_all else [],
            waiting=open_leads(session) if state == "leads" and who().reads_all else [],
        )


@cases.get("/<int:case_id>")
@allow(*EVERYONE)
def page(case_id: int) -> tuple[str, int]:
    """Show one matter."""
    return case_page(case_id)


@cases.post("/<int:case_id>/release")
@allow(*DUTY)
def record(case_id: int) -> Response | tuple[str, int]:
    """Record what was done outside, at its actual time; the clock it meets stops there."""
    return change(case_id, "record", _record)


@cases.post("/<int:case_id>/close")
@allow(*DUTY)
def close(case_id: int) -> Response | tuple[str, int]:
    """Close a matter with nothing left to do."""
    return change(case_id, "close", _close)


@cases.post("/<int:case_id>/link")
@allow(*DUTY)
def link(case_id: int) -> Response | tuple[str, int]:
    """Correct the link of a release that cannot be opened."""
    return change(case_id, "link", _link)


def _record(session: Session, case: Case, person: Person) -> str:
    form = request.form
    kind = form.get("kind", "")
    if kind not in FORMS:
        raise ValueError("请选择登记的是发布、发布会还是答复")
    at = just_passed(instant("at", "实际时间"))
    if at is None:
        raise ValueError("请填写实际时间")
    deadline = next((d for d in case.deadlines if d.id == number("deadline")), None)
    act = store.Act(
        kind=kind,
        at=at,
        channel=form.get("channel", "")[:100],
        publisher=form.get("publisher", "")[:100],
        link=form.get("link", "").strip()[:2000] or None,
        note=form.get("note", "").strip() or None,
        outlet_id=number("outlet") or None,
        final=kind == "release" and form.get("final") == "yes",
        **(_conference() if kind == "conference" else {}),
    )
    release = store.record_release(session, case, act, person, now(), _matching(deadline, kind))
    return _said(session, case, release)


def _said(session: Session, case: Case, release: Release) -> str:
    """Return what was recorded, what it stopped and what it still asks for, in words."""
    if release.kind == "copy":
        return "已登记网站同步。"
    stopped = "，对应时限已停" if release.deadline_id else "；没有对应的在办时限"
    words = f"已登记{FORMS[release.kind]}{stopped}。"
    if release.kind == "release" and release.outlet_id is None:
        words += f"“{release.channel}”是未登记渠道，请办公室登记。"
    elif release.outlet_id is not None and not number("outlet"):
        words += f"渠道按链接或名称认作“{release.channel}”。"
    return words + ("还要同步到门户网站。" if release in outlets.owed_copies(session, case) else "")


def _conference() -> dict[str, str | None]:
    """Return form, host and speaker of a press conference as entered."""
    found = {"form": 20, "host": 100, "speaker": 100}
    return {name: request.form.get(name, "").strip()[:most] or None for name, most in found.items()}


def _matching(deadline: Deadline | None, kind: str) -> Deadline | None:
    """Return the chosen duty if it is open and asks for this kind of act; the store finds another one otherwise."""
    fits = deadline is not None and deadline.state == "open" and rule_for(deadline).met_by == kind
    return deadline if fits else None


def _close(session: Session, case: Case, person: Person) -> str:
    store.close(session, case, person, now())
    return "已办结。"


def _link(session: Session, case: Case, person: Person) -> str:
    release = found(next((release for release in case.releases if release.id == number("release")), None))
    store.correct_link(session, release, request.form.get("link", "").strip()[:2000], person, now())
    return "已更正链接，马上重新核对。"
