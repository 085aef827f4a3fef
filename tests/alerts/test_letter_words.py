"""What letters say to whom: units keep the telephone of their lead unit, superiors are asked to see to it."""

from collections.abc import Callable
from datetime import datetime

import pytest
from alerts_story import confirm, propose
from sqlalchemy import select

from alerts import clock
from store import acts, assignments, merging, people
from store.db import reading, transaction
from store.tables.cases import Case
from store.tables.notices import Notice
from store.tables.people import Person, Unit

pytestmark = pytest.mark.usefixtures("office")
At = Callable[[float], datetime]


@pytest.fixture
def other(office: dict[str, int]) -> int:
    """A second unit with its liaison; gives the id of the unit."""
    with transaction() as session:
        unit = Unit(name="价格监督科", rank=9)
        session.add(unit)
        session.flush()
        liaison = Person(name="联络员G", unit_id=unit.id, email="g@qingyuan.example", phone="13922222222")
        session.add(liaison)
        session.flush()
        people.appoint(session, "liaison", liaison, unit)
        return unit.id


def newest(name: str, words: str) -> Notice:
    """Return the newest notice to a person with these words in its subject."""
    with reading() as session:
        asked = select(Notice).join(Person).where(Person.name == name, Notice.subject.contains(words))
        found = session.scalars(asked.order_by(Notice.id.desc())).first()
        assert found is not None, (name, words)
        return found


def officer(session) -> Person:
    return session.scalars(select(Person).where(Person.name == "值班员A")).one()


def helped(case_id: int, unit_id: int, now: datetime) -> None:
    with transaction() as session:
        unit, case = session.get_one(Unit, unit_id), session.get_one(Case, case_id)
        assignments.add_co(session, case, unit, "查票据", officer(session), now)


def test_a_unit_that_helps_can_call_the_unit_that_leads(other: int, t0: datetime, minutes: At) -> None:
    helped(confirm(propose(t0), t0), other, minutes(1))
    clock.tick(minutes(1))
    notice = newest("联络员G", "舆情协办")
    for text in (notice.text, notice.html or ""):
        assert "联络员F（13900000000）" in text, "a number of ours is not masked"
    assert notice.short == "舆情〔2026〕1号 红色：请协助办理并签收。值班室0000-1234567"


def test_who_is_relieved_by_a_merger_hears_where_the_matter_goes_on(other: int, t0: datetime, minutes: At) -> None:
    into, case_id = (confirm(propose(t0, title), t0) for title in ("学生腹泻", "同一件事"))
    helped(case_id, other, minutes(1))
    clock.tick(minutes(1))
    with transaction() as session:
        cases = [session.get_one(Case, one) for one in (case_id, into)]
        merging.merge(session, *cases, "同一件事", officer(session), minutes(2))
    clock.tick(minutes(2))
    notice = newest("联络员G", "舆情并案")
    assert "本事项已并入舆情〔2026〕1号，由食品安全科继续办理，价格监督科不再承办。" in notice.text


def test_a_superior_is_asked_to_see_to_what_was_missed(t0: datetime, minutes: At) -> None:
    confirm(propose(t0), t0)
    for at in (0, 300):
        clock.tick(minutes(at))
    chief, unit = newest("主要领导E", "逾期"), newest("联络员F", "逾期")
    assert "时限已于6月10日19:00届满，尚未反馈，请督办：清源一中" in chief.subject
    assert "5小时发布已于6月10日 19:00届满，食品安全科尚未反馈，请督办。" in chief.text
    assert "联络员：联络员F（13900000000）" in chief.text
    assert "办结登记" not in chief.text
    assert chief.short == "舆情〔2026〕1号 红色：尚未反馈，请督办，时限6月10日19:00已届满。值班室0000-1234567"
    assert "届满，请立即发布权威信息并反馈。" in unit.text
    assert "办结登记" in newest("办公室主任C", "逾期").text


def test_who_owes_a_signature_reads_what_was_approved(t0: datetime, minutes: At) -> None:
    case_id = confirm(propose(t0), t0)
    with transaction() as session:
        leader = session.scalars(select(Person).where(Person.name == "分管领导D")).one()
        case = session.get_one(Case, case_id)
        acts.approve(session, case, leader, "同意先发通告", "电话请示", t0, officer(session), minutes(3))
    clock.tick(minutes(3))
    notice = newest("值班员A", "提醒补签")
    assert "请示：6月10日 14:00电话请示分管领导D\n内容：同意先发通告\n" in notice.text
    assert notice.short == "舆情〔2026〕1号 红色：请补齐审核签字，时限6月11日23:59。值班室0000-1234567"
