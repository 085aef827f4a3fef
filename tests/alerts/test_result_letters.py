"""采纳情况: reminded three days before, on the last day, and once after it; no more once it was published."""

from datetime import date, datetime, timedelta

import pytest
from alerts_office import put_office
from sqlalchemy import select

from alerts.results import remind_results
from domain.consultation import Decision, Fields
from domain.outlets import OutletFields
from domain.workdays import BEIJING
from store import announcements, consultations, outlets, people, suggestion_groups
from store.announcements import Published
from store.consultations import New
from store.db import reading, transaction
from store.tables import Notice, Suggestion, SuggestionGroup

DECIDED = datetime(2026, 11, 20, 10, 0, tzinfo=BEIJING)
"""A Friday; 20 working days later is Friday 18 December."""


@pytest.fixture
def consultation(database) -> int:
    put_office()
    with transaction() as session:
        unit, person = people.units(session)[0], people.holders(session, "office_director")[0]
        fields = Fields("农贸市场管理办法", date(2026, 10, 1), date(2026, 10, 31), unit.id)
        row = consultations.save(session, None, fields, person.id, DECIDED)
        consultations.add(session, row, [New("a", "多设停车位", "网页")], person.id, DECIDED)
        first = session.scalars(select(Suggestion)).one()
        group = suggestion_groups.move(session, row, [first.id], None, "system", DECIDED)
        suggestion_groups.decide(session, group, Decision.ADOPTED, "第八条", person, DECIDED)
        outlets.save(session, None, OutletFields("局网站", "website", "www.qy.example"), 1, "command", DECIDED)
        return row.id


def at(day: int, hour: int = 10) -> datetime:
    return datetime(2026, 12, day, hour, 0, tzinfo=BEIJING)


def told() -> list[str]:
    with reading() as session:
        return [notice.subject for notice in session.scalars(select(Notice).order_by(Notice.id))]


def test_each_reminder_comes_once_when_the_office_opens(consultation):
    assert remind_results(at(14)) == 0
    assert remind_results(at(15, 8)) == 0
    first = remind_results(at(15))
    assert first > 0
    assert remind_results(at(15)) == remind_results(at(16)) == 0
    assert remind_results(at(18)) == first
    overdue = remind_results(at(19))
    assert overdue == first + 1  # 分管领导 too.
    assert remind_results(at(21)) == 0
    subjects = told()
    assert subjects[0].startswith("【公布采纳情况】请于12月18日")
    assert "应于12月18日" in subjects[-1]
    with reading() as session:
        text = session.scalars(select(Notice.text)).first()
    assert "政府信息公开条例第二十六条" in text


def test_once_published_nobody_is_reminded(consultation):
    with transaction() as session:
        row = session.get_one(SuggestionGroup, 1).consultation
        where = Published(1, "https://www.qy.example/1", DECIDED + timedelta(hours=1))
        person = people.holders(session, "office_director")[0]
        announcements.publish_result(session, row, "文字", where, person, DECIDED + timedelta(hours=2))
    assert remind_results(at(18)) == 0
    assert told() == []
