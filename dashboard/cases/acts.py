"""反馈、请示、转交、报请市新闻办: what is done in a matter beside publishing."""

from flask import Blueprint, abort, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from dashboard.auth.rules import allow
from dashboard.cases.page import change, entered_at
from dashboard.pages import found, now, number, who
from dashboard.who import DUTY
from domain.handling import REPORTED_HOW
from store import acts as store
from store.tables.cases import Case
from store.tables.handling import Approval, Transfer
from store.tables.people import Person, Unit

acts = Blueprint("acts", __name__, url_prefix="/cases")
WORKERS = ("duty", "office", "section")


@acts.post("/<int:case_id>/reports")
@allow(*WORKERS)
def report_back(case_id: int) -> Response | tuple[str, int]:
    """Record what a unit reports; a section reports for itself."""

    def make(session: Session, case: Case, person: Person) -> str:
        own = not who().reads_all
        unit = session.get(Unit, (who().unit_id or 0) if own else number("unit") or case.unit_id)
        how = "系统填报" if own else request.form.get("how", "")
        if how not in REPORTED_HOW:
            raise ValueError("请选择反馈方式")
        at = now() if own else entered_at("at", "反馈时间")
        store.report_back(session, case, unit, request.form.get("text", "")[:20000], how, at, person, now())
        return "已登记反馈。"

    return change(case_id, "report", make)


@acts.post("/<int:case_id>/approvals")
@allow(*DUTY)
def approve(case_id: int) -> Response | tuple[str, int]:
    """Record what a leader decided, with whom, when and how."""

    def make(session: Session, case: Case, person: Person) -> str:
        leader = session.get(Person, number("leader"))
        if leader is None:
            raise ValueError("请选择向哪位领导请示")
        how, words = request.form.get("how", ""), request.form.get("words", "")[:2000]
        made = store.approve(session, case, leader, words, how, entered_at("at", "请示时间"), person, now())
        return "已登记请示" + ("，下一个工作日内补签。" if made.deadline_id else "。")

    return change(case_id, "approval", make)


@acts.post("/<int:case_id>/approvals/<int:approval_id>/sign")
@allow(*DUTY)
def sign(case_id: int, approval_id: int) -> Response | tuple[str, int]:
    """Record that the signature is there."""

    def make(session: Session, case: Case, person: Person) -> str:
        row = found(session.get(Approval, approval_id))
        _of(case, row.case_id)
        store.sign(session, row, entered_at("at", "补签时间"), person, now())
        return "已登记补签。"

    return change(case_id, "approval", make)


@acts.post("/<int:case_id>/transfers")
@allow(*DUTY)
def transfer(case_id: int) -> Response | tuple[str, int]:
    """Record that the matter was sent to another department."""

    def make(session: Session, case: Case, person: Person) -> str:
        form = request.form
        handed = store.Handed(
            form.get("receiver", "")[:200], form.get("reason", "")[:2000], entered_at("at", "转交时间")
        )
        store.transfer(session, case, handed, person, now())
        return "已登记转交；收到回执之前，时限照常计算。"

    return change(case_id, "transfer", make)


@acts.post("/<int:case_id>/transfers/<int:transfer_id>/receipt")
@allow(*DUTY)
def receive(case_id: int, transfer_id: int) -> Response | tuple[str, int]:
    """Record the receipt: the clocks stop at its time."""

    def make(session: Session, case: Case, person: Person) -> str:
        row = found(session.get(Transfer, transfer_id))
        _of(case, row.case_id)
        store.receive(session, row, request.form.get("receipt", ""), entered_at("at", "回执时间"), person, now())
        return "已登记回执，时限停止。"

    return change(case_id, "transfer", make)


@acts.post("/<int:case_id>/press")
@allow(*DUTY)
def press(case_id: int) -> Response | tuple[str, int]:
    """Record that the press conference was put to 市新闻办."""

    def make(session: Session, case: Case, person: Person) -> str:
        words = request.form.get("words", "")[:500]
        store.ask_press_office(session, case, words, entered_at("at", "报请时间"), person, now())
        return "已登记报请市新闻办。"

    return change(case_id, "press", make)


def _of(case: Case, case_id: int) -> None:
    if case.id != case_id:
        abort(404)
