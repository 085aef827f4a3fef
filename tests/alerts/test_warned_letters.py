"""Early warnings reach the duty officer; a raised level the unit in charge and the leader on duty too, each once."""

from datetime import UTC, datetime, timedelta

import pytest
from alerts_office import put_office
from services import topics
from sqlalchemy import select

from alerts.clock import tick
from classifier.heat import heat_due
from domain.case import Level
from domain.heat_table import shipped
from domain.verdict import Opens
from store import leads
from store.db import reading, transaction
from store.tables import Lead, Notice, Person, Unit, Warning

NOW = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def office(database):
    put_office()


def look():
    heat_due(shipped(), lambda: NOW + MINUTE)
    tick(NOW + 2 * MINUTE)
    tick(NOW + 3 * MINUTE)


def told():
    with reading() as session:
        rows = session.scalars(select(Notice).where(Notice.topic.startswith("warning-")).order_by(Notice.id))
        return {one.person.name: one for one in rows}


def test_a_case_raised_to_orange_is_told_to_duty_leader_and_unit():
    topics.burst(NOW, authority="provincial", opens=Opens.LEAD)
    with transaction() as session:
        lead, person = session.scalars(select(Lead)).one(), session.scalars(select(Person)).first()
        unit = session.scalars(select(Unit).where(Unit.name == "食品安全科")).one()
        leads.confirm(session, lead, person, NOW, unit=unit, level=Level.YELLOW, emergency=False)
    look()
    found = told()
    assert set(found) == {"值班员A", "带班领导B", "联络员F"}
    letter = found["联络员F"]
    assert letter.subject == "【舆情预警·橙】事项等级上调为橙色：奶茶店用过期原料（舆情〔2026〕1号）"
    assert "黄色 → 橙色（系统初判）" in letter.text
    assert "省级媒体报道；3 个信源" in letter.text
    assert "谁主管谁负责" in letter.text
    assert "/cases/1" in letter.text
    assert "/events/1" in found["值班员A"].text
    assert letter.short == "舆情〔2026〕1号 橙色：等级上调，请按新的等级办理。值班室0000-1234567"
    with reading() as session:
        assert session.scalars(select(Warning)).one().told_at == NOW + 2 * MINUTE


def test_a_lead_is_told_to_duty_and_leader_without_a_title_in_the_short_text():
    topics.burst(NOW, authority="provincial", opens=Opens.LEAD)
    look()
    found = told()
    assert set(found) == {"值班员A", "带班领导B"}
    assert found["值班员A"].subject == "【舆情预警·橙】线索等级上调为橙色：奶茶店用过期原料"
    assert found["值班员A"].short == "待研判线索 橙色：线索等级上调，请尽快研判。值班室0000-1234567"


def test_a_loud_topic_without_a_matter_is_told_to_duty_alone():
    topics.burst(NOW)
    look()
    found = told()
    assert set(found) == {"值班员A"}
    assert found["值班员A"].subject == "【舆情预警】请看是否立项：奶茶店用过期原料"
    assert "按标准为黄色（系统初判）" in found["值班员A"].text
