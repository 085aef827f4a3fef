"""监测质量表: a week in which one source is first, another late, one misses it, and something cries wolf by night."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import screen_matters as made
from sqlalchemy import select

from domain.case import Level
from domain.verdict import Opens
from store import entering, events, leads, notices
from store.db import transaction
from store.notices import Message
from store.tables import Article, Lead, Notice, Stage, Unit


def join(article_id: int, now: datetime, key: str) -> None:
    """Put one more article into an event."""
    with transaction() as session:
        article = session.get_one(Article, article_id)
        session.refresh(article, ["judged"])
        events.put(session, article, events.Grouping(key, None, 1.0), now)


def confirm(lead_id: int, now: datetime) -> None:
    with transaction() as session:
        unit = session.scalars(select(Unit)).first()
        assert unit is not None
        person = made.person(session, "duty")
        leads.confirm(
            session, session.get_one(Lead, lead_id), person, now, unit=unit, level=Level.YELLOW, emergency=False
        )


def call(lead_id: int, at: datetime) -> int:
    """Send the notice of a suspected emergency to the duty officer; return its number."""
    with transaction() as session:
        lead = session.get_one(Lead, lead_id)
        stage = session.scalars(select(Stage).where(Stage.deadline_id == lead.deadlines[0].id)).first()
        person = made.person(session, "duty")
        row = notices.write(
            session, person, f"x-{at}", Message("疑似突发事件", "请研判"), at, stage=stage, lead_id=lead.id
        )
        assert row is not None
        row.state, row.sent_at = "sent", at
        return row.id


def dismiss(lead_id: int, now: datetime) -> None:
    with transaction() as session:
        leads.dismiss(session, session.get_one(Lead, lead_id), made.person(session, "duty"), now, "演练")


@pytest.fixture
def week(app, clock):
    """One week: returns the ids of its sources, its matter and its false lead."""
    at = clock.now - timedelta(hours=20)
    ids = {name: made.source(at - timedelta(days=9), name) for name in ("晚报", "论坛", "日报")}
    ids["vendor"] = made.source(at - timedelta(days=9), "供应商甲", kind="push")
    watch = made.watch(at - timedelta(days=9), name="奶茶", query="奶茶")
    first = made.article(ids["vendor"], at, "奶茶店过期原料")
    lead = made.propose(first, at, "event")
    second = made.article(ids["晚报"], at + timedelta(hours=2), "奶茶店用过期原料")
    join(second, at + timedelta(hours=2), "event")
    from store import watch_hits

    with transaction() as session:
        watch_hits.add(session, watch, [(first, [(0, 2)]), (second, [(0, 2)])])
    confirm(lead, at + timedelta(hours=3))
    alarm = replace(made.NEGATIVE, opens=Opens.PROVISIONAL, emergency=0.9, grave=True)
    night = datetime.fromisoformat("2026-11-18T23:30:00+08:00")
    false = made.propose(made.article(ids["论坛"], night, "电梯演练", alarm), night, "drill")
    calls = [call(false, night + timedelta(minutes=n)) for n in (0, 10)]
    dismiss(false, night + timedelta(minutes=20))
    return ids | {"lead": lead, "false": false, "calls": calls, "watch": watch}


def test_first_late_missed_false_and_night_calls_each_lead_to_their_rows(signed_in, week):
    office = signed_in("office")
    page = office.text("/quality?week=2026-W47")
    assert '确认的事项 <b class="num">1</b> 件' in page
    assert '>1</a></b> 次（目标每晚 ≤ 1），最多的一晚 <b class="num">1</b> 次' in page
    assert "晚 2小时" in page
    wanted = [
        (f"source{week['vendor']}", "first", "奶茶店过期原料"),
        (f"source{week['晚报']}", "late", "2小时"),
        (f"source{week['日报']}", "missed", "奶茶店过期原料"),
        (f"source{week['论坛']}", "false", "非本单位事项"),
        (f"source{week['论坛']}", "nights", "duty员"),
        (f"source{week['论坛']}", "nights_false", "电梯演练"),
        (f"watch{week['watch']}", "first", "奶茶店过期原料"),
        ("all", "nights_false", "电梯演练"),
    ]
    for of, what, words in wanted:
        link = f"/quality/rows?week=2026-W47&amp;of={of}&amp;what={what}"
        assert link in page, link
        assert words in office.text(link.replace("&amp;", "&")), (of, what)
    assert f"/articles?source={week['晚报']}&amp;since=2026-11-16&amp;until=2026-11-22" in page
    assert f"of=source{week['日报']}&amp;what=first" not in page
    quiet = office.text("/quality?week=2026-W45")
    assert '本周夜间误报 <b class="num">0</b> 次' in quiet


def test_the_week_is_handed_out_as_a_table(signed_in, week):
    answer = signed_in("leader").get("/quality/export?week=2026-W47")
    rows = [line.split(",") for line in answer.text.removeprefix("\ufeff").splitlines()]
    by_name = {row[1]: row for row in rows}
    assert by_name["供应商甲"] == ["供应商推送", "供应商甲", "新闻", "1", "1", "0", "0", "", "0", "0", "0"]
    assert by_name["晚报"][3:8] == ["1", "0", "0", "1", "2小时"]
    assert by_name["日报"][3:6] == ["0", "0", "1"]
    assert by_name["论坛"][8:] == ["1", "2", "2"]
    assert by_name["奶茶"][:6] == ["专题", "奶茶", "", "2", "1", "0"]
    assert signed_in("leader").get("/quality/export?week=x").status_code == 400


def test_a_correction_counts_as_false_and_an_entered_matter_as_missed_by_the_watching(signed_in, week, clock):
    duty = signed_in("duty")
    with transaction() as session:
        said = entering.Entered(text="市民来电说电梯坏了", title="来电：电梯坏了", channel="news", called=True)
        entered = entering.enter(session, made.person(session, "duty"), clock.now, said).id
    confirm(entered, clock.now)
    wrong = made.propose(made.article(week["日报"], clock.now, "别处的事"), clock.now, "elsewhere")
    article = made.row(Lead, wrong).article_id
    duty.post(f"/articles/{article}/correct", false_alarm="yes")
    page = duty.text("/quality?week=2026-W47")
    assert 'of=all&amp;what=missed">1</a></b> 件是人先知道' in page
    assert "来电：电梯坏了" in duty.text("/quality/rows?week=2026-W47&of=all&what=missed")
    assert "别处的事" in duty.text(f"/quality/rows?week=2026-W47&of=source{week['日报']}&what=false")


def test_an_administrator_sees_the_numbers_alone_and_a_section_nothing(signed_in, week):
    admin = signed_in("system_admin")
    page = admin.text("/quality?week=2026-W47")
    assert "供应商甲" in page
    assert "/quality/rows" not in page
    assert admin.get("/quality/rows?week=2026-W47&of=all&what=missed").status_code == 403
    assert signed_in("section").get("/quality").status_code == 403
    office = signed_in("office")
    assert office.get("/quality/rows?week=2026-W47&of=source999&what=first").status_code == 404
    assert office.get("/quality/rows?week=2026-W47&of=all&what=first").status_code == 404
    assert "周看不懂" in office.get("/quality?week=47").text
    assert made.row(Notice, week["calls"][0]).state == "sent"
