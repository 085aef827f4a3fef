"""How a matter begins: found late, suspected and harmless, with a limit of its own, across the end of the year."""

from journey import Journey, beijing, officer
from sqlalchemy import select

from domain.case import Level
from store import deadlines, leads
from store.db import reading
from store.tables import Case, Lead, Notice

FOOD = "联络员·食品安全科"


def test_what_was_over_before_it_could_be_known_is_told_once_and_never_as_missed(journey: Journey) -> None:
    journey.until("6-10 14:00")
    lead_id = journey.found("某酒店婚宴后多人腹泻", posted="6-10 5:00")
    case_id = journey.confirmed(lead_id)
    journey.until("6-10 18:30")
    made = journey.clock(case_id, "AUTH_RELEASE")
    assert (made.due_at, made.found_late) == (beijing("6-10 10:00"), True)
    assert made.handle_by == beijing("6-10 19:00")
    assert "发现时已逾期" in journey.said(FOOD)[0]
    assert "主要领导E" not in {name for _, name, _ in journey.mails}
    journey.released(case_id)
    journey.until("6-10 22:00")
    assert journey.clock(case_id, "AUTH_RELEASE").met_at == beijing("6-10 18:30")
    assert "主要领导E" not in {name for _, name, _ in journey.mails}, "late discovery is no miss of a section"


def test_a_suspicion_that_turns_out_harmless_wakes_one_person(journey: Journey) -> None:
    journey.until("6-10 2:00")
    lead_id = journey.found("网传某食堂集体中毒系演练")
    journey.until("6-10 2:07")
    journey.do(
        lambda session: leads.dismiss(session, session.get_one(Lead, lead_id), officer(session), journey.now, "系演练")
    )
    journey.until("6-10 12:00")
    assert [(name, at) for at, name, _ in journey.mails] == [("值班员A", beijing("6-10 2:00"))]


def test_a_suspicion_that_is_no_emergency_goes_on_with_forty_eight_hours(journey: Journey) -> None:
    journey.until("6-10 2:00")
    lead_id = journey.found("某食堂多人不适")
    journey.until("6-10 2:07")
    case_id = journey.confirmed(lead_id, emergency=False)
    journey.until("6-10 8:00")
    assert journey.clocks(case_id) == {"AUTH_RELEASE": "void", "PRESS_CONF": "void", "OTHER_RESPONSE": "open"}
    assert journey.told(FOOD) == ["6-10 02:07"]
    assert "请于6月12日02:00前反馈" in journey.said(FOOD)[0]


def test_a_ticket_keeps_its_own_limit(journey: Journey) -> None:
    journey.until("6-10 9:00")
    said = {"title": "电梯困人", "text": "来电", "channel": "hotline", "unit": None, "number": "QY-88"}
    lead_id = journey.do(
        lambda session: leads.enter(session, officer(session), journey.now, **said, limit=beijing("6-10 17:00")).id
    )
    case_id = journey.confirmed(lead_id, emergency=False, unit="特种设备科")
    journey.until("6-10 17:00")
    assert "请于6月10日17:00前反馈" in journey.said("联络员·特种设备科")[0]
    assert "主要领导E" in journey.at("6-10 17:00")
    journey.released(case_id, "6-10 16:50", kind="reply")
    assert journey.clock(case_id, "HOTLINE").met_at == beijing("6-10 16:50")


def test_a_limit_that_crosses_into_a_year_without_a_calendar_is_provisional_and_says_so(journey: Journey) -> None:
    journey.until("12-30 10:00")
    lead_id = journey.found("咨询营业执照换发", opens="lead", channel="message")
    case_id = journey.confirmed(lead_id, emergency=False, level=Level.BLUE)
    journey.until("12-30 10:05")
    made = journey.clock(case_id, "MSG_REPLY")
    assert made.calendar_provisional
    assert made.due_at > beijing("12-31 23:00"), "two of the three days lie beyond the year's end"
    with reading() as session:
        text = session.scalars(select(Notice).where(Notice.asks_ack)).one().text
    assert "暂定：下一年度工作日表尚未公布" in text
    application = journey.do(
        lambda session: deadlines.write_deadline(
            session, session.get_one(Case, case_id).lead, "FOI_REPLY", journey.now, journey.now, ladder="duty"
        )
    )
    assert application.calendar_provisional
    journey.until("1-1 12:00", 2027)
    journey.until("1-4 23:59", 2027)
    assert journey.told(FOOD)[0] == "12-30 10:00", "and its reminders cross the year too"
    assert len(journey.told(FOOD)) > 1
