"""What happens in the demo city for the pictures beside its own story: acts through the store, told by its clock."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.self_check import FACT, check_day
from domain.workdays import DAY, beijing_day
from store import acts, assignments, handover, merging, returns, seasons
from store.channels import PHONE
from store.db import reading, transaction
from store.office import set_fact
from store.people import on_duty, unit_named
from store.returns import Asked
from store.tables import Case, Lead, Notice, Person, Unit
from store.tables.handling import Assignment, Bounce

PATIENCE = 60
CO, SCHOOL, CHARGING, LIFT, FALL, RIDE = "奶茶店", "驾校", "充电公司", "电梯下滑伤人", "电梯刚从12楼", "高空飞椅"
"""Words of the titles of matters that are open when the city starts."""


def play() -> None:
    """Let all scenes happen, and wait until everybody was told. LookupError where the city has no such matter."""
    for scene in (called, helped, handed_on, asked_to_return, approved, handed_over, checked, watched):
        scene()
    told()
    refused()
    merged()
    told()


def called() -> None:
    """A suspected emergency was not acknowledged in time: the next one is told and somebody has to telephone."""
    with transaction() as session:
        asked = select(Notice).where(Notice.asks_ack, Notice.chase_at.is_not(None), Notice.subject.contains("疑似"))
        notice = session.scalars(asked.order_by(Notice.id.desc())).first()
        if notice is None:
            raise LookupError("no suspected emergency waits for an acknowledgement")
        notice.chase_at = now()


def helped() -> None:
    """A second unit helps with a matter; another helps with one that will be merged."""
    with transaction() as session:
        unit = named(session, "消费者权益保护科")
        assignments.add_co(session, case(session, CO), unit, "涉及消费者退款，请一并处理", officer(session), now())
        unit = named(session, "河湾区市场监督管理局")
        assignments.add_co(session, case(session, LIFT), unit, "现场在河湾区", officer(session), now())


def handed_on() -> None:
    """A matter goes to another lead unit."""
    with transaction() as session:
        unit, why = named(session, "东岭区市场监督管理局"), "停业驾校在东岭区登记，由属地牵头"
        assignments.reassign(session, case(session, SCHOOL), unit, why, officer(session), now())


def asked_to_return() -> None:
    """A unit asks to be relieved of a matter."""
    with transaction() as session:
        found = case(session, CHARGING)
        suggested = named(session, "消费者权益保护科")
        asked = Asked(found.unit, now(), "电话", "反映的是合同履行，不是价格行为", suggested)
        returns.ask(session, found, asked, officer(session), now())


def refused() -> None:
    """The office does not agree."""
    with transaction() as session:
        waiting = returns.waiting(session, case(session, CHARGING))[0]
        returns.refuse(session, waiting, "服务费属明码标价范围，请继续办理", person(session, "zhuren-d"), now())


def approved() -> None:
    """A leader approves by telephone; the signature is owed."""
    with transaction() as session:
        leader = person(session, "fenguan-e")
        words = "请示先发停运通告，领导同意"
        acts.approve(session, case(session, RIDE), leader, words, "电话请示", now(), officer(session), now())


def merged() -> None:
    """A matter goes on in another one."""
    with transaction() as session:
        into, why = case(session, FALL), "同一小区同一部电梯"
        merging.merge(session, case(session, LIFT), into, why, officer(session), now())


def handed_over() -> None:
    """The officer on duty makes the sheet for the other one."""
    with transaction() as session:
        giver = officer(session)
        sheet = handover.make(session, giver, now())
        others = [person(session, name) for name in ("zhiban-a", "zhiban-b")]
        taker = next(one for one in others if one.id != giver.id)
        handover.name_taker(session, sheet, taker, giver, now())


def checked() -> None:
    """The morning's self-check is due."""
    with transaction() as session:
        set_fact(session, FACT, (check_day(now()) - DAY).isoformat())


def watched() -> None:
    """Today lies in a time of heightened watch."""
    with transaction() as session:
        today = beijing_day(now())
        start, end = today - 2 * DAY, today + 4 * DAY
        seasons.add(session, "消费维权集中行动", start, end, "command", now(), words="市政府部署")


def suspected() -> int:
    """Return the id of the suspected emergency that waits for a person. LookupError where there is none."""
    with reading() as session:
        found = session.scalar(select(Lead.id).where(Lead.suspected, Lead.state == "open").order_by(Lead.id).limit(1))
    if found is None:
        raise LookupError("no suspected emergency is open")
    return found


def told() -> None:
    """Wait until everybody was told and every mail went out."""

    def done() -> bool:
        handed = [select(row.id).where(row.tell_at.is_not(None)) for row in (Assignment, Bounce)]
        unsent = select(Notice.id).where(Notice.state == "pending", Notice.channel != PHONE, Notice.attempts < 3)
        with reading() as session:
            return not any(session.scalar(one.limit(1)) for one in (*handed, unsent))

    time.sleep(2)  # The clock ticks every second: what was just due is written by then.
    until(done)


def until(done: Callable[[], bool]) -> None:
    """Wait until something is so. TimeoutError after a minute."""
    end = time.monotonic() + PATIENCE
    while not done():
        if time.monotonic() > end:
            raise TimeoutError("the city did not do what it was asked for")
        time.sleep(0.5)


def now() -> datetime:
    """Return the present instant."""
    return datetime.now(UTC)


def case(session: Session, words: str) -> Case:
    """Return the open matter whose title contains `words`. LookupError where there is none."""
    found = session.scalars(select(Case).where(Case.title.contains(words), Case.state != "closed")).first()
    if found is None:
        raise LookupError(f"no open matter about {words}")
    return found


def person(session: Session, username: str) -> Person:
    """Return the person with a user name."""
    return session.scalars(select(Person).where(Person.username == username)).one()


def officer(session: Session) -> Person:
    """Return the duty officer of now."""
    return on_duty(session, "duty_officer", now())[0]


def named(session: Session, name: str) -> Unit:
    """Return a unit. LookupError where there is none of this name."""
    unit = unit_named(session, name)
    if unit is None or unit.name != name:
        raise LookupError(f"no unit {name}")
    return unit
